/** What the tests of roles share: objects in one line, a ServiceAccount with a token. */
import assert from 'node:assert/strict';
import type { Body, TestApi } from './start-api.js';

export const RBAC = '/apis/rbac.authorization.k8s.io/v1';
export const ACCOUNTS = '/api/v1/namespaces/default/serviceaccounts';
export const REVIEWS = '/apis/authorization.k8s.io/v1';
const apiVersion = 'rbac.authorization.k8s.io/v1';

export const rule = (group: string, resource: string, verbs: string[], more: Body = {}): Body => ({
  apiGroups: [group],
  resources: [resource],
  verbs,
  ...more,
});

export const clusterRole = (name: string, rules: Body[]): Body => ({
  apiVersion,
  kind: 'ClusterRole',
  metadata: { name },
  rules,
});

export const subject = (name: string): Body => ({ kind: 'ServiceAccount', name, namespace: 'default' });

export const clusterRoleBinding = (name: string, role: string, subjects: Body[]): Body => ({
  apiVersion,
  kind: 'ClusterRoleBinding',
  metadata: { name },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
  subjects,
});

export const roleBinding = (name: string, kind: string, role: string, subjects: Body[]): Body => ({
  apiVersion,
  kind: 'RoleBinding',
  metadata: { name, namespace: 'default' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: role },
  subjects,
});

export async function make(api: TestApi, path: string, body: Body): Promise<void> {
  const reply = await api.call('POST', path, { body });
  assert.equal(reply.status, 201, JSON.stringify(reply.body));
}

/** A ServiceAccount in `default`; gives its token. */
export async function accountToken(api: TestApi, name: string): Promise<string> {
  await make(api, ACCOUNTS, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } });
  return issueToken(api, name);
}

export async function issueToken(api: TestApi, name: string, spec: Body = {}): Promise<string> {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec };
  const reply = await api.call('POST', `${ACCOUNTS}/${name}/token`, { body });
  assert.equal(reply.status, 201, JSON.stringify(reply.body));
  return reply.body.status.token as string;
}

/** Grant rules to a ServiceAccount in the whole cluster. */
export async function grant(api: TestApi, name: string, rules: Body[]): Promise<void> {
  await make(api, `${RBAC}/clusterroles`, clusterRole(name, rules));
  await make(api, `${RBAC}/clusterrolebindings`, clusterRoleBinding(name, name, [subject(name)]));
}
