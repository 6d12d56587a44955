/**
 * The copying itself, in steps that may each be begun again: what a step has done is seen on the objects, so a process
 * that was killed anywhere leaves nothing that the next one cannot continue or take back.
 */
import { type KindDef, type KubeObject, keyOf } from '../../api/kind.js';
import { Namespace } from '../../api/kubernetes.js';
import { annotations, operations } from '../../api/metal/v1alpha1/index.js';
import { ConflictError, isMetalError, PermanentError } from '../../errors/classes.js';
import { effectivePatch } from '../../lib/merge-patch.js';
import type { Cluster } from '../../ports/cluster.js';
import { some } from '../doctor/check.js';
import { content, copyOf, differences, moveMark, statusOf, type Twins, twinOf } from './identity.js';
import type { MovedObject } from './journal.js';
import { typed } from './preflight.js';
import { type Item, itemId } from './select.js';

/** What is made in a cluster, wherever it is copied from: another cluster, or a snapshot. */
export interface Copying {
  readonly target: Cluster;
  readonly id: string;
  readonly items: readonly Item[];
  readonly common: ReadonlySet<string>;
  readonly signal: AbortSignal;
  /** Told after every object. */
  readonly onStep: (step: string, item: Item) => void;
}

export interface Work extends Copying {
  readonly source: Cluster;
}

const isPaused = ({ metadata }: KubeObject): boolean =>
  metadata.annotations?.[annotations.operation] === operations.ignore;

/** Stands the source's reconcilers down, object by object. Returns the objects as they are now. */
export async function pauseSource({ source, items, signal, onStep }: Work): Promise<Item[]> {
  const paused: Item[] = [];
  for (const item of items) {
    signal.throwIfAborted();
    const { kind, object } = item;
    const now = isPaused(object) || !isReconciled(kind) ? object : await pause(source, item, signal);
    paused.push({ kind, object: typed(kind, now) });
    onStep('pause', item);
  }
  return paused;
}

/** Secrets are nobody's to reconcile. */
const isReconciled = (kind: KindDef): boolean => kind.group !== '';

const pause = (source: Cluster, { kind, object }: Item, signal: AbortSignal): Promise<KubeObject> =>
  source.patch(
    kind,
    keyOf(object),
    { metadata: { annotations: { [annotations.operation]: operations.ignore } } },
    'merge',
    {
      signal,
    },
  );

/** Makes every object that is not there yet, then lets each mention the others as they are called in the target. */
export async function copyAll(work: Copying, before: Twins): Promise<Twins> {
  const twins = new Map(before);
  await ensureNamespaces(work);
  for (const item of work.items) {
    work.signal.throwIfAborted();
    const there = work.common.has(itemId(item)) ? await get(work, item) : await createOne(work, item, twins);
    if (there !== undefined)
      twins.set(item.object.metadata.uid ?? '', { from: twinOf(item.object), to: twinOf(there) });
    work.onStep('create', item);
  }
  for (const item of work.items.filter((each) => !work.common.has(itemId(each)))) {
    work.signal.throwIfAborted();
    const there = await finishOne(work, item, twins);
    twins.set(item.object.metadata.uid ?? '', { from: twinOf(item.object), to: twinOf(there) });
  }
  for (const item of work.items.filter((each) => !work.common.has(itemId(each)))) {
    work.signal.throwIfAborted();
    await writeStatus(work, item, twins);
    work.onStep('status', item);
  }
  return twins;
}

async function ensureNamespaces({ target, items, signal }: Copying): Promise<void> {
  const names = new Set(items.flatMap(({ object }) => object.metadata.namespace ?? []));
  for (const name of names) {
    if ((await target.get(Namespace, { name }, signal)) !== undefined) continue;
    await target.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, { signal });
  }
}

const get = ({ target, signal }: Copying, { kind, object }: Item): Promise<KubeObject | undefined> =>
  target.get(kind, keyOf(object), signal);

/** @throws ConflictError ALREADY_EXISTS when another made it meanwhile */
async function createOne(work: Copying, item: Item, twins: Twins): Promise<KubeObject> {
  const { kind, object } = item;
  const present = await get(work, item);
  if (present?.metadata.annotations?.[moveMark] === work.id) return present;
  if (present !== undefined)
    throw new ConflictError('ALREADY_EXISTS', `${itemId(item)} appeared in the target meanwhile`);
  return work.target.create(kind, copyOf(object, work.id, twins), { signal: work.signal });
}

/** Mentions of what was made later than the object itself. */
async function finishOne(work: Copying, item: Item, twins: Twins): Promise<KubeObject> {
  const { kind, object } = item;
  const there = (await get(work, item)) ?? gone(item);
  const { apiVersion: _, kind: __, ...wanted } = copyOf(object, work.id, twins);
  const patch = effectivePatch(content(there) as never, wanted as never);
  if (patch === undefined) return there;
  return work.target.patch(kind, keyOf(object), patch, 'merge', { signal: work.signal });
}

