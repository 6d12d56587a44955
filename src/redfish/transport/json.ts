/** Bodies of a BMC to JSON values: bounded in depth and size, and without the keys that could reach a prototype. */

/** Why a body is not usable; the transport turns it into an error with names. */
export class BadBody extends Error {}

const poison = new Set(['__proto__', 'constructor', 'prototype']);
/** A body without these words has no poisoned key, however it spells it: other spellings need an escape. */
const suspicious = /__proto__|constructor|prototype|\\u/;

/**
 * Parses a body. An empty one is undefined. Nearly all bodies of a fleet are harmless, and are looked at once as text
 * rather than walked as objects: walking costs more than parsing.
 * @throws BadBody when it is not JSON, or nested deeper than `depth`
 */
export function parseBody(bytes: Uint8Array, depth: number): unknown {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8').trim();
  if (text === '') return undefined;
  if (isDeeper(bytes, depth)) throw new BadBody(`it is nested deeper than ${depth} levels`);
  const value = parseText(text);
  if (suspicious.test(text)) cleanse(value);
  return value;
}

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

/** Removes poisoned keys. Walks without recursion, so that depth costs no stack. */
function cleanse(root: unknown): void {
  const open: unknown[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, child] of Object.entries(value)) {
      if (poison.has(key)) Reflect.deleteProperty(value, key);
      else if (typeof child === 'object' && child !== null) open.push(child);
    }
  }
}

/** A JSON object, as opposed to an array, a scalar or nothing. */
export type JsonObject = Record<string, unknown>;
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
