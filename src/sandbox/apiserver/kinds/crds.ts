/** The kind CustomResourceDefinition: its own schema, its defaults, and the rules it must keep. */
import type { Resource, Write } from '../resources/resource.js';
import { isKnownFormat } from '../schema/formats.js';
import type { Schema } from '../schema/schema.js';
import { column, nameColumn } from '../tables/columns.js';
import { DESCRIPTIONS } from '../tables/descriptions.js';
import type { KubeObject } from '../types.js';
import { builtin } from './builtin.js';
import type { Crd } from './crd-types.js';
import { validateCrd } from './crd-validation.js';

const text: Schema = { type: 'string' };
const flag: Schema = { type: 'boolean' };
const texts: Schema = { type: 'array', 'x-kubernetes-list-type': 'atomic', items: text };
const pointerFlag: Schema = { type: 'boolean', go: 'pointer' };
const number: Schema = { type: 'number', go: 'pointer' };
const integer: Schema = { type: 'integer', go: 'pointer' };
const anything: Schema = {};

/** JSONSchemaProps refers to itself. */
const jsonSchema: Schema = { type: 'object' };
const schemaList: Schema = { type: 'array', items: jsonSchema };
const schemaMap: Schema = { type: 'object', additionalProperties: jsonSchema };
jsonSchema.properties = {
  id: text,
  $schema: text,
  $ref: { ...text, go: 'pointer' },
  description: text,
  type: text,
  format: text,
  title: text,
  default: { ...anything, go: 'pointer' },
  maximum: number,
  exclusiveMaximum: flag,
  minimum: number,
  exclusiveMinimum: flag,
  maxLength: integer,
  minLength: integer,
  pattern: text,
  maxItems: integer,
  minItems: integer,
  uniqueItems: flag,
  multipleOf: number,
  enum: { type: 'array', items: anything },
  maxProperties: integer,
  minProperties: integer,
  required: texts,
  items: { ...anything, go: 'pointer' },
  allOf: schemaList,
  oneOf: schemaList,
  anyOf: schemaList,
  not: jsonSchema,
  properties: schemaMap,
  additionalProperties: { ...anything, go: 'pointer' },
  patternProperties: schemaMap,
  dependencies: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  additionalItems: { ...anything, go: 'pointer' },
  definitions: schemaMap,
  externalDocs: { type: 'object', properties: { description: text, url: text } },
  example: { ...anything, go: 'pointer' },
  nullable: flag,
  'x-kubernetes-preserve-unknown-fields': pointerFlag,
  'x-kubernetes-embedded-resource': flag,
  'x-kubernetes-int-or-string': flag,
  'x-kubernetes-list-map-keys': texts,
  'x-kubernetes-list-type': { ...text, go: 'pointer' },
  'x-kubernetes-map-type': { ...text, go: 'pointer' },
  'x-kubernetes-validations': {
    type: 'array',
    items: {
      type: 'object',
      properties: {
        rule: { ...text, go: 'zero' },
        message: text,
        messageExpression: text,
        reason: { ...text, go: 'pointer' },
        fieldPath: text,
        optionalOldSelf: pointerFlag,
      },
    },
  },
};

const names = (zero: Partial<Schema>): Schema => ({
  type: 'object',
  go: 'struct',
  properties: {
    plural: { ...text, ...zero },
    singular: text,
    shortNames: texts,
    kind: { ...text, ...zero },
    listKind: text,
    categories: texts,
  },
});

const versionSchema: Schema = {
  type: 'object',
  properties: {
    name: { ...text, go: 'zero' },
    served: pointerFlag,
    storage: pointerFlag,
    deprecated: flag,
    deprecationWarning: { ...text, go: 'pointer' },
    schema: { type: 'object', go: 'pointer', properties: { openAPIV3Schema: { ...jsonSchema, go: 'pointer' } } },
    subresources: {
      type: 'object',
      go: 'pointer',
      properties: {
        status: { type: 'object', go: 'pointer', properties: {} },
        scale: {
          type: 'object',
          go: 'pointer',
          properties: {
            specReplicasPath: { ...text, go: 'zero' },
            statusReplicasPath: { ...text, go: 'zero' },
            labelSelectorPath: { ...text, go: 'pointer' },
          },
        },
      },
    },
    additionalPrinterColumns: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          name: { ...text, go: 'zero' },
          type: { ...text, go: 'zero' },
          format: text,
          description: text,
          priority: { type: 'integer' },
          jsonPath: { ...text, go: 'zero' },
        },
      },
    },
    selectableFields: { type: 'array', items: { type: 'object', properties: { jsonPath: { ...text, go: 'zero' } } } },
  },
};

