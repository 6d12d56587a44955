/**
 * A stand-in for boot-operator, inside the sandbox only. It watches ServerBootConfigurations, works out what the boot
 * network would serve the machine, and marks them Ready, as the real one does once netboot is prepared. Nothing but
 * the emulated machines boots from it.
 */
import type { NetworkBootOffer } from './bmc/index.js';
import { type Access, type Client, kubeClient } from './stand-in-client.js';

/** How to ask the API server, which machines to serve, and whom to tell what went wrong. */
export interface StandInOptions {
  /** Requests to the API server, until the signal ends them. */
  readonly connect: (signal: AbortSignal) => Client;
  /**
   * Whether a machine is one of the sandbox, by its lower-case UUID; absent: all are, because the cluster is the sandbox's own.
   * In somebody else's cluster nothing is read or written for other machines.
   */
  readonly isOurs?: (systemUUID: string) => boolean;
  readonly onProblem?: (problem: string) => void;
}

/** The stand-in for an API server that is reached by its address and a credential. */
export const standInAt = (access: Access, onProblem?: (problem: string) => void): StandInBootOperator =>
  startStandInBootOperator({
    connect: (signal) => kubeClient(access, signal),
    ...(onProblem === undefined ? {} : { onProblem }),
  });

/** The stand-in at work. */
export interface StandInBootOperator {
  /** What the boot network serves a machine now. */
  offer(systemUUID: string): NetworkBootOffer | undefined;
  /** UUID of the machine behind a Server object; undefined if there is none of that name. */
  systemUUID(server: string): Promise<string | undefined>;
  close(): Promise<void>;
}

interface Boot {
  metadata: { name: string; namespace: string; resourceVersion: string; uid: string; generation?: number };
  spec?: { serverRef?: { name?: string }; image?: string; ignitionSecretRef?: { name?: string } };
  status?: { state?: string };
}

interface Secret {
  metadata: { name: string; namespace: string };
}

/** What a machine is offered, and the UID of the configuration that says so. */
interface Offer {
  readonly offer: NetworkBootOffer;
  readonly boot: string;
}

/** What is served, from where, and to whom. */
interface Network {
  readonly api: Client;
  readonly offers: Map<string, Offer>;
  readonly isOurs: (systemUUID: string) => boolean;
}

const group = '/apis/metal.ironcore.dev/v1alpha1';
const retryMs = 500;
const longestRetryMs = 8_000;

