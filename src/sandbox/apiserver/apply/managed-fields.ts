/** Who owns which fields: `metadata.managedFields` decoded, changed by an update or an apply, and encoded again. Pure. */
import type { Schema } from '../schema/schema.js';
import { StatusError } from '../status.js';
import { clone, equal, isObject, type Json, type KubeObject, type ManagedFieldsEntry } from '../types.js';
import {
  difference,
  differenceBelow,
  emptySet,
  type FieldSet,
  fromFieldsV1,
  insert,
  intersection,
  isEmpty,
  paths,
  showPath,
  toFieldsV1,
  union,
} from './field-set.js';
import { type Comparison, compare, fieldSetOf, merge, removeItems, withNamedParents } from './typed.js';

/** Who writes, and through which door. */
export interface Writer {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time: string;
}

interface Owner extends Writer {
  readonly set: FieldSet;
}

export type Owners = ReadonlyMap<string, Owner>;

const MAX_UPDATE_MANAGERS = 10;
const FIRST_APPLY = 'before-first-apply';
const ANCIENT = 'ancient-changes';

/** Fields nobody owns (k8s.io/apimachinery managedfields stripMeta). */
const STRIPPED = emptySet();
for (const path of ['apiVersion', 'kind', 'metadata']) insert(STRIPPED, [`f:${path}`]);
for (const field of [
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'clusterName',
  'generation',
  'managedFields',
  'resourceVersion',
]) {
  insert(STRIPPED, ['f:metadata', `f:${field}`]);
}

/** An apply is one manager whatever the version it spoke; updates are told apart by version. */
const identity = ({ manager, operation, apiVersion, subresource }: Writer): string =>
  JSON.stringify([manager, operation, operation === 'Apply' ? '' : apiVersion, subresource]);

/** Decode entries; undefined when they make no sense. */
export function decodeOwners(entries: readonly ManagedFieldsEntry[] | undefined): Owners | undefined {
  const owners = new Map<string, Owner>();
  for (const entry of entries ?? []) {
    const owner = decodeOwner(entry);
    if (owner === undefined) return undefined;
    owners.set(identity(owner), owner);
  }
  return owners;
}

function decodeOwner(entry: ManagedFieldsEntry): Owner | undefined {
  if (entry.operation !== 'Apply' && entry.operation !== 'Update') return undefined;
  if (entry.fieldsType !== undefined && entry.fieldsType !== '' && entry.fieldsType !== 'FieldsV1') return undefined;
  if ((entry.apiVersion ?? '').split('/').length > 2) return undefined;
  try {
    return {
      manager: entry.manager ?? '',
      operation: entry.operation,
      apiVersion: entry.apiVersion ?? '',
      subresource: entry.subresource ?? '',
      time: entry.time ?? '',
      set: fromFieldsV1(entry.fieldsV1),
    };
  } catch {
    return undefined;
  }
}

/** Encode owners, applies first, then oldest first. */
export function encodeOwners(owners: Owners): ManagedFieldsEntry[] {
  const rank = (owner: Owner) => `${owner.operation} ${owner.time} ${owner.manager} ${owner.apiVersion}`;
  return [...owners.values()].sort((a, b) => (rank(a) < rank(b) ? -1 : 1)).map(encodeOwner);
}

const encodeOwner = (owner: Owner): ManagedFieldsEntry => ({
  manager: owner.manager,
  operation: owner.operation,
  apiVersion: owner.apiVersion,
  ...(owner.time === '' ? {} : { time: owner.time }),
  fieldsType: 'FieldsV1',
  fieldsV1: toFieldsV1(owner.set),
  ...(owner.subresource === '' ? {} : { subresource: owner.subresource }),
});

/** True when two entry lists own the same; times do not count. */
export const sameOwners = (a: readonly ManagedFieldsEntry[] = [], b: readonly ManagedFieldsEntry[] = []): boolean => {
  const plain = (entries: readonly ManagedFieldsEntry[]) =>
    new Map(entries.map(({ time: _, ...rest }) => [identity(rest as Writer), rest]));
  const left = plain(a);
  const right = plain(b);
  return left.size === right.size && [...left].every(([key, entry]) => equal(entry, right.get(key)));
};

