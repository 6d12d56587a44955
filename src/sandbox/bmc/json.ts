/** JSON as values, and the few pure operations the emulator needs on it. */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json | undefined;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A member that is an object, else an empty one. */
export function objectAt(doc: JsonObject, key: string): JsonObject {
  const value = doc[key];
  return isObject(value) ? value : {};
}

/** A member that is a string, else undefined. */
export function stringAt(doc: JsonObject, key: string): string | undefined {
  const value = doc[key];
  return typeof value === 'string' ? value : undefined;
}

/** Writes `patch` into `target`, object by object, arrays element by element; scalars replace (DSP0266 section 7.8). */
export function mergeInto(target: JsonObject, patch: JsonObject): JsonObject {
  for (const [key, value] of Object.entries(patch)) {
    const present = target[key];
    if (Array.isArray(value)) target[key] = mergedArray(Array.isArray(present) ? present : [], value);
    else target[key] = isObject(value) && isObject(present) ? mergeInto({ ...present }, value) : value;
  }
  return target;
}

/** In an array `{}` leaves an element as it is and null takes it away; what lies beyond the patch goes. */
function mergedArray(present: readonly Json[], patch: readonly Json[]): readonly Json[] {
  return patch.flatMap((value: Json, index): Json[] => {
    const element = present[index];
    if (value === null) return [];
    if (!isObject(value) || element === undefined) return [value];
    return [isObject(element) ? mergeInto({ ...element }, value) : Object.keys(value).length === 0 ? element : value];
  });
}

/** Freezes a document and everything in it, so that templates can be shared by thousands of BMCs. */
export function deepFreeze<T extends Json | undefined>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const item of Object.values(value)) deepFreeze(item);
  return Object.freeze(value);
}
