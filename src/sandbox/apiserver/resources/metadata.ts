/** ObjectMeta: its schema, its decoding, and the rules every kind shares (k8s.io/apimachinery api/validation). */
import { forbiddenField, immutable, invalidValue, required, tooLong } from '../field-errors.js';
import type { Schema } from '../schema/schema.js';
import type { FieldError } from '../status.js';
import type { JsonObject, KubeObject, ObjectMeta, OwnerReference } from '../types.js';
import { encodeAsGo } from './go-encoding.js';
import { labelKeyErrors, labelValueErrors } from './names.js';

const text: Schema = { type: 'string' };
const texts: Schema = { type: 'object', additionalProperties: text };

export const OBJECT_META: Schema = {
  type: 'object',
  properties: {
    name: text,
    generateName: text,
    namespace: text,
    selfLink: text,
    uid: text,
    resourceVersion: text,
    generation: { type: 'integer', format: 'int64' },
    creationTimestamp: { type: 'string', format: 'date-time' },
    deletionTimestamp: { type: 'string', format: 'date-time' },
    deletionGracePeriodSeconds: { type: 'integer', format: 'int64', go: 'pointer' },
    labels: texts,
    annotations: texts,
    ownerReferences: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['uid'],
      'x-kubernetes-patch-strategy': 'merge',
      'x-kubernetes-patch-merge-key': 'uid',
      items: {
        type: 'object',
        'x-kubernetes-map-type': 'atomic',
        properties: {
          apiVersion: { ...text, go: 'zero' },
          kind: { ...text, go: 'zero' },
          name: { ...text, go: 'zero' },
          uid: { ...text, go: 'zero' },
          controller: { type: 'boolean', go: 'pointer' },
          blockOwnerDeletion: { type: 'boolean', go: 'pointer' },
        },
      },
    },
    finalizers: {
      type: 'array',
      'x-kubernetes-list-type': 'set',
      'x-kubernetes-patch-strategy': 'merge',
      items: text,
    },
    managedFields: {
      type: 'array',
      'x-kubernetes-list-type': 'atomic',
      items: {
        type: 'object',
        properties: {
          manager: text,
          operation: text,
          apiVersion: text,
          time: { type: 'string', format: 'date-time' },
          fieldsType: text,
          fieldsV1: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, go: 'pointer' },
          subresource: text,
        },
      },
    },
  },
};

/** Decode sent metadata. Gives what was unknown by path. @throws StatusError 400 */
export function decodeMetadata(sent: JsonObject, at = 'metadata'): { metadata: ObjectMeta; unknown: string[] } {
  const { value, unknown } = encodeAsGo(sent, OBJECT_META, 'ObjectMeta');
  return { metadata: value as ObjectMeta, unknown: unknown.map((path) => `${at}.${path}`) };
}

const ANNOTATIONS_LIMIT = 262_144;
const STANDARD_FINALIZERS = new Set(['orphan', 'foregroundDeletion', 'kubernetes']);

/** Rules for metadata on create. */
export function validateMetadata(
  meta: ObjectMeta,
  nameErrors: (name: string) => string[],
  namespaced: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  if (meta.generateName) {
    // The generated part is letters, so only the end of the prefix may be loose.
    for (const problem of nameErrors(meta.generateName.replace(/-$/, 'a'))) {
      errors.push(invalidValue('metadata.generateName', meta.generateName, problem));
    }
  }
  if (!meta.name) errors.push(required('metadata.name', 'name or generateName is required'));
  else for (const problem of nameErrors(meta.name)) errors.push(invalidValue('metadata.name', meta.name, problem));
  if (!namespaced && meta.namespace) errors.push(forbiddenField('metadata.namespace', 'not allowed on this type'));
  return [...errors, ...validateSharedMetadata(meta)];
}

/** Rules for labels, annotations, owners and finalizers, whatever the operation. */
export function validateSharedMetadata(meta: ObjectMeta): FieldError[] {
  return [
    ...labelErrors(meta.labels ?? {}),
    ...annotationErrors(meta.annotations ?? {}),
    ...ownerErrors(meta.ownerReferences ?? []),
    ...finalizerErrors(meta.finalizers ?? []),
  ];
}

/** Only the rules for labels: namespaces are checked for them twice over. */
export function labelErrors(labels: Readonly<Record<string, string>>): FieldError[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...labelKeyErrors(key).map((problem) => invalidValue('metadata.labels', key, problem)),
    ...labelValueErrors(value).map((problem) => invalidValue('metadata.labels', value, problem)),
  ]);
}

function annotationErrors(annotations: Readonly<Record<string, string>>): FieldError[] {
  const errors = Object.keys(annotations).flatMap((key) =>
    labelKeyErrors(key.toLowerCase()).map((problem) => invalidValue('metadata.annotations', key, problem)),
  );
  let bytes = 0;
  for (const [key, value] of Object.entries(annotations)) bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  return bytes > ANNOTATIONS_LIMIT ? [...errors, tooLong('metadata.annotations', ANNOTATIONS_LIMIT)] : errors;
}

