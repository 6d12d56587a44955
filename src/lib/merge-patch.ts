/** JSON merge patch (RFC 7386): make one from two values, apply one to a value. Pure; inputs are never changed. */

type Json = unknown;
type JsonObject = Record<string, Json>;

export const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Deep equality of JSON values; object key order does not matter, `undefined` members count as absent. */
export function isEqual(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isEqual(item, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => isEqual(a[key], b[key]));
}

/** The result of applying a merge patch: `null` members delete, objects merge, everything else replaces. */
export function applyMergePatch(target: Json, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const result: JsonObject = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    if (value === null) delete result[key];
    else result[key] = applyMergePatch(result[key], value);
  }
  return result;
}

/** One merge patch that does what two do one after the other; `null` members stay deletions. */
export function combinePatches(first: JsonObject, second: JsonObject): JsonObject {
  const combined: JsonObject = { ...first };
  for (const [key, value] of Object.entries(second)) {
    const before = combined[key];
    combined[key] = isObject(before) && isObject(value) ? combinePatches(before, value) : value;
  }
  return combined;
}

/**
 * The part of a merge patch that would change the target; `undefined` when nothing would.
 * This is the "diff before write": what the server already has is never sent.
 */
export function effectivePatch(target: Json, patch: Json): Json {
  if (!isObject(patch)) return isEqual(target, patch) ? undefined : patch;
  const current: JsonObject = isObject(target) ? target : {};
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(patch)) {
    const changed = changedMember(current, key, value);
    if (changed !== undefined) result[key] = changed;
  }
  if (Object.keys(result).length > 0) return result;
  return isObject(target) ? undefined : Object.keys(patch).length === 0 ? {} : undefined;
}

function changedMember(current: JsonObject, key: string, value: Json): Json {
  if (value === undefined) return undefined;
  if (value === null) return current[key] === undefined || current[key] === null ? undefined : null;
  if (isObject(value) && current[key] === undefined) return created(value);
  if (isObject(value) && !isObject(current[key])) return applyMergePatch({}, value);
  return effectivePatch(current[key], value);
}

/** An object where none is; an empty one is what API servers drop, so that asking for it would be asked for ever. */
function created(value: JsonObject): Json {
  const object = applyMergePatch({}, value) as JsonObject;
  return Object.keys(object).length === 0 ? undefined : object;
}

/** The merge patch that makes the second value of the first: removed members become `null`. Undefined when they are equal. */
export function patchBetween(before: Json, after: Json): JsonObject | undefined {
  if (!isObject(before) || !isObject(after)) return undefined;
  const members = [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key): [string, Json][] => {
    const [from, to] = [before[key], after[key]];
    if (isEqual(from, to)) return [];
    if (to === undefined) return [[key, null]];
    return [[key, isObject(from) && isObject(to) ? (patchBetween(from, to) ?? to) : to]];
  });
  return members.length === 0 ? undefined : Object.fromEntries(members);
}
