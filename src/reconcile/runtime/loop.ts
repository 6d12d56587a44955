/**
 * The daemon: watches feed the cache, the cache feeds the queue, workers visit. Only the holder of the lease works; the
 * others keep warm caches and wait. Losing the lease ends the process: going on would fight the next holder.
 */
import type { KindDef } from '../../api/kind.js';
import { ConflictError, isMetalError, UserError } from '../../errors/classes.js';
import type { Clock } from '../../ports/clock.js';
import { type Informer, startInformer } from './informer.js';
import { type Holding, holdLease, type LeaseOptions } from './lease.js';
import { Runner, type RunnerOptions, type RunnerPorts } from './runner.js';

/** Time running visits get to finish, within the ten seconds a stop may take. */
const drainMs = 6_000;

export interface LoopOptions extends RunnerOptions {
  readonly lease: Pick<LeaseOptions, 'name' | 'namespace' | 'identity' | 'annotations'>;
  /** Wait for as long as another holds the lease; default true. False: end, as a pass does. */
  readonly standsBy?: boolean;
  /** Ends the loop: running visits finish, nothing new begins. */
  readonly signal: AbortSignal;
  /** What it throws ends the loop, before anything was done. */
  readonly onLeading?: () => void | Promise<void>;
  /** Hands out what a monitor watches, before anything is done. `isHealthy`: every watch is served and in step. */
  readonly onStart?: (runner: Runner, isHealthy: () => boolean) => void;
  /** Time running visits get to finish; default 6 s. */
  readonly drainMs?: number;
}

/** Runs until the signal aborts. @throws ConflictError LEASE_LOST · LEASE_HELD · UserError CRD_MISSING */
export async function reconcileLoop(ports: RunnerPorts, options: LoopOptions): Promise<void> {
  let lease: Holding | undefined;
  const runner = new Runner(ports, { ...options, mayWrite: () => lease?.isHeld() ?? false });
  const stop = new AbortController();
  const end = () => stop.abort();
  options.signal.addEventListener('abort', end, { once: true });
  const informers = await startInformers(ports, runner, stop.signal);
  options.onStart?.(runner, () => informers.every((informer) => informer.isHealthy()));
  try {
    lease = await waitForLease(ports, options);
    if (lease === undefined) return;
    await options.onLeading?.();
    runner.enqueueAll();
    await workWhileHeld(ports, runner, lease, options);
  } finally {
    options.signal.removeEventListener('abort', end);
    stop.abort();
    await Promise.all(informers.map((informer) => informer.stop()));
    await ports.events.flush(2_000);
    await ports.bmcs.close(3_000);
    await lease?.release();
  }
}

/**
 * The loop without a lease, for a command that drives its own few objects (`inScope`) until it has seen what it wants.
 * @throws UserError CRD_MISSING
 */
export async function reconcileUntil(
  ports: RunnerPorts,
  options: RunnerOptions & { readonly signal: AbortSignal },
): Promise<void> {
  const runner = new Runner(ports, options);
  const informers = await startInformers(ports, runner, options.signal);
  runner.enqueueAll();
  const work = runner.work();
  try {
    await Promise.race([aborted(options.signal), work]);
    runner.queue.close();
    await atMost(ports.clock, drainMs, work);
  } finally {
    runner.queue.close();
    await Promise.all(informers.map((informer) => informer.stop()));
  }
}

/** One informer for each served kind. @throws UserError CRD_MISSING when none is served */
async function startInformers(ports: RunnerPorts, runner: Runner, signal: AbortSignal): Promise<Informer[]> {
  const served: KindDef[] = [];
  for (const kind of runner.kinds) if (await isServed(ports, kind)) served.push(kind);
  if (served.length === 0) {
    throw new UserError('CRD_MISSING', 'the cluster serves none of the kinds of metal.ironcore.dev', {
      hint: 'metalctl install crds',
    });
  }
  const { cluster, clock, log, random } = ports;
  const informers = served.map((kind) =>
    startInformer({ cluster, kind, clock, log, random, sink: runner.store, signal }),
  );
  await Promise.all(informers.map((informer) => informer.synced));
  return informers;
}

async function isServed({ cluster, log }: RunnerPorts, kind: KindDef): Promise<boolean> {
  try {
    await cluster.list(kind, { resourceVersion: '0' });
    return true;
  } catch (error) {
    if (!isMetalError(error) || error.code !== 'CRD_MISSING') throw error;
    log.log('warn', `${kind.plural} are not served: their controller is off`, { kind: kind.kind });
    return false;
  }
}

/** Waits as a standby for as long as it takes; undefined when told to stop first. */
async function waitForLease(
  ports: RunnerPorts,
  { lease, signal, standsBy = true }: LoopOptions,
): Promise<Holding | undefined> {
  const { cluster, clock, log } = ports;
  try {
    return await holdLease({ cluster, clock, log, ...lease, signal, waitMs: standsBy ? Number.POSITIVE_INFINITY : 0 });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

async function workWhileHeld(ports: RunnerPorts, runner: Runner, lease: Holding, options: LoopOptions): Promise<void> {
  const work = runner.work();
  const reason = await Promise.race([lease.lost.then(() => 'lost' as const), aborted(options.signal)]);
  runner.queue.close();
  await atMost(ports.clock, options.drainMs ?? drainMs, work);
  if (reason === 'lost') throw new ConflictError('LEASE_LOST', 'another reconciler took the lease over');
}

/** Waits for work, but no longer than this; leaves no timer behind. */
async function atMost(clock: Clock, ms: number, work: Promise<void>): Promise<void> {
  let cancel: () => void = () => undefined;
  const late = new Promise<void>((resolve) => {
    cancel = clock.after(ms, resolve);
  });
  await Promise.race([work, late]);
  cancel();
}

const aborted = (signal: AbortSignal): Promise<'aborted'> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve('aborted');
    signal.addEventListener('abort', () => resolve('aborted'), { once: true });
  });
