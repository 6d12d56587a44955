/** OpenAPI v3 documents, one per group and version: what kubectl needs to validate, explain and choose dry runs. */

import { OBJECT_META } from '../resources/metadata.js';
import { apiVersionOf, type Resource } from '../resources/resource.js';
import type { Schema } from '../schema/schema.js';
import { isObject, type Json, type JsonObject } from '../types.js';
import { TYPE_DESCRIPTIONS } from './descriptions.js';
import { operationsOf } from './operations.js';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const CONVENTIONS = 'More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md';
const REFERENCE = '#/components/schemas/';

/** `test.metalctl.dev` → `dev.metalctl.test`; built-in kinds keep the names of their Go packages. */
export function schemaName(resource: Resource, kind: string): string {
  const { group, version } = resource;
  if (resource.isCustom) return `${group.split('.').reverse().join('.')}.${version}.${kind}`;
  if (group === 'apiextensions.k8s.io')
    return `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.${version}.${kind}`;
  return `io.k8s.api.${group === '' ? 'core' : (group.split('.')[0] ?? '')}.${version}.${kind}`;
}

/** The document of one group and version. */
export function openApiDocument(resources: readonly Resource[]): JsonObject {
  const schemas: JsonObject = { ...metaSchemas() };
  const paths: JsonObject = {};
  for (const resource of resources) {
    schemas[schemaName(resource, resource.kind)] = kindSchema(resource);
    if (resource.verbs.includes('list')) schemas[schemaName(resource, resource.listKind)] = listSchema(resource);
    Object.assign(paths, operationsOf(resource, REFERENCE + schemaName(resource, resource.kind)));
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'unversioned' },
    paths,
    components: { schemas },
  };
}

const gvk = ({ group, version }: Resource, kind: string): Json => [{ group, version, kind }];

const refTo = (name: string, description: string): JsonObject => ({
  description,
  allOf: [{ $ref: `${REFERENCE}${name}` }],
});

const selectable = ({ selectableFields }: Resource): JsonObject =>
  selectableFields.length === 0
    ? {}
    : { 'x-kubernetes-selectable-fields': selectableFields.map((fieldPath) => ({ fieldPath })) };

function kindSchema(resource: Resource): JsonObject {
  const published = publish(resource.schema) as JsonObject;
  const properties = { ...(published.properties as JsonObject) };
  properties.apiVersion = { description: TYPE_DESCRIPTIONS.apiVersion, type: 'string' };
  properties.kind = { description: TYPE_DESCRIPTIONS.kind, type: 'string' };
  properties.metadata = refTo(`${META}.ObjectMeta`, TYPE_DESCRIPTIONS.metadata);
  return {
    ...published,
    properties,
    'x-kubernetes-group-version-kind': gvk(resource, resource.kind),
    ...selectable(resource),
  };
}

function listSchema(resource: Resource): JsonObject {
  const item = schemaName(resource, resource.kind);
  return {
    description: `${resource.listKind} is a list of ${resource.kind}`,
    type: 'object',
    required: ['items'],
    properties: {
      apiVersion: { description: TYPE_DESCRIPTIONS.apiVersion, type: 'string' },
      kind: { description: TYPE_DESCRIPTIONS.kind, type: 'string' },
      metadata: refTo(`${META}.ListMeta`, `Standard list metadata. ${CONVENTIONS}#types-kinds`),
      items: {
        description: `List of ${resource.plural}. ${CONVENTIONS}`,
        type: 'array',
        items: { $ref: REFERENCE + item },
      },
    },
    'x-kubernetes-group-version-kind': gvk(resource, resource.listKind),
    ...selectable(resource),
  };
}

/**
 * A schema as clients may see it: our own marks gone, embedded resources with their type fields, and what refers to
 * itself (the schema of schemas) cut off.
 */
export function publish(schema: Schema, above: ReadonlySet<Schema> = new Set()): Json {
  if (above.has(schema)) return { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const inside = new Set([...above, schema]);
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'go' || value === undefined) continue;
    result[key] = publishPart(key, value as Json, inside);
  }
  if (schema['x-kubernetes-int-or-string'] === true && schema.anyOf === undefined) {
    result.anyOf = [{ type: 'integer' }, { type: 'string' }];
  }
  return schema['x-kubernetes-embedded-resource'] === true ? withTypeFields(result) : result;
}

const NESTED = new Set(['items', 'not']);
const LISTS = new Set(['allOf', 'anyOf', 'oneOf']);

function publishPart(key: string, value: Json, inside: ReadonlySet<Schema>): Json {
  const schemaOf = (part: Json) => part as unknown as Schema;
  if (key === 'properties' && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, publish(schemaOf(child), inside)]));
  }
  if (NESTED.has(key) || (key === 'additionalProperties' && isObject(value))) return publish(schemaOf(value), inside);
  if (LISTS.has(key) && Array.isArray(value)) return value.map((child) => publish(schemaOf(child), inside));
  return value;
}

function withTypeFields(schema: JsonObject): JsonObject {
  const properties = { ...(isObject(schema.properties) ? schema.properties : {}) };
  properties.apiVersion = { description: TYPE_DESCRIPTIONS.embeddedApiVersion, type: 'string' };
  properties.kind = { description: TYPE_DESCRIPTIONS.embeddedKind, type: 'string' };
  properties.metadata = refTo(`${META}.ObjectMeta`, TYPE_DESCRIPTIONS.embeddedMetadata);
  return { ...schema, required: ['kind', 'apiVersion'], properties };
}

/** The shared types that documents refer to. */
const metaSchemas = (): JsonObject => ({
  [`${META}.ObjectMeta`]: {
    description: 'ObjectMeta is metadata that all persisted resources must have.',
    ...(publish(OBJECT_META) as JsonObject),
  },
  [`${META}.ListMeta`]: {
    description: 'ListMeta describes metadata that synthetic resources must have.',
    type: 'object',
    properties: {
      continue: { type: 'string' },
      remainingItemCount: { type: 'integer', format: 'int64' },
      resourceVersion: { type: 'string' },
      selfLink: { type: 'string' },
    },
  },
  [`${META}.Status`]: {
    description: "Status is a return value for calls that don't return other objects.",
    type: 'object',
    'x-kubernetes-preserve-unknown-fields': true,
    'x-kubernetes-group-version-kind': [{ group: '', version: 'v1', kind: 'Status' }],
  },
  [`${META}.DeleteOptions`]: {
    description: 'DeleteOptions may be provided when deleting an API object.',
    type: 'object',
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      dryRun: { type: 'array', items: { type: 'string' } },
      gracePeriodSeconds: { type: 'integer', format: 'int64' },
      orphanDependents: { type: 'boolean' },
      propagationPolicy: { type: 'string' },
      preconditions: {
        type: 'object',
        properties: { uid: { type: 'string' }, resourceVersion: { type: 'string' } },
      },
    },
  },
  [`${META}.Patch`]: {
    description: 'Patch is provided to give a concrete name and type to the Kubernetes PATCH request body.',
    type: 'object',
  },
});

export const apiPath = (resource: Resource): string =>
  resource.group === '' ? `/api/${resource.version}` : `/apis/${apiVersionOf(resource)}`;
