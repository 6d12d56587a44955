/**
 * A stand-in for boot-operator, inside the sandbox only. It watches ServerBootConfigurations, works out what the boot
 * network would serve the machine, and marks them Ready, as the real one does once netboot is prepared. Nothing but
 * the emulated machines boots from it.
 */
import { request } from 'node:https';
import type { NetworkBootOffer } from './bmc/index.js';

export interface StandInOptions {
  readonly url: string;
  readonly ca: string;
  readonly token: string;
  readonly onProblem?: (problem: string) => void;
}

export interface StandInBootOperator {
  /** What the boot network serves a machine now. */
  offer(systemUUID: string): NetworkBootOffer | undefined;
  close(): Promise<void>;
}

interface Boot {
  metadata: { name: string; namespace: string; resourceVersion: string; uid: string };
  spec?: { serverRef?: { name?: string }; image?: string; ignitionSecretRef?: { name?: string } };
  status?: { state?: string };
}

const group = '/apis/metal.ironcore.dev/v1alpha1';
const retryMs = 500;

export function startStandInBootOperator(options: StandInOptions): StandInBootOperator {
  const offers = new Map<string, { offer: NetworkBootOffer; boot: string }>();
  const stop = new AbortController();
  const api = client(options, stop.signal);

  const prepare = async (boot: Boot): Promise<void> => {
    const server = await api.get(`${group}/servers/${boot.spec?.serverRef?.name ?? ''}`);
    const uuid = (server?.spec as { systemUUID?: string } | undefined)?.systemUUID?.toLowerCase();
    const offer = await offerFor(api, boot);
    if (uuid === undefined || offer === undefined) return;
    offers.set(uuid, { offer, boot: boot.metadata.uid });
    if (boot.status?.state === 'Ready') return;
    const path = `${group}/namespaces/${boot.metadata.namespace}/serverbootconfigurations/${boot.metadata.name}/status`;
    await api.patch(path, { status: { state: 'Ready' } });
  };

  const forget = (boot: Boot): void => {
    for (const [uuid, entry] of offers) if (entry.boot === boot.metadata.uid) offers.delete(uuid);
  };

  const pending = new Map<string, Boot>();
  const retry = async (): Promise<void> => {
    for (const [id, boot] of [...pending]) {
      pending.delete(id);
      await attempt(boot);
    }
  };
  const attempt = async (boot: Boot): Promise<void> => {
    try {
      await prepare(boot);
      if (!isServed(offers, boot)) pending.set(boot.metadata.uid, boot);
    } catch (error) {
      if (!stop.signal.aborted) pending.set(boot.metadata.uid, boot);
      options.onProblem?.(String(error));
    }
  };

  const running = (async () => {
    while (!stop.signal.aborted) {
      try {
        const list = await api.get(`${group}/serverbootconfigurations`);
        if (list === undefined) throw new Error('boot configurations are not served yet');
        for (const boot of list.items as Boot[]) await attempt(boot);
        const version = (list.metadata as { resourceVersion: string }).resourceVersion;
        for await (const event of api.watch(`${group}/serverbootconfigurations`, version)) {
          if (event.type === 'DELETED') forget(event.object as Boot);
          else if (event.type !== 'BOOKMARK') await attempt(event.object as Boot);
        }
      } catch (error) {
        if (!stop.signal.aborted) options.onProblem?.(String(error));
      }
      await pause(retryMs, stop.signal);
    }
  })();
  const timer = setInterval(() => void retry(), retryMs);
  timer.unref();

  return {
    offer: (uuid) => offers.get(uuid.toLowerCase())?.offer,
    close: async () => {
      clearInterval(timer);
      stop.abort();
      await running;
      api.close();
    },
  };
}

const isServed = (offers: Map<string, { boot: string }>, boot: Boot): boolean =>
  [...offers.values()].some((entry) => entry.boot === boot.metadata.uid);

/** What the ignition starts decides what the machine becomes: the probe's unit names its registry, all else is an OS. */
async function offerFor(api: Client, boot: Boot): Promise<NetworkBootOffer | undefined> {
  const name = boot.spec?.ignitionSecretRef?.name;
  const image = boot.spec?.image ?? '';
  if (name === undefined || name === '') return { kind: 'os', image };
  const secret = await api.get(`/api/v1/namespaces/${boot.metadata.namespace}/secrets/${name}`);
  const encoded = (secret?.data as Record<string, string> | undefined)?.ignition;
  if (encoded === undefined) return undefined;
  const ignition = Buffer.from(encoded, 'base64').toString('utf8');
  const flags = /--registry-url=(\S+?) --server-uuid=([0-9a-fA-F-]+)/.exec(ignition.replace(/\\n/g, ' '));
  if (flags?.[1] === undefined || flags[2] === undefined) return { kind: 'os', image };
  return { kind: 'probe', registryUrl: flags[1], serverUUID: flags[2] };
}

type Json = Record<string, unknown>;

interface Client {
  get(path: string): Promise<(Json & { items?: unknown }) | undefined>;
  patch(path: string, body: Json): Promise<void>;
  watch(path: string, version: string): AsyncIterable<{ type: string; object: unknown }>;
  close(): void;
}

/** The few requests the stand-in needs, over node:https: the sandbox shares no code with the client it is tested by. */
function client({ url, ca, token }: StandInOptions, signal: AbortSignal): Client {
  const open = (path: string, method: string, body?: Json) =>
    new Promise<{ status: number; stream: NodeJS.ReadableStream }>((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${token}`,
        'user-agent': 'stand-in-boot-operator',
        ...(body === undefined ? {} : { 'content-type': 'application/merge-patch+json' }),
      };
      const sent = request(new URL(path, url), { method, headers, ca, signal }, (response) =>
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
    close: () => undefined,
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

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
