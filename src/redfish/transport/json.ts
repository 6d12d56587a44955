/** Bodies of a BMC to JSON values: bounded in depth and size, and without the keys that could reach a prototype. */

/** Why a body is not usable; the transport turns it into an error with names. */
export class BadBody extends Error {}

const poison = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Parses a body. An empty one is undefined.
 * @throws BadBody when it is not JSON, or nested deeper than `depth`
 */
export function parseBody(bytes: Uint8Array, depth: number): unknown {
  const text = new TextDecoder().decode(bytes).trim();
  if (text === '') return undefined;
  const value = parseText(text);
  cleanse(value, depth);
  return value;
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadBody(text.startsWith('<') ? 'it is HTML or XML, not JSON' : 'it is not JSON, or cut off');
  }
}

/** Walks without recursion, so that depth costs no stack; removes poisoned keys as it goes. */
function cleanse(root: unknown, depth: number): void {
  const open: { value: unknown; level: number }[] = [{ value: root, level: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, level } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (level > depth) throw new BadBody(`it is nested deeper than ${depth} levels`);
    for (const [key, child] of Object.entries(value)) {
      if (poison.has(key)) Reflect.deleteProperty(value, key);
      else if (typeof child === 'object' && child !== null) open.push({ value: child, level: level + 1 });
    }
  }
}

/** A JSON object, as opposed to an array, a scalar or nothing. */
export type JsonObject = Record<string, unknown>;
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
