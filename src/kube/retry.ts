/**
 * Which failed requests are sent again, and when. | failure | reads | writes |
 * `401` once with fresh credentials (transport.ts) · never connected, 429, 503 with Retry-After: both are repeated, the
 * request was not carried out · any other 5xx, a cut connection, a time-out: reads are repeated; a write is read back
 * first (settle-write.ts). Everything else is an answer.
 * Waits: 200 ms · 2^n with full jitter, at most 10 s; a Retry-After wins, at most 30 s. No attempt starts later than
 * `giveUpAfterMs` after the first, so a command on a dead cluster ends in seconds.
 */
import { TransientError } from '../errors/classes.js';
import type { Clock } from '../ports/clock.js';
import { reachedOf } from './classify.js';

const maxAttempts = 5;
/** Nothing listens: that seldom changes within the second. */
const maxUnsent = 3;
const baseMs = 200;
const capMs = 10_000;
const maxRetryAfterMs = 30_000;

export interface RetryOptions {
  readonly clock: Clock;
  readonly giveUpAfterMs: number;
  readonly signal?: AbortSignal | undefined;
  /** 0 ≤ x < 1; tests fix it. */
  readonly random?: (() => number) | undefined;
}

/** Runs `attempt` until it succeeds, fails for good, or `mayRepeat` says no. */
export async function retrying<T>(
  attempt: () => Promise<T>,
  mayRepeat: (error: TransientError) => boolean,
  options: RetryOptions,
): Promise<T> {
  const begun = options.clock.monotonicMs();
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      const waitMs = waitBefore(error, tries, options.random ?? Math.random);
      const isLate = options.clock.monotonicMs() - begun + (waitMs ?? 0) > options.giveUpAfterMs;
      if (waitMs === undefined || isLate || !mayRepeat(error as TransientError)) throw error;
      await options.clock.sleep(waitMs, options.signal);
    }
  }
}

/** Milliseconds to wait before the next attempt; undefined when there is to be none. */
function waitBefore(error: unknown, tries: number, random: () => number): number | undefined {
  if (!(error instanceof TransientError) || error.code === 'WATCH_EXPIRED') return undefined;
  const isUnsent = error.code !== 'API_THROTTLED' && error.code !== 'API_ERROR' && reachedOf(error) === 'no';
  if (tries >= (isUnsent ? maxUnsent : maxAttempts)) return undefined;
  if (error.retryAfterMs !== undefined) return Math.min(error.retryAfterMs, maxRetryAfterMs);
  return random() * Math.min(baseMs * 2 ** (tries - 1), capMs);
}

/** `Retry-After` in milliseconds: seconds, as Kubernetes sends it. Dates and nonsense give undefined. */
export function retryAfterMs(header: string | string[] | undefined): number | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  return text !== undefined && /^\d{1,6}$/.test(text.trim()) ? Number(text) * 1000 : undefined;
}
