/** Waiting for objects to become something: driven by watches, bounded by a deadline, ended by a signal. */
import type { KindDef } from '../api/kind.js';
import { isMetalError, TransientError } from '../errors/classes.js';
import { formatDuration } from '../lib/duration.js';
import type { Clock } from '../ports/clock.js';
import type { Cluster, ListOptions } from '../ports/cluster.js';

/** Objects whose changes are a reason to look again. */
export interface Interest {
  readonly kind: KindDef;
  readonly options?: Pick<ListOptions, 'namespace' | 'fieldSelector' | 'labelSelector'>;
}

export interface Limits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const reconnectMs = 1_000;

/**
 * Calls `look` once and again after every change of interest until it returns a value, which is the result; what it
 * throws ends the wait. The watches restart by themselves; an API that cannot be reached only delays.
 * @throws TransientError WAIT_TIMEOUT naming `what` · PermanentError API_FORBIDDEN: nothing would wake it · the signal's reason
 */
export async function until<T>(
  { cluster, clock }: { readonly cluster: Cluster; readonly clock: Clock },
  interests: readonly Interest[],
  look: () => Promise<T | undefined>,
  { timeoutMs, signal }: Limits,
  what: string,
): Promise<T> {
  const stop = new AbortController();
  const bell = doorbell();
  const onAbort = () => stop.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const cancelDeadline = clock.after(timeoutMs, () => bell.ring());
  const endMs = clock.monotonicMs() + timeoutMs;
  let refused: unknown;
  const refuse = (error: unknown): void => {
    refused = error;
    bell.ring();
  };
  const watching = interests.map((interest) =>
    keepWatching(cluster, clock, interest, { ...bell, refuse }, stop.signal),
  );
  stop.signal.addEventListener('abort', bell.ring, { once: true });
  try {
    for (;;) {
      signal.throwIfAborted();
      const found = await look();
      if (found !== undefined) return found;
      if (refused !== undefined) throw refused;
      if (clock.monotonicMs() >= endMs) throw timedOut(what, timeoutMs);
      await bell.rung();
    }
  } finally {
    cancelDeadline();
    signal.removeEventListener('abort', onAbort);
    stop.abort();
    await Promise.allSettled(watching);
  }
}

const timedOut = (what: string, timeoutMs: number): TransientError =>
  new TransientError('WAIT_TIMEOUT', `${what} did not happen within ${formatDuration(timeoutMs)}`);

/** Rings are not lost between two waits, and many rings are one. */
function doorbell(): { ring: () => void; rung: () => Promise<void> } {
  let hasRung = false;
  let wake: () => void = () => undefined;
  return {
    ring: () => {
      hasRung = true;
      wake();
    },
    rung: async () => {
      if (!hasRung) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      hasRung = false;
    },
  };
}

/** Rings after every list and for every event: whatever happened before the list is seen by the next look. */
async function keepWatching(
  cluster: Cluster,
  clock: Clock,
  { kind, options = {} }: Interest,
  { ring, refuse }: { readonly ring: () => void; readonly refuse: (error: unknown) => void },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const { resourceVersion } = await cluster.list(kind, { ...options, signal });
      ring();
      for await (const event of cluster.watch(kind, { ...options, resourceVersion, signal })) {
        if (event.type !== 'BOOKMARK') ring();
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isMetalError(error)) throw error;
      if (error.code === 'API_FORBIDDEN') return refuse(error);
    }
    await clock.sleep(reconnectMs, signal).catch(() => undefined);
  }
}
