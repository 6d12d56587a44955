/**
 * What every write goes through once its object is known: field owners, what the kind decides, generation, validation,
 * rules, hooks, and the decision whether anything is stored at all.
 */
import { randomUUID } from 'node:crypto';
import type { AdmissionReader } from '../admission.js';
import { type Owners, sameOwners } from '../apply/managed-fields.js';
import { invalidValue } from '../field-errors.js';
import { celErrors } from '../resources/custom.js';
import {
  keyOf,
  metadataWarnings,
  validateMetadata,
  validateMetadataUpdate,
  validateSharedMetadata,
} from '../resources/metadata.js';
import { generatedName } from '../resources/names.js';
import { type Asker, kindName, type Resource, resourceName } from '../resources/resource.js';
import {
  alreadyExists,
  badRequest,
  conflict,
  type FieldError,
  forbidden,
  internal,
  invalid,
  notFound,
} from '../status.js';
import type { Transaction } from '../storage/cluster-state.js';
import { clone, equal, isObject, type Json, type JsonObject, type KubeObject } from '../types.js';
import { type Call, timestamp } from './call.js';
import { setOwners } from './ownership.js';

const NAMESPACES = '/namespaces';

/** Run a write for real, or only rehearse it. */
export function perform<T>(
  call: Call,
  options: { readonly dryRun: boolean },
  change: (transaction: Transaction) => T,
): Promise<T> {
  const { state } = call.server;
  return call.admission.settle(async () => (options.dryRun ? state.rehearse(change) : state.write(change)));
}

/** What hooks may read: the cluster with the writes of the open group. */
export function readerOf(transaction: Transaction): AdmissionReader {
  return {
    get: (group, plural, namespace, name) =>
      transaction.get(`${group}/${plural}`, namespace === '' ? name : `${namespace}/${name}`),
    list: (group, plural, namespace) => transaction.list(`${group}/${plural}`, namespace ? `${namespace}/` : ''),
  };
}

/** Creates fail in namespaces that are absent or going away. @throws StatusError 404, 403 */
function checkNamespace(call: Call, transaction: Transaction, name: string): void {
  const { resource, namespace } = call;
  if (!resource.namespaced) return;
  const found = transaction.get(NAMESPACES, namespace);
  if (found === undefined) throw notFound({ group: '', kind: 'namespaces' }, namespace);
  if (found.metadata.deletionTimestamp === undefined) return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  throw forbidden(resourceName(resource), name, why, [
    {
      reason: 'NamespaceTerminating',
      message: `namespace ${namespace} is being terminated`,
      field: 'metadata.namespace',
    },
  ]);
}