export interface Typing {
  readonly schema: Schema;
  /** Fields this door ignores, with everything below: `spec` at /status, `status` at the main door. */
  readonly ignored: FieldSet;
}

const filtered = (changes: Comparison, ignored: FieldSet): Comparison => ({
  added: differenceBelow(changes.added, ignored),
  modified: differenceBelow(changes.modified, ignored),
  removed: differenceBelow(changes.removed, ignored),
});

const bare = (object: KubeObject | undefined): Json => {
  const { managedFields: _, ...metadata } = object?.metadata ?? {};
  return { ...object, metadata } as unknown as Json;
};

/** Owners after an update from `live` to `next`: what changed goes to the writer. */
export function updateOwners(
  live: KubeObject | undefined,
  next: KubeObject,
  owners: Owners,
  writer: Writer,
  typing: Typing,
): Owners {
  const before = live === undefined ? blank(next) : bare(live);
  const changes = filtered(compare(before, bare(next), typing.schema), typing.ignored);
  const result = new Map(withoutOthers(owners, writer, changes).owners);
  const own = result.get(identity(writer))?.set ?? emptySet();
  const changed = union(union(difference(own, changes.removed), changes.modified), changes.added);
  setOwner(result, { ...writer, set: difference(differenceBelow(changed, typing.ignored), STRIPPED) });
  return capped(result);
}

const blank = (next: KubeObject): Json => ({
  apiVersion: next.apiVersion ?? '',
  kind: next.kind ?? '',
  metadata: {},
});

function setOwner(owners: Map<string, Owner>, owner: Owner): void {
  if (isEmpty(owner.set)) owners.delete(identity(owner));
  else owners.set(identity(owner), owner);
}

/** Take changed fields from everybody else; say who lost what by it. */
function withoutOthers(owners: Owners, writer: Writer, changes: Comparison) {
  const touched = union(changes.modified, changes.added);
  const conflicts: { readonly owner: Owner; readonly set: FieldSet }[] = [];
  const result = new Map<string, Owner>();
  for (const [key, owner] of owners) {
    if (key === identity(writer)) {
      result.set(key, owner);
      continue;
    }
    const lost = intersection(owner.set, touched);
    if (!isEmpty(lost)) conflicts.push({ owner, set: lost });
    setOwner(result, { ...owner, set: difference(difference(owner.set, lost), changes.removed) });
  }
  return { owners: result, conflicts };
}

/** No more than ten updaters: the oldest become one. */
function capped(owners: Map<string, Owner>): Owners {
  const updaters = [...owners.values()].filter((owner) => owner.operation === 'Update');
  if (updaters.length <= MAX_UPDATE_MANAGERS) return owners;
  const oldestFirst = updaters.sort((a, b) => {
    const rank = ({ time, manager }: Owner) => `${manager === ANCIENT ? 0 : 1} ${time} ${manager}`;
    return rank(a) < rank(b) ? -1 : 1;
  });
  const folded = oldestFirst.slice(0, updaters.length - MAX_UPDATE_MANAGERS + 1);
  const result = new Map(owners);
  for (const owner of folded) {
    result.delete(identity(owner));
    const bucket: Writer = { ...owner, manager: ANCIENT };
    const set = union(result.get(identity(bucket))?.set ?? emptySet(), owner.set);
    result.set(identity(bucket), { ...bucket, set });
  }
  return result;
}

export interface Applied {
  readonly object: KubeObject;
  readonly owners: Owners;
}

/**
 * Apply a configuration to a live object, or to nothing.
 * @throws StatusError 409 naming each field that another manager owns with another value, unless forced or tolerated
 */
