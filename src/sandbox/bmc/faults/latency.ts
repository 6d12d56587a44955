/** How late an answer is. */
import type { VirtualBmc } from '../virtual-bmc.js';
import { type FaultMoment, type Latency, momentKey } from './rules.js';

/** How long a request waits for those before it and takes itself, on a BMC that does one thing at a time. */
export function queueMs(
  bmc: VirtualBmc,
  moment: FaultMoment,
): { readonly id: string; readonly ms: number } | undefined {
  const [strike] = bmc.faults.strikes('serial', moment);
  if (!strike) return undefined;
  const key = momentKey(strike.id, bmc.name);
  const nowMs = bmc.world.clock.monotonicMs();
  const freeMs = Math.max(nowMs, (bmc.faults.memory.get(key) as number | undefined) ?? 0) + strike.action.serviceMs;
  bmc.faults.memory.set(key, freeMs);
  return { id: strike.id, ms: freeMs - nowMs };
}

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
