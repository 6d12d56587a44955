/** Objects held against schemas: one row per rule, each a fault of its own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allKinds, type SchemaFault, schemaFaults, schemaOf } from '../../../src/api/crd/index.js';
import type { CrdSchema } from '../../../src/api/kubernetes.js';

const schema: CrdSchema = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 5, pattern: '^[a-z]+$' },
    size: { type: 'integer', minimum: 1, maximum: 9 },
    mode: { type: 'string', enum: ['on', 'off'] },
    port: { anyOf: [{ type: 'integer' }, { type: 'string' }], 'x-kubernetes-int-or-string': true },
    when: { type: 'string', format: 'date-time' },
    tags: { type: 'object', additionalProperties: { type: 'string' } },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    list: {
      type: 'array',
      maxItems: 2,
      items: { type: 'object', properties: { key: { type: 'string' }, value: { type: 'integer' } } },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['key'],
    },
    set: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
    nil: { type: 'string', nullable: true },
  },
};
const told = (faults: readonly SchemaFault[]): string[] => faults.map(({ path, message }) => `${path} ${message}`);

const rows: readonly (readonly [value: unknown, ...faults: string[]])[] = [
  [{ name: 'ab', size: 1, mode: 'on', port: 'http', nil: null, free: { any: [1] }, tags: { a: 'b' }, set: ['a', 'b'] }],
  [{}, 'name is missing'],
  [{ name: 3 }, 'name is an integer, must be a string: put it in quotes'],
  [{ name: '' }, 'name is empty', 'name does not match ^[a-z]+$'],
  [{ name: 'abcdef' }, 'name has 6 characters, must have at most 5'],
  [{ name: 'A' }, 'name does not match ^[a-z]+$'],
  [{ name: null }, 'name is null, must be a string'],
  [{ name: 'a', size: 0 }, 'size is 0, must be at least 1'],
  [{ name: 'a', size: 10 }, 'size is 10, must be at most 9'],
  [{ name: 'a', size: 1.5 }, 'size is a number, must be an integer'],
  [{ name: 'a', mode: 'up' }, 'mode is "up", must be one of on, off'],
  [{ name: 'a', port: true }, 'port is a boolean, must be an integer or a string'],
  [{ name: 'a', when: 'today' }, 'when is no date-time'],
  [{ name: 'a', tags: { a: 1 } }, 'tags.a is an integer, must be a string: put it in quotes'],
  [{ name: 'a', list: [{ key: 'x' }, { key: 'x' }] }, 'list[1] is there twice: ["x"]'],
  [{ name: 'a', list: [{ key: 'x' }, { key: 'y' }, { key: 'z' }] }, 'list has 3 items, must have at most 2'],
  [{ name: 'a', list: [{ key: 'x', value: 'y' }] }, 'list[0].value is a string, must be an integer'],
  [{ name: 'a', set: ['a', 'a'] }, 'set[1] is there twice: "a"'],
  [{ name: 'a', nmae: 'b' }, 'nmae is no field; there are: name, size, mode, port, when, tags, free, list, set, nil'],
  ['text', '. is a string, must be an object'],
];

for (const [value, ...faults] of rows) {
  test(`faults of ${JSON.stringify(value)}: ${faults.join('; ') || 'none'}`, () => {
    assert.deepEqual(told(schemaFaults(schema, value)), faults);
  });
}

test('every kind has a schema that objects can be held against, patterns included', () => {
  for (const kind of allKinds) {
    const object = { apiVersion: 'x', kind: kind.kind, metadata: { name: 'a', anything: 1 }, nonsense: {} };
    const faults = told(schemaFaults(schemaOf(kind), object));
    assert.ok(
      faults.some((fault) => fault.startsWith('nonsense is no field')),
      kind.kind,
    );
    assert.ok(!faults.some((fault) => fault.startsWith('metadata')), kind.kind);
  }
});

test('no more than twenty faults are told of one object', () => {
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`f${at}`, 1]));
  assert.equal(schemaFaults(schema, { name: 'a', ...many }).length, 20);
});
