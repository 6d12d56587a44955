/**
 * What every Kubernetes kind has in common, as types: object metadata, keys, and the definition of a kind from
 * which clients, CRDs, columns and completions are derived (see define-kind.ts for the zod side).
 */

/** `metadata` of an object, as far as metalctl reads or writes it. Unknown members are kept by patching, never by PUT. */
export interface ObjectMeta {
  name: string;
  namespace?: string;
  generateName?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** Any object the API serves. Kinds narrow it with their own `spec`, `status` or top-level fields. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** Identity of an object within its kind. `namespace` is present exactly for namespaced kinds. */
export interface Key {
  namespace?: string;
  name: string;
}

/** One printer column: header, JSONPath below the object, and what kubectl needs to know about it. */
export interface Column {
  name: string;
  jsonPath: string;
  type?: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  /** 0 shows in the plain table, above 0 only with `-o wide`. */
  priority?: number;
  description?: string;
}

/**
 * A kind as data. `T` is carried in the type only, so that `cluster.get(Server, key)` returns a Server.
 * Custom kinds are made by `defineKind`; built-in ones (Secret, Lease, …) by `builtinKind`.
 */
export interface KindDef<T extends KubeObject = KubeObject> {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly scope: 'Cluster' | 'Namespaced';
  readonly hasStatus: boolean;
  readonly columns: readonly Column[];
  /** Never set at run time. */
  readonly __type?: T;
}

/** The object type a definition stands for. */
export type ObjectOf<K> = K extends KindDef<infer T> ? T : never;

/** `v1`, or `metal.ironcore.dev/v1alpha1`. */
export const apiVersionOf = (kind: KindDef): string =>
  kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;

/** Key of an object, ready for a port call. */
export const keyOf = (object: { metadata: ObjectMeta }): Key =>
  object.metadata.namespace === undefined
    ? { name: object.metadata.name }
    : { namespace: object.metadata.namespace, name: object.metadata.name };

/** `ns/name`, or `name` for cluster-scoped objects. Unique within a kind. */
export const keyText = (key: Key): string => (key.namespace === undefined ? key.name : `${key.namespace}/${key.name}`);
