/** The shipped roles: what they may never hold, where Secrets are readable, and that the files say the same. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import type { RoleObject } from '../../../../src/api/rbac.js';
import { modes } from '../../../../src/workflows/install/modes.js';
import { type Manifest, roleManifests, rulesOf } from '../../../../src/workflows/install/roles.js';

const where = { managerNamespace: 'metalctl-system', namespace: 'team-a' };
const manifestsOf = (name: string, more: Partial<Parameters<typeof roleManifests>[1]> = {}): Manifest[] =>
  roleManifests(modes.find((mode) => mode.name === name) ?? assert.fail(name), { ...where, ...more });
const rolesOf = (manifests: readonly Manifest[]): RoleObject[] =>
  manifests.flatMap(({ object }) => ('rules' in object ? [object as RoleObject] : []));

for (const { name } of modes) {
  test(`S-K8S-2: ${name} holds no wildcard, no jobs, and no Secrets beyond named namespaces`, () => {
    const roles = rolesOf(manifestsOf(name, { userDataNamespaces: ['team-b'] }));
    assert.ok(roles.length > 0);
    for (const { kind, metadata, rules } of roles) {
      for (const { apiGroups, resources, verbs } of rules) {
        const words = [...apiGroups, ...resources, ...verbs];
        assert.ok(!words.includes('*'), `${metadata.name}: ${words.join(' ')}`);
        assert.ok(!apiGroups.includes('batch'), metadata.name);
        if (!apiGroups.includes('') || !resources.includes('secrets')) continue;
        assert.equal(kind, 'Role', `${metadata.name} reads Secrets of every namespace`);
        assert.ok(!verbs.includes('list') && !verbs.includes('watch'), `${metadata.name} lists Secrets`);
      }
    }
  });

  test(`config/rbac/${name}.yaml is what install rbac applies`, () => {
    const text = readFileSync(new URL(`../../../../config/rbac/${name}.yaml`, import.meta.url), 'utf8');
    const shipped = parseAllDocuments(text).map((document) => document.toJS() as unknown);
    const made = manifestsOf(name, { namespace: 'default' }).map(({ object }) => object);
    assert.deepEqual(shipped, JSON.parse(JSON.stringify(made)));
  });
}

test('credentials of BMCs are for discoverers and the daemon', () => {
  const readers = modes.filter(({ rights }) => rights.some(({ kind }) => kind.kind === 'BMCSecret'));
  assert.deepEqual(
    readers.map(({ name }) => name),
    ['discoverer', 'daemon'],
  );
});

test('S-K8S-3: whoever claims may write no Server', () => {
  const claimer = modes.find(({ name }) => name === 'claimer') ?? assert.fail();
  const verbs = claimer.rights.filter(({ kind }) => kind.kind === 'Server').flatMap((right) => right.verbs);
  assert.deepEqual(verbs, ['get', 'list', 'watch']);
});

test('the claimer gets a Role in the namespace that was named, and its subjects a binding for each role', () => {
  const manifests = manifestsOf('claimer', { subjects: [{ kind: 'Group', name: 'team-a' }] });
  const places = manifests.map(({ object: { kind, metadata } }) => [kind, metadata.namespace, metadata.name].join(' '));
  assert.deepEqual(places, [
    'ClusterRole  metalctl-claimer',
    'Role team-a metalctl-claimer',
    'ClusterRoleBinding  metalctl-claimer',
    'RoleBinding team-a metalctl-claimer',
  ]);
  const subjects = [{ kind: 'Group', name: 'team-a', apiGroup: 'rbac.authorization.k8s.io' }];
  for (const { object } of manifests.slice(2)) assert.deepEqual((object as { subjects?: unknown }).subjects, subjects);
});

test('user data is readable to the daemon only where it was asked for', () => {
  const secretsIn = (namespaces: string[]): string[] =>
    rolesOf(manifestsOf('daemon', { userDataNamespaces: namespaces }))
      .filter(({ rules }) => rules.some(({ resources }) => resources.includes('secrets')))
      .map(({ metadata }) => metadata.namespace ?? '');
  assert.deepEqual(secretsIn([]), ['metalctl-system']);
  assert.deepEqual(secretsIn(['team-a', 'team-b']), ['metalctl-system', 'team-a', 'team-b']);
});

test('the same right declared twice is one rule', () => {
  const { rights } = modes.find(({ name }) => name === 'daemon') ?? assert.fail();
  const resources = rulesOf(rights).flatMap((rule) => rule.resources.map((each) => `${rule.apiGroups[0]}/${each}`));
  assert.deepEqual(resources, [...new Set(resources)]);
});
