/** ConfigMaps and Secrets: what they hold, and the rules of k8s.io/kubernetes core validation for it. */
import { forbiddenField, immutable, invalidValue, required, tooLong } from '../field-errors.js';
import { configKeyErrors } from '../resources/names.js';
import type { Resource, Write } from '../resources/resource.js';
import type { Schema } from '../schema/schema.js';
import type { FieldError } from '../status.js';
import { ageColumn, column, nameColumn } from '../tables/columns.js';
import { DESCRIPTIONS } from '../tables/descriptions.js';
import { equal, type KubeObject } from '../types.js';
import { builtin } from './builtin.js';

const MAX_BYTES = 1_048_576;
const texts: Schema = { type: 'object', additionalProperties: { type: 'string' } };
const bytes: Schema = { type: 'object', additionalProperties: { type: 'string', format: 'byte' } };
const flag: Schema = { type: 'boolean', go: 'pointer' };

type Data = Record<string, string>;
const dataOf = (object: KubeObject | undefined, field: string): Data => (object?.[field] ?? {}) as Data;

const decodedSize = (text: string) => Buffer.byteLength(text, 'base64');

const keyErrors = (data: Data, field: string): FieldError[] =>
  Object.keys(data).flatMap((key) => configKeyErrors(key).map((why) => invalidValue(`${field}[${key}]`, key, why)));

/** Once `immutable` is set nothing but metadata may change, and it cannot be unset. */
function immutabilityErrors({ next, old }: Write, fields: readonly string[]): FieldError[] {
  if (old?.immutable !== true) return [];
  const why = 'field is immutable when `immutable` is set';
  const errors = next.immutable === true ? [] : [forbiddenField('immutable', why)];
  for (const field of fields) {
    if (!equal(next[field] ?? {}, old[field] ?? {})) errors.push(forbiddenField(field, why));
  }
  return errors;
}

function validateConfigMap(write: Write): FieldError[] {
  const data = dataOf(write.next, 'data');
  const binary = dataOf(write.next, 'binaryData');
  const both = Object.keys(data).filter((key) => key in binary);
  let size = 0;
  for (const value of Object.values(data)) size += Buffer.byteLength(value);
  for (const value of Object.values(binary)) size += decodedSize(value);
  return [
    ...keyErrors(data, 'data'),
    ...both.map((key) => invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData')),
    ...keyErrors(binary, 'binaryData'),
    ...(size > MAX_BYTES ? [tooLong('[]', MAX_BYTES)] : []),
    ...immutabilityErrors(write, ['data', 'binaryData']),
  ];
}

export const configMaps: Resource = builtin({
  group: '',
  version: 'v1',
  plural: 'configmaps',
  kind: 'ConfigMap',
  namespaced: true,
  shortNames: ['cm'],
  description: 'ConfigMap holds configuration data for pods to consume.',
  fields: { data: texts, binaryData: bytes, immutable: flag },
  columns: [
    nameColumn,
    column(
      'Data',
      DESCRIPTIONS.configMapData,
      (object) => Object.keys(dataOf(object, 'data')).length + Object.keys(dataOf(object, 'binaryData')).length,
    ),
    ageColumn,
  ],
  validate: validateConfigMap,
});

/** Keys that secrets of a type must have. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
};
const BASIC = ['password', 'username'];
const ACCOUNT = 'kubernetes.io/service-account.name';

/** `stringData` is write-only: it is laid over `data` and not kept. */
function setSecretDefaults(next: KubeObject): void {
  const sent = dataOf(next, 'stringData');
  const merged = { ...dataOf(next, 'data') };
  for (const [key, value] of Object.entries(sent)) merged[key] = Buffer.from(value).toString('base64');
  delete next.stringData;
  if (Object.keys(merged).length > 0) next.data = merged;
  if (!next.type) next.type = 'Opaque';
}

function validateSecret(write: Write): FieldError[] {
  const { next, old } = write;
  const data = dataOf(next, 'data');
  let size = 0;
  for (const value of Object.values(data)) size += decodedSize(value);
  if (old !== undefined) {
    const changed = next.type === old.type ? [] : [immutable('type', next.type)];
    const errors = [...changed, ...immutabilityErrors(write, ['data'])];
    if (errors.length > 0) return errors;
  }
  return [
    ...keyErrors(data, 'data'),
    ...(size > MAX_BYTES ? [tooLong('data', MAX_BYTES)] : []),
    ...typeErrors(next, data),
  ];
}

function typeErrors(next: KubeObject, data: Data): FieldError[] {
  const type = String(next.type);
  if (type === 'kubernetes.io/basic-auth' && !BASIC.some((key) => key in data)) {
    return BASIC.map((key) => required(`data[${key}]`));
  }
  if (type === 'kubernetes.io/service-account-token' && !next.metadata.annotations?.[ACCOUNT]) {
    return [required(`metadata.annotations[${ACCOUNT}]`)];
  }
  const needed = NEEDED[type] ?? [];
  const missing = needed.filter((key) => !(key in data));
  if (missing.length > 0) return missing.map((key) => required(`data[${key}]`));
  return type.startsWith('kubernetes.io/dockerc') ? needed.flatMap((key) => jsonErrors(key, data[key] ?? '')) : [];
}

function jsonErrors(key: string, value: string): FieldError[] {
  try {
    JSON.parse(Buffer.from(value, 'base64').toString());
    return [];
  } catch {
    return [invalidValue(`data[${key}]`, '<secret contents redacted>', 'is not JSON')];
  }
}

export const secrets: Resource = builtin({
  group: '',
  version: 'v1',
  plural: 'secrets',
  kind: 'Secret',
  namespaced: true,
  description: 'Secret holds secret data of a certain type.',
  fields: { data: bytes, stringData: texts, type: { type: 'string' }, immutable: flag },
  selectable: { type: (object) => String(object.type ?? '') },
  columns: [
    nameColumn,
    column('Type', DESCRIPTIONS.secretType, (object) => String(object.type ?? '')),
    column('Data', DESCRIPTIONS.secretData, (object) => Object.keys(dataOf(object, 'data')).length),
    ageColumn,
  ],
  setDefaults: setSecretDefaults,
  validate: validateSecret,
});
