/** A version of a CustomResourceDefinition as a resource of the server. */

import { invalidValue } from '../field-errors.js';
import type { Crd, CrdVersion } from '../kinds/crd-types.js';
import { hasDefaults } from '../schema/anywhere.js';
import { compileRules, runRules } from '../schema/cel.js';
import { applyDefaults, lacksDefaults } from '../schema/defaults.js';
import { fieldSchema, isIntOrString, type Schema } from '../schema/schema.js';
import { validate } from '../schema/validate.js';
import { badRequest, type FieldError } from '../status.js';
import { ageColumn, nameColumn, printerColumn } from '../tables/columns.js';
import { parsePath } from '../tables/json-path.js';
import { clone, equal, isObject, type Json, type JsonObject, type KubeObject } from '../types.js';
import { embeddedErrors } from './embedded.js';
import { OBJECT_META } from './metadata.js';
import { subdomainErrors } from './names.js';
import { apiVersionOf, type Column, type Resource, type Write } from './resource.js';

const VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const DEFAULT_AGE: Column = {
  ...ageColumn,
  type: 'date',
};

/** The resource of one served version. */
export function customResource(crd: Crd, version: CrdVersion): Resource {
  const { group, names, scope } = crd.spec;
  const declared = version.schema?.openAPIV3Schema ?? {};
  const apiVersion = apiVersionOf({ group, version: version.name });
  const scale = version.subresources?.scale;
  const resource: Resource = {
    group,
    version: version.name,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    kind: names.kind,
    listKind: names.listKind ?? `${names.kind}List`,
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: scope === 'Namespaced',
    verbs: VERBS,
    isCustom: true,
    invalidAs: { group, kind: names.kind },
    table: `${group}/${names.plural}`,
    storedAs: `${group}/${crd.spec.versions.find(({ storage }) => storage)?.name}/${names.kind}`,
    schema: withMetadata(declared),
    subresources: [...(scale ? ['scale'] : []), ...(version.subresources?.status ? ['status'] : [])],
    scale,
    hasGeneration: true,
    createsOnUpdate: false,
    allowsUnconditionalUpdate: false,
    columns: columnsOf(version),
    selectableFields: (version.selectableFields ?? []).map(({ jsonPath }) => jsonPath.slice(1)),
    deprecation: deprecationOf(crd, version),
    cel: once(() => compileRules(declared)),
    nameErrors: subdomainErrors,
    ...selectors(version),
    toServed: servedForm(apiVersion, declared),
    toStored: (object) => object,
    setDefaults: () => undefined,
    prepare: (write) => prepare(write, version.subresources?.status !== undefined),
    guard: () => undefined,
    validate: (write) => validateCustom(write, declared, scale),
    warnings: () => [],
  };
  return resource;
}

