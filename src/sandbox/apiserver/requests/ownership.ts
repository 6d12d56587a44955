/** Who owns the fields of an object after a write that goes through one of its doors. */
import { emptySet, type FieldSet, has, insert } from '../apply/field-set.js';
import { encodeOwners, type Owners, ownersToStartFrom, updateOwners, type Writer } from '../apply/managed-fields.js';
import { materialise } from '../resources/go-encoding.js';
import { apiVersionOf, type Resource } from '../resources/resource.js';
import type { Json, KubeObject } from '../types.js';
import { type Call, timestamp } from './call.js';

const IGNORED_AT_STATUS = emptySet();
insert(IGNORED_AT_STATUS, ['f:spec']);
const IGNORED_AT_MAIN = emptySet();
insert(IGNORED_AT_MAIN, ['f:status']);

/** Fields whose owners this door does not touch. */
export function ignoredFields(resource: Resource, subresource: string): FieldSet {
  if (subresource === 'status') return IGNORED_AT_STATUS;
  return subresource === '' && resource.subresources.includes('status') ? IGNORED_AT_MAIN : emptySet();
}

/** The writer of a call, now. */
export const writerOf = (call: Call, manager: string, operation: 'Apply' | 'Update'): Writer => ({
  manager,
  operation,
  apiVersion: apiVersionOf(call.resource),
  subresource: call.subresource,
  time: timestamp(call.server.now()),
});

/** Owners after an update; the objects are compared as Go structs would be. */
export function ownersAfterUpdate(
  call: Call,
  live: KubeObject | undefined,
  next: KubeObject,
  manager: string,
): Owners | undefined {
  const { owners, isReset } = ownersToStartFrom(live, next, call.subresource !== '');
  // An object whose tracking was reset stays untracked until somebody applies to it.
  if (isReset || (live !== undefined && owners.size === 0)) return new Map();
  // Scaling is tracked only when somebody owns the replicas already: the Scale object itself has no owners.
  if (call.subresource === 'scale' && !ownsReplicas(owners)) return owners;
  const { resource } = call;
  const shape = (object: KubeObject) =>
    resource.isCustom ? object : (materialise(object as unknown as Json, resource.schema) as unknown as KubeObject);
  const before = live ?? ({ metadata: {}, apiVersion: next.apiVersion, kind: next.kind } as KubeObject);
  const typing = { schema: resource.schema, ignored: ignoredFields(resource, call.subresource) };
  return updateOwners(shape(before), shape(next), owners, writerOf(call, manager, 'Update'), typing);
}

const REPLICAS = ['f:spec', 'f:replicas'];
const ownsReplicas = (owners: Owners) => [...owners.values()].some(({ set }) => has(set, REPLICAS));

/** Write owners into an object's metadata. */
export function setOwners(object: KubeObject, owners: Owners | undefined): void {
  const entries = owners === undefined ? [] : encodeOwners(owners);
  if (entries.length === 0) delete object.metadata.managedFields;
  else object.metadata.managedFields = entries;
}