const specSchema: Schema = {
  type: 'object',
  go: 'struct',
  properties: {
    group: { ...text, go: 'zero' },
    names: names({ go: 'zero' }),
    scope: { ...text, go: 'zero' },
    versions: { type: 'array', 'x-kubernetes-list-type': 'atomic', items: versionSchema },
    conversion: {
      type: 'object',
      properties: {
        strategy: { ...text, go: 'zero' },
        webhook: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      },
    },
    preserveUnknownFields: flag,
  },
};

const statusSchema: Schema = {
  type: 'object',
  go: 'struct',
  properties: {
    conditions: {
      type: 'array',
      go: 'null',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
      items: {
        type: 'object',
        properties: {
          type: { ...text, go: 'zero' },
          status: { ...text, go: 'zero' },
          lastTransitionTime: { type: 'string', format: 'date-time', go: 'null' },
          reason: text,
          message: text,
          observedGeneration: { type: 'integer' },
        },
      },
    },
    acceptedNames: names({ go: 'zero' }),
    storedVersions: { ...texts, go: 'null' },
  },
};

/** Fill in what a CRD leaves out: singular, list kind, conversion. */
function setDefaults(next: KubeObject): void {
  const crd = next as unknown as Crd;
  const { names } = crd.spec;
  if (!names.singular && names.kind) names.singular = names.kind.toLowerCase();
  if (!names.listKind && names.kind) names.listKind = `${names.kind}List`;
  crd.spec.conversion ??= { strategy: 'None' };
  if (!crd.spec.conversion.strategy) crd.spec.conversion.strategy = 'None';
  for (const version of crd.spec.versions ?? []) {
    version.served ??= false;
    version.storage ??= false;
  }
}

/** Plain writes leave the status alone. */
function prepare({ next, old, subresource }: Write): void {
  const crd = next as unknown as Crd;
  if (old === undefined) setFreshStatus(crd);
  else if (subresource === 'status') next.spec = old.spec;
  else keepStatus(crd, old as unknown as Crd);
}

function setFreshStatus(crd: Crd): void {
  const stored = (crd.spec.versions ?? []).filter((version) => version.storage).map((version) => version.name);
  crd.status = {
    conditions: null,
    acceptedNames: { plural: '', kind: '' },
    storedVersions: stored.length === 0 ? null : stored.slice(0, 1),
  };
}

function keepStatus(crd: Crd, old: Crd): void {
  crd.status = structuredClone(old.status ?? {});
  const stored = new Set(crd.status.storedVersions ?? []);
  for (const version of crd.spec.versions ?? []) if (version.storage) stored.add(version.name);
  crd.status.storedVersions = [...stored];
}

/** Formats the server does not know are kept and not checked; it says so. */
function formatWarnings(crd: Crd): string[] {
  const unknown = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null) {
      const { format, type } = value as Schema;
      if (typeof format === 'string' && typeof type === 'string' && !isKnownFormat(format)) unknown.add(format);
      Object.values(value).forEach(visit);
    }
  };
  for (const version of crd.spec.versions ?? []) visit(version.schema?.openAPIV3Schema);
  return [...unknown].sort().map((format) => `unrecognized format ${JSON.stringify(format)}`);
}

export const crds: Resource = builtin({
  storedAs: 'apiextensions.k8s.io/v1beta1/CustomResourceDefinition',
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  subresources: ['status'],
  hasGeneration: true,
  allowsUnconditionalUpdate: false,
  description: 'CustomResourceDefinition represents a resource that should be exposed on the API server.',
  fields: { spec: specSchema, status: statusSchema },
  columns: [
    nameColumn,
    column('Created At', DESCRIPTIONS.creationTimestamp, (object) => object.metadata.creationTimestamp ?? null, {
      type: 'date',
    }),
  ],
  setDefaults,
  prepare,
  validate: ({ next, old, subresource }) =>
    subresource === 'status' ? [] : validateCrd(next as unknown as Crd, old as unknown as Crd | undefined),
  warnings: (next: KubeObject) => formatWarnings(next as unknown as Crd),
});
