/** Rights as data, and the kinds of rbac.authorization.k8s.io they become. Declared where the requests are made. */

import type { KindDef, KubeObject, ObjectOf } from './kind.js';
import { builtinKind, type ObjectReference } from './kubernetes.js';

export type RightVerb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete';

/** What may be done with the objects of one kind. */
export interface Right {
  readonly kind: KindDef;
  readonly subresource?: 'status';
  readonly verbs: readonly RightVerb[];
  /** Only in one namespace: the manager's, or the one a role is bound in. Absent: everywhere. */
  readonly within?: 'manager' | 'bound';
}

/** One line of a declaration: `may(Server, 'get list')`, `may(Server, 'patch', 'status')`. */
export function may(kind: KindDef, verbs: string, subresource?: 'status'): Right {
  return { kind, verbs: verbs.split(' ') as RightVerb[], ...(subresource === undefined ? {} : { subresource }) };
}

/** The same, only in the namespace named. */
export const within = (where: 'manager' | 'bound', right: Right): Right => ({ ...right, within: where });

export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly RightVerb[];
}

export interface RoleObject extends KubeObject {
  rules: PolicyRule[];
}

/** Who a role is given to. */
export interface Subject {
  readonly kind: 'User' | 'Group' | 'ServiceAccount';
  readonly name: string;
  readonly namespace?: string;
  readonly apiGroup?: string;
}

export interface RoleBindingObject extends KubeObject {
  roleRef: ObjectReference & { apiGroup: string };
  subjects: Subject[];
}

const group = 'rbac.authorization.k8s.io';

export const ClusterRole = builtinKind<RoleObject>(group, 'v1', 'ClusterRole', 'clusterroles', 'Cluster');
export type ClusterRole = ObjectOf<typeof ClusterRole>;
export const Role = builtinKind<RoleObject>(group, 'v1', 'Role', 'roles', 'Namespaced');
export type Role = ObjectOf<typeof Role>;
export const ClusterRoleBinding = builtinKind<RoleBindingObject>(
  group,
  'v1',
  'ClusterRoleBinding',
  'clusterrolebindings',
  'Cluster',
);
export type ClusterRoleBinding = ObjectOf<typeof ClusterRoleBinding>;
export const RoleBinding = builtinKind<RoleBindingObject>(group, 'v1', 'RoleBinding', 'rolebindings', 'Namespaced');
export type RoleBinding = ObjectOf<typeof RoleBinding>;
export const ServiceAccount = builtinKind('', 'v1', 'ServiceAccount', 'serviceaccounts', 'Namespaced', {
  shortNames: ['sa'],
});
