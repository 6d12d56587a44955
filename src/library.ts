/** Real ports for embedders: what the CLI's wiring builds, without a CLI. */
import type { BmcFactory } from './ports/bmc.js';
import type { Clock } from './ports/clock.js';
import { type Log, silent } from './ports/log.js';
import type { Probes } from './ports/probes.js';
import type { RunnerPorts } from './reconcile/index.js';
import { realClock } from './wiring/clock.js';
import { cryptoIds, deafProbes } from './workflows/runner-ports.js';

export interface OpenPortsOptions {
  /** Path of a kubeconfig; default: KUBECONFIG, `~/.kube/config`, in-cluster. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  /** PEM bundle trusted for BMCs beside the system's. */
  readonly bmcCa?: string;
  /** SSH host keys of BMCs; default: those that `metalctl bmc hostkey accept` keeps. */
  readonly knownHosts?: string;
  readonly clock?: Clock;
  readonly log?: Log;
  /** Registry that discovered machines report to; default: none is served. */
  readonly probes?: Probes;
  readonly userAgent?: string;
}

/**
 * Opens a cluster and BMCs for `reconcileOnce`. Nothing is sent until the first call.
 * @throws UserError KUBECONFIG_MISSING · KUBECONFIG_INVALID · CONTEXT_NOT_FOUND
 */
export async function openPorts(options: OpenPortsOptions = {}): Promise<RunnerPorts & { close(): Promise<void> }> {
  const { clock = realClock(), log = silent, probes = deafProbes, userAgent = 'metalctl-library' } = options;
  const [{ loadConfig, createCluster, createEvents }, { createBmcFactory }, { createShells }] = await Promise.all([
    import('./kube/index.js'),
    import('./redfish/index.js'),
    import('./ssh/index.js'),
  ]);
  const { kubeconfig, context, bmcCa, knownHosts } = options;
  const loaded = await loadConfig({ ...(kubeconfig && { kubeconfig }), ...(context && { context }) });
  const cluster = createCluster(loaded, { clock, log, userAgent });
  const events = createEvents(cluster, { clock, log });
  const bmcs: BmcFactory = createBmcFactory({ clock, log, userAgent, ...(bmcCa && { ca: bmcCa }) });
  const close = async (): Promise<void> => {
    await events.flush(2_000);
    await bmcs.close(3_000);
    await cluster.close();
  };
  const shells = createShells({ clock, knownHosts });
  return { cluster, bmcs, shells, probes, events, clock, log, ids: cryptoIds, random: Math.random, close };
}
