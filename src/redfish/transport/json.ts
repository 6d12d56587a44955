/** Bodies of a BMC to JSON values: bounded in depth and size, and without the keys that could reach a prototype. */

/** Why a body is not usable; the transport turns it into an error with names. */
export class BadBody extends Error {}

const poison = new Set(['__proto__', 'constructor', 'prototype']);
/** So many bytes cannot hold more nested brackets than memory bears; only larger bodies are counted before parsing. */
const harmlessBytes = 256 * 1024;

/**
 * Parses a body. An empty one is undefined. What was parsed is walked once, for depth and for poisoned keys, which costs
 * a tenth of parsing it; looking through its text byte by byte costs as much again.
 * @throws BadBody when it is not JSON, or nested deeper than `depth`
 */
export function parseBody(bytes: Uint8Array, depth: number): unknown {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8').trim();
  if (text === '') return undefined;
  if (bytes.length > harmlessBytes && isDeeper(bytes, depth)) throw tooDeep(depth);
  const value = parseText(text);
  if (!cleanse(value, depth)) throw tooDeep(depth);
  return value;
}

const tooDeep = (depth: number): BadBody => new BadBody(`it is nested deeper than ${depth} levels`);

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadBody(text.startsWith('<') ? 'it is HTML or XML, not JSON' : 'it is not JSON, or cut off');
  }
}

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = Buffer.from('"\\{}[]');

/** Counts brackets outside of strings; ASCII bytes mean themselves everywhere in UTF-8. */
function isDeeper(bytes: Uint8Array, depth: number): boolean {
  let level = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === quote) at = endOfString(bytes, at);
    else if (byte === openBrace || byte === openBracket) level += 1;
    else if (byte === closeBrace || byte === closeBracket) level -= 1;
    if (level > depth) return true;
  }
  return false;
}

/** Where the string that begins at `from` ends. */
function endOfString(bytes: Uint8Array, from: number): number {
  let at = from + 1;
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
  return at;
}

/** Removes poisoned keys; false when there are more levels than `depth`, which also bounds the recursion. */
function cleanse(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (depth === 0) return false;
  if (Array.isArray(value)) return value.every((child) => cleanse(child, depth - 1));
  for (const key in value) {
    if (poison.has(key)) Reflect.deleteProperty(value, key);
    else if (!cleanse((value as JsonObject)[key], depth - 1)) return false;
  }
  return true;
}

/** A JSON object, as opposed to an array, a scalar or nothing. */
export type JsonObject = Record<string, unknown>;
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
