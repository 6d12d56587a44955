/** Is a CRD's schema structural? The rules of apiextensions that keep pruning, defaulting and apply well defined. */
import { forbiddenField, invalidValue, notSupported, required } from '../field-errors.js';
import type { FieldError } from '../status.js';
import { clone, isObject, type Json } from '../types.js';
import { prune } from './prune.js';
import { isEmbedded, isIntOrString, keepsUnknown, type Schema } from './schema.js';
import { re2, validate } from './validate.js';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const LIST_TYPES = ['atomic', 'set', 'map'];
const MAP_TYPES = ['granular', 'atomic'];

/** Every way in which the schema breaks the rules. `path` is where it stands in the CRD. */
export function structuralErrors(schema: Schema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (schema.type !== 'object') {
    if (schema.type === undefined) errors.push(required(`${path}.type`, 'must not be empty at the root'));
    else errors.push(invalidValue(`${path}.type`, schema.type, 'must be object at the root'));
  }
  visit(schema, path, 'root', errors);
  metadataErrors(schema, path, errors);
  return errors;
}

type Place = 'root' | 'property' | 'item' | 'value';

const MISSING_TYPE: Readonly<Record<Place, string>> = {
  root: 'must not be empty at the root',
  property: 'must not be empty for specified object fields',
  item: 'must not be empty for specified array items',
  value: 'must not be empty for specified object fields',
};

function visit(schema: Schema, path: string, place: Place, errors: FieldError[]): void {
  typeRules(schema, path, place, errors);
  forbiddenRules(schema, path, errors);
  listRules(schema, path, errors);
  mapRules(schema, path, errors);
  embeddedRules(schema, path, errors);
  patternRules(schema, path, errors);
  defaultRules(schema, path, errors);
  for (const [part, option] of combinations(schema))
    combinationRules(option, `${path}.${part}`, isIntOrString(schema), errors);
  for (const [key, child] of Object.entries(schema.properties ?? {}))
    visit(child, `${path}.properties[${key}]`, 'property', errors);
  if (typeof schema.additionalProperties === 'object')
    visit(schema.additionalProperties, `${path}.additionalProperties`, 'value', errors);
  if (schema.items !== undefined && !Array.isArray(schema.items)) visit(schema.items, `${path}.items`, 'item', errors);
}

function typeRules(schema: Schema, path: string, place: Place, errors: FieldError[]): void {
  const needsNone = isIntOrString(schema) || keepsUnknown(schema) || isEmbedded(schema) || schema.$ref !== undefined;
  if (schema.type === undefined) {
    if (place !== 'root' && !needsNone) errors.push(required(`${path}.type`, MISSING_TYPE[place]));
  } else if (!TYPES.includes(schema.type)) errors.push(notSupported(`${path}.type`, schema.type, TYPES));
  if (schema.type === 'array' && schema.items === undefined)
    errors.push(required(`${path}.items`, 'must be specified'));
}

