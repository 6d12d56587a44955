/**
 * A restore, as a move does it: copies are made paused and marked, owners first, with the UIDs of this cluster; they get
 * their status, are compared with the snapshot, and let go together. What was done is seen on the objects: another run
 * of the same snapshot goes on. The hardware is not asked once.
 */
import { randomUUID } from 'node:crypto';
import { type KubeObject, keyOf } from '../../api/kind.js';
import { annotations, operations } from '../../api/metal/v1alpha1/index.js';
import { PermanentError } from '../../errors/classes.js';
import { patchBetween } from '../../lib/merge-patch.js';
import type { Clock } from '../../ports/clock.js';
import type { Cluster } from '../../ports/cluster.js';
import type { Log } from '../../ports/log.js';
import { some } from '../doctor/check.js';
import { type Copying, copyAll, unpauseTarget } from '../move/copy.js';
import { comparable, differences, differencesOfContent, type Twins, translate } from '../move/identity.js';
import type { MovedObject } from '../move/journal.js';
import { rehearse } from '../move/move.js';
import { typed } from '../move/preflight.js';
import { type Item, itemId } from '../move/select.js';
import { standOff } from '../move/stand-off.js';
import { type RestorePlan, restorer } from './restore-plan.js';

export interface RestorePorts {
  readonly target: Cluster;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly managerNamespace: string;
  readonly onStep: (step: string, done: number, total: number, id: string) => void;
}

/** Carries a plan out. @throws ConflictError LEASE_HELD · PermanentError RESTORE_VERIFY · the signal's reason */
export async function restore(ports: RestorePorts, plan: RestorePlan, id: string): Promise<void> {
  const { target, clock, log, signal, managerNamespace: namespace } = ports;
  // Two restores of one snapshot are two: the second waits to see that the first is dead.
  const identity = `${restorer}${randomUUID()}`;
  const leases = await standOff(target, { clock, log, signal, namespace, identity });
  try {
    const work = workOf(ports, plan, id);
    const twins = await copyAll(work, plan.twins);
    await requireArrived(work, plan, twins);
    for (const { item, there } of plan.overwrite) await rewrite(ports, item, there, twins);
    await unpauseTarget(work, operationsOf(plan));
  } finally {
    await Promise.all(leases.map((lease) => lease.release()));
  }
}

/**
 * Field by field, read anew. Where the snapshot has no status, that of a boot configuration may have been written by
 * whoever serves it: nobody tells such a program that an object is to be ignored.
 * @throws PermanentError RESTORE_VERIFY
 */
async function requireArrived(work: Copying, { create, hasStatus }: RestorePlan, twins: Twins): Promise<void> {
  const compare = hasStatus ? differences : differencesOfContent;
  const bad: string[] = [];
  for (const item of create) {
    work.signal.throwIfAborted();
    const there = await work.target.get(item.kind, keyOf(item.object), work.signal);
    const at = there === undefined ? ['all'] : compare(item.object, typed(item.kind, there), twins);
    if (at.length > 0) bad.push(`${itemId(item)} at ${some(at)}`);
    work.onStep('verify', item);
  }
  if (bad.length === 0) return;
  throw new PermanentError('RESTORE_VERIFY', `${bad.length} of ${create.length} objects are not as in the snapshot`, {
    why: some(bad),
  });
}

/** Asks the cluster to admit what would be written, and store none. */
export async function rehearseRestore(
  { target, signal }: Pick<RestorePorts, 'target' | 'signal'>,
  plan: RestorePlan,
  id: string,
): Promise<void> {
  const begun = new Set<string>();
  for (const item of plan.create)
    if ((await target.get(item.kind, keyOf(item.object), signal)) !== undefined) begun.add(itemId(item));
  await rehearse({ target, signal }, { items: plan.create, common: begun }, id);
  for (const { item, there } of plan.overwrite) await rewrite({ target, signal }, item, there, plan.twins, true);
}

function workOf(ports: RestorePorts, { create }: RestorePlan, id: string): Copying {
  const done = new Map<string, number>();
  const onStep = (step: string, item: Item): void => {
    const count = (done.get(step) ?? 0) + 1;
    done.set(step, count);
    ports.onStep(step, count, create.length, itemId(item));
  };
  return { target: ports.target, signal: ports.signal, id, items: create, common: new Set(), onStep };
}

/** An operation of then is not asked for again: what was paused stays so, and so does what must not be let go. */
function operationsOf({ create, held }: RestorePlan): ReadonlyMap<string, MovedObject> {
  return new Map(
    create.map((item) => {
      const { metadata } = item.object;
      const wasPaused = metadata.annotations?.[annotations.operation] === operations.ignore;
      const { name, uid = '' } = metadata;
      const operation = wasPaused || held.has(itemId(item)) ? { operation: operations.ignore } : {};
      return [itemId(item), { kind: item.kind.kind, name, uid, ...operation }];
    }),
  );
}

/** What somebody wanted of an object, as it was; status is what is seen now, and stays. */
async function rewrite(
  { target, signal }: Pick<RestorePorts, 'target' | 'signal'>,
  { kind, object }: Item,
  there: KubeObject,
  twins: Twins,
  dryRun = false,
): Promise<void> {
  const wanted = wantedOf(translate(comparable(object), twins), there);
  const patch = patchBetween(wantedOf(comparable(there), there), wanted);
  if (patch === undefined) return;
  const { resourceVersion } = there.metadata;
  const metadata = { ...(patch.metadata as Record<string, unknown> | undefined), resourceVersion };
  await target.patch(kind, keyOf(object), { ...patch, metadata }, 'merge', { signal, dryRun });
}

interface Parts {
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly [member: string]: unknown;
}

/**
 * The part that may be put back: who cleans up after an object and who owns it has been settled since, and so has
 * whether its machine is to run.
 */
function wantedOf(object: Record<string, unknown>, there: KubeObject): Record<string, unknown> {
  const { metadata, spec, apiVersion: _, kind: __, ...rest } = object as { metadata: KubeObject['metadata'] } & Parts;
  const { finalizers: ___, ownerReferences: ____, ...kept } = metadata;
  const { power } = (there as { spec?: { power?: unknown } }).spec ?? {};
  const isServer = there.kind === 'Server';
  const { power: _____, ...others } = spec ?? {};
  const wanted = isServer ? { ...others, ...(power === undefined ? {} : { power }) } : spec;
  return {
    ...rest,
    metadata: { annotations: {}, labels: {}, ...kept },
    ...(spec === undefined ? {} : { spec: wanted }),
  };
}
