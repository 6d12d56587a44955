/**
 * JSON as Go's decoder takes it, where upstream's senders rely on it: the first value of a body counts and what follows
 * is left, names of members match in any case, and of two that match the later counts.
 */

/** Names as they are known, by their lower-case form. */
export type Names = ReadonlyMap<string, string>;

export const namesOf = (names: Iterable<string>): Names =>
  new Map([...names].map((name) => [name.toLowerCase(), name]));

/** The first value, its known members under their own names, without the keys that reach prototypes. @throws SyntaxError */
export function parseGoJson(text: string, names: Names): unknown {
  return renamed(firstValue(text), names);
}

function firstValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Node tells where it stopped: behind a value that is whole.
    const at = /after JSON at position (\d+)/.exec((error as Error).message)?.[1];
    if (at === undefined) throw error;
    return JSON.parse(text.slice(0, Number(at)));
  }
}

const dropped = new Set(['__proto__', 'constructor', 'prototype']);
/** Deeper than any report; what is deeper is somebody's attempt to exhaust the stack. */
const maxDepth = 32;

function renamed(value: unknown, names: Names, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > maxDepth) throw new SyntaxError('it is nested too deeply');
  if (Array.isArray(value)) return value.map((entry) => renamed(entry, names, depth + 1));
  const made: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    if (!dropped.has(key)) made[names.get(key.toLowerCase()) ?? key] = renamed(member, names, depth + 1);
  }
  return made;
}
