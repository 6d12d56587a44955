/** `meta.k8s.io/v1 Table`: lists and objects as kubectl's `get` wants them. */
import type { Column, Resource } from '../resources/resource.js';
import { apiVersionOf } from '../resources/resource.js';
import { badRequest } from '../status.js';
import type { JsonObject, KubeObject } from '../types.js';

export type IncludeObject = 'Metadata' | 'Object' | 'None';

/** Read the `includeObject` query parameter. @throws StatusError 400 */
export function parseIncludeObject(text: string | undefined): IncludeObject {
  if (text === undefined || text === '') return 'Metadata';
  if (text === 'Metadata' || text === 'Object' || text === 'None') return text;
  const detail = `includeObject: Invalid value: ${JSON.stringify(text)}: must be 'Metadata', 'Object', 'None', or empty`;
  throw badRequest(`Unable to convert to Table as requested: ${detail}`);
}

export interface TableOptions {
  readonly version: string;
  readonly include: IncludeObject;
  readonly now: Date;
  /** Watches send the columns only with their first event. */
  readonly withColumns?: boolean;
}

const definition = ({ name, type, format, description, priority }: Column) => ({
  name,
  type,
  format,
  description,
  priority,
});

/** A Table of some objects of one resource. */
export function toTable(
  resource: Resource,
  objects: readonly KubeObject[],
  metadata: JsonObject,
  options: TableOptions,
): JsonObject {
  const columns = options.withColumns === false ? null : resource.columns.map(definition);
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${options.version}`,
    metadata,
    columnDefinitions: columns,
    rows: objects.map((object) => toRow(resource, object, options)),
  } as JsonObject;
}

function toRow(resource: Resource, object: KubeObject, options: TableOptions): JsonObject {
  const cells = resource.columns.map((column) => column.value(object, options.now));
  return { cells, object: rowObject(resource, object, options) };
}

function rowObject(resource: Resource, object: KubeObject, options: TableOptions): JsonObject | null {
  if (options.include === 'None') return null;
  if (options.include === 'Metadata') return toPartialMetadata(object, options.version);
  return { ...object, kind: resource.kind, apiVersion: apiVersionOf(resource) } as unknown as JsonObject;
}

/** `PartialObjectMetadata`: an object without spec and status. */
export const toPartialMetadata = (object: KubeObject, version: string): JsonObject =>
  ({
    kind: 'PartialObjectMetadata',
    apiVersion: `meta.k8s.io/${version}`,
    metadata: object.metadata,
  }) as unknown as JsonObject;

/** The Table that carries a bookmark: one row of nothing. */
export function bookmarkTable(resource: Resource, metadata: JsonObject, options: TableOptions): JsonObject {
  const cells = resource.columns.map((column) => (column.name === 'Name' ? '' : null));
  const object =
    options.include === 'None' ? null : toPartialMetadata({ metadata } as unknown as KubeObject, options.version);
  return {
    ...toTable(resource, [], { resourceVersion: metadata.resourceVersion ?? '' }, options),
    rows: [{ cells, object }],
  };
}
