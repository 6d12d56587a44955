import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparable, differences } from '../../../src/commands/impl/kit/difference.js';
import { applyMergePatch, patchBetween } from '../../../src/lib/merge-patch.js';

const pairs: readonly (readonly [before: unknown, after: unknown, patch: unknown])[] = [
  [{ a: 1 }, { a: 1 }, undefined],
  [{ a: 1, b: 2 }, { a: 1 }, { b: null }],
  [{ a: { b: 1, c: 2 } }, { a: { b: 3, c: 2 } }, { a: { b: 3 } }],
  [{ a: [1, 2] }, { a: [2] }, { a: [2] }],
  [{ a: { b: 1 } }, { a: 'x' }, { a: 'x' }],
  [{}, { a: { b: 1 } }, { a: { b: 1 } }],
];
for (const [before, after, patch] of pairs) {
  test(`${JSON.stringify(before)} becomes ${JSON.stringify(after)} by ${JSON.stringify(patch)}`, () => {
    assert.deepEqual(patchBetween(before, after), patch);
    if (patch !== undefined) assert.deepEqual(applyMergePatch(before, patch), after);
  });
}

test('differences are told by path; what the server keeps for itself is none', () => {
  const object = (spec: object, resourceVersion: string) => ({
    metadata: { name: 'x', resourceVersion },
    spec,
    status: { a: resourceVersion },
  });
  assert.deepEqual(differences(comparable(object({ a: 1 }, '1')), comparable(object({ a: 1 }, '2'))), []);
  assert.deepEqual(differences({ spec: { a: 1, 'x/y': [1] } }, { spec: { b: 2, 'x/y': [2] } }), [
    { path: 'spec.a', sign: '-', from: 1 },
    { path: "spec['x/y']", sign: '~', from: [1], to: [2] },
    { path: 'spec.b', sign: '+', to: 2 },
  ]);
});
