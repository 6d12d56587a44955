/** Requests each address may make: a bucket that refills, for at most so many addresses. */
import type { Clock } from '../ports/clock.js';

export interface RateOptions {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Requests a second, on average. */
  readonly perSecond: number;
  /** Requests at once. */
  readonly burst: number;
}

const maxAddresses = 10_000;

/** Says for each request whether its address may make it now. An address beyond the limit displaces the oldest. */
export function rateLimit({ clock, perSecond, burst }: RateOptions): (address: string) => boolean {
  const buckets = new Map<string, { left: number; at: number }>();
  return (address) => {
    const at = clock.monotonicMs();
    const before = buckets.get(address) ?? { left: burst, at };
    const left = Math.min(burst, before.left + ((at - before.at) / 1_000) * perSecond);
    buckets.delete(address);
    if (buckets.size >= maxAddresses) buckets.delete(buckets.keys().next().value ?? '');
    buckets.set(address, { left: left < 1 ? left : left - 1, at });
    return left >= 1;
  };
}
