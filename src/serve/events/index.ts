/**
 * Receives Redfish events: a BMC that has something to tell is read sooner than its turn. What it says is counted and
 * never believed: no state comes from here.
 *
 * | request                                     | answer                                              |
 * | POST /serverevents/alerts/<bmc>/<secret>        | 200 · 400 not JSON · 413 over 1 MiB             |
 * | POST /serverevents/metricsreport/<bmc>/<secret> | likewise                                        |
 * | a wrong secret, an unknown BMC, another's address | 404                                           |
 *
 * *Source*: upstream's `internal/serverevents`, which takes events from anybody for any name.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { sameAddress } from '../../lib/machine-address.js';
import type { Clock } from '../../ports/clock.js';
import type { Log } from '../../ports/log.js';
import { peerOf, readBody, say } from '../http.js';
import { type Listening, listen, type Place } from '../listener.js';
import { rateLimit } from '../rate.js';
import { EventMetrics } from './metrics.js';
import { alertsOf, readingsOf } from './payload.js';

export interface EventsOptions extends Place {
  readonly clock: Clock;
  readonly log: Log;
  /** Random; secrets of the paths are made from it. */
  readonly key: Buffer;
  /** Address of a BMC; `any` where the source is not checked; undefined for a name that is no BMC's. */
  readonly addressOf: (bmc: string) => string | 'any' | undefined;
  /** A BMC has told something: read it soon. */
  readonly onEvent: (bmc: string) => void;
}

export interface EventListener extends Listening {
  /** Path a BMC is subscribed with; only it is told the secret. */
  pathFor(bmc: string, format: 'Event' | 'MetricReport'): string;
  readonly metrics: EventMetrics;
}

const route = /^\/serverevents\/(alerts|metricsreport)\/([a-z0-9.-]{1,253})\/([0-9a-f]{64})$/;
const rate = { perSecond: 20, burst: 100 };

/** @throws UserError PORT_IN_USE */
export async function startEvents(options: EventsOptions): Promise<EventListener> {
  const { host, port, clock, key } = options;
  const metrics = new EventMetrics(clock);
  const handler = eventsHandler(options, metrics);
  const listening = await listen({
    host,
    port,
    handler,
    what: 'the event receiver',
    remedy: '--event-address 127.0.0.1:0',
  });
  return {
    ...listening,
    metrics,
    pathFor: (bmc, format) => {
      const folder = format === 'Event' ? 'alerts' : 'metricsreport';
      return `/serverevents/${folder}/${bmc}/${secretOf(key, bmc)}`;
    },
  };
}

const secretOf = (key: Buffer, bmc: string): string => createHmac('sha256', key).update(bmc).digest('hex');

function eventsHandler(options: EventsOptions, metrics: EventMetrics): RequestListener {
  const mayAsk = rateLimit({ clock: options.clock, ...rate });
  return (request, response) => {
    if (!mayAsk(peerOf(request)))
      return say(response, 429, 'too many requests', { 'Retry-After': '1', Connection: 'close' });
    answer(options, metrics, request, response).catch((error: unknown) => {
      options.log.log('debug', 'an event broke off', { cause: error instanceof Error ? error.message : String(error) });
      response.destroy();
    });
  };
}

async function answer(
  options: EventsOptions,
  metrics: EventMetrics,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, folder, bmc = '', secret = ''] = route.exec(request.url ?? '') ?? [];
  if (folder === undefined || !isFrom(options, bmc, secret, peerOf(request))) {
    return say(response, 404, '404 page not found', { Connection: 'close' });
  }
  if (request.method !== 'POST') return say(response, 405, 'Only POST method is allowed', { Allow: 'POST' });
  const body = await readBody(request);
  if (body === undefined) return say(response, 413, 'the event is larger than 1 MiB', { Connection: 'close' });
  try {
    if (folder === 'alerts') for (const alert of alertsOf(body)) metrics.alert(bmc, alert);
    else for (const reading of readingsOf(body)) metrics.reading(bmc, reading);
  } catch {
    return say(response, 400, 'the body is not JSON');
  }
  if (folder === 'alerts') options.onEvent(bmc);
  response.writeHead(200).end();
}

/** Secret first, in constant time: a stranger does not learn which BMCs there are. */
function isFrom({ key, addressOf }: EventsOptions, bmc: string, secret: string, peer: string): boolean {
  if (!timingSafeEqual(Buffer.from(secretOf(key, bmc)), Buffer.from(secret))) return false;
  const address = addressOf(bmc);
  return (
    address === 'any' || (address !== undefined && (address === peer || sameAddress(address) === sameAddress(peer)))
  );
}
