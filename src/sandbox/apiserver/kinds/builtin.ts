/** How a built-in kind is written down: what differs from the usual, the rest is filled in here. */

import { OBJECT_META } from '../resources/metadata.js';
import { subdomainErrors } from '../resources/names.js';
import type { Column, Resource, Write } from '../resources/resource.js';
import type { Schema } from '../schema/schema.js';
import { badRequest } from '../status.js';
import { ageColumn, nameColumn } from '../tables/columns.js';
import { equal, type KubeObject } from '../types.js';

const ALL_VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

type Given = Pick<Resource, 'group' | 'version' | 'plural' | 'kind' | 'namespaced'> & {
  /** Properties beside apiVersion, kind and metadata. */
  readonly fields: Readonly<Record<string, Schema>>;
  readonly description: string;
  /** Fields that selectors may name beside the name and namespace. */
  readonly selectable?: Readonly<Record<string, (object: KubeObject) => string>>;
  readonly columns?: readonly Column[];
} & Partial<Omit<Resource, 'fields' | 'columns' | 'schema'>>;

/** Texts that every object begins with. */
export const TYPE_FIELDS: Readonly<Record<string, Schema>> = {
  apiVersion: { type: 'string' },
  kind: { type: 'string' },
  metadata: { ...OBJECT_META, go: 'struct' },
};

/** Complete a built-in kind. */
export function builtin(given: Given): Resource {
  const { fields, selectable = {}, columns = [nameColumn, ageColumn], description, ...rest } = given;
  const singular = given.kind.toLowerCase();
  return {
    singular,
    listKind: `${given.kind}List`,
    shortNames: [],
    categories: [],
    verbs: ALL_VERBS,
    isCustom: false,
    invalidAs: { group: given.group, kind: given.kind },
    table: `${given.group}/${given.plural}`,
    storedAs: `${given.group}/${given.version}/${given.kind}`,
    schema: { type: 'object', description, properties: { ...TYPE_FIELDS, ...fields } },
    subresources: [],
    scale: undefined,
    hasGeneration: false,
    createsOnUpdate: false,
    allowsUnconditionalUpdate: true,
    columns,
    selectableFields: [],
    deprecation: undefined,
    cel: undefined,
    nameErrors: subdomainErrors,
    fields: (object) => selectableFields(object, selectable),
    checkField: (field) => checkBuiltinField(field, Object.keys(selectable)),
    toServed: (stored) => stored,
    toStored: (object) => object,
    setDefaults: () => undefined,
    prepare: () => undefined,
    guard: () => undefined,
    validate: () => [],
    warnings: () => [],
    ...rest,
  };
}

function selectableFields(object: KubeObject, more: Readonly<Record<string, (object: KubeObject) => string>>) {
  const fields: Record<string, string> = {
    'metadata.name': object.metadata.name ?? '',
    'metadata.namespace': object.metadata.namespace ?? '',
  };
  for (const [field, read] of Object.entries(more)) fields[field] = read(object);
  return fields;
}

/** Kinds with fields of their own word the refusal otherwise than those with none. */
function checkBuiltinField(field: string, more: readonly string[]): void {
  if (field === 'metadata.name' || field === 'metadata.namespace' || more.includes(field)) return;
  if (more.length > 0) throw badRequest(`field label not supported: ${field}`);
  throw badRequest(`"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`);
}

/** True when a write changes nothing but what garbage collection needs to change. */
export function isCollectable(next: KubeObject, old: KubeObject): boolean {
  const rest = ({ metadata, ...object }: KubeObject) => {
    const { finalizers: _, ownerReferences: __, managedFields: ___, ...kept } = metadata;
    return { ...object, metadata: kept };
  };
  return equal(rest(next), rest(old));
}

export const isCreate = (write: Write): boolean => write.old === undefined;
