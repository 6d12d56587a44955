/**
 * Phase 1 of discovery: ask every address what it is, without credentials. Paced by a rate and a width, so that a
 * sweep is no attack on the management network, and stopped at once by its signal.
 */
import { isMetalError, type MetalError } from '../../errors/classes.js';
import { onAbort } from '../../lib/on-abort.js';
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
  const quiet = onAbort(options.signal, () => wake());
  const begin = (index: number): void => {
    const running = probe(index, targets[index] as Target, ports.identification, options)
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
      const isFree = (): boolean => next < targets.length && underWay.size < options.concurrency;
      for (; isFree() && pace.waitMs() <= 0; next += 1) {
        pace.take();
        begin(next);
      }
      const first = ended.shift();
      if (first === undefined) {
        await new Promise<void>((resolve) => {
          const cancel = isFree() ? ports.clock.after(pace.waitMs(), resolve) : () => undefined;
          wake = () => {
            cancel();
            resolve();
          };
        });
        continue;
      }
      const done = first();
      if (done === undefined) return;
      yield done;
    }
  } finally {
    quiet();
    await Promise.allSettled(underWay);
  }
}

/** Slots in time, one each 1/rate seconds. What a late timer missed is made up for, what a pause left unused is not. */
function pacer(clock: Clock, ratePerSecond: number): { waitMs(): number; take(): void } {
  let slot = clock.monotonicMs();
  return {
    waitMs: () => slot - clock.monotonicMs(),
    take: () => {
      slot = Math.max(slot, clock.monotonicMs() - timerMs) + 1000 / ratePerSecond;
    },
  };
}

/** How late a timer comes; one per address would be exact, and cost more than the address. */
const timerMs = 20;

/** Undefined when the sweep was aborted meanwhile. */
async function probe(
  index: number,
  target: Target,
  identification: Identification,
  { probeTimeoutMs, signal }: SweepOptions,
): Promise<Probe | undefined> {
  try {
    const limits = { timeoutMs: probeTimeoutMs, ...(signal ? { signal } : {}) };
    const answer = await identification.identify(targetUrl(target), limits);
    return { index, target, outcome: 'answered', answer };
  } catch (error) {
    if (signal?.aborted) return undefined;
    if (!isMetalError(error)) throw error;
    return { index, target, outcome: error.code === 'BMC_UNREACHABLE' ? 'closed' : 'failed', error };
  }
}