/** Serves every boot configuration there is and will be, until closed. What fails is tried again, ever more rarely. */
export function startStandInBootOperator(options: StandInOptions): StandInBootOperator {
  const stop = new AbortController();
  const api = options.connect(stop.signal);
  const network: Network = { api, offers: new Map(), isOurs: options.isOurs ?? (() => true) };
  const { offers } = network;
  const pending = new Map<string, Boot>();
  const known = new Map<string, Boot>();
  /** Generation of each configuration whose offer stands: what else changes about it is its status. */
  const served = new Map<string, number | undefined>();

  const isInForce = (uid: string): boolean => [...offers.values()].some(({ boot }) => boot === uid);

  const attempt = async (boot: Boot): Promise<void> => {
    const { uid, generation } = boot.metadata;
    try {
      if (!(await prepare(network, boot))) pending.set(uid, boot);
      else served.set(uid, generation);
    } catch (error) {
      if (!stop.signal.aborted) pending.set(uid, boot);
      options.onProblem?.(String(error));
    }
  };

  const see = async (boot: Boot): Promise<void> => {
    const { uid, generation } = boot.metadata;
    known.set(uid, boot);
    // Where Secrets are not watched, an ignition written anew shows in what is written to the configuration beside it.
    const mayBeStale = options.isOurs !== undefined && isInForce(uid);
    if (served.has(uid) && served.get(uid) === generation && !mayBeStale) return;
    pending.delete(uid);
    await attempt(boot);
  };

  const attemptAll = async (boots: readonly Boot[]): Promise<void> => {
    for (const boot of boots) {
      pending.delete(boot.metadata.uid);
      await attempt(boot);
    }
  };

  /** The ignition usually comes after the configuration that names it, and may be another one later. */
  const seeSecret = ({ metadata: { name, namespace } }: Secret): Promise<void> =>
    attemptAll(
      [...known.values()].filter(
        ({ metadata, spec }) =>
          metadata.namespace === namespace &&
          spec?.ignitionSecretRef?.name === name &&
          (pending.has(metadata.uid) || isInForce(metadata.uid)),
      ),
    );

  const forget = ({ metadata }: Boot): void => {
    pending.delete(metadata.uid);
    known.delete(metadata.uid);
    served.delete(metadata.uid);
    for (const [uuid, { boot }] of offers) if (boot === metadata.uid) offers.delete(uuid);
  };

  const persistently = async (work: () => Promise<void>): Promise<void> => {
    while (!stop.signal.aborted) {
      await work().catch((error) => {
        if (!stop.signal.aborted) options.onProblem?.(String(error));
      });
      await pause(retryMs, stop.signal);
    }
  };

  const retry = async (): Promise<void> => {
    for (let waitMs = retryMs; !stop.signal.aborted; waitMs = Math.min(waitMs * 2, longestRetryMs)) {
      await pause(waitMs, stop.signal);
      if (pending.size === 0) waitMs = retryMs / 2;
      await attemptAll([...pending.values()]);
    }
  };

  const running = Promise.all([
    persistently(() => follow<Boot>(api, `${group}/serverbootconfigurations`, see, forget)),
    // The Secrets of somebody else's cluster are not listed: the few that are needed are asked for, again and again.
    ...(options.isOurs ? [] : [persistently(() => follow<Secret>(api, '/api/v1/secrets', seeSecret))]),
    retry(),
  ]);

  return {
    offer: (uuid) => offers.get(uuid.toLowerCase())?.offer,
    systemUUID: async (server) =>
      uuidOf(await api.get(`${group}/servers/${encodeURIComponent(server)}`).catch(() => undefined)),
    close: async () => {
      stop.abort();
      await running;
    },
  };
}

/** Lists the objects of a path, then watches them until the watch ends. */
async function follow<T>(
  api: Client,
  path: string,
  see: (object: T) => Promise<void>,
  forget?: (object: T) => void,
): Promise<void> {
  const list = await api.get(path);
  if (list === undefined) throw new Error(`${path} is not served yet`);
  for (const object of list.items as T[]) await see(object);
  const version = (list.metadata as { resourceVersion: string }).resourceVersion;
  for await (const event of api.watch(path, version)) {
    if (event.type === 'DELETED') forget?.(event.object as T);
    else if (event.type !== 'BOOKMARK') await see(event.object as T);
  }
}

/** Works out the offer and marks the configuration Ready. False while its server or Secret is not there yet. */
async function prepare({ api, offers, isOurs }: Network, boot: Boot): Promise<boolean> {
  const server = await api.get(`${group}/servers/${boot.spec?.serverRef?.name ?? ''}`);
  const uuid = uuidOf(server);
  if (uuid !== undefined && !isOurs(uuid)) return true;
  const offer = await offerFor(api, boot);
  if (uuid === undefined || offer === undefined)
    return [...offers.values()].some((one) => one.boot === boot.metadata.uid);
  offers.set(uuid, { offer, boot: boot.metadata.uid });
  if (boot.status?.state === 'Ready') return true;
  const path = `${group}/namespaces/${boot.metadata.namespace}/serverbootconfigurations/${boot.metadata.name}/status`;
  await api.patch(path, { status: { state: 'Ready' } });
  return true;
}

const uuidOf = (server: Record<string, unknown> | undefined): string | undefined =>
  (server?.spec as { systemUUID?: string } | undefined)?.systemUUID?.toLowerCase();

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
