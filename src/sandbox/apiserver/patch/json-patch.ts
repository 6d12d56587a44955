/** JSON patch (RFC 6902), with the leniences of the library a real server uses. Pure. */
import { clone, equal, isObject, type Json, type JsonObject, own, setOwn } from '../types.js';

export interface JsonPatchOperation {
  readonly op?: Json;
  readonly path?: Json;
  readonly from?: Json;
  readonly value?: Json;
}

/** The patch cannot be applied: a failed test, a path into nothing. */
export class JsonPatchError extends Error {}

/** Copies may double a document with every operation: together they may add this much. */
const COPY_LIMIT = 3 * 1024 * 1024;

/** Apply all operations, or throw and change nothing. @throws JsonPatchError */
export function applyJsonPatch(document: Json, operations: readonly JsonPatchOperation[]): Json {
  const holder: JsonObject = { root: clone(document) };
  let copied = 0;
  for (const operation of operations) {
    if (operation.op === 'copy') {
      copied += JSON.stringify(existing(holder, pointer(operation.from))).length;
      if (copied > COPY_LIMIT) throw new JsonPatchError('copies too much');
    }
    apply(holder, operation);
  }
  return holder.root as Json;
}

function apply(holder: JsonObject, operation: JsonPatchOperation): void {
  const path = pointer(operation.path);
  switch (operation.op) {
    case 'test':
      if (!equal(find(holder, path) ?? null, operation.value ?? null)) throw new JsonPatchError('test failed');
      return;
    case 'add':
      add(holder, path, clone(operation.value ?? null));
      return;
    case 'replace':
      replace(holder, path, clone(operation.value ?? null));
      return;
    case 'remove':
      take(holder, path);
      return;
    case 'move':
      add(holder, path, take(holder, pointer(operation.from)));
      return;
    case 'copy':
      add(holder, path, clone(existing(holder, pointer(operation.from))));
      return;
    default:
      throw new JsonPatchError(`unexpected kind: ${JSON.stringify(operation.op)}`);
  }
}

/** RFC 6901, below a holder so that the root can be replaced too. */
function pointer(text: unknown): string[] {
  if (typeof text !== 'string') throw new JsonPatchError('no path');
  if (text === '') return ['root'];
  if (!text.startsWith('/')) throw new JsonPatchError(`path ${text} does not start with /`);
  const parts = text.slice(1).split('/');
  return ['root', ...parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))];
}

function find(holder: JsonObject, path: readonly string[]): Json | undefined {
  let current: Json | undefined = holder;
  for (const part of path) {
    if (Array.isArray(current)) current = current[index(part, current.length - 1)];
    else if (isObject(current)) current = own(current, part);
    else return undefined;
  }
  return current;
}

function existing(holder: JsonObject, path: readonly string[]): Json {
  const value = find(holder, path);
  if (value === undefined) throw new JsonPatchError(`nothing at /${path.slice(1).join('/')}`);
  return value;
}

const parentOf = (holder: JsonObject, path: readonly string[]): Json => existing(holder, path.slice(0, -1));

function index(part: string, last: number): number {
  const value = /^-?\d+$/.test(part) ? Number(part) : Number.NaN;
  const position = value < 0 ? value + last + 1 : value;
  if (!(position >= 0 && position <= last)) throw new JsonPatchError(`invalid index ${part}`);
  return position;
}

function add(holder: JsonObject, path: readonly string[], value: Json): void {
  const parent = parentOf(holder, path);
  const key = path.at(-1) ?? '';
  if (Array.isArray(parent)) parent.splice(key === '-' ? parent.length : index(key, parent.length), 0, value);
  else if (isObject(parent)) setOwn(parent, key, value);
  else throw new JsonPatchError(`no container at /${path.slice(1, -1).join('/')}`);
}

/** Replacing an absent key adds it, as a real server does; an absent list index is an error. */
function replace(holder: JsonObject, path: readonly string[], value: Json): void {
  const parent = parentOf(holder, path);
  const key = path.at(-1) ?? '';
  if (Array.isArray(parent)) parent[index(key, parent.length - 1)] = value;
  else if (isObject(parent)) setOwn(parent, key, value);
  else throw new JsonPatchError(`no container at /${path.slice(1, -1).join('/')}`);
}

function take(holder: JsonObject, path: readonly string[]): Json {
  if (path.length === 1) throw new JsonPatchError('the root cannot be removed');
  const value = existing(holder, path);
  const parent = parentOf(holder, path);
  const key = path.at(-1) ?? '';
  if (Array.isArray(parent)) parent.splice(index(key, parent.length - 1), 1);
  else if (isObject(parent)) delete parent[key];
  return value;
}
