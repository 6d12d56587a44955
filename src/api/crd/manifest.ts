/** CustomResourceDefinitions of metalctl's kinds, as objects ready to be written to a file or applied to a cluster. */
import type { CustomKind } from '../define-kind.js';
import type { Column } from '../kind.js';
import type { CrdSchema, CrdVersion, CustomResourceDefinition } from '../kubernetes.js';
import { structuralSchema } from './structural.js';

/** The CRD of a kind. *Guarantees*: the same definition gives the same object, key order included. */
export function crdManifest(kind: CustomKind): CustomResourceDefinition {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: crdName(kind) },
    spec: {
      group: kind.group,
      names: {
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural: kind.plural,
        ...(kind.shortNames.length > 0 ? { shortNames: [...kind.shortNames] } : {}),
        singular: kind.singular,
      },
      scope: kind.scope,
      versions: [versionOf(kind)],
    },
  };
}

/** `servers.metal.ironcore.dev`: name of the CRD, as the API server demands it. */
export const crdName = (kind: { plural: string; group: string }): string => `${kind.plural}.${kind.group}`;

function versionOf(kind: CustomKind): CrdVersion {
  return {
    name: kind.version,
    served: true,
    storage: true,
    ...(kind.deprecated === undefined ? {} : { deprecated: true, deprecationWarning: kind.deprecated }),
    schema: { openAPIV3Schema: schemaOf(kind) },
    subresources: { status: {} },
    ...(kind.columns.length > 0 ? { additionalPrinterColumns: kind.columns.map(printerColumn) } : {}),
  };
}

/** The whole object's schema. The API server checks apiVersion, kind and metadata itself. */
export function schemaOf(kind: CustomKind): CrdSchema {
  const own = Object.entries(kind.shape).map(([name, type]) => [name, structuralSchema(type)] as const);
  return {
    description: kind.summary,
    type: 'object',
    properties: { ...commonProperties, ...Object.fromEntries(own) },
    ...(kind.specRequired ? { required: ['spec'] } : {}),
  };
}

const commonProperties: Record<string, CrdSchema> = {
  apiVersion: { description: 'Group and version of this object.', type: 'string' },
  kind: { description: 'Kind of this object.', type: 'string' },
  metadata: { type: 'object' },
};

const printerColumn = ({ name, jsonPath, type = 'string', priority, description }: Column) => ({
  name,
  type,
  jsonPath,
  ...(priority === undefined ? {} : { priority }),
  ...(description === undefined ? {} : { description }),
});
