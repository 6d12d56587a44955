/** What a restore would do, and what stands against it. Nothing is written. */
import { type KindDef, type KubeObject, keyOf } from '../../api/kind.js';
import { CustomResourceDefinition } from '../../api/kubernetes.js';
import { ConflictError, PermanentError, UserError } from '../../errors/classes.js';
import type { Clock } from '../../ports/clock.js';
import { some } from '../doctor/check.js';
import { differencesOfContent, moveMark, type Twin, type Twins, twinOf } from '../move/identity.js';
import { type Ask, allowed, existing, liveControllers, type Precondition, typed, unrestOf } from '../move/preflight.js';
import { type Item, idOf, itemId, listed } from '../move/select.js';
import { pairsFit } from './pairs.js';
import { isSecret, type Snapshot, whole } from './snapshot.js';

export interface RestoreLook {
  readonly target: Ask;
  readonly snapshot: Snapshot;
  /** Marks what this restore made: the same for the same snapshot, so that another run goes on. */
  readonly id: string;
  /** Ids of the objects that were named; undefined for all. */
  readonly only: ReadonlySet<string> | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface RestorePlan {
  /** What is missing, or was begun by an earlier run. Owners first. */
  readonly create: readonly Item[];
  /** What was named although it has changed: it gets the content it had. */
  readonly overwrite: readonly { readonly item: Item; readonly there: KubeObject }[];
  /** Ids of what the cluster has, as it was. */
  readonly same: readonly string[];
  /** Ids of what has changed since, and was not named. */
  readonly newer: readonly string[];
  /** Ids of secrets that are missing, and whose values the snapshot does not hold. */
  readonly withoutValues: readonly string[];
  /** Ids of what stays paused, and why. */
  readonly held: ReadonlyMap<string, string>;
  /** Whether the snapshot tells what was seen of the objects. */
  readonly hasStatus: boolean;
  readonly twins: Twins;
  readonly checks: readonly Precondition[];
}

/** @throws UserError NOT_FOUND for a name the snapshot does not hold */
export async function planRestore(look: RestoreLook): Promise<RestorePlan> {
  const items = look.snapshot.items.map((item) => whole(look.snapshot, item));
  requireKnown(items, look);
  const present = await presentOf(items, look);
  const twins = twinsOf(items, present);
  const sorted = sort(items, present, twins, look);
  const create = sorted.create.map((item) => withKnownOwners(item, sorted.create, twins));
  const touched = [...create, ...sorted.overwrite.map(({ item }) => item)];
  return {
    ...sorted,
    create,
    hasStatus: look.snapshot.about.hasStatus,
    twins,
    held: new Map(create.flatMap((item) => heldOf(item, look.snapshot))),
    checks: await checksOf(look, touched, present),
  };
}

function requireKnown(items: readonly Item[], { only, snapshot }: RestoreLook): void {
  const known = new Set(items.map(itemId));
  const missing = [...(only ?? [])].filter((id) => !known.has(id));
  if (missing.length === 0) return;
  throw new UserError('NOT_FOUND', `the snapshot does not hold ${some(missing)}`, {
    why: `it was taken ${snapshot.about.takenAt} and holds ${items.length} objects`,
    hint: '--only KIND/NAME, or KIND/NAMESPACE/NAME',
  });
}

type Present = ReadonlyMap<string, KubeObject>;

/** A list for each kind: a question for each object would take a large fleet minutes. Secrets are asked for by name. */
async function presentOf(items: readonly Item[], { target, signal }: RestoreLook): Promise<Present> {
  const present = new Map<string, KubeObject>();
  const add = (kind: KindDef, object: KubeObject): void => {
    present.set(idOf(kind, keyOf(object)), typed(kind, object));
  };
  for (const kind of new Set(items.map((item) => item.kind)))
    if (kind.group !== '') for (const object of await listed(target, kind, signal)) add(kind, object);
  for (const item of items.filter(({ kind }) => kind.group === '')) {
    const there = await existing(target, item, signal);
    if (there !== undefined) add(item.kind, there);
  }
  return present;
}

function twinsOf(items: readonly Item[], present: Present): Twins {
  const twins = new Map<string, { from: Twin; to: Twin }>();
  for (const item of items) {
    const there = present.get(itemId(item));
    if (there !== undefined)
      twins.set(item.object.metadata.uid ?? '', { from: twinOf(item.object), to: twinOf(there) });
  }
  return twins;
}

type Sorted = Pick<RestorePlan, 'create' | 'overwrite' | 'same' | 'newer' | 'withoutValues'>;

function sort(items: readonly Item[], present: Present, twins: Twins, { id, only }: RestoreLook): Sorted {
  const create: Item[] = [];
  const overwrite: { item: Item; there: KubeObject }[] = [];
  const [same, newer, withoutValues]: [string[], string[], string[]] = [[], [], []];
  for (const item of items) {
    const name = itemId(item);
    const there = present.get(name);
    const isBegun = there?.metadata.annotations?.[moveMark] === id;
    if (isBegun) create.push(item);
    else if (only !== undefined && !only.has(name)) continue;
    // It was on its way out when the snapshot was taken.
    else if (there === undefined && item.object.metadata.deletionTimestamp !== undefined) continue;
    else if (there === undefined && lacksValues(item)) withoutValues.push(name);
    else if (there === undefined) create.push(item);
    else if (isSame(item, there, twins)) same.push(name);
    else if (only !== undefined) overwrite.push({ item, there });
    else newer.push(name);
  }
  return { create, overwrite, same, newer, withoutValues };
}

const lacksValues = ({ kind, object }: Item): boolean => isSecret(kind) && !('data' in object);

/** Values a snapshot does not hold cannot differ from those of the cluster. */
function isSame(item: Item, there: KubeObject, twins: Twins): boolean {
  const { data: _, ...bare } = there as KubeObject & { data?: unknown };
  return differencesOfContent(item.object, lacksValues(item) ? bare : there, twins).length === 0;
}

/** An owner that is nowhere would have the object collected at once. */
function withKnownOwners({ kind, object }: Item, create: readonly Item[], twins: Twins): Item {
  const { ownerReferences } = object.metadata;
  if (ownerReferences === undefined) return { kind, object };
  const made = new Set(create.map((item) => item.object.metadata.uid));
  const kept = ownerReferences.filter(({ uid }) => made.has(uid) || twins.has(uid));
  const { ownerReferences: _, ...metadata } = object.metadata;
  return {
    kind,
    object: { ...object, metadata: { ...metadata, ...(kept.length > 0 ? { ownerReferences: kept } : {}) } },
  };
}

/** What must not be let go: letting it go would tell a machine something. */
function heldOf(item: Item, { about }: Snapshot): [string, string][] {
  if (item.kind.group === '') return [];
  const why = about.hasStatus ? unrestOf(item) : item.kind.hasStatus ? 'has no status in this snapshot' : undefined;
  return why === undefined ? [] : [[itemId(item), why]];
}

async function checksOf(look: RestoreLook, touched: readonly Item[], present: Present): Promise<Precondition[]> {
  if (touched.length === 0) return [];
  return [
    await kindsServed(look, touched),
    await noController(look),
    await allowed({ ...look, items: touched }),
    goingOf(touched, present),
    await pairsFit(look.target, touched, look.signal),
  ];
}

async function kindsServed({ target, signal }: RestoreLook, items: readonly Item[]): Promise<Precondition> {
  const kinds = [...new Set(items.map(({ kind }) => kind))].filter(({ group }) => group !== '');
  const missing: string[] = [];
  for (const kind of kinds) {
    const name = `${kind.plural}.${kind.group}`;
    const crd = await target.get(CustomResourceDefinition, { name }, signal);
    if (crd?.spec.versions.some((version) => version.served && version.name === kind.version) !== true)
      missing.push(name);
  }
  if (missing.length === 0) return { title: `the cluster has all ${kinds.length} CRDs`, isOk: true };
  return { title: 'the cluster lacks CRDs', isOk: false, why: some(missing), fix: 'metalctl install crds' };
}

/** A restore that was killed still has its lease for a while; whether it lives is seen when the lease is taken. */
async function noController(look: RestoreLook): Promise<Precondition> {
  const [live] = (await liveControllers(look)).filter(({ holder }) => !holder.startsWith(restorer));
  if (live === undefined) return { title: 'no controller is active', isOk: true };
  return {
    title: 'a controller is active',
    isOk: false,
    why: `it may drive the machines of what is missing meanwhile: ${live.text}`,
    fix: 'stop it: kubectl -n NS scale deploy NAME --replicas 0',
  };
}

/** How restores sign their lease. */
export const restorer = 'restore_';

function goingOf(items: readonly Item[], present: Present): Precondition {
  const going = items.map(itemId).filter((id) => present.get(id)?.metadata.deletionTimestamp !== undefined);
  if (going.length === 0) return { title: 'nothing of it is being deleted', isOk: true };
  const fix = 'wait until they are gone: metalctl why KIND/NAME says what for';
  return { title: 'objects are being deleted', isOk: false, why: some(going), fix };
}

/** @throws ConflictError RESTORE_NEWER · PermanentError RESTORE_PREFLIGHT */
export function requireRestorable(plan: RestorePlan, from: string, takenAt: string, skipNewer: boolean): void {
  const { newer } = plan;
  if (newer.length > 0 && !skipNewer) {
    throw new ConflictError(
      'RESTORE_NEWER',
      `restore would overwrite ${newer.length} newer object${newer.length === 1 ? '' : 's'}`,
      {
        why: `${some(newer)} ${newer.length === 1 ? 'has' : 'have'} changed since the backup (${takenAt})`,
        hint: [`metalctl restore --from ${from} --skip-newer`, `metalctl restore --from ${from} --only KIND/NAME`],
      },
    );
  }
  const [first, ...others] = plan.checks.filter(({ isOk }) => !isOk);
  if (first === undefined) return;
  throw new PermanentError('RESTORE_PREFLIGHT', first.title, {
    why: [first.why ?? '', ...others.map(({ title, why = '' }) => `${title}: ${why}`)].join('; '),
    hint: [first, ...others].flatMap(({ fix }) => fix ?? []),
  });
}
