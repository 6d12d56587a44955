/**
 * Carries out effects: value → port call, in order, stopping at the first failure. Nothing unchanged is sent, every
 * write goes through the cache, and a non-repeatable action is preceded by its intent.
 */
import { apiVersionOf, type Key, type KindDef, type KubeObject, keyOf } from '../../api/kind.js';
import { ConflictError, isMetalError, TransientError } from '../../errors/classes.js';
import { reasonOf } from '../../errors/reason.js';
import { type Acting, actingFor } from '../../lib/acting.js';
import { combinePatches, effectivePatch, isObject } from '../../lib/merge-patch.js';
import type { Bmc, BmcFactory } from '../../ports/bmc.js';
import type { BmcShells } from '../../ports/bmc-shell.js';
import type { Cluster } from '../../ports/cluster.js';
import type { Events } from '../../ports/events.js';
import type { Probes } from '../../ports/probes.js';
import type {
  Apply,
  ApplyForeign,
  Delete,
  Effect,
  Guarded,
  Patch,
  ResetManager,
  ResetOverSsh,
  SetPassword,
} from '../effects.js';
import { type Condition, conditionOf } from './conditions.js';
import type { ConditionChange } from './decision.js';
import type { Store } from './store.js';

export interface PerformPorts {
  readonly cluster: Cluster;
  readonly bmcs: BmcFactory;
  readonly shells: BmcShells;
  readonly probes: Probes;
  readonly events: Events;
  readonly store: Store;
  /**
   * False as soon as another process may act, or the fuse is blown: nothing is written or sent any more. Asked once before
   * each object that is written and each command that is sent to a BMC.
   */
  readonly mayWrite: (what: Change) => boolean;
}

export type Change = 'object' | 'command';

/** What one visit changed. `self` is the visited object as the API last returned it. */
export interface Performed {
  self: KubeObject;
  writes: number;
  bmcCalls: number;
  /** What was written, in words that are equal when the change is. */
  written?: string[];
  /** What was refused without failing the visit: said instead of what the decision says of the same types. */
  refused?: ConditionChange[];
}

/** Counts a write, and remembers what it said. */
function wrote(done: Performed, what: string, body: unknown): void {
  done.writes += 1;
  done.written = [...(done.written ?? []), `${what} ${JSON.stringify(body)}`];
}

/** Runs the effects of one decision. Whatever was done before a failure stays recorded in `done`. */
export async function perform(
  ports: PerformPorts,
  kind: KindDef,
  effects: readonly Effect[],
  done: Performed,
): Promise<void> {
  for (const effect of coalesce(effects)) await performOne(ports, kind, effect, done);
}

/** Neighbouring patches of the visited object go out as one. */
function coalesce(effects: readonly Effect[]): Effect[] {
  const result: Effect[] = [];
  for (const effect of effects) {
    const last = result.at(-1);
    if (effect.do === 'patchSelf' && last?.do === 'patchSelf') {
      result[result.length - 1] = { do: 'patchSelf', patch: combinePatches(last.patch, effect.patch) };
    } else result.push(effect);
  }
  return result;
}