function ownerErrors(owners: readonly OwnerReference[]): FieldError[] {
  const errors = owners.flatMap(singleOwnerErrors);
  const controllers = owners.filter((owner) => owner.controller === true);
  const [first, second] = controllers;
  if (first !== undefined && second !== undefined) {
    const text = `Only one reference can have Controller set to true. Found "true" in references for ${first.kind}/${first.name} and ${second.kind}/${second.name}`;
    errors.push(ownerListError(owners, text));
  }
  return errors;
}

/** Go prints the fields in the order of the struct. */
const ownerListError = (owners: readonly OwnerReference[], why: string): FieldError => {
  const ordered = owners.map(({ apiVersion, kind, name, uid, controller, blockOwnerDeletion }) => ({
    apiVersion,
    kind,
    name,
    uid,
    controller,
    blockOwnerDeletion,
  }));
  return {
    reason: 'FieldValueInvalid',
    field: 'metadata.ownerReferences',
    message: `Invalid value: ${JSON.stringify(ordered)}: ${why}`,
  };
};

function singleOwnerErrors(owner: OwnerReference): FieldError[] {
  const parts = owner.apiVersion.split('/');
  const badVersion = owner.apiVersion === '' || parts.length > 2;
  const field = (name: string) => `metadata.ownerReferences.${name}`;
  return [
    ...(badVersion ? [invalidValue(field('apiVersion'), owner.apiVersion, 'version must not be empty')] : []),
    ...(owner.kind === '' ? [invalidValue(field('kind'), '', 'must not be empty')] : []),
    ...(owner.name === '' ? [invalidValue(field('name'), '', 'must not be empty')] : []),
    ...(owner.uid === '' ? [invalidValue(field('uid'), '', 'must not be empty')] : []),
    ...(owner.apiVersion === 'v1' && owner.kind === 'Event'
      ? [
          invalidValue(
            'metadata.ownerReferences',
            owner,
            `/${owner.apiVersion}, Kind=${owner.kind} is disallowed from being an owner`,
          ),
        ]
      : []),
  ];
}

function finalizerErrors(finalizers: readonly string[]): FieldError[] {
  const errors = finalizers.flatMap((name) =>
    labelKeyErrors(name).map((problem) => invalidValue('metadata.finalizers', name, problem)),
  );
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    errors.push(
      invalidValue('metadata.finalizers', finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'),
    );
  }
  return errors;
}

/** Rules for what an update may change. */
export function validateMetadataUpdate(next: ObjectMeta, old: ObjectMeta): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of [
    'name',
    'namespace',
    'uid',
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
  ] as const) {
    if ((next[field] ?? null) !== (old[field] ?? null)) errors.push(immutable(`metadata.${field}`, next[field] ?? ''));
  }
  if (old.deletionTimestamp !== undefined) {
    const added = (next.finalizers ?? []).filter((name) => !(old.finalizers ?? []).includes(name));
    if (added.length > 0) {
      const list = added.map((name) => JSON.stringify(name)).join(', ');
      const why = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`;
      errors.push(forbiddenField('metadata.finalizers', why));
    }
  }
  return [...errors, ...validateSharedMetadata(next)];
}

/** Texts for `Warning` headers about metadata that is accepted but unwise. */
export function metadataWarnings(next: ObjectMeta): string[] {
  return (next.finalizers ?? [])
    .filter((name) => !name.includes('/') && !STANDARD_FINALIZERS.has(name))
    .map(
      (name) =>
        `metadata.finalizers: "${name}": prefer a domain-qualified finalizer name to avoid accidental conflicts with other finalizer writers`,
    );
}

/** Owner references are a set by uid in effect; a real server drops repetitions and says so. */
export function dedupeOwners(meta: ObjectMeta): string[] {
  const owners = meta.ownerReferences;
  if (owners === undefined) return [];
  const seen = new Set<string>();
  const repeated = new Set<string>();
  const unique = owners.filter((owner) => {
    const key = JSON.stringify(owner);
    if (seen.has(key)) repeated.add(owner.uid);
    return !seen.has(key) && seen.add(key);
  });
  if (repeated.size === 0) return [];
  meta.ownerReferences = unique;
  return [
    `.metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${[...repeated].join(', ')}`,
  ];
}

/** `group/version` taken apart. */
export function groupVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  if (slash < 0) return { group: '', version: apiVersion };
  return { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** The place of an object in its table. */
export const keyOf = (object: KubeObject): string =>
  object.metadata.namespace ? `${object.metadata.namespace}/${object.metadata.name}` : (object.metadata.name ?? '');