async function writeStatus(work: Copying, item: Item, twins: Twins): Promise<void> {
  const { kind, object } = item;
  const status = statusOf(object, twins);
  if (!kind.hasStatus || status === undefined) return;
  const there = (await get(work, item)) ?? gone(item);
  const patch = effectivePatch({ status: (there as { status?: unknown }).status ?? {} } as never, { status } as never);
  if (patch === undefined) return;
  await work.target.patch(kind, keyOf(object), patch, 'merge', { subresource: 'status', signal: work.signal });
}

function gone(item: Item): never {
  throw new ConflictError('CONFLICT', `${itemId(item)} has gone from the target meanwhile`);
}

/** Field by field, both sides read anew. @throws PermanentError MOVE_VERIFY */
export async function verify(work: Work, twins: Twins): Promise<void> {
  const bad: string[] = [];
  for (const item of work.items) {
    work.signal.throwIfAborted();
    const { kind } = item;
    const [here, there] = await Promise.all([work.source.get(kind, keyOf(item.object), work.signal), get(work, item)]);
    if (here === undefined || there === undefined) {
      bad.push(`${itemId(item)} is missing in the ${here === undefined ? 'source' : 'target'}`);
      continue;
    }
    const at = differences(typed(kind, here), typed(kind, there), twins);
    if (at.length > 0) bad.push(`${itemId(item)} at ${some(at)}`);
    work.onStep('verify', item);
  }
  if (bad.length === 0) return;
  throw new PermanentError(
    'MOVE_VERIFY',
    `${bad.length} of ${work.items.length} objects differ between source and target`,
    { why: some(bad) },
  );
}

type Before = ReadonlyMap<string, MovedObject>;

/** Hands the copies over: they get the operation they had, and lose the mark. */
export async function unpauseTarget(work: Copying, before: Before): Promise<void> {
  for (const item of work.items.filter((each) => !work.common.has(itemId(each)))) {
    work.signal.throwIfAborted();
    const there = await get(work, item);
    if (there?.metadata.annotations?.[moveMark] === work.id) {
      const operation = before.get(itemId(item))?.operation ?? null;
      const patch = { metadata: { annotations: { [annotations.operation]: operation, [moveMark]: null } } };
      await work.target.patch(item.kind, keyOf(item.object), patch, 'merge', { signal: work.signal });
    }
    work.onStep('hand over', item);
  }
}

/** Takes back what this move made in the target, children first, then lets the source go on. */
export async function rollBack(work: Work, before: Before): Promise<void> {
  for (const item of [...work.items].reverse()) {
    work.signal.throwIfAborted();
    const there = await getIfServed(work, item);
    if (there?.metadata.annotations?.[moveMark] === work.id)
      await removeWithout(work.target, item.kind, there, work.signal);
    work.onStep('take back', item);
  }
  for (const item of work.items) {
    work.signal.throwIfAborted();
    const operation = before.get(itemId(item))?.operation ?? null;
    const here = await work.source.get(item.kind, keyOf(item.object), work.signal);
    if (here === undefined || !isReconciled(item.kind) || operation === operations.ignore || !isPaused(here)) continue;
    const patch = { metadata: { annotations: { [annotations.operation]: operation } } };
    await work.source.patch(item.kind, keyOf(here), patch, 'merge', { signal: work.signal });
  }
}

async function getIfServed(work: Work, item: Item): Promise<KubeObject | undefined> {
  try {
    return await get(work, item);
  } catch (error) {
    if (isMetalError(error) && error.code === 'CRD_MISSING') return undefined;
    throw error;
  }
}

/** Takes the moved objects out of the source; hardware belongs to the target now, so no finalizer may run. */
export async function deleteSource(work: Work): Promise<void> {
  for (const item of [...work.items].reverse()) {
    work.signal.throwIfAborted();
    const here = await work.source.get(item.kind, keyOf(item.object), work.signal);
    if (here !== undefined && here.metadata.uid === item.object.metadata.uid)
      await removeWithout(work.source, item.kind, here, work.signal);
    work.onStep('delete', item);
  }
}

/** Finalizers first: an ignored object is visited for its deletion all the same, and its clean-up touches hardware. */
async function removeWithout(cluster: Cluster, kind: KindDef, object: KubeObject, signal: AbortSignal): Promise<void> {
  const key = keyOf(object);
  const { uid = '', finalizers = [] } = object.metadata;
  if (finalizers.length > 0) await cluster.patch(kind, key, { metadata: { finalizers: null } }, 'merge', { signal });
  await cluster.delete(kind, key, { uid, propagation: 'Background', signal });
}
