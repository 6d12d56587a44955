/**
 * Who makes it happen while a command waits: a controller of the cluster, or the reconcilers in this process for the
 * objects of the command alone.
 */

import type { KindDef, KubeObject } from '../api/kind.js';
import { Lease, type LeaseObject } from '../api/kubernetes.js';
import { isControllerLease, leaderLease } from '../api/metal/v1alpha1/constants.js';
import { Server } from '../api/metal/v1alpha1/server.js';
import { ConflictError, isMetalError, PermanentError } from '../errors/classes.js';
import { eitherSignal } from '../lib/either-signal.js';
import type { Clock } from '../ports/clock.js';
import type { ClusterReads, ListOptions } from '../ports/cluster.js';
import {
  ObjectLeases,
  type RunnerPorts,
  reconcilers,
  reconcileUntil,
  type Settings,
  serverLease,
} from '../reconcile/index.js';

const driverModes = ['auto', 'cluster', 'local', 'none'] as const;
export type DriverMode = (typeof driverModes)[number];

/** Whether an object is the command's business. Others are read, never changed. */
export type Scope = (kind: KindDef, object: KubeObject) => boolean;

export interface Driver {
  readonly mode: 'cluster' | 'local' | 'none';
  /** Drives the objects in scope until the signal aborts. Returns at once where others do the work. */
  drive(scope: Scope, signal: AbortSignal): Promise<void>;
}

/** Others do it, or nobody. */
export const watchingDriver = (mode: 'cluster' | 'none'): Driver => ({ mode, drive: async () => undefined });

/**
 * Runs the reconcilers in this process, woken by watches, for the objects of the command alone; each server under its
 * own lease. @throws ConflictError LEASE_HELD from `drive` when another process drives one of them
 */
export const localDriver = (ports: RunnerPorts, settings: Settings): Driver => ({
  mode: 'local',
  drive: async (scope, signal) => {
    const { cluster, clock, log } = ports;
    const { managerNamespace: namespace, instance: identity } = settings;
    const leases = new ObjectLeases({ cluster, clock, log, namespace, identity, signal });
    try {
      await reconcileUntil(ports, {
        registrations: reconcilers,
        settings,
        signal,
        besideOthers: true,
        inScope: (kind, object) => scope(kind, object),
        mayWrite: () => leases.areHeld(),
        beforeVisit: async (kind, { name }) => {
          if (kind.plural === Server.plural) await leases.hold(serverLease(name));
        },
      });
    } finally {
      await leases.release();
    }
  },
});

/** Runs `work` while the driver drives; a driver that fails ends the work with its failure. */
export async function whileDriving<T>(
  driver: Driver,
  scope: Scope,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const both = eitherSignal(signal, stop.signal);
  const driving = driver.drive(scope, both);
  const failed = new Promise<never>((_, reject) => driving.catch(reject));
  try {
    return await Promise.race([work(both), failed]);
  } finally {
    stop.abort();
    await driving.catch(() => undefined);
  }
}

const pollMs = 1_000;
const defaultLeaseSeconds = 15;

/** A controller that is alive, and since when its lease says so. */
export interface LiveController {
  readonly holder: string;
  readonly lease: string;
}

/**
 * Looks for a live controller: a lease whose record changes while it is watched, for at most its own duration. Clocks
 * of two machines are not compared, except to skip leases that are older than ten durations.
 */
export async function findLiveController(
  cluster: ClusterReads,
  clock: Clock,
  signal: AbortSignal,
  records = controllerRecords,
): Promise<LiveController | undefined> {
  const first = await records(cluster, signal);
  const candidates = first.filter((lease) => mayBeAlive(lease, clock));
  if (candidates.length === 0) return undefined;
  const longestMs = Math.max(...candidates.map(durationMs));
  for (let waitedMs = 0; waitedMs < longestMs; waitedMs += pollMs) {
    await clock.sleep(pollMs, signal);
    const now = await records(cluster, signal);
    const live = now.find((lease) => hasChanged(lease, candidates));
    if (live !== undefined) return liveOf(live);
  }
  return undefined;
}

async function controllerRecords(cluster: ClusterReads, signal: AbortSignal): Promise<LeaseObject[]> {
  const all = await leasesOf(cluster, { signal });
  return all.filter(({ metadata, spec }) => isControllerLease(metadata.name) && spec?.holderIdentity);
}

/**
 * Of upstream's operator alone, whose namespace nobody knows: by name, where a cluster has a lease for each node. Who may
 * not look cannot say that it is not there.
 */
