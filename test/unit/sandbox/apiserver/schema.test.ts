import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadEngines } from '../../../../src/sandbox/apiserver/engines.js';
import { compileRules, runRules } from '../../../../src/sandbox/apiserver/schema/cel.js';
import { applyDefaults, dropNulls } from '../../../../src/sandbox/apiserver/schema/defaults.js';
import { duplicateKeys } from '../../../../src/sandbox/apiserver/schema/duplicates.js';
import { prune } from '../../../../src/sandbox/apiserver/schema/prune.js';
import { ruleErrors } from '../../../../src/sandbox/apiserver/schema/rule-errors.js';
import type { Schema } from '../../../../src/sandbox/apiserver/schema/schema.js';
import { structuralErrors } from '../../../../src/sandbox/apiserver/schema/structural.js';
import { validate } from '../../../../src/sandbox/apiserver/schema/validate.js';
import type { Json } from '../../../../src/sandbox/apiserver/types.js';

await loadEngines();

const text: Schema = { type: 'string' };
const messages = (value: Json, schema: Schema) =>
  validate(value, schema, 'x').map(({ field, message }) => `${field}: ${message}`);

test('pruning drops what the schema does not name, but for open parts', () => {
  const schema: Schema = {
    type: 'object',
    properties: {
      a: { type: 'object', properties: { b: text } },
      open: {
        type: 'object',
        'x-kubernetes-preserve-unknown-fields': true,
        properties: { k: { type: 'object', properties: {} } },
      },
      map: { type: 'object', additionalProperties: { type: 'object', properties: { v: text } } },
      list: { type: 'array', items: { type: 'object', properties: { v: text } } },
    },
  };
  const value = {
    kind: 'K',
    a: { b: '1', z: 1 },
    open: { z: 1, k: { z: 1 } },
    map: { m: { v: '1', z: 1 } },
    list: [{ z: 1 }],
    z: 1,
  };
  assert.deepEqual(prune(value, schema).sort(), ['a.z', 'list[0].z', 'map.m.z', 'open.k.z', 'z']);
  assert.deepEqual(value, { kind: 'K', a: { b: '1' }, open: { z: 1, k: {} }, map: { m: { v: '1' } }, list: [{}] });
});

test('defaults fill what is absent or wrongly null, inside what is there', () => {
  const schema: Schema = {
    type: 'object',
    properties: {
      plain: { ...text, default: 'p' },
      nullable: { ...text, nullable: true, default: 'n' },
      nested: { type: 'object', default: {}, properties: { x: { ...text, default: 'x' } } },
      lazy: { type: 'object', properties: { x: { ...text, default: 'x' } } },
      none: text,
    },
  };
  const value: Json = { plain: null, nullable: null, none: null };
  dropNulls(value, schema);
  applyDefaults(value, schema);
  assert.deepEqual(value, { plain: 'p', nullable: null, nested: { x: 'x' } });
});

test('validation: one row per keyword, in the words of a real server', () => {
  const rows: [Json, Schema, string[]][] = [
    [1, text, ['x: Invalid value: "integer": x in body must be of type string: "integer"']],
    [null, text, ['x: Invalid value: "null": x in body must be of type string: "null"']],
    ['abc', { ...text, maxLength: 2 }, ['x: Too long: may not be more than 2 bytes']],
    ['', { ...text, minLength: 1 }, ['x: Invalid value: "": x in body should be at least 1 chars long']],
    ['A', { ...text, pattern: '^[a-z]$' }, ['x: Invalid value: "A": x in body should match \'^[a-z]$\'']],
    ['c', { ...text, enum: ['a', 'b'] }, ['x: Unsupported value: "c": supported values: "a", "b"']],
    ['no', { ...text, format: 'date-time' }, ['x: Invalid value: "no": x in body must be of type date-time: "no"']],
    [
      0,
      { type: 'number', minimum: 0, exclusiveMinimum: true },
      ['x: Invalid value: 0: x in body should be greater than 0'],
    ],
    [0.3, { type: 'number', multipleOf: 0.1 }, []],
    [[1, 2], { type: 'array', maxItems: 1, items: { type: 'integer' } }, ['x: Too many: 2: must have at most 1 item']],
    [['a', 'a'], { type: 'array', 'x-kubernetes-list-type': 'set', items: text }, ['x[1]: Duplicate value: "a"']],
    [{}, { type: 'object', required: ['a'] }, ['x.a: Required value']],
    [
      true,
      { 'x-kubernetes-int-or-string': true },
      ['x: Invalid value: "boolean": x in body must be of type integer,string: "boolean"'],
    ],
    [null, { ...text, nullable: true }, []],
  ];
  for (const [value, schema, expected] of rows)
    assert.deepEqual(messages(value, schema), expected, JSON.stringify(schema));
});

