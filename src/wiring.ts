/**
 * Joins the layers: from flags and a kubeconfig come real ports, each built when it is first asked for and imported
 * only then, so that help and completion load none of them. The only file that knows kube, redfish, ssh and serve at once.
 */
import { UserError } from './errors/classes.js';
import type { KubeCluster, KubeContext } from './kube/index.js';
import type { BmcFactory, Identification } from './ports/bmc.js';
import type { BmcShells } from './ports/bmc-shell.js';
import type { Clock } from './ports/clock.js';
import type { Events } from './ports/events.js';
import { about, type Log } from './ports/log.js';
import type { Search } from './ports/search.js';
import type { Registry, RegistryOptions } from './serve/registry/index.js';
import type { Audit } from './wiring/audit.js';

/** What bodies may ask for. `cluster` is the port and what commands need beyond it (raw requests, versions). */
export interface Ports {
  readonly clock: Clock;
  readonly log: Log;
  readonly cluster: KubeCluster;
  readonly events: Events;
  readonly bmc: BmcFactory;
  readonly shells: BmcShells;
  readonly identification: Identification;
  readonly search: Search;
}

/** The flags the ports depend on. */
export interface WiringOptions {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly user?: string | undefined;
  readonly as?: string | undefined;
  readonly asGroup?: readonly string[];
  readonly namespace?: string | undefined;
  readonly requestTimeoutMs: number;
  readonly bmcTimeoutMs?: number | undefined;
  readonly bmcRetries?: number | undefined;
  readonly bmcCa?: string | undefined;
  /** Believe any certificate of a BMC that is not pinned. */
  readonly bmcInsecureSkipTlsVerify?: boolean;
  /** HTTP proxy to reach BMCs through. */
  readonly bmcProxy?: string | undefined;
  /** Folder for redacted recordings of BMC traffic. */
  readonly traceRedfish?: string | undefined;
  /** File that tells every mutating request to a BMC. */
  readonly auditLog?: string | undefined;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly warn: (text: string) => void;
}

