/** A scripted API server and a real (but fast) clock, for tests of the client over real sockets. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { KindDef, KubeObject } from '../../../src/api/kind.js';
import { type ClusterOptions, createCluster, type KubeCluster, staticContext } from '../../../src/kube/index.js';
import { Secret } from '../../../src/lib/secret.js';
import type { Clock } from '../../../src/ports/clock.js';
import { silent } from '../../../src/ports/log.js';

export interface Widget extends KubeObject {
  spec?: { size?: number; owner?: string | null };
  status?: { phase?: string };
}

export const Widget: KindDef<Widget> = {
  group: 'test.metalctl.dev',
  version: 'v1',
  kind: 'Widget',
  plural: 'widgets',
  singular: 'widget',
  shortNames: [],
  scope: 'Namespaced',
  hasStatus: true,
  columns: [],
};

export const aWidget = (name: string, size = 1): Widget => ({
  apiVersion: 'test.metalctl.dev/v1',
  kind: 'Widget',
  metadata: { name, namespace: 'kt' },
  spec: { size },
});

/** Real time, run `speed` times as fast, so that back-off costs a test nothing. */
export function quickClock(speed = 100): Clock {
  const after = (ms: number, fn: () => void): (() => void) => {
    const timer = setTimeout(fn, ms / speed);
    return () => clearTimeout(timer);
  };
  return {
    now: () => new Date(),
    monotonicMs: () => performance.now() * speed,
    after,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const cancel = after(ms, resolve);
        signal?.addEventListener('abort', () => {
          cancel();
          reject(signal.reason);
        });
      }),
  };
}

export interface Seen {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

export interface Scripted {
  readonly url: string;
  readonly seen: Seen[];
  readonly cluster: KubeCluster;
}

/** What the server does with one request: an answer, or anything it wants with the response. */
export type Handler = (request: Seen, response: ServerResponse) => void;

export const json = (
  response: ServerResponse,
  code: number,
  body: unknown,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(code, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
};

export const failure = (code: number, reason: string, message: string, details: object = {}): object => ({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  reason,
  message,
  details,
  code,
});

export const notFound = (name: string): object =>
  failure(404, 'NotFound', `widgets.test.metalctl.dev "${name}" not found`, {
    name,
    group: Widget.group,
    kind: 'widgets',
  });

/** Starts a server that answers with `handler`, and a client of it; both end with the test. */
export async function scripted(
  t: TestContext,
  handler: Handler,
  options: Partial<ClusterOptions> = {},
): Promise<Scripted> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const record = await readRequest(request);
    seen.push(record);
    handler(record, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cluster = createCluster(staticContext({ server: url, token: new Secret('canary-token') }), {
    clock: quickClock(),
    log: silent,
    userAgent: 'metalctl-test',
    ...options,
  });
  t.after(async () => {
    await cluster.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url, seen, cluster };
}

async function readRequest(request: IncomingMessage): Promise<Seen> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return {
    method: request.method ?? '',
    url: new URL(request.url ?? '/', 'http://server'),
    headers: request.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}
