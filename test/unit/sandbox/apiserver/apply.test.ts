import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  emptySet,
  fromFieldsV1,
  paths,
  showPath,
  toFieldsV1,
} from '../../../../src/sandbox/apiserver/apply/field-set.js';
import {
  applyConfiguration,
  encodeOwners,
  type Owners,
  updateOwners,
  type Writer,
} from '../../../../src/sandbox/apiserver/apply/managed-fields.js';
import { fieldSetOf, merge, typeErrors } from '../../../../src/sandbox/apiserver/apply/typed.js';
import { OBJECT_META } from '../../../../src/sandbox/apiserver/resources/metadata.js';
import type { Schema } from '../../../../src/sandbox/apiserver/schema/schema.js';
import { StatusError } from '../../../../src/sandbox/apiserver/status.js';
import { equal, type Json, type JsonObject, type KubeObject } from '../../../../src/sandbox/apiserver/types.js';

const text: Schema = { type: 'string' };
const schema: Schema = {
  type: 'object',
  properties: {
    apiVersion: text,
    kind: text,
    metadata: OBJECT_META,
    spec: {
      type: 'object',
      properties: {
        a: text,
        b: text,
        group: { type: 'object', properties: { x: text, y: text } },
        map: { type: 'object', additionalProperties: text },
        atomic: { type: 'object', 'x-kubernetes-map-type': 'atomic', additionalProperties: text },
        tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: text },
        steps: { type: 'array', items: text },
        ports: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['port'],
          items: { type: 'object', properties: { port: { type: 'integer' }, label: text } },
        },
      },
    },
  },
};
const typing = { schema, ignored: emptySet(), tolerated: emptySet() };
const writer = (manager: string, operation: 'Apply' | 'Update' = 'Apply'): Writer => ({
  manager,
  operation,
  apiVersion: 'v1',
  subresource: '',
  time: '2026-01-01T00:00:00Z',
});
const object = (spec: JsonObject): KubeObject => ({ apiVersion: 'v1', kind: 'K', metadata: { name: 'o' }, spec });

interface State {
  readonly object: KubeObject | undefined;
  readonly owners: Owners;
}

const nothing: State = { object: undefined, owners: new Map() };
const apply = (state: State, manager: string, spec: JsonObject, force = false): State =>
  applyConfiguration(state.object, object(spec), state.owners, writer(manager), { ...typing, force });
const specOf = (state: State) => state.object?.spec;

/** A small generator of pseudo-random numbers: runs are the same each time. */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return Math.floor((state / 4_294_967_296) * limit);
  };
}

function randomSpec(next: (limit: number) => number): JsonObject {
  const spec: JsonObject = {};
  const word = () => 'pqr'[next(3)] as string;
  if (next(2)) spec.a = word();
  if (next(2)) spec.b = word();
  if (next(2)) spec.group = { ...(next(2) ? { x: word() } : {}), y: word() };
  if (next(2)) spec.map = { [word()]: word(), [word()]: word() };
  if (next(2)) spec.atomic = { [word()]: word() };
  if (next(2)) spec.tags = [...new Set([word(), word()])];
  if (next(2)) spec.steps = [word(), word()];
  if (next(2))
    spec.ports = [...new Set([next(3), next(3)])].map((port) => ({ port, ...(next(2) ? { label: word() } : {}) }));
  return spec;
}

test('applying the same twice changes nothing', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const next = numbers(seed);
    const start = apply(nothing, 'other', randomSpec(next));
    const spec = randomSpec(next);
    const once = apply(start, 'me', spec, true);
    const twice = apply(once, 'me', spec);
    assert.deepEqual(twice.object, once.object, `seed ${seed}`);
    assert.deepEqual(encodeOwners(twice.owners), encodeOwners(once.owners), `seed ${seed}`);
  }
});

test('what was applied is there, whatever was there before', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const next = numbers(seed);
    const start = apply(nothing, 'other', randomSpec(next));
    const spec = randomSpec(next);
    const after = apply(start, 'me', spec, true);
    const again = merge(after.object as unknown as Json, object(spec) as unknown as Json, schema);
    assert.ok(equal(again, after.object), `seed ${seed}`);
  }
});

test('un-applying removes exactly what nobody else owns', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const next = numbers(seed);
    const theirs = apply(nothing, 'other', randomSpec(next));
    const mine = apply(theirs, 'me', randomSpec(next), true);
    const after = apply(mine, 'me', {});
    const left = [...paths(fieldSetOf(after.object?.spec as Json, schema.properties?.spec))].map(showPath);
    const others = [...after.owners.values()].find(({ manager }) => manager === 'other');
    const owned = new Set(
      [...paths(others?.set ?? emptySet())].map(showPath).map((path) => path.replace(/^\.spec/, '')),
    );
    assert.deepEqual(
      left.filter((path) => !owned.has(path)),
      [],
      `seed ${seed}: left but owned by nobody`,
    );
    assert.deepEqual(
      [...owned].filter((path) => path !== '' && !left.includes(path)),
      [],
      `seed ${seed}: taken from its owner`,
    );
  }
});

test('a conflict names the manager and the field, and changes nothing', () => {
  const state = apply(nothing, 'alice', { a: '1', ports: [{ port: 80, label: 'web' }] });
  assert.throws(
    () => apply(state, 'bob', { a: '2', ports: [{ port: 80, label: 'other' }] }),
    (error: unknown) => {
      assert.ok(error instanceof StatusError);
      assert.equal(error.code, 409);
      assert.deepEqual(
        error.details?.causes?.map(({ field }) => field),
        ['.spec.a', '.spec.ports[port=80].label'],
      );
      return true;
    },
  );
  assert.deepEqual(specOf(apply(state, 'bob', { a: '1' })), specOf(state), 'the same value is shared, not fought over');
});

test('an update takes the fields it changes from those who applied them', () => {
  const state = apply(nothing, 'alice', { a: '1', b: '1' });
  const next = object({ a: '2', b: '1' });
  const owners = updateOwners(state.object, next, state.owners, writer('hand', 'Update'), typing);
  const byManager = Object.fromEntries(encodeOwners(owners).map(({ manager, fieldsV1 }) => [manager, fieldsV1]));
  assert.deepEqual(byManager, { alice: { 'f:spec': { 'f:b': {} } }, hand: { 'f:spec': { 'f:a': {} } } });
});

test('lists keep the live order around what an apply names', () => {
  const live = ['a', 'b', 'c'];
  const set: Schema = { type: 'array', 'x-kubernetes-list-type': 'set', items: text };
  assert.deepEqual(merge(live, ['c', 'x'], set), ['a', 'b', 'c', 'x']);
  assert.deepEqual(merge(live, ['c', 'a'], set), ['b', 'c', 'a']);
});

test('field sets survive the way to FieldsV1 and back', () => {
  const fields = {
    'f:spec': { '.': {}, 'f:ports': { 'k:{"port":80}': { '.': {}, 'f:port': {} } }, 'f:tags': { 'v:"x"': {} } },
  };
  assert.deepEqual(toFieldsV1(fromFieldsV1(fields)), fields);
  assert.throws(() => fromFieldsV1({ 'z:odd': {} }));
});

test('a configuration that does not fit the schema is told where', () => {
  assert.deepEqual(typeErrors({ spec: { zzz: 1, a: 2, tags: ['x', 'x'] } }, schema), [
    '.spec.zzz: field not declared in schema',
    '.spec.a: expected string, got number',
    '.spec.tags: duplicate entries for key [="x"]',
  ]);
});
