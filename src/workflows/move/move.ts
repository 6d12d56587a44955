/**
 * A move, whole: look, pause the source, copy, verify, hand over, and, if wanted, delete the source. The journal is
 * written before each phase; until the hand-over everything can be taken back, afterwards the way is forward.
 * The hardware is not asked once. The source stays paused: two clusters must not drive one machine.
 */
import { type KindDef, keyOf, keyText } from '../../api/kind.js';
import { Namespace, Secret } from '../../api/kubernetes.js';
import { annotations, metalKinds } from '../../api/metal/v1alpha1/index.js';
import { ConflictError, PermanentError, TransientError } from '../../errors/classes.js';
import type { Clock } from '../../ports/clock.js';
import type { Cluster } from '../../ports/cluster.js';
import type { Log } from '../../ports/log.js';
import type { Holding } from '../../reconcile/runtime/lease.js';
import { copyAll, deleteSource, pauseSource, rollBack, unpauseTarget, verify, type Work } from './copy.js';
import { copyOf, type Twin, twinOf } from './identity.js';
import type { Journal, MovedObject, MovePhase, MoveRecord } from './journal.js';
import { type Ask, clusterUid, type Precondition, preflight } from './preflight.js';
import { type Choice, type Item, idOf, itemId, ownersFirst, selectItems } from './select.js';
import { standOff } from './stand-off.js';

export interface MovePorts {
  readonly source: Ask;
  readonly target: Ask;
  readonly clock: Clock;
  readonly log: Log;
  readonly journal: Journal;
  readonly signal: AbortSignal;
  readonly onStep: (step: string, done: number, total: number, id: string) => void;
}

export interface MovePlan {
  readonly items: readonly Item[];
  readonly common: ReadonlySet<string>;
  readonly checks: readonly Precondition[];
}

/** What would be moved, and what stands against it. Nothing is written. */
export async function planMove(ports: MovePorts, choice: Choice): Promise<MovePlan> {
  const { source, target, clock, signal } = ports;
  await requireTwo(ports);
  const items = await selectItems(source, choice);
  const { checks, common } = await preflight({ source, target, items, clock, signal });
  return { items, common, checks };
}

/** @throws PermanentError MOVE_PREFLIGHT */
export function requireReady({ checks }: MovePlan): void {
  const [first, ...others] = checks.filter(({ isOk }) => !isOk);
  if (first === undefined) return;
  const whys = [first.why ?? '', ...others.map(({ title, why = '' }) => `${title}: ${why}`)].join('; ');
  throw new PermanentError('MOVE_PREFLIGHT', first.title, {
    why: whys,
    hint: [first, ...others].flatMap(({ fix }) => fix ?? []),
  });
}

async function requireTwo({ source, target, signal }: MovePorts): Promise<void> {
  const [here, there] = await Promise.all([clusterUid(source, signal), clusterUid(target, signal)]);
  if (here !== there) return;
  throw new PermanentError('MOVE_PREFLIGHT', 'source and target are the same cluster', {
    why: `both have the UID ${here}`,
    hint: 'choose another --target-context',
  });
}

export interface Begin {
  readonly id: string;
  readonly source: Omit<MoveRecord['source'], 'clusterUid'>;
  readonly target: Omit<MoveRecord['target'], 'clusterUid'>;
  readonly managerNamespace: string;
  readonly deleteSource: boolean;
}

/** Writes down what is about to be moved; nothing has been changed yet. */
export async function begin(ports: MovePorts, plan: MovePlan, wish: Begin): Promise<MoveRecord> {
  const { source, target, clock, signal, journal } = ports;
  const record: MoveRecord = {
    apiVersion: 'cli.metalctl.dev/v1',
    kind: 'MoveJournal',
    ...wish,
    startedAt: clock.now().toISOString(),
    phase: 'pausing',
    source: { ...wish.source, clusterUid: await clusterUid(source, signal) },
    target: { ...wish.target, clusterUid: await clusterUid(target, signal) },
    objects: plan.items.map((item) => movedOf(item, plan.common)),
  };
  await journal.write(record);
  return record;
}

function movedOf(item: Item, common: ReadonlySet<string>): MovedObject {
  const { metadata } = item.object;
  const operation = metadata.annotations?.[annotations.operation];
  return {
    kind: item.kind.kind,
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
    name: metadata.name,
    uid: metadata.uid ?? '',
    ...(operation === undefined ? {} : { operation }),
    ...(common.has(itemId(item)) ? { isCommon: true } : {}),
  };
}