/** A cluster by its kubeconfig and context; what is absent is as kubectl has it. */
export interface ClusterChoice {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

/** The ports of one run. */
export interface Wiring {
  /** A port, built when it is first asked for. */
  open<N extends keyof Ports>(name: N): Promise<Ports[N]>;
  /** Another cluster than the one of the flags: a move has two. Closed with the rest. */
  openCluster(choice: ClusterChoice): Promise<KubeCluster>;
  /** The way into the cluster: its address, name and default namespace. */
  context(): Promise<KubeContext>;
  /** `-n`, else the context's namespace. */
  namespace(): Promise<string>;
  /** Serves the registry that probes report to, until it is closed. */
  serveRegistry(at: Pick<RegistryOptions, 'host' | 'port' | 'publicUrl' | 'isOpen'>): Promise<Registry>;
  /** The other listeners: health, metrics, admission, metadata. Imported when asked for. */
  listeners(): Promise<typeof import('./serve/index.js')>;
  /** Ends sessions, sends pending events, closes connections; within a few seconds. */
  close(): Promise<void>;
}

const goodbyeMs = 3_000;

/** Wires one run; nothing is imported or opened before it is asked for. */
export function createWiring(options: WiringOptions): Wiring {
  const closers: (() => Promise<void>)[] = [];
  const built = new Map<string, Promise<unknown>>();
  const once = <T>(name: string, build: () => Promise<T>): Promise<T> => {
    const known = built.get(name) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const made = build();
    built.set(name, made);
    return made;
  };

  let contextName: string | undefined;
  const context = (): Promise<KubeContext> =>
    once('context', async () => {
      const { loadConfig } = await import('./kube/index.js');
      const { kubeconfig, context, user, as, asGroup = [] } = options;
      const asGroups = asGroup.length === 0 ? undefined : asGroup;
      const loaded = await loadConfig(present({ kubeconfig, context, user, as, asGroups }));
      for (const warning of loaded.warnings) options.warn(warning);
      contextName = loaded.name;
      return loaded;
    });

  const open = <N extends keyof Ports>(name: N): Promise<Ports[N]> => once(name, () => builders[name]());
  const builders = buildersOf(options, { context, contextName: () => contextName, open, closers });

  return {
    open,
    openCluster: async (choice) => {
      const { loadConfig } = await import('./kube/index.js');
      const found = await loadConfig(present({ kubeconfig: choice.kubeconfig, context: choice.context }));
      for (const warning of found.warnings) options.warn(warning);
      return clusterAt(options, { ...found, warnings: [] }, closers);
    },
    context,
    namespace: async () => options.namespace ?? (await context()).namespace,
    serveRegistry: async (at) => {
      const { startRegistry } = await import('./serve/registry/index.js');
      const boots = { cluster: await open('cluster'), events: await open('events') };
      return startRegistry({ ...at, clock: options.clock, log: options.log, boots });
    },
    listeners: () => import('./serve/index.js'),
    close: async () => {
      for (const closer of closers) await closer().catch(() => undefined);
    },
  };
}

/** What builders share: the context, each other, and what is to be closed at the end, in order. */
interface Joints {
  readonly context: () => Promise<KubeContext>;
  /** Of the context, once it is known. */
  readonly contextName: () => string | undefined;
  readonly open: <N extends keyof Ports>(name: N) => Promise<Ports[N]>;
  readonly closers: (() => Promise<void>)[];
}

type Builders = { readonly [N in keyof Ports]: () => Promise<Ports[N]> };

/** How each port is made. Events and sessions end before the connections they go through. */
function buildersOf(options: WiringOptions, { context, contextName, open, closers }: Joints): Builders {
  const { clock, log, userAgent } = options;
  let audit: Promise<Audit> | undefined;
  /** One for both ways into a BMC. */
  const audited = async (): Promise<{ trace?: Audit['trace'] }> => {
    const { auditLog: path } = options;
    if (path === undefined) return {};
    audit ??= import('./wiring/audit.js').then(({ openAudit }) => {
      const opened = openAudit({ path, clock, context: contextName });
      closers.push(() => opened.close());
      return opened;
    });
    return { trace: (await audit).trace };
  };
  return {
    clock: async () => clock,
    log: async () => log,
    cluster: async () => clusterAt(options, { ...(await context()), warnings: [] }, closers),
    events: async () => {
      const [{ createEvents }, cluster] = await Promise.all([import('./kube/index.js'), open('cluster')]);
      const events = createEvents(cluster, { clock, log });
      closers.unshift(() => events.flush(goodbyeMs));
      return events;
    },
    bmc: async () => {
      const { createBmcFactory, defaultLimits } = await import('./redfish/index.js');
      const most = options.bmcTimeoutMs ?? Number.POSITIVE_INFINITY;
      const limits = {
        readMs: Math.min(most, defaultLimits.readMs),
        actionMs: Math.min(most, defaultLimits.actionMs),
        tries: (options.bmcRetries ?? defaultLimits.tries) + 1,
      };
      const recordTo = options.traceRedfish;
      const recording = recordTo === undefined ? {} : { recordTo };
      const tracing = await audited();
      const reach = await reachOf(options);
      const own = { clock, log: about(log, 'redfish'), userAgent, limits };
      const factory = createBmcFactory({ ...own, ...recording, ...tracing, ...reach });
      closers.unshift(() => factory.close(goodbyeMs));
      return factory;
    },
    shells: async () => {
      const { createShells } = await import('./ssh/index.js');
      return createShells({ clock, ...(await audited()) });
    },
    search: async () => (await import('./redfish/index.js')).createSearch(clock),
    identification: async () => {
      const { createIdentification } = await import('./redfish/index.js');
      return createIdentification({ clock, log: about(log, 'redfish'), ...(await reachOf(options)) });
    },
  };
}

async function clusterAt(
  { clock, log, requestTimeoutMs, userAgent }: WiringOptions,
  found: KubeContext,
  closers: (() => Promise<void>)[],
): Promise<KubeCluster> {
  const { createCluster } = await import('./kube/index.js');
  const cluster = createCluster(found, { clock, log: about(log, 'kube'), requestTimeoutMs, userAgent });
  closers.push(() => cluster.close());
  return cluster;
}

/** How BMCs are reached, and whom to believe there. @throws UserError FILE_NOT_FOUND · USAGE */
async function reachOf(options: WiringOptions): Promise<{ ca?: string; insecure?: boolean; proxy?: URL }> {
  const { bmcCa, bmcInsecureSkipTlsVerify: insecure = false, bmcProxy } = options;
  if (insecure) options.warn('certificates of BMCs are not verified: whoever is in between reads every password');
  return {
    insecure,
    ...(bmcCa === undefined ? {} : { ca: await bundleAt(bmcCa) }),
    ...(bmcProxy === undefined ? {} : { proxy: proxyAt(bmcProxy) }),
  };
}

async function bundleAt(path: string): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new UserError('FILE_NOT_FOUND', `--bmc-ca ${path} cannot be read`, { cause });
  }
}

function proxyAt(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url !== undefined && /^https?:$/.test(url.protocol) && url.pathname === '/';
  if (isPlain && url.username === '' && url.password === '') return url;
  // A password in it would stand in the process list, and in this message.
  throw new UserError('USAGE', '--bmc-proxy is no URL of a proxy', {
    why: 'it must be http://HOST:PORT or https://HOST:PORT, without an account',
    hint: '--bmc-proxy http://jump.example:3128',
  });
}

type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without members that are undefined, for options that distinguish absent from given. */
const present = <T extends object>(object: T): Partial<Present<T>> & Pick<T, RequiredKeys<T>> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as never;

type RequiredKeys<T> = { [K in keyof T]-?: undefined extends T[K] ? never : K }[keyof T];
