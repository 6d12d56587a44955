/** Writes Events one after another, behind the caller's back: a first write creates the object, later ones its count. */
import { Event } from '../api/kubernetes.js';
import { isMetalError } from '../errors/classes.js';
import type { Clock } from '../ports/clock.js';
import type { Cluster } from '../ports/cluster.js';
import type { Log } from '../ports/log.js';
import { maxEntries } from './event-limits.js';

/** The same event about the same object, told again and again: one Event whose count moves. */
export interface Series {
  readonly event: Event;
  /** Until the first write came back there is nothing to patch. */
  isStored: boolean;
  count: number;
  /** Count the API server knows. */
  sentCount: number;
  lastSeen: string;
  /** Monotonic time of the last occurrence, and of the last write. */
  touchedMs: number;
  sentMs: number;
  cancelTimer: (() => void) | undefined;
}

/** The way out for series. */
export interface Sender {
  /** Writes a series soon; what cannot be written is dropped. */
  send(one: Series): void;
  /** Resolves when nothing is left to write, or at the deadline; what is left then is dropped. */
  flush(deadlineMs: number): Promise<void>;
}

/** A sender over a cluster; it stops for good once the API server forbids Events. */
export function createSender(cluster: Cluster, clock: Clock, log: Log): Sender {
  const waiting = new Set<Series>();
  let sending: Promise<void> | undefined;
  let isForbidden = false;

  const send = (one: Series): void => {
    cancelTimer(one);
    if (waiting.size >= maxEntries || isForbidden) return;
    waiting.add(one);
    start();
  };

  const start = (): void => {
    sending ??= drain().finally(() => {
      sending = undefined;
      // Something may have come in between the last look and now.
      if (waiting.size > 0) start();
    });
  };

  const drain = async (): Promise<void> => {
    for (const one of waiting) {
      waiting.delete(one);
      one.sentMs = clock.monotonicMs();
      await write(cluster, one).catch((error: unknown) => giveUp(one, error));
    }
  };

  /** An event that cannot be written is dropped; that it was dropped is said once when it is for good. */
  const giveUp = (one: Series, error: unknown): void => {
    const code = isMetalError(error) ? error.code : 'UNKNOWN';
    // The Event lived its hour and was removed: the next occurrence makes a new one.
    if (code === 'NOT_FOUND') one.isStored = false;
    isForbidden ||= code === 'API_FORBIDDEN';
    const cause = isMetalError(error) ? (error.why ?? error.message) : String(error);
    log.log(isForbidden ? 'warn' : 'debug', 'event not recorded', { code, reason: one.event.reason ?? '', cause });
  };

  const flush = async (deadlineMs: number): Promise<void> => {
    if (sending === undefined) return;
    const control = new AbortController();
    const late = clock.sleep(deadlineMs, control.signal).catch(() => undefined);
    await Promise.race([sending, late]);
    control.abort();
    waiting.clear();
  };

  return { send, flush };
}

/** Takes back a write that was planned for later. */
export function cancelTimer(one: Series): void {
  one.cancelTimer?.();
  one.cancelTimer = undefined;
}

async function write(cluster: Cluster, one: Series): Promise<void> {
  // Occurrences go on being counted while the write is on its way.
  const { count } = one;
  if (!one.isStored) {
    await cluster.create(Event, count > 1 ? { ...one.event, series: seriesOf(one) } : one.event);
  } else if (count > one.sentCount) {
    await cluster.patch(Event, keyOf(one.event), { series: seriesOf(one) }, 'merge');
  }
  one.isStored = true;
  one.sentCount = count;
}

const keyOf = ({ metadata }: Event) => ({ name: metadata.name, namespace: metadata.namespace ?? 'default' });

const seriesOf = ({ count, lastSeen }: Series) => ({ count, lastObservedTime: lastSeen });