/**
 * Goes on from wherever the record says, to the end. Whatever it throws before the hand-over leaves the target paused
 * and the record telling how to continue or take back.
 * @throws PermanentError MOVE_PREFLIGHT · MOVE_VERIFY · ConflictError MOVE_COMMITTED · the signal's reason
 */
export async function carryOn(ports: MovePorts, record: MoveRecord): Promise<MoveRecord> {
  await requireSameClusters(ports, record);
  if (record.phase === 'done') return record;
  if (record.phase === 'rolledBack' || record.phase === 'rollingBack') return takeBack(ports, record);
  const leases = await takeLeases(ports, record);
  try {
    let now = record;
    if (now.phase === 'pausing' || now.phase === 'copying') now = await copied(ports, now);
    if (now.phase === 'unpausing') {
      await unpauseTarget(workOf(ports, now, await itemsOf(ports, now)), beforeOf(now));
      now = await enter(ports, now, 'moved');
    }
    if (!now.deleteSource) return now.phase === 'moved' ? await enter(ports, now, 'done') : now;
    if (now.phase === 'moved') now = await enter(ports, now, 'deleting');
    await deleteSource(workOf(ports, now, await itemsOf(ports, now, true)));
    return await enter(ports, now, 'done');
  } finally {
    await Promise.all(leases.map((lease) => lease.release()));
  }
}

/** Only the pause: `carryOn` goes on from there. */
export async function pauseOnly(ports: MovePorts, record: MoveRecord): Promise<void> {
  await pauseSource(workOf(ports, record, await itemsOf(ports, record)));
}

/**
 * Only compares: whether the target has what the source has, field by field. Nothing is written, no lease is taken.
 * @throws PermanentError MOVE_VERIFY · MOVE_PREFLIGHT when both are one cluster
 */
export async function compareSides(ports: MovePorts, choice: Choice): Promise<number> {
  const { source, target, signal } = ports;
  await requireTwo(ports);
  const items = await selectItems(source, choice);
  const twins = new Map<string, { from: Twin; to: Twin }>();
  for (const { kind, object } of items) {
    const there = await target.get(kind, keyOf(object), signal);
    if (there !== undefined) twins.set(object.metadata.uid ?? '', { from: twinOf(object), to: twinOf(there) });
  }
  let done = 0;
  const onStep = (step: string, item: Item): void => ports.onStep(step, ++done, items.length, itemId(item));
  await verify({ source, target, signal, id: '', items, common: new Set(), onStep }, twins);
  return items.length;
}

/** Asks the target to admit every copy, and store none. Namespaces that would be made first cannot be asked about. */
export async function rehearse(
  { target, signal }: { readonly target: Cluster; readonly signal: AbortSignal },
  plan: Pick<MovePlan, 'items' | 'common'>,
  id: string,
): Promise<undefined> {
  for (const item of plan.items.filter((each) => !plan.common.has(itemId(each)))) {
    const { namespace } = item.object.metadata;
    const isHome = namespace === undefined || (await target.get(Namespace, { name: namespace }, signal)) !== undefined;
    // Owners are not there yet: a copy without them is judged.
    const { metadata, ...rest } = copyOf(item.object, id, new Map());
    const { ownerReferences: _, ...kept } = metadata;
    if (isHome) await target.create(item.kind, { ...rest, metadata: kept }, { dryRun: true, signal });
  }
  return undefined;
}

async function copied(ports: MovePorts, record: MoveRecord): Promise<MoveRecord> {
  const before = workOf(ports, record, await itemsOf(ports, record));
  await pauseSource(before);
  const items = await quiet(ports, record);
  const now = await enter(ports, record, 'copying');
  const { twins } = await preflight({ ...ports, items, id: record.id });
  const work = workOf(ports, now, items);
  const final = await copyAll(work, twins);
  await verify(work, final);
  return enter(ports, now, 'unpausing');
}

const quietMs = 1_000;
const quietTries = 10;

/** A visit that had begun may still write after the pause: copied is what stays the same for a while. */
async function quiet(ports: MovePorts, record: MoveRecord): Promise<Item[]> {
  let last = await itemsOf(ports, record);
  for (let tries = 0; tries < quietTries; tries += 1) {
    await ports.clock.sleep(quietMs, ports.signal);
    const now = await itemsOf(ports, record);
    if (versions(now) === versions(last)) return now;
    last = now;
  }
  throw new TransientError('MOVE_PREFLIGHT', 'the source does not come to rest', {
    why: 'its objects still change although they are to be ignored',
    hint: 'find who writes: kubectl get --show-managed-fields',
  });
}

