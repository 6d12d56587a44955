import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  applyJsonPatch,
  JsonPatchError,
  type JsonPatchOperation,
} from '../../../../src/sandbox/apiserver/patch/json-patch.js';
import { applyMergePatch } from '../../../../src/sandbox/apiserver/patch/merge-patch.js';
import { applyStrategicMergePatch } from '../../../../src/sandbox/apiserver/patch/strategic-merge-patch.js';
import { OBJECT_META } from '../../../../src/sandbox/apiserver/resources/metadata.js';
import type { Schema } from '../../../../src/sandbox/apiserver/schema/schema.js';

const schema: Schema = { type: 'object', properties: { metadata: OBJECT_META } };

test('JSON patch: all operations, escapes and negative indices', () => {
  const document = { a: { 'b/c~d': 1 }, list: [1, 2, 3] };
  const patched = applyJsonPatch(document, [
    { op: 'test', path: '/a/b~1c~0d', value: 1 },
    { op: 'add', path: '/list/-', value: 4 },
    { op: 'add', path: '/list/0', value: 0 },
    { op: 'move', from: '/list/1', path: '/first' },
    { op: 'copy', from: '/first', path: '/copy' },
    { op: 'remove', path: '/list/-1' },
    { op: 'replace', path: '/new', value: { x: null } },
  ]);
  assert.deepEqual(patched, { a: { 'b/c~d': 1 }, list: [0, 2, 3], first: 1, copy: 1, new: { x: null } });
  assert.deepEqual(document.list, [1, 2, 3], 'the document itself is left alone');
});

test('JSON patch refuses paths into nothing, bad indices, unknown operations and failed tests', () => {
  const refused = [
    { op: 'add', path: '/no/where', value: 1 },
    { op: 'add', path: '/list/9', value: 1 },
    { op: 'remove', path: '/absent' },
    { op: 'remove', path: '' },
    { op: 'test', path: '/list/0', value: 2 },
    { op: 'frob', path: '/list' },
    { op: 'add', path: 'list', value: 1 },
    { op: 'add', path: { is: 'no text' }, value: 1 },
    { op: 'move', from: 7, path: '/list' },
    { op: ['add'], path: '/list' },
  ];
  for (const operation of refused) {
    assert.throws(() => applyJsonPatch({ list: [1] }, [operation]), JsonPatchError, JSON.stringify(operation));
  }
});

test('names that every object inherits are names like any other, in patches of each kind', () => {
  const named = (text: string) => JSON.parse(text);
  const patch: JsonPatchOperation[] = [
    { op: 'add', path: '/constructor', value: {} },
    { op: 'add', path: '/__proto__', value: { x: 1 } },
  ];
  assert.deepEqual(applyJsonPatch({}, patch), named('{"constructor":{},"__proto__":{"x":1}}'));
  const into = [{ op: 'add', path: '/__proto__/polluted', value: 1 }];
  assert.throws(() => applyJsonPatch({}, into), JsonPatchError, 'there is nothing to add to');
  const merged = named('{"__proto__":{"x":1},"toString":{"y":2}}');
  assert.deepEqual(applyMergePatch({}, merged), merged);
  assert.deepEqual(applyStrategicMergePatch({}, merged, undefined), merged);
  assert.equal(({} as { polluted?: number }).polluted, undefined);
});

test('merge patch: the examples of RFC 7386', () => {
  const rows: [unknown, unknown, unknown][] = [
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ];
  for (const [document, patch, expected] of rows) {
    assert.deepEqual(applyMergePatch(document as never, patch as never), expected);
  }
});

test('strategic merge patch: lists by key, sets united, directives obeyed', () => {
  const owner = (uid: string, name: string) => ({ apiVersion: 'v1', kind: 'K', name, uid });
  const document = { metadata: { finalizers: ['a'], ownerReferences: [owner('1', 'x')], labels: { a: '1' } } };
  const apply = (metadata: object) => applyStrategicMergePatch(document, { metadata } as never, schema).metadata;
  assert.deepEqual(apply({ finalizers: ['b'] }), { ...document.metadata, finalizers: ['a', 'b'] });
  assert.deepEqual(apply({ finalizers: ['b'], '$setElementOrder/finalizers': ['b', 'a'] }), {
    ...document.metadata,
    finalizers: ['b', 'a'],
  });
  assert.deepEqual(apply({ ownerReferences: [{ uid: '1', name: 'y' }] }), {
    ...document.metadata,
    ownerReferences: [owner('1', 'y')],
  });
  assert.deepEqual(apply({ ownerReferences: [{ uid: '1', $patch: 'delete' }] }), {
    ...document.metadata,
    ownerReferences: [],
  });
  assert.deepEqual(apply({ labels: { $patch: 'replace', b: '2' } }), { ...document.metadata, labels: { b: '2' } });
  assert.throws(() => apply({ labels: { $patch: 'frob' } }), /unknown patch type: frob/);
  assert.throws(() => apply({ ownerReferences: [{ name: 'x' }] }), /does not contain declared merge key: uid/);
});