test('a pattern cannot stall the server: RE2 has no back-tracking', () => {
  const began = Date.now();
  validate(`${'a'.repeat(30_000)}!`, { ...text, pattern: '^(a+)+$' });
  assert.ok(Date.now() - began < 2000);
});

const rules = (schema: Schema, value: Json, old?: Json) => {
  const validator = compileRules(schema);
  assert.ok(validator);
  return runRules(validator, value, old, 'x').map(({ field, message }) => `${field}: ${message}`);
};

test('transition rules run only where there is an old value, matched by key in lists', () => {
  const item: Schema = {
    type: 'object',
    properties: { name: text, v: { ...text, 'x-kubernetes-validations': [{ rule: 'self == oldSelf' }] } },
  };
  const list: Schema = {
    type: 'array',
    items: item,
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
  };
  assert.deepEqual(rules(list, [{ name: 'a', v: '1' }]), []);
  const old = [
    { name: 'b', v: '2' },
    { name: 'a', v: '1' },
  ];
  assert.deepEqual(
    rules(
      list,
      [
        { name: 'a', v: '9' },
        { name: 'c', v: '3' },
      ],
      old,
    ),
    ['x[0].v: Invalid value: "9": failed rule: self == oldSelf'],
  );
});

test('rules see integers as integers, optional old values, and fail by the word of the schema', () => {
  const counter: Schema = {
    type: 'integer',
    'x-kubernetes-validations': [
      { rule: 'oldSelf.hasValue() ? self >= oldSelf.value() : self == 0', optionalOldSelf: true, message: 'grows' },
    ],
  };
  assert.deepEqual(rules(counter, 0), []);
  assert.deepEqual(rules(counter, 4, 5), ['x: Invalid value: 4: grows']);
  const divided: Schema = { type: 'integer', 'x-kubernetes-validations': [{ rule: '100 / self > 1' }] };
  assert.deepEqual(rules(divided, 0), [
    'x: Invalid value: "integer": division by zero evaluating rule: 100 / self > 1',
  ]);
});

test('rules that do not compile, give no bool, or cost too much make a schema invalid', () => {
  const faults = (rule: string, schema: Schema = text) =>
    ruleErrors({ ...schema, 'x-kubernetes-validations': [{ rule }] }, 's').length > 0;
  assert.equal(faults('self == "a"'), false);
  assert.equal(faults('self =='), true);
  assert.equal(faults('self == other'), true);
  assert.equal(faults('self'), true);
  assert.equal(faults('self.b == 1', { type: 'object', properties: { a: text } }), true);
  const list: Schema = { type: 'array', items: { type: 'array', items: text } };
  assert.equal(faults('self.all(x, x.all(y, self.all(z, z.all(w, w.contains(y)))))', list), true);
});

test('the schemas of a definition must be structural', () => {
  const fields = (schema: Schema) =>
    structuralErrors({ type: 'object', properties: { p: schema } }, 's').map(({ field }) => field);
  assert.deepEqual(fields({}), ['s.properties[p].type']);
  assert.deepEqual(fields({ type: 'array' }), ['s.properties[p].items']);
  assert.deepEqual(fields({ ...text, anyOf: [{ type: 'string' }] }), ['s.properties[p].anyOf[0].type']);
  assert.deepEqual(fields({ ...text, pattern: '^(?!x)' }), ['s.properties[p].pattern']);
  assert.deepEqual(fields({ type: 'object', properties: {}, additionalProperties: text }), [
    's.properties[p].additionalProperties',
  ]);
  assert.deepEqual(fields({ ...text, default: 1 }), ['s.properties[p].default']);
  assert.deepEqual(
    fields({ 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] }),
    [],
  );
});

test('repeated keys are found by path, with escapes and nesting', () => {
  const found = (text: string) => duplicateKeys(text, JSON.parse(text));
  assert.deepEqual(found('{"a":1,"b":{"c":[{"d":1,"d":2}]},"\\u0061":2,"e":"{\\"a\\":1,\\"a\\":2}"}'), [
    'b.c[0].d',
    'a',
  ]);
  assert.deepEqual(found('{ "a" : { "x" : 1 } ,\n "a"\t: [] }'), ['a'], 'the first value is lost with all it held');
  assert.deepEqual(found('{"__proto__":1,"__proto__":2,"constructor":3}'), ['__proto__']);
  assert.deepEqual(found('{"a":"\\"b\\":","c":["x","y:"],"d":{"a":"a"}}'), [], 'texts that look like keys');
  assert.deepEqual(found('[]'), []);
});
