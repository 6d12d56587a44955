/** The few requests the stand-in needs, over node:https: the sandbox shares no code with the client it is tested by. */
import { request } from 'node:https';

/** A JSON object as it came. */
type Json = Record<string, unknown>;

/** The API server, and who asks. */
export interface Access {
  readonly url: string;
  readonly ca: string;
  /** Bearer token; or else a client certificate. */
  readonly token?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** Reads, status patches and watches. */
export interface Client {
  get(path: string): Promise<(Json & { items?: unknown }) | undefined>;
  patch(path: string, body: Json): Promise<void>;
  watch(path: string, version: string): AsyncIterable<{ type: string; object: unknown }>;
}

/** Requests to one API server until the signal ends them. A 404 is no object; other refusals throw. */
export function kubeClient({ url, ca, token, cert, key }: Access, signal: AbortSignal): Client {
  const open = (path: string, method: string, body?: Json) =>
    new Promise<{ status: number; stream: NodeJS.ReadableStream }>((resolve, reject) => {
      const headers = {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        'user-agent': 'stand-in-boot-operator',
        ...(body === undefined ? {} : { 'content-type': 'application/merge-patch+json' }),
      };
      const sent = request(new URL(path, url), { method, headers, ca, cert, key, signal }, (response) =>
        resolve({ status: response.statusCode ?? 0, stream: response }),
      );
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  const whole = async (path: string, method: string, body?: Json): Promise<Json | undefined> => {
    const { status, stream } = await open(path, method, body);
    const text = await textOf(stream);
    if (status === 404) return undefined;
    if (status >= 300) throw new Error(`${method} ${path}: ${status}`);
    return JSON.parse(text) as Json;
  };
  return {
    get: (path) => whole(path, 'GET') as Promise<Json & { items?: unknown }>,
    patch: async (path, body) => void (await whole(path, 'PATCH', body)),
    watch: (path, version) =>
      events(() => open(`${path}?watch=true&allowWatchBookmarks=true&resourceVersion=${version}`, 'GET')),
  };
}

async function* events(
  open: () => Promise<{ status: number; stream: NodeJS.ReadableStream }>,
): AsyncIterable<{ type: string; object: unknown }> {
  const { status, stream } = await open();
  if (status !== 200) throw new Error(`watch: ${status}`);
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield JSON.parse(line) as { type: string; object: unknown };
  }
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  const parts: string[] = [];
  for await (const part of stream) parts.push(String(part));
  return parts.join('');
}
