/** A clock that moves only when told to: `tick` fires what became due, in order, and lets promises settle in between. */
import type { Clock } from '../../src/ports/clock.js';

export interface FakeClock extends Clock {
  /** Moves time forward, firing timers in order. */
  tick(ms: number): Promise<void>;
  /** Moves the clock on the wall, as an operator or NTP does: timers and durations know nothing of it. */
  jump(ms: number): void;
  /** Number of timers waiting: for leak checks. */
  pending(): number;
}

interface Timer {
  at: number;
  fn: () => void;
}

export function fakeClock(start = '2026-01-01T00:00:00Z'): FakeClock {
  const origin = new Date(start).getTime();
  let elapsed = 0;
  let jumped = 0;
  let timers: Timer[] = [];

  const after = (ms: number, fn: () => void): (() => void) => {
    const timer = { at: elapsed + Math.max(0, ms), fn };
    timers.push(timer);
    return () => {
      timers = timers.filter((other) => other !== timer);
    };
  };

  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = after(ms, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });

  const tick = async (ms: number): Promise<void> => {
    const end = elapsed + ms;
    await settle();
    for (;;) {
      const next = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      elapsed = Math.max(elapsed, next.at);
      timers = timers.filter((timer) => timer !== next);
      next.fn();
      await settle();
    }
    elapsed = end;
    await settle();
  };

  return {
    now: () => new Date(origin + elapsed + jumped),
    monotonicMs: () => elapsed,
    sleep,
    after,
    tick,
    jump: (ms) => {
      jumped += ms;
    },
    pending: () => timers.length,
  };
}

/** Lets everything that is ready run: promises and immediates, a few rounds of each. */
export async function settle(rounds = 5): Promise<void> {
  for (let round = 0; round < rounds; round += 1) await new Promise((resolve) => setImmediate(resolve));
}
