/** Where the conformance suite gets its server: the sandbox's own, over real HTTPS. */
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { TestContext } from 'node:test';
import { type ApiServer, type ApiServerOptions, startApiServer } from '../../src/sandbox/apiserver/index.js';
import { type Authority, createAuthority } from '../../src/sandbox/certificates.js';

/** What a server can do beside the API itself; a test that needs more than it has is skipped with this reason. */
export interface Capabilities {
  /** Garbage collection and namespace deletion run beside the server. */
  readonly controllers: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: bodies are whatever the server answers; tests look into them freely.
export type Body = any;

export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Body;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string | undefined;
}

export interface WatchedEvent {
  readonly type: string;
  readonly object: Body;
}

export interface OpenWatch {
  readonly status: number;
  readonly events: WatchedEvent[];
  /** Waits until there are so many events, or the stream ended. */
  until(count: number): Promise<WatchedEvent[]>;
  readonly ended: Promise<void>;
  close(): void;
}

export interface TestApi {
  readonly url: string;
  readonly capabilities: Capabilities;
  readonly server: ApiServer;
  readonly ca: string;
  call(method: string, path: string, options?: CallOptions): Promise<Reply>;
  watch(path: string, headers?: Readonly<Record<string, string>>): Promise<OpenWatch>;
  close(): Promise<void>;
}

let authority: Promise<Authority> | undefined;

/** One authority for all servers of a test process: making one takes a while. */
export async function testCertificates() {
  authority ??= createAuthority();
  const { issue, ca } = await authority;
  return { ...(await issue({ hosts: ['127.0.0.1'] })), ca };
}

/** Start a server; `context` closes it. A real kube-apiserver (KUBEBUILDER_ASSETS) will come in here. */
export async function startApi(context: TestContext, options: Partial<ApiServerOptions> = {}): Promise<TestApi> {
  const tls = await testCertificates();
  const server = await startApiServer({ tls, ...options });
  const api = connect(server, tls.ca);
  context.after(() => api.close());
  return api;
}

/** A client of a running server. */
export function connect(server: ApiServer, ca: string): TestApi {
  const open = (method: string, path: string, { body, headers = {}, token = server.adminToken }: CallOptions) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const payload = body === undefined ? undefined : Buffer.isBuffer(body) ? body : encode(body);
      const request = httpsRequest(
        `${server.url}${path}`,
        {
          method,
          ca,
          agent: false,
          ...(headers.host === undefined ? {} : { checkServerIdentity: () => undefined }),
          headers: {
            ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
            'user-agent': 'conformance/1',
            ...(payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': payload.length }),
            ...headers,
          },
        },
        resolve,
      );
      request.on('error', reject);
      request.end(payload);
    });
  return {
    url: server.url,
    capabilities: { controllers: true },
    server,
    ca,
    call: async (method, path, options = {}) => readReply(await open(method, path, options)),
    watch: async (path, headers = {}) => openWatch(await open('GET', path, { headers })),
    close: () => server.close(),
  };
}

const encode = (body: unknown) => Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));

async function readReply(response: IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const isJson = text !== '' && /json/.test(response.headers['content-type'] ?? '');
  return { status: response.statusCode ?? 0, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

function openWatch(response: IncomingMessage): OpenWatch {
  const events: WatchedEvent[] = [];
  let rest = '';
  let isOver = false;
  let wake: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    const finish = () => {
      isOver = true;
      wake();
      resolve();
    };
    response.on('end', finish).on('close', finish).on('error', finish);
  });
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') events.push(JSON.parse(line) as WatchedEvent);
    wake();
  });
  const until = async (count: number) => {
    while (events.length < count && !isOver) await new Promise<void>((resolve) => (wake = resolve));
    return events;
  };
  return { status: response.statusCode ?? 0, events, until, ended, close: () => response.destroy() };
}
