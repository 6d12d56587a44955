/** What the server needs to know of one kind in one version. Built-in kinds write it down, CRDs are turned into it. */
import type { Authorizer } from '../access/authorizer.js';
import type { User } from '../access/user.js';
import type { CelValidator } from '../schema/cel.js';
import type { Schema } from '../schema/schema.js';
import type { SelectableFields } from '../selectors/fields.js';
import type { FieldError, Named } from '../status.js';
import type { Json, KubeObject } from '../types.js';

/** One column of a Table. `value` gives a cell; ages are texts. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
  value(object: KubeObject, now: Date): Json;
}

export interface ScalePaths {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
}

/** A write about to be checked. */
export interface Write {
  readonly next: KubeObject;
  readonly old: KubeObject | undefined;
  readonly subresource: string;
}

/** Who writes, and what they may. */
export interface Asker {
  readonly user: User;
  readonly access: Authorizer;
  readonly namespace: string;
}

export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  /** True for kinds that came from a CRD: a few answers are worded otherwise. */
  readonly isCustom: boolean;
  /** What a 422 calls the kind. */
  readonly invalidAs: Named;
  /** Where objects are stored; both Event groups share one table. */
  readonly table: string;
  /** `group/version/kind` of the stored form; discovery shows its hash. */
  readonly storedAs: string;
  /** Schema of the whole object, metadata included. */
  readonly schema: Schema;
  readonly subresources: readonly string[];
  readonly scale: ScalePaths | undefined;
  readonly hasGeneration: boolean;
  /** A PUT of an absent object creates it. */
  readonly createsOnUpdate: boolean;
  /** A PUT without resourceVersion is accepted. */
  readonly allowsUnconditionalUpdate: boolean;
  readonly columns: readonly Column[];
  /** Fields that a CRD offers to selectors. */
  readonly selectableFields: readonly string[];
  /** Text of the `Warning` header each request draws. */
  readonly deprecation: string | undefined;
  readonly cel: (() => CelValidator | undefined) | undefined;
  nameErrors(name: string): string[];
  /** Fields for selectors. */
  fields(object: KubeObject): SelectableFields;
  /** @throws StatusError 400 for a field that selectors may not name. */
  checkField(field: string): void;
  /** Stored form to this version's form. */
  toServed(stored: KubeObject): KubeObject;
  /** This version's form to the stored one. */
  toStored(object: KubeObject): KubeObject;
  /** Fill in what a sent object may leave out, in place; field owners see the result. */
  setDefaults(object: KubeObject): void;
  /** Set what the kind decides by itself, in place; field owners do not see it. */
  prepare(write: Write): void;
  /** Refuses a write that takes more than the right to write the resource. @throws StatusError 403, 404 */
  guard(write: Write, asker: Asker): void;
  validate(write: Write): FieldError[];
  /** Texts for `Warning` headers on writes. */
  warnings(next: KubeObject): string[];
}

/** How Status texts name the resource: `widgets` of a group. */
export const resourceName = (resource: Resource): Named => ({ group: resource.group, kind: resource.plural });
/** How Status texts name the kind: `Widget` of a group. */
export const kindName = (resource: Resource): Named => ({ group: resource.group, kind: resource.kind });
export const apiVersionOf = (resource: { readonly group: string; readonly version: string }): string =>
  resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
