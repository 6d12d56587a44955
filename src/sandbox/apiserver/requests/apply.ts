/** Server-side apply: PATCH with `application/apply-patch+yaml`. */

import { emptySet, type FieldSet } from '../apply/field-set.js';
import { applyConfiguration, decodeOwners, type Owners } from '../apply/managed-fields.js';
import { fieldSetOf, typeErrors } from '../apply/typed.js';
import { apiVersionOf, type Resource, resourceName } from '../resources/resource.js';
import type { Schema } from '../schema/schema.js';
import { badRequest, conflict, internal, notFound } from '../status.js';
import type { Transaction } from '../storage/cluster-state.js';
import { canonical, clone, isObject, type Json, type JsonObject, type KubeObject } from '../types.js';
import type { Answer, Call } from './call.js';
import { reshape } from './decode.js';
import { type WriteOptions, writeOptions } from './options.js';
import { ignoredFields, writerOf } from './ownership.js';
import { parseYaml } from './parse.js';
import { answer, checkName, keyOfCall } from './update.js';
import { createObject, perform, placeInNamespace, updateObject } from './write-pipeline.js';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const KUBECTL = 'kubectl';

/** Apply a configuration. @throws StatusError */
export function applyPatch(call: Call): Promise<Answer> {
  const options = writeOptions(call.query, 'PatchOptions', call.userAgent, true);
  const config = parseConfiguration(call);
  return perform(call, options, (transaction) => {
    const stored = transaction.get(call.resource.table, keyOfCall(call));
    return stored === undefined
      ? applyToNothing(call, transaction, config, options)
      : applyToStored(call, transaction, stored, config, options);
  });
}

function parseConfiguration(call: Call): KubeObject {
  const { value, duplicates } = parseYaml(call.body.toString(), 'error decoding YAML: error converting YAML to JSON: ');
  const sent = isObject(value) ? value : {};
  checkConfiguredType(call.resource, sent);
  if (call.query.get('fieldValidation') !== 'Ignore') call.warnings.push(...duplicates);
  const config = { ...sent, metadata: isObject(sent.metadata) ? { ...sent.metadata } : {} } as KubeObject;
  if (config.metadata.managedFields !== undefined && config.metadata.managedFields !== null) {
    throw badRequest('metadata.managedFields must be nil');
  }
  checkName(call, config);
  placeInNamespace(call, { ...config, metadata: { ...config.metadata } }); // refuses another namespace
  return config;
}

function checkConfiguredType(resource: Resource, sent: JsonObject): void {
  const { apiVersion, kind } = sent;
  if (apiVersion === apiVersionOf(resource) && kind === resource.kind) return;
  const version = String(apiVersion ?? '');
  const shown = version === '' ? '/' : version.includes('/') ? version : `/${version}`;
  throw badRequest(`invalid object type: ${shown}, Kind=${String(kind ?? '')}`);
}

/** Unknown fields and wrong types are the server's failure, by the word of a real one: 500. */
function checkTyped(call: Call, config: KubeObject): void {
  const { resource } = call;
  const errors = typeErrors(config as unknown as Json, resource.schema);
  const [first] = errors;
  if (first === undefined) return;
  const version = resource.group === '' ? `/${resource.version}` : apiVersionOf(resource);
  const list = errors.length === 1 ? first : `errors:\n${errors.map((error) => `  ${error}`).join('\n')}`;
  throw internal(`failed to create typed patch object (/${call.name}; ${version}, Kind=${resource.kind}): ${list}`);
}

function applyToNothing(call: Call, transaction: Transaction, config: KubeObject, options: WriteOptions): Answer {
  const { resource } = call;
  if (call.subresource !== '') throw notFound(resourceName(resource), call.name);
  if (config.metadata.uid) {
    const why = `uid mismatch: the provided object specified uid ${config.metadata.uid}, and no existing object was found`;
    throw conflict(resourceName(resource), call.name, why);
  }
  // Who may patch but not create must not create by applying.
  const { group, plural } = resource;
  const { namespace, name, user } = call;
  call.server.access.check(user, { verb: 'create', group, resource: plural, subresource: '', namespace, name });
  checkTyped(call, config);
  delete config.metadata.resourceVersion;
  const applied = runApply(call, undefined, config, options, new Map());
  const { object } = reshape(resource, applied.object, false);
  resource.setDefaults(object);
  placeInNamespace(call, object);
  return answer(
    call,
    201,
    createObject(call, transaction, object, () => applied.owners),
  );
}

function applyToStored(
  call: Call,
  transaction: Transaction,
  stored: KubeObject,
  config: KubeObject,
  options: WriteOptions,
): Answer {
  const { resource } = call;
  const old = resource.toServed(stored);
  const version = config.metadata.resourceVersion;
  if (version && version !== old.metadata.resourceVersion) throw conflict(resourceName(resource), call.name);
  checkTyped(call, config);
  const applied = runApply(call, old, config, options, decodeOwners(old.metadata.managedFields) ?? new Map());
  const { object } = reshape(resource, withMetadataOf(applied.object, old, config), false);
  resource.setDefaults(object);
  const next = refreshLastApplied(object, old, config, options);
  return answer(
    call,
    200,
    updateObject({ call, transaction, old, stored, next, needsVersion: false, owners: () => applied.owners }),
  );
}

/** The configuration's own identity fields do not travel into the object. */
function withMetadataOf(object: KubeObject, old: KubeObject, config: KubeObject): KubeObject {
  const { uid } = config.metadata;
  return {
    ...object,
    metadata: { ...object.metadata, ...(uid ? { uid } : {}), resourceVersion: old.metadata.resourceVersion ?? '' },
  };
}

function runApply(call: Call, live: KubeObject | undefined, config: KubeObject, options: WriteOptions, owners: Owners) {
  const writer = writerOf(call, options.fieldManager, 'Apply');
  const { schema } = call.resource;
  const ignored = ignoredFields(call.resource, call.subresource);
  const tolerated = options.fieldManager === KUBECTL ? lastAppliedFields(live, schema) : emptySet();
  return applyConfiguration(live, config, owners, writer, { schema, ignored, force: options.force, tolerated });
}

/** Moving from client-side to server-side apply is no conflict: the former's annotation says what it set. */
function lastAppliedFields(live: KubeObject | undefined, schema: Schema): FieldSet {
  try {
    return fieldSetOf(JSON.parse(live?.metadata.annotations?.[LAST_APPLIED] ?? '{}') as Json, schema);
  } catch {
    return emptySet();
  }
}

/** kubectl's annotation follows its server-side applies, so that a client-side apply can take over again. */
function refreshLastApplied(next: KubeObject, old: KubeObject, config: KubeObject, options: WriteOptions): KubeObject {
  if (options.fieldManager !== KUBECTL || old.metadata.annotations?.[LAST_APPLIED] === undefined) return next;
  const { managedFields: _, ...metadata } = clone(config.metadata);
  const text = `${canonical({ ...config, metadata })}\n`;
  return {
    ...next,
    metadata: { ...next.metadata, annotations: { ...next.metadata.annotations, [LAST_APPLIED]: text } },
  };
}
