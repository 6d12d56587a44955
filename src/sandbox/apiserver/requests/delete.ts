/** DELETE of an object or a collection: preconditions, finalizers, propagation. */
import type { Crd } from '../kinds/crd-types.js';
import { PERMANENT_NAMESPACES } from '../kinds/namespaces.js';
import { keyOf } from '../resources/metadata.js';
import { kindName, resourceName } from '../resources/resource.js';
import { conflict, deleted, forbidden, notFound } from '../status.js';
import type { Transaction } from '../storage/cluster-state.js';
import type { Json, JsonObject, KubeObject } from '../types.js';
import { type Answer, type Call, timestamp } from './call.js';
import type { DeleteOptions } from './delete-options.js';
import { parseDeleteOptions } from './delete-options.js';
import { list } from './read.js';
import { keyOfCall } from './update.js';
import { draft, isFinished, perform, readerOf } from './write-pipeline.js';

const CRD_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';
const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

/** DELETE an object: gone at once, or marked while finalizers hold it. @throws StatusError 404, 409, 422 */
export function remove(call: Call): Promise<Answer> {
  const options = parseDeleteOptions(call);
  return perform(call, options, (transaction) => {
    const stored = transaction.get(call.resource.table, keyOfCall(call));
    if (stored === undefined) throw notFound(resourceName(call.resource), call.name);
    return removeStored(call, transaction, stored, options);
  });
}

/** Delete one stored object within a transaction. @throws StatusError */
export function removeStored(call: Call, transaction: Transaction, stored: KubeObject, options: DeleteOptions): Answer {
  const { resource } = call;
  checkPreconditions(call, stored, options);
  checkAllowed(call, transaction, stored);
  const marked = markForDeletion(call, stored, options);
  if (isFinished(marked)) {
    transaction.remove(resource.table, keyOf(stored));
    const { name = '', uid = '' } = stored.metadata;
    return { kind: 'plain', code: 200, body: deleted(resourceName(resource), name, uid) as Json };
  }
  const shown = marked === stored ? stored : transaction.put(resource.table, keyOf(stored), marked);
  return { kind: 'object', code: 200, object: resource.toServed(shown) as unknown as Json };
}

function checkPreconditions({ resource }: Call, stored: KubeObject, { preconditions }: DeleteOptions): void {
  const { uid, resourceVersion, name = '' } = stored.metadata;
  if (preconditions.uid !== undefined && preconditions.uid !== uid) {
    const why = `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`;
    throw conflict(kindName(resource), name, why);
  }
  if (preconditions.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion) {
    const why = `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`;
    throw conflict(kindName(resource), name, why);
  }
}

function checkAllowed(call: Call, transaction: Transaction, stored: KubeObject): void {
  const { resource } = call;
  const { name = '' } = stored.metadata;
  if (resource.kind === 'Namespace' && PERMANENT_NAMESPACES.has(name)) {
    throw forbidden(resourceName(resource), name, 'this namespace may not be deleted');
  }
  const request = { operation: 'DELETE', what: kindName(resource), old: stored, next: undefined } as const;
  call.warnings.push(...call.admission.admit({ ...request, reader: readerOf(transaction) }));
}

/** The object as it is while something still holds it; the same object when nothing changes. */
function markForDeletion(call: Call, stored: KubeObject, options: DeleteOptions): KubeObject {
  const next = draft(stored);
  const { metadata } = next;
  const finalizers = propagationFinalizers(metadata.finalizers ?? [], options);
  const isFirst = metadata.deletionTimestamp === undefined;
  const sameFinalizers = finalizers.join(' ') === (metadata.finalizers ?? []).join(' ');
  if (!isFirst && sameFinalizers) return stored;
  if (finalizers.length === 0) delete metadata.finalizers;
  else metadata.finalizers = finalizers;
  if (!isFirst) return next;
  metadata.deletionTimestamp = timestamp(call.server.now());
  if (call.resource.kind === 'Namespace')
    return { ...next, status: { ...(next.status as object), phase: 'Terminating' } };
  metadata.deletionGracePeriodSeconds = 0;
  if (call.resource.hasGeneration) metadata.generation = (metadata.generation ?? 1) + 1;
  return call.resource.kind === 'CustomResourceDefinition' ? terminatingCrd(call, next) : next;
}

function propagationFinalizers(current: readonly string[], { propagation }: DeleteOptions): string[] {
  if (propagation === undefined) return [...current];
  const others = current.filter((name) => name !== ORPHAN && name !== FOREGROUND);
  if (propagation === 'Orphan') return [...others, ORPHAN];
  return propagation === 'Foreground' ? [...others, FOREGROUND] : others;
}

/** A definition waits for its instances. */
function terminatingCrd(call: Call, next: KubeObject): KubeObject {
  const crd = next as unknown as Crd;
  delete crd.metadata.deletionGracePeriodSeconds;
  crd.metadata.finalizers = [...new Set([...(crd.metadata.finalizers ?? []), CRD_FINALIZER])];
  const conditions = (crd.status?.conditions ?? []).filter(({ type }) => type !== 'Terminating');
  const condition = {
    type: 'Terminating',
    status: 'True',
    lastTransitionTime: timestamp(call.server.now()),
    reason: 'InstanceDeletionInProgress',
    message: 'CustomResource deletion is in progress',
  };
  crd.status = { ...crd.status, conditions: [...conditions, condition] };
  return next;
}

/** DELETE a collection: everything selected, each by the same options; answers what was selected. @throws StatusError */
export async function removeCollection(call: Call): Promise<Answer> {
  const options = parseDeleteOptions(call);
  const selected = list(call);
  if (selected.kind !== 'list') return selected;
  const removeItem = (item: Json) =>
    perform(call, options, (transaction) => {
      const stored = transaction.get(call.resource.table, keyOf(item as unknown as KubeObject));
      if (stored !== undefined) removeStored(call, transaction, stored, options);
    });
  await Promise.all(selected.items.map(removeItem));
  return {
    ...selected,
    metadata: { ...(selected.metadata as JsonObject), resourceVersion: String(call.server.state.version) },
  };
}
