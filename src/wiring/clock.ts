/** The real clock: the only place where metalctl asks the machine for the time. */
import { onAbort } from '../lib/on-abort.js';
import type { Clock } from '../ports/clock.js';

/** `METALCTL_NOW` (RFC 3339) fixes the wall time, for reproducible output; delays stay real. */
export function realClock(fixed: string | undefined = process.env.METALCTL_NOW): Clock {
  const at = fixed === undefined ? Number.NaN : Date.parse(fixed);
  return {
    now: () => (Number.isNaN(at) ? new Date() : new Date(at)),
    monotonicMs: () => performance.now(),
    sleep: (ms, signal) => sleep(ms, signal),
    after: (ms, fn) => {
      const timer = setTimeout(fn, Math.min(ms, longestTimerMs));
      return () => clearTimeout(timer);
    },
  };
}

/** Node fires longer timers at once. */
const longestTimerMs = 2 ** 31 - 1;

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason);
    const timer = setTimeout(
      () => {
        rest();
        resolve();
      },
      Math.min(ms, longestTimerMs),
    );
    const rest = onAbort(signal, () => {
      clearTimeout(timer);
      reject(signal?.reason);
    });
  });
}
