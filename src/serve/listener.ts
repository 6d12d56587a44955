/**
 * What every listener of this folder has in common: limits against slow, large and many requests, a port that is said
 * when it is taken, and a clean stop. One listener is one trust zone on one port.
 */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { UserError } from '../errors/classes.js';
import { peerOf, say } from './http.js';
import { rateLimit } from './rate.js';

/** Where to listen. Port 0 takes a free one. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

export interface ListenerOptions extends Place {
  readonly handler: RequestListener;
  /** Requests one address may make, for a handler that does not count them itself. */
  readonly rate?: { readonly perSecond: number; readonly burst: number };
  /** What listens, for messages: `the registry`. */
  readonly what: string;
  /** How to choose another place: `--registry-address 127.0.0.1:0`. */
  readonly remedy: string;
  /** PEM; served over TLS when given. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** Something that listens. */
export interface Listening {
  readonly url: string;
  /** Stops taking requests; those under way have a second. */
  close(): Promise<void>;
}

const maxConnections = 1_024;
/** One address that opens connections and says nothing must not keep everybody else out. */
const maxPerAddress = 256;
const maxHeaderSize = 16_384;
/** How often Node looks for connections beyond their time; its own 30 s would make the limits below thrice as long. */
const connectionsCheckingInterval = 2_000;
const closeMs = 1_000;

/** @throws UserError PORT_IN_USE · UserError USAGE for a key that does not fit its certificate */
export async function listen(options: ListenerOptions): Promise<Listening> {
  const server = serverOf(options);
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.maxConnections = maxConnections;
  limitEach(server);
  await bind(server, options);
  const { address, port, family } = server.address() as AddressInfo;
  const scheme = options.tls === undefined ? 'http' : 'https';
  return {
    url: `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    close: () => closeServer(server),
  };
}

function serverOf({ handler: own, tls, what, rate }: ListenerOptions): Server {
  const handler = rate === undefined ? own : limited(own, rate);
  const limits = { maxHeaderSize, connectionsCheckingInterval };
  if (tls === undefined) return createServer(limits, handler);
  try {
    return createTlsServer({ ...tls, ...limits, minVersion: 'TLSv1.2' }, handler);
  } catch (cause) {
    throw new UserError('USAGE', `the certificate of ${what} cannot be used`, { cause });
  }
}

function limited(handler: RequestListener, rate: NonNullable<ListenerOptions['rate']>): RequestListener {
  const mayAsk = rateLimit({ clock: { monotonicMs: () => performance.now() }, ...rate });
  return (request, response) => {
    if (mayAsk(peerOf(request))) return handler(request, response);
    say(response, 429, 'too many requests', { 'Retry-After': '1', Connection: 'close' });
  };
}

/** Counts open connections by address and cuts those beyond an address's share. */
function limitEach(server: Server): void {
  const open = new Map<string, number>();
  server.on('connection', (socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (open.get(address) ?? 0) + 1;
    open.set(address, count);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
    if (count > maxPerAddress) socket.destroy();
  });
}

function bind(server: Server, { host, port, what, remedy }: ListenerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const isTaken = cause.code === 'EADDRINUSE';
      const message = isTaken ? `port ${port} is in use` : `${what} cannot listen on ${host}:${port}`;
      reject(new UserError('PORT_IN_USE', message, { hint: remedy, cause }));
    });
    server.listen(port, host, resolve);
  });
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), closeMs);
  await closed;
  clearTimeout(cut);
}
