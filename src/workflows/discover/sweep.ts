/**
 * Phase 1 of discovery: ask every address what it is, without credentials. Paced by a rate and a width, so that a
 * sweep is no attack on the management network, and stopped at once by its signal.
 */
import { isMetalError, type MetalError } from '../../errors/classes.js';
import type { Identification, ProbeAnswer } from '../../ports/bmc.js';
import type { Clock } from '../../ports/clock.js';
import { type Target, targetUrl } from './targets.js';

export interface SweepOptions {
  /** Connects per second. */
  readonly ratePerSecond: number;
  /** Probes under way at once. */
  readonly concurrency: number;
  readonly probeTimeoutMs: number;
  readonly signal?: AbortSignal;
}

export const sweepDefaults = { ratePerSecond: 200, concurrency: 64, probeTimeoutMs: 2000 } as const;

/** What one address told. `index` is the target's place in the list: progress and resumption count by it. */
export interface Probe {
  readonly index: number;
  readonly target: Target;
  /** `closed`: nothing answers. `answered`: Redfish. `failed`: something answers and `error` says what is wrong. */
  readonly outcome: 'closed' | 'answered' | 'failed';
  readonly answer?: ProbeAnswer;
  readonly error?: MetalError;
}

/**
 * Probes targets from `start` on and yields each as it is known, in order of completion. An abort ends the iteration
 * normally; probes under way are cancelled and not reported.
 */
export async function* sweep(
  targets: readonly Target[],
  ports: { readonly identification: Identification; readonly clock: Clock },
  options: SweepOptions,
  start = 0,
): AsyncGenerator<Probe, void, undefined> {
  const pace = pacer(ports.clock, options.ratePerSecond);
  // Not Promise.race: it would hang a reaction on every probe under way each time one of them ends.
  const underWay = new Set<Promise<void>>();
  const ended: (() => Probe | undefined)[] = [];
  let wake: () => void = () => undefined;
  const begin = (index: number): void => {
    const running = probe(index, targets[index] as Target, pace(), ports, options)
      .then(
        (done) => ended.push(() => done),
        (error: unknown) =>
          ended.push(() => {
            throw error;
          }),
      )
      .then(() => {
        underWay.delete(running);
        wake();
      });
    underWay.add(running);
  };
  let next = start;
  try {
    while (!options.signal?.aborted && (next < targets.length || underWay.size + ended.length > 0)) {
      for (; next < targets.length && underWay.size < options.concurrency; next += 1) begin(next);
      const first = ended.shift();
      if (first === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      const done = first();
      if (done === undefined) return;
      yield done;
    }
  } finally {
    await Promise.allSettled(underWay);
  }
}

/** Slots in time: the n-th call may start n/rate seconds after the first, never in bursts after a pause. */
function pacer(clock: Clock, ratePerSecond: number): () => number {
  let slot = clock.monotonicMs();
  return () => {
    const mine = Math.max(slot, clock.monotonicMs());
    slot = mine + 1000 / ratePerSecond;
    return mine;
  };
}

/** Undefined when the sweep was aborted meanwhile. */
async function probe(
  index: number,
  target: Target,
  startMs: number,
  { identification, clock }: { readonly identification: Identification; readonly clock: Clock },
  { probeTimeoutMs, signal }: SweepOptions,
): Promise<Probe | undefined> {
  try {
    const waitMs = startMs - clock.monotonicMs();
    if (waitMs > 0) await clock.sleep(waitMs, signal);
    const limits = { timeoutMs: probeTimeoutMs, ...(signal ? { signal } : {}) };
    const answer = await identification.identify(targetUrl(target), limits);
    return { index, target, outcome: 'answered', answer };
  } catch (error) {
    if (signal?.aborted) return undefined;
    if (!isMetalError(error)) throw error;
    return { index, target, outcome: error.code === 'BMC_UNREACHABLE' ? 'closed' : 'failed', error };
  }
}
