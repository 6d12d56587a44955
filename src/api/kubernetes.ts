/** The built-in Kubernetes kinds metalctl touches, as light definitions: TypeScript shapes only, no schema, no zod. */
import type { KindDef, KubeObject, ObjectMeta, ObjectOf } from './kind.js';

/** One observation about an object (meta/v1 Condition). */
export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  /** RFC 3339. Moves only when `status` changes its value. */
  lastTransitionTime: string;
  observedGeneration?: number;
}

type Scope = KindDef['scope'];

/** Definition of a kind the API server brings along. */
export function builtinKind<T extends KubeObject>(
  group: string,
  version: string,
  kind: string,
  plural: string,
  scope: Scope,
  more: { shortNames?: readonly string[]; hasStatus?: boolean } = {},
): KindDef<T> {
  const { shortNames = [], hasStatus = false } = more;
  return { group, version, kind, plural, singular: kind.toLowerCase(), shortNames, scope, hasStatus, columns: [] };
}

export interface NamespaceObject extends KubeObject {
  spec?: { finalizers?: string[] };
  status?: { phase?: string };
}
export const Namespace = builtinKind<NamespaceObject>('', 'v1', 'Namespace', 'namespaces', 'Cluster', {
  shortNames: ['ns'],
  hasStatus: true,
});
export type Namespace = ObjectOf<typeof Namespace>;

export interface SecretObject extends KubeObject {
  type?: string;
  immutable?: boolean;
  /** Values in base64. */
  data?: Record<string, string>;
  /** Write-only: merged into `data` by the API server. */
  stringData?: Record<string, string>;
}
export const Secret = builtinKind<SecretObject>('', 'v1', 'Secret', 'secrets', 'Namespaced');
export type Secret = ObjectOf<typeof Secret>;

export interface ConfigMapObject extends KubeObject {
  immutable?: boolean;
  data?: Record<string, string>;
  binaryData?: Record<string, string>;
}
export const ConfigMap = builtinKind<ConfigMapObject>('', 'v1', 'ConfigMap', 'configmaps', 'Namespaced', {
  shortNames: ['cm'],
});
export type ConfigMap = ObjectOf<typeof ConfigMap>;

export interface LeaseObject extends KubeObject {
  spec?: {
    holderIdentity?: string;
    leaseDurationSeconds?: number;
    /** RFC 3339 with microseconds. */
    acquireTime?: string;
    renewTime?: string;
    leaseTransitions?: number;
  };
}
export const Lease = builtinKind<LeaseObject>('coordination.k8s.io', 'v1', 'Lease', 'leases', 'Namespaced');
export type Lease = ObjectOf<typeof Lease>;

export interface ObjectReference {
  apiVersion?: string;
  kind?: string;
  namespace?: string;
  name?: string;
  uid?: string;
  resourceVersion?: string;
}

/** events.k8s.io/v1. `eventTime` carries microseconds; a repeated event moves `series`. */
export interface EventObject extends KubeObject {
  eventTime?: string;
  reportingController?: string;
  reportingInstance?: string;
  action?: string;
  reason?: string;
  type?: 'Normal' | 'Warning';
  note?: string;
  regarding?: ObjectReference;
  related?: ObjectReference;
  series?: { count: number; lastObservedTime: string };
}
export const Event = builtinKind<EventObject>('events.k8s.io', 'v1', 'Event', 'events', 'Namespaced', {
  shortNames: ['ev'],
});
export type Event = ObjectOf<typeof Event>;

/** OpenAPI v3 schema as a CRD carries it. */
export interface CrdSchema {
  type?: string;
  format?: string;
  description?: string;
  properties?: Record<string, CrdSchema>;
  required?: string[];
  items?: CrdSchema;
  additionalProperties?: CrdSchema | boolean;
  enum?: unknown[];
  default?: unknown;
  nullable?: boolean;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  anyOf?: CrdSchema[];
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  'x-kubernetes-list-type'?: string;
  'x-kubernetes-list-map-keys'?: string[];
  'x-kubernetes-map-type'?: string;
  'x-kubernetes-validations'?: { rule: string; message?: string }[];
  [key: string]: unknown;
}

export interface CrdVersion {
  name: string;
  served: boolean;
  storage: boolean;
  deprecated?: boolean;
  deprecationWarning?: string;
  schema: { openAPIV3Schema: CrdSchema };
  subresources?: { status?: Record<string, never> };
  additionalPrinterColumns?: { name: string; type: string; jsonPath: string; priority?: number }[];
}

export interface CustomResourceDefinitionObject extends KubeObject {
  metadata: ObjectMeta;
  spec: {
    group: string;
    scope: Scope;
    names: { kind: string; listKind?: string; plural: string; singular?: string; shortNames?: string[] };
    versions: CrdVersion[];
  };
  status?: { conditions?: Condition[]; storedVersions?: string[] };
}
export const CustomResourceDefinition = builtinKind<CustomResourceDefinitionObject>(
  'apiextensions.k8s.io',
  'v1',
  'CustomResourceDefinition',
  'customresourcedefinitions',
  'Cluster',
  { shortNames: ['crd', 'crds'], hasStatus: true },
);
export type CustomResourceDefinition = ObjectOf<typeof CustomResourceDefinition>;
