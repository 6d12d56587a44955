/**
 * The Lease that keeps a second reconciler out (coordination.k8s.io/v1), with controller-runtime's values. Whether the
 * holder lives is judged by local monotonic time since its record was last seen to change, never by comparing its clock
 * with ours. A starter has no such history, so it watches the record for up to one lease duration first.
 */
import { Lease } from '../../api/kubernetes.js';
import { ConflictError, isMetalError } from '../../errors/classes.js';
import { microTime } from '../../lib/micro-time.js';
import type { Clock } from '../../ports/clock.js';
import type { Cluster } from '../../ports/cluster.js';
import type { Log } from '../../ports/log.js';

const defaultMs = 15_000;
const retryMs = 2_000;
/** controller-runtime's ratio: a lease of 15 s must be renewed within 10 s. */
const renewDeadlineOf = ({ durationMs = defaultMs }: LeaseOptions): number => (durationMs * 2) / 3;
/**
 * A record this many durations old was left behind by whoever died long ago, or our clock jumped: it is watched for a
 * little longer than a living holder leaves between two renewals, and not for a whole duration.
 */
const abandonedAfter = 10;
const abandonedWatchMs = 3_000;

export interface LeaseOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Log;
  readonly name: string;
  readonly namespace: string;
  /** Marks on the record, for who looks at it. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** How long the record counts without being renewed; default 15 s. */
  readonly durationMs?: number;
  /** `hostname_uuid`. */
  readonly identity: string;
  readonly signal?: AbortSignal;
  /** How long to wait for a live holder; default 0: as soon as it is seen alive, give up. */
  readonly waitMs?: number;
  /** Told once when the lease is found held: whether its holder lives takes a while to see. */
  readonly onWait?: (holder: string) => void;
}

/** A Lease that is held, and renewed until released. */
export interface Holding {
  /** False as soon as another process may have taken over. Ask right before every write. */
  isHeld(): boolean;
  /** Resolves when the Lease is lost. Never, if it is released first. */
  readonly lost: Promise<void>;
  /** Gives it back, so that the next one need not wait. */
  release(): Promise<void>;
}

/** Acquires the Lease. @throws ConflictError LEASE_HELD with holder and times in `why` · the signal's reason */
export async function holdLease(options: LeaseOptions): Promise<Holding> {
  const { clock, signal } = options;
  const started = clock.monotonicMs();
  const seen = new Observation(options);
  let isTold = false;
  for (;;) {
    signal?.throwIfAborted();
    const record = await seen.look();
    if (seen.isFree(record)) {
      const taken = await take(options, record);
      if (taken !== undefined) return renewing(options, taken);
      continue;
    }
    if (!isTold) options.onWait?.(record?.spec?.holderIdentity ?? '');
    isTold = true;
    if (seen.isKnownAlive && clock.monotonicMs() - started >= (options.waitMs ?? 0))
      throw heldBy(record as Lease, options);
    await clock.sleep(retryMs, signal);
  }
}

/** What was seen of a record over time, on the local clock. */
class Observation {
  readonly #options: LeaseOptions;
  #version: string | undefined;
  #changedAt = 0;
  #isFirst = true;
  /** The record changed while we looked: its holder lives. */
  isKnownAlive = false;

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  async look(): Promise<Lease | undefined> {
    const { cluster, clock, name, namespace, signal } = this.#options;
    const record = await cluster.get(Lease, { namespace, name }, signal);
    const version = record?.metadata.resourceVersion;
    if (version !== this.#version) {
      this.isKnownAlive = !this.#isFirst && record !== undefined;
      this.#version = version;
      this.#changedAt = clock.monotonicMs();
    }
    this.#isFirst = false;
    return record;
  }

  isFree(record: Lease | undefined): boolean {
    const holder = record?.spec?.holderIdentity;
    if (!holder || holder === this.#options.identity) return true;
    const { clock, durationMs = defaultMs } = this.#options;
    const own = Date.parse(record?.spec?.renewTime ?? '');
    const isAbandoned = Number.isFinite(own) && clock.now().getTime() - own > abandonedAfter * durationMs;
    return clock.monotonicMs() - this.#changedAt >= (isAbandoned ? Math.min(abandonedWatchMs, durationMs) : durationMs);
  }
}

/** Undefined when somebody else was faster. */
async function take(options: LeaseOptions, before: Lease | undefined): Promise<Lease | undefined> {
  const { cluster, clock, name, namespace, identity, annotations, durationMs = defaultMs } = options;
  const now = microTime(clock.now());
  const transitions = (before?.spec?.leaseTransitions ?? -1) + 1;
  const spec = {
    holderIdentity: identity,
    leaseDurationSeconds: durationMs / 1_000,
    acquireTime: now,
    renewTime: now,
    leaseTransitions: transitions,
  };
  try {
    const metadata = { ...(before?.metadata ?? { name, namespace }), ...(annotations && { annotations }) };
    if (before !== undefined) return await cluster.replace(Lease, { ...before, metadata, spec });
    return await cluster.create(Lease, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec });
  } catch (error) {
    if (isMetalError(error) && error.class === 'conflict') return undefined;
    throw error;
  }
}

function renewing(options: LeaseOptions, taken: Lease): Holding {
  const { cluster, clock, log } = options;
  const stop = new AbortController();
  let record = taken;
  let renewedAt = clock.monotonicMs();
  let isLost = false;
  let tellLost: () => void = () => undefined;
  const lost = new Promise<void>((resolve) => {
    tellLost = resolve;
  });
  const lose = (why: string): void => {
    if (isLost || stop.signal.aborted) return;
    isLost = true;
    log.log('error', `lease lost: ${why}`, { lease: options.name });
    tellLost();
  };
  const isHeld = (): boolean => !isLost && clock.monotonicMs() - renewedAt < renewDeadlineOf(options);

  const renew = async (): Promise<void> => {
    const asked = clock.monotonicMs();
    try {
      record = await cluster.replace(Lease, { ...record, spec: { ...record.spec, renewTime: microTime(clock.now()) } });
      renewedAt = asked;
    } catch (error) {
      if (isMetalError(error) && error.class === 'conflict') lose('another process wrote it');
      else log.log('warn', `the lease could not be renewed: ${error instanceof Error ? error.message : String(error)}`);
    }
  };

  const running = (async () => {
    while (!isLost && !stop.signal.aborted) {
      await clock.sleep(retryMs, stop.signal).catch(() => undefined);
      if (stop.signal.aborted) return;
      await renew();
      if (!isHeld()) lose('it could not be renewed in time');
    }
  })();

  return {
    isHeld,
    lost,
    release: async () => {
      stop.abort();
      await running;
      if (isLost) return;
      isLost = true;
      const released = { ...record, spec: { ...record.spec, holderIdentity: '', leaseDurationSeconds: 1 } };
      await cluster.replace(Lease, released).catch(() => undefined);
    },
  };
}

function heldBy(record: Lease, { name, namespace }: LeaseOptions): ConflictError {
  const { holderIdentity, acquireTime, renewTime } = record.spec ?? {};
  return new ConflictError('LEASE_HELD', 'another reconciler is active', {
    why: `lease ${namespace}/${name} held by "${holderIdentity}" since ${acquireTime}, renewed ${renewTime}`,
    hint: [
      'metalctl reconcile --once --lease-wait 2m        or --lease-skip in a CronJob',
      'metalctl reconcile --watch   stands by until the lease is free',
      `metalctl reconcile --once --lease ${name}-kinds --only KINDS`,
    ],
    context: { holder: holderIdentity, lease: `${namespace}/${name}` },
  });
}