async function performOne(ports: PerformPorts, kind: KindDef, effect: Effect, done: Performed): Promise<void> {
  switch (effect.do) {
    case 'patchSelf':
      return patchSelf(ports, kind, effect.patch, done);
    case 'patch':
      return patchOther(ports, effect, done);
    case 'create': {
      requireLease(ports);
      const created = await upToDate(ports, effect.kind, keyOf(effect.object), () =>
        ports.cluster.create(effect.kind, effect.object),
      );
      wrote(done, `create ${effect.kind.plural}`, keyOf(effect.object));
      return ports.store.put(effect.kind, created);
    }
    case 'apply':
      return applyObject(ports, effect, done);
    case 'applyForeign':
      return applyForeign(ports, effect, done);
    case 'delete':
      return deleteObject(ports, effect, done);
    case 'setPower':
      return guarded(ports, kind, effect, done, (bmc) => bmc.setPower(effect.system, effect.to, effect.how));
    case 'reset':
      return guarded(ports, kind, effect, done, (bmc) => bmc.reset(effect.system, effect.type));
    case 'setIndicator':
      return ifPossible(ports, done, () =>
        guarded(ports, kind, effect, done, (bmc) => bmc.setIndicator(effect.system, effect.to)),
      );
    case 'setBootOrder':
      return ifPossible(ports, done, () =>
        guarded(ports, kind, effect, done, (bmc) => bmc.setBootOrder(effect.system, effect.order)),
      );
    case 'resetManager':
      return guarded(ports, kind, effect, done, (bmc) => bmc.resetManager(effect.type));
    case 'resetOverSsh':
      return resetOverSsh(ports, kind, effect, done);
    case 'setPassword':
      return guarded(ports, kind, effect, done, (bmc) => setPassword(bmc, effect));
    case 'setRole':
      return ifPossible(ports, done, () =>
        guarded(ports, kind, effect, done, (bmc) => bmc.setAccountRole(effect.account, effect.roleId)),
      );
    case 'deleteAccount':
      requireLease(ports, 'command');
      done.bmcCalls += 1;
      return ports.bmcs.open(effect.access).deleteAccount(effect.account);
    case 'subscribe':
      return ifPossible(ports, done, () =>
        guarded(ports, kind, effect, done, async (bmc) => void (await bmc.subscribe(effect.subscription))),
      );
    case 'unsubscribe':
      requireLease(ports, 'command');
      done.bmcCalls += 1;
      return ports.bmcs.open(effect.access).unsubscribe(effect.uri);
    case 'bootOnce':
      requireLease(ports, 'command');
      done.bmcCalls += 1;
      return ports.bmcs.open(effect.access).setBootOnce(effect.system, effect.target);
    case 'expectProbe':
      return ports.probes.expect(effect.systemUUID, effect.tokenHash, effect.expiresAt);
    case 'forgetProbe':
      return ports.probes.forget(effect.systemUUID);
    case 'announce':
      return ports.events.emit(done.self, effect.event);
  }
}

async function setPassword(bmc: Bmc, { account, userName, roleId, password }: SetPassword): Promise<void> {
  if (account === undefined) await bmc.createAccount({ userName, password, roleId });
  else await bmc.setAccountPassword(account, password);
}

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