function forbiddenRules(schema: Schema, path: string, errors: FieldError[]): void {
  if (schema.properties !== undefined && typeof schema.additionalProperties === 'object') {
    errors.push(
      forbiddenField(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'),
    );
  }
  if (schema.uniqueItems === true) {
    const why = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    errors.push(forbiddenField(`${path}.uniqueItems`, why));
  }
  if (schema.$ref !== undefined) errors.push(forbiddenField(`${path}.$ref`, '$ref is not supported'));
}

function listRules(schema: Schema, path: string, errors: FieldError[]): void {
  const type = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'];
  if (type === undefined) return;
  const at = `${path}.x-kubernetes-list-type`;
  if (!LIST_TYPES.includes(type)) errors.push(notSupported(at, type, LIST_TYPES));
  if (schema.type !== 'array')
    errors.push(
      invalidValue(`${path}.type`, schema.type ?? '', 'must be array if x-kubernetes-list-type is specified'),
    );
  if (type === 'set') setRules(schema.items, `${path}.items`, errors);
  if (type === 'map') keyedRules(schema, keys ?? [], path, errors);
}

function setRules(items: Schema | undefined, path: string, errors: FieldError[]): void {
  const why = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  if (items?.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic') {
    errors.push(invalidValue(`${path}.x-kubernetes-map-type`, items['x-kubernetes-map-type'] ?? null, why));
  }
  if (items?.type === 'array' && items['x-kubernetes-list-type'] !== 'atomic') {
    errors.push(invalidValue(`${path}.x-kubernetes-list-type`, items['x-kubernetes-list-type'] ?? null, why));
  }
}

function keyedRules(schema: Schema, keys: readonly string[], path: string, errors: FieldError[]): void {
  const at = `${path}.x-kubernetes-list-map-keys`;
  const items = schema.items ?? {};
  if (items.type !== 'object') {
    errors.push(
      invalidValue(
        `${path}.items.type`,
        items.type ?? '',
        "must be object if parent array's x-kubernetes-list-type is map",
      ),
    );
    return;
  }
  if (keys.length === 0) errors.push(required(at, 'must not be empty if x-kubernetes-list-type is map'));
  if (keys.some((key) => items.properties?.[key] === undefined)) {
    errors.push(invalidValue(at, keys, 'entries must all be names of item properties'));
  }
  for (const key of keys) keyRules(items, key, `${path}.items.properties[${key}]`, errors);
}

function keyRules(items: Schema, key: string, path: string, errors: FieldError[]): void {
  const property = items.properties?.[key];
  if (property === undefined) return;
  if (property.default === undefined && items.required?.includes(key) !== true) {
    const why = 'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property';
    errors.push(required(`${path}.default`, why));
  }
  if (property.nullable === true) {
    errors.push(
      forbiddenField(`${path}.nullable`, 'this property is in x-kubernetes-list-map-keys, so it cannot be nullable'),
    );
  }
}

function mapRules(schema: Schema, path: string, errors: FieldError[]): void {
  const type = schema['x-kubernetes-map-type'];
  if (type === undefined) return;
  if (!MAP_TYPES.includes(type)) errors.push(notSupported(`${path}.x-kubernetes-map-type`, type, MAP_TYPES));
  if (schema.type !== 'object') {
    errors.push(
      invalidValue(`${path}.type`, schema.type ?? '', 'must be object if x-kubernetes-map-type is specified'),
    );
  }
}

function embeddedRules(schema: Schema, path: string, errors: FieldError[]): void {
  if (!isEmbedded(schema)) return;
  const needs = 'if x-kubernetes-embedded-resource is true';
  if (schema.type === undefined) errors.push(required(`${path}.type`, `must be object ${needs}`));
  else if (schema.type !== 'object') errors.push(invalidValue(`${path}.type`, schema.type, `must be object ${needs}`));
  if (schema.properties === undefined && !keepsUnknown(schema)) {
    errors.push(
      required(`${path}.properties`, `must not be empty ${needs} without x-kubernetes-preserve-unknown-fields`),
    );
  }
}

function patternRules(schema: Schema, path: string, errors: FieldError[]): void {
  if (schema.pattern === undefined) return;
  try {
    re2(schema.pattern);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    errors.push(
      invalidValue(`${path}.pattern`, schema.pattern, `must be a valid regular expression, but isn't: ${why}`),
    );
  }
}

function defaultRules(schema: Schema, path: string, errors: FieldError[]): void {
  if (schema.default === undefined || schema.default === null) return;
  const at = `${path}.default`;
  const pruned = clone(schema.default);
  if (prune(pruned, schema, false).length > 0) {
    errors.push(invalidValue(at, schema.default, 'must not have unknown fields'));
    return;
  }
  for (const error of validate(schema.default, schema, '')) {
    errors.push({ ...error, field: error.field === '' || error.field === '<nil>' ? at : `${at}.${error.field}` });
  }
}

function* combinations(schema: Schema): Generator<[string, Schema]> {
  for (const part of ['allOf', 'anyOf', 'oneOf'] as const) {
    for (const [index, option] of (schema[part] ?? []).entries()) yield [`${part}[${index}]`, option];
  }
  if (schema.not !== undefined) yield ['not', schema.not];
}

const ONLY_OUTSIDE: readonly (readonly [keyof Schema, string])[] = [
  ['description', 'must be empty to be structural'],
  ['title', 'must be empty to be structural'],
  ['type', 'must be empty to be structural'],
  ['additionalProperties', 'must be undefined to be structural'],
  ['nullable', 'must be false to be structural'],
  ['default', 'must be undefined to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
];

/** Below allOf, anyOf, oneOf and not only value checks are allowed. */
function combinationRules(schema: Schema, path: string, ofIntOrString: boolean, errors: FieldError[]): void {
  for (const [key, why] of ONLY_OUTSIDE) {
    if (!isSet(schema[key]) || (key === 'type' && ofIntOrString)) continue;
    errors.push(forbiddenField(`${path}.${key}`, why));
  }
  patternRules(schema, path, errors);
  for (const [part, option] of combinations(schema)) combinationRules(option, `${path}.${part}`, ofIntOrString, errors);
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    combinationRules(child, `${path}.properties[${key}]`, false, errors);
  }
  if (schema.items !== undefined) combinationRules(schema.items, `${path}.items`, false, errors);
}

const isSet = (value: unknown) => value !== undefined && value !== false && value !== '';

/** Metadata is the server's own: a CRD may narrow the name and nothing else. */
function metadataErrors(schema: Schema, path: string, errors: FieldError[]): void {
  const metadata = schema.properties?.metadata;
  if (metadata === undefined) return;
  const extra = Object.keys(metadata.properties ?? {}).filter((key) => key !== 'name' && key !== 'generateName');
  const others = Object.keys(metadata as object).filter((key) => !['type', 'properties', 'description'].includes(key));
  if (extra.length === 0 && others.length === 0) return;
  const why = 'must not specify anything other than name and generateName, but metadata is implicitly specified';
  errors.push(forbiddenField(`${path}.properties[metadata]`, why));
}

/** The schema as an object; anything else in the place of a schema is refused before. */
export const asSchema = (value: Json | undefined): Schema => (isObject(value) ? (value as Schema) : {});
