/** S-K8S-1: an object of a namespace refers to its own namespace, because its references have no other. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allCrds } from '../../../src/api/crd/index.js';
import type { CrdSchema } from '../../../src/api/kubernetes.js';

/** Every property called …Ref, with its path. */
function references(schema: CrdSchema, at: string): { readonly path: string; readonly schema: CrdSchema }[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
    const path = `${at}.${name}`;
    return [...(/Refs?$/.test(name) ? [{ path, schema: inner }] : []), ...references(inner, path)];
  });
  return schema.items === undefined ? own : [...own, ...references(schema.items, `${at}[]`)];
}

const namespaced = allCrds().filter(({ spec }) => spec.scope === 'Namespaced');

test('S-K8S-1: no reference of a namespaced kind can name a namespace', () => {
  const found = namespaced.flatMap(({ spec }) =>
    spec.versions.flatMap(({ schema }) => references(schema.openAPIV3Schema, spec.names.kind)),
  );
  const secrets = found.filter(({ path }) => /secret|userData/i.test(path));
  assert.ok(secrets.length >= 3, `only ${secrets.length} references to Secrets were found`);
  for (const { path, schema } of found) {
    const target = schema.items ?? schema;
    assert.ok(!('namespace' in (target.properties ?? {})), `${path} may name another namespace`);
    assert.notEqual(target['x-kubernetes-preserve-unknown-fields'], true, `${path} takes unknown fields`);
  }
});
