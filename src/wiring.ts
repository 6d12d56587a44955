/**
 * Joins the layers: from flags and a kubeconfig come real ports, each built when it is first asked for and imported
 * only then, so that help and completion load none of them. The only file that knows kube, redfish and serve at once.
 */
import type { KubeCluster, KubeContext } from './kube/index.js';
import type { Clock } from './ports/clock.js';
import type { Log } from './ports/log.js';

/** What bodies may ask for. `cluster` is the port and what commands need beyond it (raw requests, versions). */
export interface Ports {
  readonly clock: Clock;
  readonly log: Log;
  readonly cluster: KubeCluster;
}

/** The flags the ports depend on. */
export interface WiringOptions {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly namespace?: string | undefined;
  readonly requestTimeoutMs: number;
  readonly bmcTimeoutMs?: number | undefined;
  readonly bmcCa?: string | undefined;
  readonly bmcInsecureSkipTlsVerify: boolean;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly warn: (text: string) => void;
}

export interface Wiring {
  open<N extends keyof Ports>(name: N): Promise<Ports[N]>;
  /** The way into the cluster: its address, name and default namespace. */
  context(): Promise<KubeContext>;
  /** `-n`, else the context's namespace. */
  namespace(): Promise<string>;
  /** Ends sessions, sends pending events, closes connections; within a few seconds. */
  close(): Promise<void>;
}

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

  const context = (): Promise<KubeContext> =>
    once('context', async () => {
      const { loadConfig } = await import('./kube/index.js');
      const loaded = await loadConfig(present({ kubeconfig: options.kubeconfig, context: options.context }));
      for (const warning of loaded.warnings) options.warn(warning);
      return loaded;
    });

  const builders: { readonly [N in keyof Ports]: () => Promise<Ports[N]> } = {
    clock: async () => options.clock,
    log: async () => options.log,
    cluster: async () => {
      const { createCluster } = await import('./kube/index.js');
      const { clock, log, requestTimeoutMs, userAgent } = options;
      const cluster = createCluster(
        { ...(await context()), warnings: [] },
        { clock, log, requestTimeoutMs, userAgent },
      );
      closers.push(() => cluster.close());
      return cluster;
    },
  };

  const open = <N extends keyof Ports>(name: N): Promise<Ports[N]> => once(name, () => builders[name]());

  return {
    open,
    context,
    namespace: async () => options.namespace ?? (await context()).namespace,
    close: async () => {
      for (const closer of closers) await closer().catch(() => undefined);
    },
  };
}

type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without members that are undefined, for options that distinguish absent from given. */
const present = <T extends object>(object: T): Partial<Present<T>> & Pick<T, RequiredKeys<T>> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as never;

type RequiredKeys<T> = { [K in keyof T]-?: undefined extends T[K] ? never : K }[keyof T];