export function applyConfiguration(
  live: KubeObject | undefined,
  config: KubeObject,
  liveOwners: Owners,
  writer: Writer,
  typing: Typing & { readonly force: boolean; readonly tolerated: FieldSet },
): Applied {
  const known = liveOwners.size === 0 && live !== undefined ? firstOwners(live, writer, typing) : liveOwners;
  const last = known.get(identity(writer))?.set;
  // While pruning, the identity fields of the configuration count as owned: they keep `metadata` itself in place.
  const named = differenceBelow(fieldSetOf(bare(config), typing.schema), typing.ignored);
  const set = difference(named, STRIPPED);
  const owners = new Map(known).set(identity(writer), { ...writer, set: named });
  const merged = live === undefined ? bare(config) : (merge(bare(live), bare(config), typing.schema) as Json);
  const object = last === undefined ? merged : withoutAbandoned(merged, last, owners, typing.schema);
  const changes = filtered(compare(live === undefined ? undefined : bare(live), object, typing.schema), typing.ignored);
  const { owners: settled, conflicts } = withoutOthers(owners, writer, changes);
  if (!typing.force) refuseConflicts(conflicts, typing.tolerated);
  const result = new Map(settled);
  setOwner(result, { ...writer, set });
  return { object: clone(object) as unknown as KubeObject, owners: result };
}

type Conflict = { readonly owner: Owner; readonly set: FieldSet };

/** @throws StatusError 409 for conflicts that are not all tolerated */
function refuseConflicts(conflicts: readonly Conflict[], tolerated: FieldSet): void {
  const serious = conflicts
    .map(({ owner, set }) => ({ owner, set: difference(set, tolerated) }))
    .filter(({ set }) => !isEmpty(set));
  if (serious.length > 0) throw conflictError(serious);
}

/** What was there before anybody tracked it belongs to nobody in particular. */
function firstOwners(live: KubeObject, writer: Writer, typing: Typing): Owners {
  const before: Writer = { ...writer, manager: FIRST_APPLY, operation: 'Update', subresource: '' };
  return updateOwners(undefined, live, new Map(), before, typing);
}

/** Take out what the writer applied last time, no longer names, and nobody else owns. */
function withoutAbandoned(merged: Json, last: FieldSet, owners: Owners, schema: Schema): Json {
  let owned = emptySet();
  for (const owner of owners.values()) owned = union(owned, owner.set);
  const abandoned = difference(withNamedParents(last, schema), withNamedParents(owned, schema));
  return removeItems(merged, abandoned, schema);
}

function conflictError(conflicts: readonly Conflict[]): StatusError {
  const sorted = [...conflicts].sort((a, b) => (a.owner.manager < b.owner.manager ? -1 : 1));
  const causes = sorted.flatMap(({ owner, set }) =>
    [...paths(set)].map((path) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${describe(owner)}`,
      field: showPath(path),
    })),
  );
  const [only] = causes;
  const text =
    causes.length === 1
      ? `Apply failed with 1 conflict: ${only?.message}: ${only?.field}`
      : `Apply failed with ${causes.length} conflicts: ${sorted.map(listed).join('\n')}`;
  return new StatusError(409, 'Conflict', text, { causes });
}

const listed = ({ owner, set }: Conflict) =>
  [`conflicts with ${describe(owner)}:`, ...[...paths(set)].map((path) => `- ${showPath(path)}`)].join('\n');

function describe(owner: Owner): string {
  const subresource = owner.subresource === '' ? '' : ` with subresource ${JSON.stringify(owner.subresource)}`;
  const version = owner.operation === 'Update' ? ` using ${owner.apiVersion}` : '';
  return `${JSON.stringify(owner.manager)}${subresource}${version}`;
}

/** The owners a write starts from: those sent, when they make sense, else the live ones; `[{}]` forgets everybody. */
export function ownersToStartFrom(
  live: KubeObject | undefined,
  sent: KubeObject,
  ignoreSent: boolean,
): { readonly owners: Owners; readonly isReset: boolean } {
  const liveOwners = decodeOwners(live?.metadata.managedFields) ?? new Map();
  const entries = sent.metadata.managedFields;
  if (ignoreSent || live === undefined || !Array.isArray(entries)) return { owners: liveOwners, isReset: false };
  if (entries.length === 1 && isObject(entries[0]) && Object.keys(entries[0]).length === 0) {
    return { owners: new Map(), isReset: true };
  }
  const decoded = decodeOwners(entries);
  return { owners: decoded === undefined || decoded.size === 0 ? liveOwners : decoded, isReset: false };
}
