/**
 * Kubernetes events (events.k8s.io/v1), de-duplicated, limited and sent behind the caller's back: emitting never waits
 * and never fails. The same event about the same object becomes a series: one Event object whose count moves, written
 * at most every six minutes; after six quiet minutes the next one starts a new Event. Source: client-go tools/events.
 */
import { hostname } from 'node:os';
import type { KubeObject } from '../api/kind.js';
import type { Event } from '../api/kubernetes.js';
import { microTime } from '../lib/micro-time.js';
import type { Clock } from '../ports/clock.js';
import type { Cluster } from '../ports/cluster.js';
import type { EventNote, Events } from '../ports/events.js';
import { type Log, silent } from '../ports/log.js';
import { type Bucket, bounded, takeToken } from './event-limits.js';
import { maxName, toEvent } from './event-object.js';
import { cancelTimer, createSender, type Series } from './event-sender.js';

/** Who reports, by which clock. */
export interface EventsOptions {
  readonly clock: Clock;
  readonly log?: Log;
  /** `reportingController`; default `metalctl/<kind of the object>`. */
  readonly controller?: string;
  /** `reportingInstance`; default the host name. */
  readonly instance?: string;
}

const seriesMs = 6 * 60_000;

/** Events over a cluster. Nothing is sent before the first `emit`. */
export function createEvents(cluster: Cluster, options: EventsOptions): Events {
  const { clock } = options;
  const instance = (options.instance ?? hostname()).slice(0, maxName);
  const sender = createSender(cluster, clock, options.log ?? silent);
  const series = new Map<string, Series>();
  const buckets = new Map<string, Bucket>();
  let micros = 0;

  const stamp = (): string => {
    micros = (micros + 1) % 1000;
    return microTime(clock.now(), micros);
  };

  const emit = (regarding: KubeObject, note: EventNote): void => {
    const controller = options.controller ?? `metalctl/${regarding.kind.toLowerCase()}`;
    const key = [identityOf(regarding), note.type, note.reason, note.action, controller].join(' ');
    const nowMs = clock.monotonicMs();
    const known = series.get(key);
    if (known !== undefined && nowMs - known.touchedMs < seriesMs) {
      repeat(known, nowMs);
      return;
    }
    if (known !== undefined) cancelTimer(known);
    series.delete(key);
    if (!takeToken(buckets, identityOf(regarding), nowMs)) return;
    const fresh = begin(toEvent(regarding, note, { controller, instance, time: stamp() }), nowMs);
    bounded(series, key, fresh);
    sender.send(fresh);
  };

  const repeat = (known: Series, nowMs: number): void => {
    known.count += 1;
    known.lastSeen = stamp();
    known.touchedMs = nowMs;
    // The second one is told at once: that it repeats is news. Further counts wait.
    if (known.count === 2) {
      sender.send(known);
      return;
    }
    const dueMs = known.sentMs + seriesMs - nowMs;
    known.cancelTimer ??= clock.after(Math.max(0, dueMs), () => sender.send(known));
  };

  const flush = (deadlineMs: number): Promise<void> => {
    for (const one of series.values()) {
      cancelTimer(one);
      if (one.count > one.sentCount) sender.send(one);
    }
    return sender.flush(deadlineMs);
  };

  return { emit, flush };
}

const begin = (event: Event, nowMs: number): Series => ({
  event,
  isStored: false,
  count: 1,
  sentCount: 0,
  lastSeen: event.eventTime ?? '',
  touchedMs: nowMs,
  sentMs: nowMs,
  cancelTimer: undefined,
});

const identityOf = ({ kind, metadata }: KubeObject): string =>
  metadata.uid ?? `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
