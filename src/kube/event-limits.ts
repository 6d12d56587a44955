/** What keeps events from filling memory and the store: a token bucket per object, and tables that forget the oldest. */

const burst = 25;
const refillMs = 5 * 60_000;
/** Bound of each table: objects with buckets, open series, events waiting to be sent. */
export const maxEntries = 2_000;

/** Tokens left of one object, as of a moment of the monotonic clock. */
export interface Bucket {
  tokens: number;
  atMs: number;
}

/** 25 at once and one more every five minutes per object: a flapping machine must not fill the store. */
export function takeToken(buckets: Map<string, Bucket>, key: string, nowMs: number): boolean {
  const bucket = buckets.get(key) ?? { tokens: burst, atMs: nowMs };
  bucket.tokens = Math.min(burst, bucket.tokens + (nowMs - bucket.atMs) / refillMs);
  bucket.atMs = nowMs;
  bounded(buckets, key, bucket);
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

/** Sets an entry and makes it the youngest; the oldest go when there are too many. */
export function bounded<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.size > maxEntries ? map.keys().next().value : undefined;
  if (oldest !== undefined) map.delete(oldest);
}
