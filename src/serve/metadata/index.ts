/**
 * The metadata service: a machine asks who it is and gets the user data of its claim. Upstream's routes and header; it
 * is known by the address of its direct connection, which must be one that exactly one Server reports at this moment.
 *
 * | GET, HEAD             | answer                                                       |
 * | /v1/                  | JSON: metadata, and `user-data` when the claim has some      |
 * | /v1/user-data         | JSON by key; 404 without                                     |
 * | /v1/user-data/<key>   | the bytes; 404 without                                       |
 * | /v1/<field>           | the text; 404 without                                        |
 *
 * Without `Metadata-Flavor: IronCore Metal` 403: a browser or a proxied request cannot send it.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Server } from '../../api/metal/v1alpha1/index.js';
import type { Clock } from '../../ports/clock.js';
import type { ClusterReads } from '../../ports/cluster.js';
import type { Log } from '../../ports/log.js';
import { peerOf, say, sayJson } from '../http.js';
import { type Listening, listen, type Place } from '../listener.js';
import { rateLimit } from '../rate.js';
import type { AddressBook } from './address-book.js';
import { metadataOf, serverNow, userDataOf, WrongSecretType } from './read.js';

export { AddressBook } from './address-book.js';

export interface MetadataOptions extends Place {
  readonly clock: Clock;
  readonly log: Log;
  readonly cluster: ClusterReads;
  /** Which Server reports which address; kept current by the caller. */
  readonly addresses: AddressBook;
  /** Values every machine sees. */
  readonly fixed: Readonly<Record<string, string>>;
  /** Told of each request when it is answered. */
  readonly onAnswered?: (request: Answered) => void;
}

/** A request that is over, in words of a closed set: what a machine asks for is no label. */
export interface Answered {
  readonly route: 'all' | 'user-data' | 'field' | 'other';
  readonly status: number;
  readonly seconds: number;
}

const flavor = 'IronCore Metal';
const rate = { perSecond: 20, burst: 60 };

/** @throws UserError PORT_IN_USE */
export function startMetadata(options: MetadataOptions): Promise<Listening> {
  const { host, port } = options;
  const remedy = '--metaldata-address 127.0.0.1:0';
  return listen({ host, port, what: 'the metadata service', remedy, handler: metadataHandler(options) });
}

function metadataHandler(options: MetadataOptions): RequestListener {
  const mayAsk = rateLimit({ clock: options.clock, ...rate });
  return (request, response) => {
    const { method, url: path } = request;
    const client = peerOf(request);
    const begun = options.clock.monotonicMs();
    response.once('finish', () => {
      const durationMs = Math.round(options.clock.monotonicMs() - begun);
      const status = response.statusCode;
      options.log.log('info', 'metadata request', { client, durationMs, method, path, status });
      const seconds = (options.clock.monotonicMs() - begun) / 1_000;
      options.onAnswered?.({ route: routeOf(path ?? ''), status, seconds });
    });
    if (!mayAsk(client)) return say(response, 429, 'too many requests', { 'Retry-After': '1' });
    answer(options, client, request, response).catch((error: unknown) => {
      if (error instanceof WrongSecretType) return say(response, 500, error.message);
      options.log.log('warn', 'a metadata request failed', { client, cause: String(error) });
      say(response, 500, 'the cluster could not be asked');
    });
  };
}

async function answer(
  options: MetadataOptions,
  client: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method, headers } = request;
  const path = (request.url ?? '').split('?')[0] ?? '';
  if (path === '/v1') return say(response, 307, 'see /v1/', { Location: '/v1/' });
  if (!path.startsWith('/v1/')) return say(response, 404, '404 page not found');
  if (headers['metadata-flavor'] !== flavor) {
    return say(response, 403, `missing required header: Metadata-Flavor: ${flavor}`);
  }
  if (method !== 'GET' && method !== 'HEAD') return say(response, 405, 'Method Not Allowed', { Allow: 'GET, HEAD' });
  const server = await serverAt(options, client);
  if (server === undefined) return say(response, 404, '404 page not found');
  response.setHeader('Cache-Control', 'no-store');
  return tell(options, server, path.slice('/v1/'.length), response);
}

function routeOf(path: string): Answered['route'] {
  const [, what] = /^\/v1\/([^?]*)/.exec(path) ?? [];
  if (what === undefined) return 'other';
  if (what === '') return 'all';
  return what === 'user-data' || what.startsWith('user-data/') ? 'user-data' : 'field';
}

/** The one Server with this address. */
async function serverAt({ addresses, cluster, log }: MetadataOptions, client: string): Promise<Server | undefined> {
  const [holder, ...others] = addresses.holdersOf(client);
  if (holder === undefined) return undefined;
  if (others.length > 0) {
    log.log('warn', 'an address is reported by several Servers: none of them is answered', {
      client,
      servers: [holder, ...others],
    });
    return undefined;
  }
  return serverNow(cluster, holder, client);
}

async function tell(
  { cluster, fixed }: MetadataOptions,
  server: Server,
  what: string,
  response: ServerResponse,
): Promise<void> {
  const metadata = metadataOf(server, fixed);
  const absent = (): void => say(response, 404, '404 page not found');
  if (what === '' || what === 'user-data') {
    const data = await userDataOf(cluster, server);
    const texts =
      data === undefined ? undefined : sorted([...data].map(([key, value]) => [key, value.toString('utf8')]));
    if (what === 'user-data') return texts === undefined ? absent() : sayJson(response, texts);
    return sayJson(response, sorted([...metadata, ...(texts === undefined ? [] : [['user-data', texts] as const])]));
  }
  const value = what.startsWith('user-data/')
    ? (await userDataOf(cluster, server))?.get(decoded(what.slice('user-data/'.length)))
    : metadata.get(decoded(what));
  if (value === undefined) return absent();
  response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' });
  response.end(value);
}

const sorted = (entries: readonly (readonly [string, unknown])[]): Record<string, unknown> =>
  Object.fromEntries([...new Map(entries)].sort(([a], [b]) => (a < b ? -1 : 1)));

/** A broken escape names no key. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
