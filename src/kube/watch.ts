/**
 * One watch connection: events as the server sends them, bookmarks included, until the server closes it. Every other
 * end is an error: 410 in any form is WATCH_EXPIRED, silence beyond the idle limit API_TIMEOUT, a cut line
 * API_UNREACHABLE. Starting again is the informer's business.
 */
import type { KindDef, KubeObject } from '../api/kind.js';
import { isMetalError, TransientError } from '../errors/classes.js';
import type { Clock } from '../ports/clock.js';
import type { WatchEvent, WatchOptions } from '../ports/cluster.js';
import type { Call } from './call.js';
import { cannot } from './call.js';
import { classifyAnswer, classifyBroken, isStatus } from './classify.js';
import { readLines } from './lines.js';
import { collectionPath } from './paths.js';
import type { Transport } from './transport.js';

/** A real server sends a bookmark about once a minute; two missed ones mean the connection is dead (R-API-5). */
const idleLimitMs = 150_000;

export interface WatchDeps {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly server: string;
  readonly random: () => number;
  /** Counts events of a type this version does not know. */
  readonly onUnknown: (type: string) => void;
}

/** Opens the watch when iteration starts; leaving the loop closes it. */
export async function* watchOnce<T extends KubeObject>(
  deps: WatchDeps,
  kind: KindDef<T>,
  options: WatchOptions,
): AsyncGenerator<WatchEvent<T>, void, undefined> {
  const call = watchCall(kind, options, deps.random);
  const stream = await deps.transport.open(call);
  const idle = idleTimer(deps.clock, stream.close);
  try {
    for await (const line of readLines(stream.bytes)) {
      idle.touch();
      const event = toEvent<T>(call, line);
      if (event === undefined) deps.onUnknown(line.slice(0, 60));
      if (event !== undefined) yield event;
      // While the consumer worked, nobody read: that is not the server's silence.
      idle.touch();
    }
    if (options.signal?.aborted) throw options.signal.reason;
  } catch (error) {
    throw failureOf(error, call, deps.server, idle.hasPassed());
  } finally {
    idle.stop();
    stream.close();
  }
}

function watchCall(kind: KindDef, options: WatchOptions, random: () => number): Call {
  return {
    method: 'GET',
    path: collectionPath(kind, options.namespace),
    query: {
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion: options.resourceVersion,
      labelSelector: options.labelSelector,
      fieldSelector: options.fieldSelector,
      // Spread over five minutes, so that the watches of many clients do not end together.
      timeoutSeconds: 300 + Math.floor(random() * 300),
    },
    about: { verb: 'watch', kind, ...(options.namespace === undefined ? {} : { namespace: options.namespace }) },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
}

/** One line to one event; undefined for a type that is not known. @throws what an ERROR event says */
function toEvent<T extends KubeObject>(call: Call, line: string): WatchEvent<T> | undefined {
  const { type, object } = parse(call, line);
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      return { type, object: object as T };
    case 'BOOKMARK':
      return { type, resourceVersion: (object as T).metadata.resourceVersion ?? '' };
    case 'ERROR':
      throw classifyAnswer(call, isStatus(object) ? (object.code ?? 500) : 500, object);
    default:
      return undefined;
  }
}

function parse(call: Call, line: string): { type?: string; object?: unknown } {
  try {
    return JSON.parse(line) as { type?: string; object?: unknown };
  } catch {
    throw new TransientError('API_ERROR', cannot(call.about), { why: 'an event is not JSON' });
  }
}

function failureOf(error: unknown, call: Call, server: string, isIdle: boolean): unknown {
  if (call.signal?.aborted) return call.signal.reason;
  if (isIdle) {
    return new TransientError('API_TIMEOUT', cannot(call.about), {
      why: `${server} sent neither an event nor a bookmark for ${idleLimitMs / 1000} s`,
    });
  }
  return isMetalError(error) ? error : classifyBroken(call, server, error);
}

/** Calls `cut` when nothing touched it for the idle limit. One timer, set again when it rings: events come by thousands. */
function idleTimer(clock: Clock, cut: () => void) {
  let touchedMs = clock.monotonicMs();
  let passed = false;
  let disarm = clock.after(idleLimitMs, ring);
  function ring(): void {
    const leftMs = idleLimitMs - (clock.monotonicMs() - touchedMs);
    passed = leftMs <= 0;
    if (passed) cut();
    if (!passed) disarm = clock.after(leftMs, ring);
  }
  return {
    touch: () => {
      touchedMs = clock.monotonicMs();
    },
    hasPassed: () => passed,
    stop: () => disarm(),
  };
}
