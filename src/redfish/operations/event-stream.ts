/** The event stream of a BMC: opened, watched for silence, and opened again where it left off. */
import { isMetalError, TransientError } from '../../errors/classes.js';
import type { BmcEvent, EventStream } from '../../ports/bmc.js';
import { eventsIn } from '../events/parse.js';
import { BadStream, EventReader, type ServerSentEvent } from '../events/sse.js';
import type { Resources } from '../resources.js';
import { EventService } from '../schema/event-service.js';
import { ExchangeFailure } from '../transport/exchange.js';
import { BadBody, parseBody } from '../transport/json.js';
import type { Path } from '../transport/link.js';
import type { Reach } from './reach.js';
import { unsupported } from './unsupported.js';

const serviceMs = 3_600_000;
/** BMCs send a comment at least every half minute or so. */
const silenceMs = 90_000;
const firstPauseMs = 1000;
const longestPauseMs = 60_000;

/** Event stream of a BMC. */
export function eventStreamOf({ resources }: Reach): EventStream {
  return { events: (signal) => follow(resources, signal) };
}

async function uriOf(resources: Resources): Promise<Path> {
  const { root } = await resources.service.known();
  const doing = 'following its events';
  if (root.EventService === undefined) throw unsupported(resources, doing, 'it has no EventService');
  const { json } = await resources.get(resources.service.path(root.EventService), serviceMs);
  const { ServerSentEventUri: link } = EventService.parse(json);
  if (link === undefined) throw unsupported(resources, doing, 'its EventService offers no stream');
  return resources.service.path(link);
}

async function* follow(resources: Resources, signal: AbortSignal): AsyncIterable<BmcEvent> {
  const path = await uriOf(resources);
  const { clock } = resources.service.options;
  let lastId: string | undefined;
  let pauseMs = firstPauseMs;
  while (!signal.aborted) {
    try {
      for await (const { id, data } of once(resources, path, lastId, signal)) {
        lastId = id ?? lastId;
        pauseMs = firstPauseMs;
        yield* eventsOf(resources, data);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isPassing(error)) throw error;
      note(resources, error);
      pauseMs = Math.max(pauseMs, askedOf(error));
    }
    await clock.sleep(pauseMs, signal).catch(() => undefined);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }
}

/** What a BMC recovers from: it restarts, it is busy, its stream breaks. */
const isPassing = (error: unknown): boolean =>
  error instanceof BadStream || (isMetalError(error) && (error.class === 'transient' || error.class === 'conflict'));

const askedOf = (error: unknown): number => (error instanceof TransientError ? (error.retryAfterMs ?? 0) : 0);

function note(resources: Resources, error: unknown): void {
  const { log, access } = resources.service.options;
  const code = isMetalError(error) ? error.code : 'BMC_BAD_RESPONSE';
  log.log('debug', 'event stream broke', { bmc: access.id, code });
}

/** One connection, from its first event to its end or its silence. */
async function* once(
  resources: Resources,
  path: Path,
  lastId: string | undefined,
  signal: AbortSignal,
): AsyncIterable<ServerSentEvent> {
  const { clock } = resources.service.options;
  const over = new AbortController();
  const stop = (): void => over.abort();
  const silent = (): void => over.abort(new ExchangeFailure('timeout', `no byte within ${silenceMs / 1000} s`));
  signal.addEventListener('abort', stop, { once: true });
  let cancel = clock.after(silenceMs, silent);
  try {
    const reader = new EventReader();
    const decoder = new TextDecoder();
    for await (const chunk of resources.service.stream(path, lastId, over.signal)) {
      cancel();
      cancel = clock.after(silenceMs, silent);
      yield* reader.read(decoder.decode(chunk, { stream: true }));
    }
  } finally {
    cancel();
    signal.removeEventListener('abort', stop);
    stop();
  }
}

function eventsOf(resources: Resources, data: string): BmcEvent[] {
  try {
    return eventsIn(parseBody(Buffer.from(data), resources.service.options.limits.jsonDepth));
  } catch (error) {
    if (!(error instanceof BadBody)) throw error;
    note(resources, error);
    return [];
  }
}