const versions = (items: readonly Item[]): string =>
  items.map((item) => `${itemId(item)}@${item.object.metadata.resourceVersion}`).join(' ');

/** Takes the copies back. @throws ConflictError MOVE_COMMITTED after the hand-over began */
export async function takeBack(ports: MovePorts, record: MoveRecord): Promise<MoveRecord> {
  await requireSameClusters(ports, record);
  if (record.phase === 'rolledBack') return record;
  if (!['pausing', 'copying', 'rollingBack'].includes(record.phase)) {
    throw new ConflictError('MOVE_COMMITTED', 'the move cannot be taken back any more', {
      why: 'the target was told to go on: it may have driven the machines since',
    });
  }
  const leases = await takeLeases(ports, record);
  try {
    const now = await enter(ports, record, 'rollingBack');
    await rollBack(workOf(ports, now, await itemsOf(ports, now, true)), beforeOf(now));
    return await enter(ports, now, 'rolledBack');
  } finally {
    await Promise.all(leases.map((lease) => lease.release()));
  }
}

async function enter({ journal }: MovePorts, record: MoveRecord, phase: MovePhase): Promise<MoveRecord> {
  const now = { ...record, phase };
  await journal.write(now);
  return now;
}

/** @throws PermanentError MOVE_PREFLIGHT: names of contexts may mean other clusters by now. */
async function requireSameClusters({ source, target, signal }: MovePorts, record: MoveRecord): Promise<void> {
  const [here, there] = await Promise.all([clusterUid(source, signal), clusterUid(target, signal)]);
  if (here === record.source.clusterUid && there === record.target.clusterUid) return;
  throw new PermanentError('MOVE_PREFLIGHT', 'source or target is not the cluster this move began with', {
    why: 'the UID of its kube-system namespace is another one',
    hint: 'name the clusters of then: --source-kubeconfig, --target-kubeconfig',
  });
}

const kinds = new Map<string, KindDef>([...metalKinds, Secret].map((kind) => [kind.kind, kind]));

/** The objects of the record as they are now. One that went is an error, except where things are being taken away. */
async function itemsOf({ source, signal }: MovePorts, record: MoveRecord, mayBeGone = false): Promise<Item[]> {
  const items: Item[] = [];
  for (const { kind: name, namespace, name: object, uid } of record.objects) {
    const kind = kinds.get(name);
    if (kind === undefined) continue;
    const key = namespace === undefined ? { name: object } : { namespace, name: object };
    const found = await source.get(kind, key, signal);
    if (found?.metadata.uid === uid) items.push({ kind, object: found });
    else if (mayBeGone) items.push({ kind, object: { apiVersion: '', kind: name, metadata: { ...key, uid } } });
    else throw new ConflictError('CONFLICT', `${idOf(kind, key)} has gone from the source, or is another one`);
  }
  return ownersFirst(items);
}

const beforeOf = (record: MoveRecord): ReadonlyMap<string, MovedObject> =>
  new Map(record.objects.map((moved) => [`${moved.kind}/${keyText(moved)}`, moved]));

function workOf(ports: MovePorts, record: MoveRecord, items: readonly Item[]): Work {
  const common = new Set(
    record.objects.filter(({ isCommon }) => isCommon).map((moved) => `${moved.kind}/${keyText(moved)}`),
  );
  const done = new Map<string, number>();
  const onStep = (step: string, item: Item): void => {
    const count = (done.get(step) ?? 0) + 1;
    done.set(step, count);
    ports.onStep(step, count, items.length, itemId(item));
  };
  const { source, target, signal } = ports;
  return { source, target, signal, id: record.id, items, common, onStep };
}

/**
 * The reconcilers' lease in both clusters, under the name of the move: no daemon or pass begins meanwhile. In the source
 * a daemon that runs is no obstacle, because it stands down object by object.
 */
async function takeLeases(ports: MovePorts, { id, managerNamespace: namespace }: MoveRecord): Promise<Holding[]> {
  const { clock, log, signal } = ports;
  const who = { clock, log, signal, namespace, identity: `move_${id}` };
  const target = await standOff(ports.target, who);
  return [...target, ...(await standOff(ports.source, who, ['LEASE_HELD']))];
}
