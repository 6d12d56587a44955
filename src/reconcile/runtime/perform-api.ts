/** Effects on objects: nothing unchanged is sent, every write goes through the cache, and conflicts are taken in at once. */
import { apiVersionOf, type Key, type KindDef, type KubeObject, keyOf } from '../../api/kind.js';
import { ConflictError, isMetalError } from '../../errors/classes.js';
import { reasonOf } from '../../errors/reason.js';
import { effectivePatch, isObject } from '../../lib/merge-patch.js';
import type { Apply, ApplyForeign, Create, Delete, Patch } from '../effects.js';
import { type Condition, conditionOf } from './conditions.js';
import type { ConditionChange } from './decision.js';
import { type Performed, type PerformPorts, requireLease, wrote } from './perform-ports.js';
import type { Store } from './store.js';

/** Compare-and-swap on the version the decision was made on, or on the one our own last write returned. */
export async function patchSelf(
  ports: PerformPorts,
  kind: KindDef,
  patch: Record<string, unknown>,
  done: Performed,
  subresource?: 'status',
): Promise<void> {
  const wanted = effectivePatch(done.self, patch);
  if (wanted === undefined) return;
  requireLease(ports);
  const body = lockedTo(wanted, done.self.metadata.resourceVersion);
  const options = subresource ? { subresource } : {};
  const updated = await upToDate(ports, kind, keyOf(done.self), (key) =>
    ports.cluster.patch(kind, key, body, 'merge', options),
  );
  wrote(done, subresource ?? 'self', wanted);
  done.self = updated;
  remember(ports.store, kind, updated);
}

/**
 * Writes, and on a conflict takes in what the API has now: the decision is made again at once, and on a stale cache it
 * would be the same one. An object that is gone is a conflict too.
 */
async function upToDate<T>(ports: PerformPorts, kind: KindDef, key: Key, write: (key: Key) => Promise<T>): Promise<T> {
  try {
    return await write(key);
  } catch (error) {
    if (!isMetalError(error)) throw error;
    if (error.class === 'conflict') await readAgain(ports, kind, key);
    if (error.code !== 'NOT_FOUND') throw error;
    ports.store.remove(kind, key);
    throw new ConflictError('CONFLICT', `${kind.plural} "${key.name}" is gone`, { cause: error });
  }
}

/**
 * Best effort: the conflict is what the visit ends with, whether or not this read works. Except where the right is
 * missing: the cache would stay stale, every visit would end in the same conflict, and nobody would know why.
 */
async function readAgain({ cluster, store }: PerformPorts, kind: KindDef, key: Key): Promise<void> {
  try {
    const object = await cluster.get(kind, key);
    if (object === undefined) store.remove(kind, key);
    else store.put(kind, object);
  } catch (error) {
    if (!isMetalError(error) || error.code === 'API_FORBIDDEN') throw error;
  }
}

/** The patch as a compare-and-swap on a version. */
function lockedTo(patch: unknown, resourceVersion: string | undefined): Record<string, unknown> {
  const metadata = isObject(patch) && isObject(patch.metadata) ? patch.metadata : {};
  return { ...(patch as Record<string, unknown>), metadata: { ...metadata, resourceVersion } };
}

export async function createObject(ports: PerformPorts, effect: Create, done: Performed): Promise<void> {
  requireLease(ports);
  const created = await upToDate(ports, effect.kind, keyOf(effect.object), () =>
    ports.cluster.create(effect.kind, effect.object),
  );
  wrote(done, `create ${effect.kind.plural}`, keyOf(effect.object));
  ports.store.put(effect.kind, created);
}

export async function patchOther(ports: PerformPorts, effect: Patch, done: Performed): Promise<void> {
  const known = ports.store.get(effect.kind, effect.key);
  const wanted = known === undefined ? effect.patch : effectivePatch(known, effect.patch);
  if (wanted === undefined) return;
  requireLease(ports);
  const { resourceVersion } = effect;
  const body = resourceVersion === undefined ? wanted : lockedTo(wanted, resourceVersion);
  const updated = await upToDate(ports, effect.kind, effect.key, (key) =>
    ports.cluster.patch(effect.kind, key, body, 'merge'),
  );
  wrote(done, `patch ${effect.kind.plural}/${effect.key.name}`, wanted);
  remember(ports.store, effect.kind, updated);
}

export async function applyObject(ports: PerformPorts, effect: Apply, done: Performed): Promise<void> {
  const { kind } = effect;
  const object = { ...effect.object, apiVersion: apiVersionOf(kind), kind: kind.kind };
  const known = ports.store.get(kind, keyOf(object));
  if (known !== undefined && effectivePatch(known, object) === undefined) return;
  requireLease(ports);
  const applied = await ports.cluster.patch(kind, keyOf(object), object, 'apply', { fieldManager: 'metalctl' });
  wrote(done, `apply ${kind.plural}`, object);
  remember(ports.store, kind, applied);
}

/** Whoever decided has compared it with what is there: a cache would be none, for nobody keeps it up to date. */
export async function applyForeign(ports: PerformPorts, effect: ApplyForeign, done: Performed): Promise<void> {
  const { kind, object, fieldManager, condition: type } = effect;
  requireLease(ports);
  try {
    await ports.cluster.patch(kind, keyOf(object), object, 'apply', { fieldManager });
    wrote(done, `apply ${kind.plural}`, object);
  } catch (error) {
    if (!isMetalError(error) || error.class !== 'permanent') throw error;
    const message = error.why === undefined ? error.message : `${error.message}: ${error.why}`;
    const change: ConditionChange = { type, status: 'False', reason: reasonOf(error.code), message };
    if (!isSaid(done.self, change)) tell(ports, done, change);
    done.refused = [...(done.refused ?? []), change];
  }
}

/** An event for each new reason, not for each visit. */
function isSaid(self: KubeObject, { type, reason }: ConditionChange): boolean {
  const before = conditionOf((self as { status?: { conditions?: Condition[] } }).status?.conditions, type);
  return before?.status === 'False' && before.reason === reason;
}

const tell = ({ events }: PerformPorts, { self }: Performed, { reason, message }: ConditionChange): void =>
  events.emit(self, { type: 'Warning', reason, action: 'Reconcile', note: message });

export async function deleteObject(ports: PerformPorts, effect: Delete, done: Performed): Promise<void> {
  requireLease(ports);
  const existed = await ports.cluster.delete(effect.kind, effect.key, { uid: effect.uid });
  if (existed) wrote(done, `delete ${effect.kind.plural}`, effect.key);
  // Without finalizers it is gone by now; with them its end is told by the next list or watch.
  const known = ports.store.get(effect.kind, effect.key);
  if ((known?.metadata.finalizers ?? []).length === 0) ports.store.remove(effect.kind, effect.key, effect.uid);
}

function remember(store: Store, kind: KindDef, object: KubeObject): void {
  const isGone = object.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers ?? []).length === 0;
  if (isGone) store.remove(kind, keyOf(object) satisfies Key, object.metadata.uid);
  else store.put(kind, object);
}