async function patchOther(ports: PerformPorts, effect: Patch, done: Performed): Promise<void> {
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

async function applyObject(ports: PerformPorts, effect: Apply, done: Performed): Promise<void> {
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
async function applyForeign(ports: PerformPorts, effect: ApplyForeign, done: Performed): Promise<void> {
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

async function deleteObject(ports: PerformPorts, effect: Delete, done: Performed): Promise<void> {
  requireLease(ports);
  const existed = await ports.cluster.delete(effect.kind, effect.key, { uid: effect.uid });
  if (existed) wrote(done, `delete ${effect.kind.plural}`, effect.key);
  // Without finalizers it is gone by now; with them its end is told by the next list or watch.
  const known = ports.store.get(effect.kind, effect.key);
  if ((known?.metadata.finalizers ?? []).length === 0) ports.store.remove(effect.kind, effect.key, effect.uid);
}

/**
 * Intent first, then the request; the intent is taken back only when the request certainly had no effect, and not at
 * all when a switch that is kept up by memory was refused for good.
 */
const guarded = (
  ports: PerformPorts,
  kind: KindDef,
  effect: Intended,
  done: Performed,
  send: (bmc: Bmc) => Promise<void>,
): Promise<void> => underIntent(ports, kind, effect, done, () => send(ports.bmcs.open(effect.access)));

type Intended = Omit<Guarded, 'system'> & Pick<ResetManager, 'faulty' | 'faultyUnsent'>;

async function underIntent(
  ports: PerformPorts,
  kind: KindDef,
  effect: Intended,
  done: Performed,
  send: () => Promise<void>,
): Promise<void> {
  await patchSelf(ports, kind, effect.intent, done);
  requireLease(ports, 'command');
  done.bmcCalls += 1;
  try {
    await actingFor(toldBy(effect.intent), send);
  } catch (error) {
    const after = patchAfter(effect, error);
    if (after !== undefined) await patchSelf(ports, kind, after, done);
    throw error;
  }
}

/** What the object is told of a failure; an intent whose request may have been heard stays as it is. */
function patchAfter(effect: Intended, error: unknown): Record<string, unknown> | undefined {
  const isUnsent = certainlyNotDone(error);
  const isRefused = isMetalError(error) && error.class === 'permanent';
  const faulty = isFault(error) ? (isUnsent ? effect.faultyUnsent : effect.faulty) : undefined;
  return faulty ?? (isUnsent ? ((isRefused ? effect.refuse : undefined) ?? effect.withdraw) : undefined);
}

/** The service of the BMC answered that it is broken, and not that it is busy for a while. */
export function isFault(error: unknown): boolean {
  if (!isMetalError(error)) return false;
  const isAskedToWait = error instanceof TransientError && error.retryAfterMs !== undefined;
  return Number(error.context.status) >= 500 && !isAskedToWait;
}

/** A failure fails the visit, and stays to be read in a condition of its own. */
const resetOverSsh = (ports: PerformPorts, kind: KindDef, effect: ResetOverSsh, done: Performed): Promise<void> =>
  underIntent(ports, kind, effect, done, async () => {
    try {
      await ports.shells.run(effect.access, effect.command);
    } catch (error) {
      if (isMetalError(error) && certainlyNotDone(error)) {
        const { code, message, why } = error;
        const said = `SSH reset failed: ${message}${why === undefined ? '' : `: ${why}`}`;
        const change: ConditionChange = {
          type: effect.condition,
          status: 'False',
          reason: reasonOf(code),
          message: said,
        };
        done.refused = [...(done.refused ?? []), { ...change, restart: true }];
      }
      throw error;
    }
  });

/** An intent in words: the annotations it writes, as the object shows them. */
function toldBy({ metadata }: Record<string, unknown>): Acting {
  const annotations = isObject(metadata) && isObject(metadata.annotations) ? metadata.annotations : {};
  const [intent] = Object.values(annotations).filter((value) => typeof value === 'string');
  return intent === undefined ? {} : { intent };
}

/** What a machine cannot do at all is said, and holds nothing else up. */
async function ifPossible({ events }: PerformPorts, done: Performed, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isMetalError(error) || !notPossible.has(error.code)) throw error;
    const note = error.why === undefined ? error.message : `${error.message}: ${error.why}`;
    events.emit(done.self, { type: 'Warning', reason: reasonOf(error.code), action: 'Reconcile', note });
  }
}

const notPossible = new Set(['BMC_UNSUPPORTED', 'BMC_REFUSED', 'BMC_NOT_FOUND']);

const mayHaveActed = new Set(['OUTCOME_UNKNOWN', 'BMC_ERROR', 'BMC_TIMEOUT', 'BMC_BAD_RESPONSE']);

function certainlyNotDone(error: unknown): boolean {
  return isMetalError(error) && !mayHaveActed.has(error.code);
}

function remember(store: Store, kind: KindDef, object: KubeObject): void {
  const isGone = object.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers ?? []).length === 0;
  if (isGone) store.remove(kind, keyOf(object) satisfies Key, object.metadata.uid);
  else store.put(kind, object);
}

function requireLease(ports: PerformPorts, what: Change = 'object'): void {
  if (!ports.mayWrite(what))
    throw new ConflictError('LEASE_LOST', 'another reconciler took over before this change was sent');
}
