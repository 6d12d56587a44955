/**
 * One clock for a client and the BMCs it talks to, moved by whoever sleeps: hardware takes its time at once, and how often
 * something is asked does not depend on how busy this machine is.
 */
import type { Clock } from '../../../src/ports/clock.js';

export interface SharedClock extends Clock {
  advance(ms: number): void;
}

interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly fn: () => void;
}

export function sharedClock(start = Date.UTC(2026, 0, 1)): SharedClock {
  let elapsedMs = 0;
  let order = 0;
  const timers = new Set<Timer>();

  const advance = (ms: number): void => {
    const untilMs = elapsedMs + ms;
    for (let next = earliest(timers, untilMs); next !== undefined; next = earliest(timers, untilMs)) {
      timers.delete(next);
      elapsedMs = Math.max(elapsedMs, next.dueMs);
      next.fn();
    }
    elapsedMs = untilMs;
  };

  return {
    advance,
    now: () => new Date(start + elapsedMs),
    monotonicMs: () => elapsedMs,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      advance(ms);
      await new Promise((resolve) => setImmediate(resolve));
    },
    after: (ms, fn) => {
      const timer = { dueMs: elapsedMs + Math.max(0, ms), order: order++, fn };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
  };
}

function earliest(timers: ReadonlySet<Timer>, untilMs: number): Timer | undefined {
  let found: Timer | undefined;
  for (const timer of timers) {
    if (timer.dueMs > untilMs) continue;
    const isEarlier =
      found === undefined || timer.dueMs < found.dueMs || (timer.dueMs === found.dueMs && timer.order < found.order);
    if (isEarlier) found = timer;
  }
  return found;
}
