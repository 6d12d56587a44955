/** JSON merge patch (RFC 7386). Pure. */
import { isObject, type Json, type JsonObject, own, setOwn } from '../types.js';

/** Lay a patch over a document; a null removes. */
export function applyMergePatch(document: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const result: JsonObject = isObject(document) ? { ...document } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else setOwn(result, key, applyMergePatch(own(result, key), value));
  }
  return result;
}
