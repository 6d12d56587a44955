/** How late an answer is. */
import type { Latency } from './rules.js';

/** Milliseconds drawn from a latency. */
export function sampleMs(latency: Latency, random: () => number): number {
  if (typeof latency === 'number') return latency;
  if ('uniform' in latency) {
    const [from, to] = latency.uniform;
    return from + random() * (to - from);
  }
  const { medianMs, sigma } = latency.lognormal;
  return medianMs * Math.exp(sigma * normal(random));
}

/** A standard normal number, from two uniform ones (Box and Muller). */
function normal(random: () => number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}
