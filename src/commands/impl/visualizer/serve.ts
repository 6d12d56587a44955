/** Serves the page to whoever has its token, and tells it changes. Answers nothing to other hosts' pages. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PermanentError } from '../../../errors/classes.js';
import { dataOf, pageOf, policyOf } from './page.js';
import type { Floor } from './racks.js';

export interface Visualizer {
  /** With its token. */
  readonly url: string;
  update(floor: Floor): void;
  /** The API does not answer: pages say that they are old. */
  lost(): void;
  close(): Promise<void>;
}

/** @throws PermanentError PORT_IN_USE */
export async function serveVisualizer(
  { host, port }: { host: string; port: number },
  first: Floor,
): Promise<Visualizer> {
  const token = randomBytes(24).toString('base64url');
  const listeners = new Set<ServerResponse>();
  let floor = first;
  const server = createServer((request, response) => {
    const refusal = refusalOf(request, token, hostsOf(host, (server.address() as AddressInfo).port));
    if (refusal !== undefined) {
      response.writeHead(refusal, { 'content-type': 'text/plain', connection: 'close' }).end('refused\n');
      return;
    }
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/') answerPage(response, floor);
    else if (pathname === '/events') listen(response, listeners, floor);
    else response.writeHead(404, { 'content-type': 'text/plain' }).end('no such page\n');
  });
  server.headersTimeout = 5_000;
  server.maxConnections = 64;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? inUse(port, error) : error),
    );
    server.listen(port, host, resolve);
  });
  const shown = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${shown}:${(server.address() as AddressInfo).port}/?t=${token}`,
    update: (next) => {
      floor = next;
      for (const response of listeners) response.write(`data: ${dataOf(floor)}\n\n`);
    },
    lost: () => {
      for (const response of listeners) response.write('event: lost\ndata: 1\n\n');
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const inUse = (port: number, cause: unknown): PermanentError =>
  new PermanentError('PORT_IN_USE', `port ${port} is in use`, {
    cause,
    hint: 'metalctl visualizer --port 0   picks a free one',
  });

/** A page of another name that resolves to this address (DNS rebinding) sends its own name here. */
const hostsOf = (host: string, port: number): ReadonlySet<string> =>
  new Set(
    [host.includes(':') ? `[${host}]` : host, 'localhost', '127.0.0.1', '[::1]'].map((name) => `${name}:${port}`),
  );

function refusalOf(request: IncomingMessage, token: string, hosts: ReadonlySet<string>): number | undefined {
  if (!hosts.has(request.headers.host ?? '')) return 421;
  if (request.method !== 'GET') return 405;
  const given = Buffer.from(new URL(request.url ?? '/', 'http://localhost').searchParams.get('t') ?? '');
  const wanted = Buffer.from(token);
  return given.length === wanted.length && timingSafeEqual(given, wanted) ? undefined : 403;
}

function answerPage(response: ServerResponse, floor: Floor): void {
  const nonce = randomBytes(16).toString('base64');
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policyOf(nonce),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  response.end(pageOf(floor, nonce, true));
}

function listen(response: ServerResponse, listeners: Set<ServerResponse>, floor: Floor): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(`data: ${dataOf(floor)}\n\n`);
  listeners.add(response);
  response.on('close', () => listeners.delete(response));
}
