/** The client's own request budget: a token bucket shared by all callers, so that no fault makes a storm (R-API-3). */
import type { Clock } from '../ports/clock.js';

export interface Budget {
  /** Resolves when a request may be sent; in order of asking. Rejects as soon as the signal aborts. */
  take(signal?: AbortSignal): Promise<void>;
}

/** `qps` requests per second on the long run, `burst` at once. */
export function createBudget(clock: Clock, qps = 50, burst = 100): Budget {
  let tokens = burst;
  let at = clock.monotonicMs();

  return {
    take: async (signal) => {
      const now = clock.monotonicMs();
      tokens = Math.min(burst, tokens + ((now - at) * qps) / 1000);
      at = now;
      // Going below zero is the queue: each waiter owes its own token, so waiters wake in the order they came.
      tokens -= 1;
      if (tokens >= 0) return;
      await clock.sleep((-tokens * 1000) / qps, signal);
    },
  };
}