async function upstreamRecords(cluster: ClusterReads, signal: AbortSignal): Promise<LeaseObject[]> {
  const named = { fieldSelector: `metadata.name=${leaderLease}`, signal };
  const all = (await cluster.list(Lease, named).catch(explainBlindness)).items;
  return all.filter(({ metadata, spec }) => metadata.name === leaderLease && spec?.holderIdentity);
}

function explainBlindness(error: unknown): never {
  if (!isMetalError(error) || error.code !== 'API_FORBIDDEN') throw error;
  throw new PermanentError('API_FORBIDDEN', "whether upstream's metal-operator runs cannot be seen", {
    why: `${error.message}: ${error.why}`,
    hint: [
      'metalctl install rbac   the role of the daemon may list leases',
      '--no-upstream-compat   reconcile without looking',
    ],
    cause: error,
  });
}

/** Those that may be seen. */
export async function leasesOf(cluster: ClusterReads, options: ListOptions): Promise<LeaseObject[]> {
  try {
    return (await cluster.list(Lease, options)).items;
  } catch (error) {
    // Leases of other namespaces may be hidden by RBAC: then no controller can be seen, as the note says.
    if (isMetalError(error) && (error.code === 'API_FORBIDDEN' || error.code === 'CRD_MISSING')) return [];
    throw error;
  }
}

const durationMs = ({ spec }: LeaseObject): number => (spec?.leaseDurationSeconds ?? defaultLeaseSeconds) * 1_000;

const mayBeAlive = (lease: LeaseObject, clock: Clock): boolean => {
  const renewed = Date.parse(lease.spec?.renewTime ?? '');
  return Number.isNaN(renewed) || clock.now().getTime() - renewed < 10 * durationMs(lease);
};

const hasChanged = (lease: LeaseObject, before: readonly LeaseObject[]): boolean => {
  const old = before.find(({ metadata }) => metadata.uid === lease.metadata.uid);
  return old === undefined || old.metadata.resourceVersion !== lease.metadata.resourceVersion;
};

const liveOf = ({ metadata, spec }: LeaseObject): LiveController => ({
  holder: spec?.holderIdentity ?? '',
  lease: metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name,
});

/** `lease metal/metalctl-reconciler is held by "host_1"` */
export const heldText = ({ lease, holder }: LiveController): string => `lease ${lease} is held by "${holder}"`;

export interface DriverChoice {
  readonly mode: DriverMode;
  /** `--take-over`: drive locally beside a live controller. */
  readonly takeOver?: boolean;
  readonly signal: AbortSignal;
}

/**
 * Chooses the driver of a waiting command and says why, in one line for stderr.
 * @throws ConflictError LEASE_HELD for `local` beside a live controller
 */
export async function chooseDriver(
  { cluster, clock }: { readonly cluster: ClusterReads; readonly clock: Clock },
  makeLocal: () => Promise<Driver>,
  { mode, takeOver, signal }: DriverChoice,
): Promise<{ readonly driver: Driver; readonly note?: string; readonly live?: LiveController }> {
  if (mode === 'cluster' || mode === 'none') return { driver: watchingDriver(mode) };
  const live = takeOver ? undefined : await findLiveController(cluster, clock, signal);
  if (live === undefined) return { driver: await makeLocal(), note: 'driver: local (no controller lease seen)' };
  if (mode === 'auto') {
    return { driver: watchingDriver('cluster'), note: `driver: cluster (${heldText(live)})`, live };
  }
  throw new ConflictError('LEASE_HELD', 'a controller is active; two would fight over power', {
    why: heldText(live),
    hint: ['--driver cluster   let it do the work', '--take-over   drive all the same'],
  });
}

/**
 * Makes sure that upstream's operator does not run: it would switch the same machines, by intents it does not write down.
 * One that runs without leader election holds no lease and is not seen.
 * @throws ConflictError LEASE_HELD · the error of a list that is refused, API_FORBIDDEN
 */
export async function refuseBesideUpstream(
  { cluster, clock }: { readonly cluster: ClusterReads; readonly clock: Clock },
  signal: AbortSignal,
): Promise<void> {
  const live = await findLiveController(cluster, clock, signal, upstreamRecords);
  if (live === undefined) return;
  throw new ConflictError('LEASE_HELD', "upstream's metal-operator is active; two operators would fight over power", {
    why: heldText(live),
    hint: [
      'stop it: kubectl scale deployment --replicas 0 …',
      '--no-upstream-compat   reconcile beside it all the same',
    ],
  });
}
