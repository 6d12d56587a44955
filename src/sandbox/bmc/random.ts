/**
 * Reproducible randomness: every value follows from the seed of the fleet, the index of the BMC and a label, so that
 * adding a machine or asking in another order changes nobody else.
 */

/** Two 32-bit hashes of a text: two multiplied lanes, mixed into each other at the end. Not for secrets. */
function lanes(text: string, seed: number): readonly [number, number] {
  let high = 0xdeadbeef ^ seed;
  let low = 0x41c6ce57 ^ seed;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return [high >>> 0, low >>> 0];
}

const hex8 = (value: number): string => value.toString(16).padStart(8, '0');

/** `digits` lower-case hex digits that follow from the text and the seed. */
export function hashHex(text: string, seed: number, digits: number): string {
  let out = '';
  for (let round = 0; out.length < digits; round++) {
    const [high, low] = lanes(text, (seed + Math.imul(round, 0x9e3779b1)) | 0);
    out += hex8(high) + hex8(low);
  }
  return out.slice(0, digits);
}

/** A 32-bit unsigned number that follows from the text and the seed. */
export const hash32 = (text: string, seed: number): number => lanes(text, seed)[0];

/** A sequence of numbers in [0, 1) (mulberry32). */
export function randomSequence(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
