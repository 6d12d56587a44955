/**
 * Kubernetes events (events.k8s.io/v1), de-duplicated, limited and sent behind the caller's back: emitting never waits
 * and never fails. The same event about the same object becomes a series: one Event object whose count moves, written
 * at most every six minutes; after six quiet minutes the next one starts a new Event. Source: client-go tools/events.
 */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { KubeObject } from '../api/kind.js';
import { Event } from '../api/kubernetes.js';
import { isMetalError } from '../errors/classes.js';
import { microTime } from '../lib/micro-time.js';
import { neutralise } from '../lib/sanitize.js';
import type { Clock } from '../ports/clock.js';
import type { Cluster } from '../ports/cluster.js';
import type { EventNote, Events } from '../ports/events.js';
import { type Log, silent } from '../ports/log.js';

export interface EventsOptions {
  readonly clock: Clock;
  readonly log?: Log;
  /** `reportingController`; default `metalctl/<kind of the object>`. */
  readonly controller?: string;
  /** `reportingInstance`; default the host name. */
  readonly instance?: string;
}

const seriesMs = 6 * 60_000;
const burst = 25;
const refillMs = 5 * 60_000;
/** Bound of each table: objects with buckets, open series, events waiting to be sent. */
const maxEntries = 2_000;
/** Limits of the API: `note` 1,024 bytes, names 128 characters. */
const maxNote = 1_000;
const maxName = 128;

interface Series {
  readonly event: Event;
  /** Until the first write came back there is nothing to patch. */
  isStored: boolean;
  count: number;
  /** Count the API server knows. */
  sentCount: number;
  lastSeen: string;
  touchedMs: number;
  sentMs: number;
  cancelTimer: (() => void) | undefined;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

/** Events over a cluster. Nothing is sent before the first `emit`. */
export function createEvents(cluster: Cluster, options: EventsOptions): Events {
  const { clock } = options;
  const log = options.log ?? silent;
  const instance = (options.instance ?? hostname()).slice(0, maxName);
  const series = new Map<string, Series>();
  const buckets = new Map<string, Bucket>();
  const waiting = new Set<Series>();
  let sending: Promise<void> | undefined;
  let micros = 0;
  let isForbidden = false;

  const stamp = (): string => {
    micros = (micros + 1) % 1000;
    return microTime(clock.now(), micros);
  };

  const emit = (regarding: KubeObject, note: EventNote): void => {
    const controller = options.controller ?? `metalctl/${regarding.kind.toLowerCase()}`;
    const key = [identityOf(regarding), note.type, note.reason, note.action, controller].join(' ');
    const known = series.get(key);
    if (known !== undefined && clock.monotonicMs() - known.touchedMs < seriesMs) {
      repeat(known);
      return;
    }
    known?.cancelTimer?.();
    series.delete(key);
    if (!takeToken(buckets, identityOf(regarding), clock.monotonicMs())) return;
    const fresh = begin(toEvent(regarding, note, { controller, instance, time: stamp() }));
    bounded(series, key, fresh);
    send(fresh);
  };

  const begin = (event: Event): Series => ({
    event,
    isStored: false,
    count: 1,
    sentCount: 0,
    lastSeen: event.eventTime ?? '',
    touchedMs: clock.monotonicMs(),
    sentMs: clock.monotonicMs(),
    cancelTimer: undefined,
  });

  const repeat = (known: Series): void => {
    known.count += 1;
    known.lastSeen = stamp();
    known.touchedMs = clock.monotonicMs();
    // The second one is told at once: that it repeats is news. Further counts wait.
    if (known.count === 2) {
      send(known);
      return;
    }
    const dueMs = known.sentMs + seriesMs - clock.monotonicMs();
    known.cancelTimer ??= clock.after(Math.max(0, dueMs), () => send(known));
  };

  const send = (one: Series): void => {
    one.cancelTimer?.();
    one.cancelTimer = undefined;
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
      await write(one).catch((error: unknown) => giveUp(one, error));
    }
  };

  const write = async (one: Series): Promise<void> => {
    const { count } = one;
    one.sentMs = clock.monotonicMs();
    if (!one.isStored) {
      await cluster.create(Event, count > 1 ? { ...one.event, series: seriesOf(one) } : one.event);
    } else if (count > one.sentCount) {
      await cluster.patch(Event, keyOfEvent(one.event), { series: seriesOf(one) }, 'merge');
    }
    one.isStored = true;
    one.sentCount = count;
  };

  /** An event that cannot be written is dropped; that it was dropped is said once when it is for good. */
  const giveUp = (one: Series, error: unknown): void => {
    const code = isMetalError(error) ? error.code : 'UNKNOWN';
    // The Event lived its hour and was removed: the next occurrence makes a new one.
    if (code === 'NOT_FOUND') one.isStored = false;
    isForbidden ||= code === 'API_FORBIDDEN';
    log.log(isForbidden ? 'warn' : 'debug', 'event not recorded', { code, reason: one.event.reason ?? '' });
  };

  const flush = async (deadlineMs: number): Promise<void> => {
    for (const one of series.values()) {
      one.cancelTimer?.();
      one.cancelTimer = undefined;
      if (one.count > one.sentCount) send(one);
    }
    if (sending === undefined) return;
    const control = new AbortController();
    const late = clock.sleep(deadlineMs, control.signal).catch(() => undefined);
    await Promise.race([sending, late]);
    control.abort();
    waiting.clear();
  };

  return { emit, flush };
}

const identityOf = ({ kind, metadata }: KubeObject): string =>
  metadata.uid ?? `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;

const keyOfEvent = ({ metadata }: Event) => ({ name: metadata.name, namespace: metadata.namespace ?? 'default' });

const seriesOf = ({ count, lastSeen }: Series) => ({ count, lastObservedTime: lastSeen });

interface Reporter {
  readonly controller: string;
  readonly instance: string;
  readonly time: string;
}

/** Events about cluster-scoped objects live in `default`. */
function toEvent(regarding: KubeObject, note: EventNote, by: Reporter): Event {
  const { apiVersion, kind, metadata } = regarding;
  const { name, namespace, uid, resourceVersion } = metadata;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: {
      name: `${name.slice(0, 200)}.${randomBytes(8).toString('hex')}`,
      namespace: namespace ?? 'default',
    },
    eventTime: by.time,
    reportingController: by.controller.slice(0, maxName),
    reportingInstance: by.instance,
    action: note.action.slice(0, maxName),
    reason: note.reason.slice(0, maxName),
    type: note.type,
    note: cutBytes(neutralise(note.note), maxNote),
    regarding: {
      apiVersion,
      kind,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
  };
}

/** At most `max` bytes of UTF-8, whole characters, with an ellipsis when cut. */
function cutBytes(text: string, max: number): string {
  if (Buffer.byteLength(text) <= max) return text;
  const cut = Buffer.from(text).subarray(0, max).toString('utf8');
  return `${cut.replace(/\ufffd+$/u, '')}…`;
}

/** 25 at once and one more every five minutes per object: a flapping machine must not fill the store. */
function takeToken(buckets: Map<string, Bucket>, key: string, nowMs: number): boolean {
  const bucket = buckets.get(key) ?? { tokens: burst, atMs: nowMs };
  bucket.tokens = Math.min(burst, bucket.tokens + (nowMs - bucket.atMs) / refillMs);
  bucket.atMs = nowMs;
  bounded(buckets, key, bucket);
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

/** Sets an entry and makes it the youngest; the oldest go when there are too many. */
function bounded<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.size > maxEntries ? map.keys().next().value : undefined;
  if (oldest !== undefined) map.delete(oldest);
}