/** The path decides the namespace; a body that names another is refused. @throws StatusError 400 */
export function placeInNamespace(call: Call, object: KubeObject): void {
  const { namespace } = object.metadata;
  if (!call.resource.namespaced) delete object.metadata.namespace;
  else if (namespace === undefined || namespace === '') object.metadata.namespace = call.namespace;
  else if (namespace !== call.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
}

/** Store a new object. @throws StatusError 4xx */
export function createObject(
  call: Call,
  transaction: Transaction,
  object: KubeObject,
  owners: (object: KubeObject) => Owners | undefined,
): KubeObject {
  const { resource, server } = call;
  const { metadata } = object;
  checkNamespace(call, transaction, metadata.name ?? '');
  checkCrdAccepts(call, transaction, metadata.name ?? '');
  const { resourceVersion } = metadata;
  for (const field of [
    'uid',
    'resourceVersion',
    'selfLink',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'generation',
  ] as const) {
    delete metadata[field];
  }
  delete metadata.creationTimestamp;
  delete metadata.managedFields;
  setOwners(object, owners(object));
  if (!metadata.name && metadata.generateName) nameFreely(call, transaction, object);
  metadata.uid = randomUUID();
  metadata.creationTimestamp = timestamp(server.now());
  if (resource.hasGeneration) metadata.generation = 1;
  const write = { next: object, old: undefined, subresource: '' };
  resource.prepare(write);
  resource.guard(write, askerOf(call));
  validateNew(call, object);
  call.warnings.push(...metadataWarnings(metadata), ...resource.warnings(object));
  const request = { operation: 'CREATE', what: kindName(resource), old: undefined, next: object } as const;
  if (resourceVersion) throw internal('resourceVersion should not be set on objects to be created');
  call.warnings.push(...call.admission.admit({ ...request, reader: readerOf(transaction) }));
  const key = keyOf(object);
  const existing = transaction.get(resource.table, key);
  if (existing !== undefined) {
    const isGoing = existing.metadata.deletionTimestamp !== undefined;
    throw alreadyExists(resourceName(resource), metadata.name ?? '', isGoing ? 'object is being deleted: ' : '');
  }
  return transaction.put(resource.table, key, resource.toStored(object));
}

const askerOf = ({ user, namespace, server }: Call): Asker => ({ user, namespace, access: server.access });

/** Instances of a definition that is going away are not accepted. */
function checkCrdAccepts({ resource }: Call, transaction: Transaction, name: string): void {
  if (!resource.isCustom) return;
  const crd = transaction.get('apiextensions.k8s.io/customresourcedefinitions', `${resource.plural}.${resource.group}`);
  if (crd?.metadata.deletionTimestamp === undefined) return;
  throw forbidden(resourceName(resource), name, 'create not allowed while custom resource definition is terminating');
}

const NAME_TRIES = 8;

function nameFreely({ resource }: Call, transaction: Transaction, object: KubeObject): void {
  const prefix = object.metadata.generateName ?? '';
  for (let attempt = 0; attempt < NAME_TRIES; attempt++) {
    object.metadata.name = generatedName(prefix);
    resource.setDefaults(object);
    if (transaction.get(resource.table, keyOf(object)) === undefined) return;
  }
}

function validateNew({ resource }: Call, object: KubeObject): void {
  const write = { next: object, old: undefined, subresource: '' };
  const shape = [
    ...validateMetadata(object.metadata, (name) => resource.nameErrors(name), resource.namespaced),
    ...resource.validate(write),
  ];
  failIfAny(resource, object, [...shape, ...celErrors(write, resource, shape)]);
}

function failIfAny(resource: Resource, object: KubeObject, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid(resource.invalidAs, object.metadata.name ?? '', errors);
}

export interface Update {
  readonly call: Call;
  readonly transaction: Transaction;
  /** The stored object, in the form of the request's version. */
  readonly old: KubeObject;
  readonly stored: KubeObject;
  readonly next: KubeObject;
  /** A PUT must say which version it replaces, for most kinds. */
  readonly needsVersion: boolean;
  readonly owners: (live: KubeObject, next: KubeObject) => Owners | undefined;
}

/** Replace a stored object, or leave it when nothing would change. @throws StatusError 4xx */
export function updateObject(update: Update): KubeObject {
  const { call, transaction, old, stored, next } = update;
  const { resource } = call;
  checkVersion(update);
  restoreSystemFields(next, old);
  setOwners(next, update.owners(old, next));
  resource.prepare({ next, old, subresource: call.subresource });
  if (resource.hasGeneration) setGeneration(resource, next, old);
  resource.guard({ next, old, subresource: call.subresource }, askerOf(call));
  validateReplaced(call, next, old);
  call.warnings.push(...resource.warnings(next));
  if (!equal(next.metadata.finalizers, old.metadata.finalizers)) call.warnings.push(...metadataWarnings(next.metadata));
  const request = { operation: 'UPDATE', what: kindName(resource), old, next } as const;
  if (call.subresource === '')
    call.warnings.push(...call.admission.admit({ ...request, reader: readerOf(transaction) }));
  if (isSame(next, old)) return stored;
  const key = keyOf(stored);
  const replacement = resource.toStored(next);
  if (isFinished(next)) {
    transaction.remove(resource.table, key);
    return { ...replacement, metadata: { ...next.metadata, resourceVersion: stored.metadata.resourceVersion ?? '' } };
  }
  return transaction.put(resource.table, key, replacement);
}

/** @throws StatusError 422 without a version, 409 with another, 500 with one that is none */
function checkVersion({ call, old, next, needsVersion }: Update): void {
  const what = resourceName(call.resource);
  const name = old.metadata.name ?? '';
  const version = next.metadata.resourceVersion ?? '';
  if (version !== '' && !/^\d+$/.test(version)) {
    throw internal(`strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`);
  }
  if (version === '' || version === '0') {
    if (!needsVersion || call.resource.allowsUnconditionalUpdate) return;
    throw invalid(what, name, [invalidValue('metadata.resourceVersion', 0, 'must be specified for an update')]);
  }
  if (version !== old.metadata.resourceVersion) throw conflict(what, name);
}

/** What clients cannot change is quietly put back; what they may not try to change is left for validation. */
function restoreSystemFields(next: KubeObject, old: KubeObject): void {
  const { metadata } = next;
  metadata.creationTimestamp = old.metadata.creationTimestamp ?? '';
  delete metadata.selfLink;
  metadata.uid ||= old.metadata.uid ?? '';
  metadata.resourceVersion = old.metadata.resourceVersion ?? '';
  for (const field of ['generation', 'generateName'] as const) {
    if (field === 'generation' || metadata.generateName === undefined) {
      if (old.metadata[field] === undefined) delete metadata[field];
      else Object.assign(metadata, { [field]: old.metadata[field] });
    }
  }
  if (metadata.deletionTimestamp === undefined && old.metadata.deletionTimestamp !== undefined) {
    metadata.deletionTimestamp = old.metadata.deletionTimestamp;
  }
  if (metadata.deletionGracePeriodSeconds === undefined && old.metadata.deletionGracePeriodSeconds !== undefined) {
    metadata.deletionGracePeriodSeconds = old.metadata.deletionGracePeriodSeconds;
  }
}

/** Everything but metadata, and status where it has a door of its own, counts. */
function setGeneration(resource: Resource, next: KubeObject, old: KubeObject): void {
  const counted = (object: KubeObject) => {
    const { metadata: _, apiVersion: __, kind: ___, ...rest } = object;
    if (resource.subresources.includes('status')) delete rest.status;
    return rest;
  };
  const changed = !equal(counted(next), counted(old));
  next.metadata.generation = (old.metadata.generation ?? 1) + (changed ? 1 : 0);
}

/** A real server checks updated metadata in several layers; its causes repeat accordingly. */
function validateReplaced({ resource, subresource }: Call, next: KubeObject, old: KubeObject): void {
  const write = { next, old, subresource };
  const once = validateMetadataUpdate(next.metadata, old.metadata);
  const shared = validateSharedMetadata(next.metadata);
  const first = once.slice(0, once.length - shared.length);
  const shape = [...first, ...once, ...shared, ...shared, ...resource.validate(write)];
  failIfAny(resource, next, [...shape, ...celErrors(write, resource, shape)]);
}

const withoutOwners = (object: KubeObject): Json => {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata } as unknown as Json;
};

const isSame = (next: KubeObject, old: KubeObject): boolean =>
  equal(withoutEmptyMaps(withoutOwners(next)), withoutEmptyMaps(withoutOwners(old))) &&
  sameOwners(next.metadata.managedFields, old.metadata.managedFields);

/** Empty maps of metadata are not stored. */
function withoutEmptyMaps(value: Json): Json {
  if (!isObject(value) || !isObject(value.metadata)) return value;
  const metadata: JsonObject = {};
  for (const [key, child] of Object.entries(value.metadata)) {
    const isHollow =
      (Array.isArray(child) && child.length === 0) || (isObject(child) && Object.keys(child).length === 0);
    if (!isHollow) metadata[key] = child;
  }
  return { ...value, metadata };
}

/** Being deleted, and nothing holds it any more. */
export function isFinished(object: KubeObject): boolean {
  if (object.metadata.deletionTimestamp === undefined) return false;
  if ((object.metadata.finalizers ?? []).length > 0) return false;
  const held = object.kind === 'Namespace' && isObject(object.spec) ? object.spec.finalizers : undefined;
  return !Array.isArray(held) || held.length === 0;
}

/** A copy that may be changed. */
export const draft = (object: KubeObject): KubeObject => clone(object);
