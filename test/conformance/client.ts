/** A plain HTTPS client for the conformance suite: it shares no code with the client metalctl uses. */
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

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
  /** Another bearer token than the administrator's; '' for none. */
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

/** Where a server is, and how an administrator enters it: by header fields or by certificate. */
export interface Reachable {
  readonly url: string;
  readonly ca: string | Buffer;
  readonly cert?: string | Buffer | undefined;
  readonly key?: string | Buffer | undefined;
  readonly auth: Readonly<Record<string, string>>;
}

export interface TestApi extends Reachable {
  call(method: string, path: string, options?: CallOptions): Promise<Reply>;
  watch(path: string, headers?: Readonly<Record<string, string>>): Promise<OpenWatch>;
}

/** A client of a running server. Every request has a connection of its own. */
export function clientOf(server: Reachable): TestApi {
  const { url, ca, cert, key, auth } = server;
  const open = (method: string, path: string, { body, headers = {}, token }: CallOptions) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const payload = body === undefined ? undefined : Buffer.isBuffer(body) ? body : encode(body);
      const who = token === undefined ? auth : token === '' ? {} : { authorization: `Bearer ${token}` };
      const request = httpsRequest(
        `${url}${path}`,
        {
          method,
          ca,
          agent: false,
          ...(token === undefined ? { cert, key } : {}),
          ...(headers.host === undefined ? {} : { checkServerIdentity: () => undefined }),
          headers: {
            ...who,
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
    ...server,
    call: async (method, path, options = {}) => readReply(await open(method, path, options)),
    watch: async (path, headers = {}) => openWatch(await open('GET', path, { headers })),
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
