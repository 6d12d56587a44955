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

/** Writes `patch` into `target`, object by object; arrays and scalars replace (DSP0266 section 7.6). */
export function mergeInto(target: JsonObject, patch: JsonObject): JsonObject {
  for (const [key, value] of Object.entries(patch)) {
    const present = target[key];
    target[key] = isObject(value) && isObject(present) ? mergeInto({ ...present }, value) : value;
  }
  return target;
}

/** Freezes a document and everything in it, so that templates can be shared by thousands of BMCs. */
export function deepFreeze<T extends Json | undefined>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const item of Object.values(value)) deepFreeze(item);
  return Object.freeze(value);
}