/** Rules are compiled when the first write needs them: a definition that is only served costs nothing. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

const withMetadata = (schema: Schema): Schema => ({
  ...schema,
  type: 'object',
  properties: { ...schema.properties, apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: OBJECT_META },
});

function columnsOf(version: CrdVersion): readonly Column[] {
  const given = version.additionalPrinterColumns;
  return given === undefined || given.length === 0
    ? [nameColumn, DEFAULT_AGE]
    : [nameColumn, ...given.map(printerColumn)];
}

function deprecationOf(crd: Crd, version: CrdVersion): string | undefined {
  if (version.deprecated !== true) return undefined;
  if (version.deprecationWarning !== undefined) return version.deprecationWarning;
  const { group, names, versions } = crd.spec;
  const text = `${group}/${version.name} ${names.kind} is deprecated`;
  const better = versions.filter((other) => other.served && other.deprecated !== true).sort(byVersion)[0];
  return better === undefined ? text : `${text}; use ${group}/${better.name} ${names.kind}`;
}

/** Kubernetes order of versions: v2, v1, v1beta1, v1alpha1, then others by name. */
export function byVersion(a: { readonly name: string }, b: { readonly name: string }): number {
  const rank = (name: string): readonly [number, number, number] => {
    const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(name);
    if (match === null) return [-1, 0, 0];
    const stage = match[2] === undefined ? 2 : match[2] === 'beta' ? 1 : 0;
    return [stage, Number(match[1]), Number(match[3] ?? 0)];
  };
  const [left, right] = [rank(a.name), rank(b.name)];
  for (let index = 0; index < 3; index++) {
    if (left[index] !== right[index]) return (right[index] ?? 0) - (left[index] ?? 0);
  }
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function selectors(version: CrdVersion): Pick<Resource, 'fields' | 'checkField'> {
  const readers = new Map(
    (version.selectableFields ?? []).map(({ jsonPath }) => [jsonPath.slice(1), parsePath(jsonPath) ?? (() => [])]),
  );
  return {
    fields: (object) => {
      const fields: Record<string, string> = {
        'metadata.name': object.metadata.name ?? '',
        'metadata.namespace': object.metadata.namespace ?? '',
      };
      for (const [field, read] of readers) fields[field] = String(read(object)[0] ?? '');
      return fields;
    },
    checkField: (field) => {
      if (field === 'metadata.name' || field === 'metadata.namespace' || readers.has(field)) return;
      throw badRequest(`field label not supported: ${field}`);
    },
  };
}

/** Reads apply the defaults of the schema of today to what was stored yesterday. */
function servedForm(apiVersion: string, schema: Schema): (stored: KubeObject) => KubeObject {
  const fills = hasDefaults(schema);
  const cache = new WeakMap<KubeObject, KubeObject>();
  return (stored) => {
    if (!fills) return stored.apiVersion === apiVersion ? stored : { ...stored, apiVersion };
    const known = cache.get(stored);
    if (known !== undefined) return known;
    const value = stored as unknown as Json;
    const isCurrent = stored.apiVersion === apiVersion && !lacksDefaults(value, schema);
    const served = isCurrent ? stored : clone({ ...stored, apiVersion });
    if (!isCurrent) applyDefaults(served as unknown as Json, schema);
    cache.set(stored, served);
    return served;
  };
}

/** With a status subresource the two doors keep to their own part. */
function prepare({ next, old, subresource }: Write, hasStatus: boolean): void {
  if (!hasStatus) return;
  if (subresource === 'status') {
    if (old === undefined) return;
    const { managedFields } = next.metadata;
    const { status } = next;
    for (const key of Object.keys(next)) if (key !== 'apiVersion' && key !== 'kind') delete next[key];
    Object.assign(next, { ...clone({ ...old, status: undefined }), apiVersion: next.apiVersion, kind: next.kind });
    next.metadata.managedFields = managedFields ?? [];
    if (status === undefined) delete next.status;
    else next.status = status;
    return;
  }
  if (old?.status === undefined) delete next.status;
  else next.status = old.status;
}

const BLOCKING = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

/** Rules are not run on objects whose shape is wrong; a real server says so in a cause of its own. */
export const rulesSkipped: FieldError = {
  reason: 'FieldValueInvalid',
  field: '<nil>',
  message:
    'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
};

export const blocksRules = (errors: readonly FieldError[]): boolean =>
  errors.some(({ reason }) => BLOCKING.has(reason));

function validateCustom({ next, old, subresource }: Write, schema: Schema, scale: Resource['scale']): FieldError[] {
  const value = next as unknown as Json;
  const errors = [...validate(value, schema), ...embeddedErrors(value, schema)];
  const kept =
    old === undefined
      ? errors
      : errors.filter((error) => !isUnchanged(error, next, old)).map((error) => shortened(error, schema));
  return subresource === 'status' ? kept : [...kept, ...scaleErrors(next, scale)];
}

/** Ratcheting: what was wrong before and has not been touched is tolerated. */
function isUnchanged(error: FieldError, next: KubeObject, old: KubeObject): boolean {
  if (error.field === '<nil>' || error.reason === 'FieldValueRequired') return false;
  const read = parsePath(`.${error.field}`);
  if (read === undefined) return false;
  const [before] = read(old);
  const [after] = read(next);
  return before !== undefined && equal(before, after);
}

/** On updates a real server names an int-or-string field without its parents in the text of a failed pattern. */
function shortened(error: FieldError, schema: Schema): FieldError {
  const steps = error.field.split('.');
  const found = steps.reduce<Schema | undefined>((at, step) => fieldSchema(at, step), schema);
  if (found === undefined || !isIntOrString(found) || !error.message.includes(' should match ')) return error;
  return { ...error, message: error.message.replace(`${error.field} in body`, `${steps.at(-1)} in body`) };
}

/** Run the CEL rules of a resource, or say that they were not run. */
export function celErrors({ next, old }: Write, resource: Resource, errors: readonly FieldError[]): FieldError[] {
  const rules = resource.cel?.();
  if (rules === undefined) return [];
  if (blocksRules(errors)) return [rulesSkipped];
  return runRules(rules, next as unknown as JsonObject, old as unknown as JsonObject | undefined);
}

const MAX_INT32 = 2_147_483_647;

function scaleErrors(next: KubeObject, scale: Resource['scale']): FieldError[] {
  if (scale === undefined) return [];
  const { specReplicasPath: path } = scale;
  const steps = path.slice(1).split('.');
  let at: unknown = next;
  for (const step of steps) {
    if (at === undefined) return [];
    if (!isObject(at)) {
      const type = Array.isArray(at) ? '[]interface {}' : typeof at;
      const shown = Array.isArray(at) ? '[]' : String(at);
      return [
        invalidValue(
          path,
          0,
          `${path} accessor error: ${shown} is of the type ${type}, expected map[string]interface{}`,
        ),
      ];
    }
    at = at[step];
  }
  if (typeof at !== 'number') return [];
  if (at < 0) return [invalidValue(path, at, 'should be a non-negative integer')];
  return at > MAX_INT32 ? [invalidValue(path, at, `should be less than or equal to ${MAX_INT32}`)] : [];
}
