/**
 * The JSON of objects, made once for everyone who needs it: the file that stores an object, the answer to its writer,
 * and each watch that tells of it. Objects are never changed in place, so a text stays true.
 */
import type { KubeObject } from '../types.js';

/** Texts are kept for about this many characters, and for as many again until they are dropped. */
const KEPT = 2 * 1024 * 1024;

let recent = new WeakMap<KubeObject, string>();
let older = recent;
let size = 0;

export function jsonOf(object: KubeObject): string {
  const known = recent.get(object) ?? older.get(object);
  if (known !== undefined) return known;
  const text = JSON.stringify(object);
  if (size > KEPT) {
    older = recent;
    recent = new WeakMap();
    size = 0;
  }
  recent.set(object, text);
  size += text.length;
  return text;
}
