/** The CRD writer: what zod emits becomes a structural schema, and our own samples fit it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { allCrds, allKinds, structuralProblems, structuralSchema } from '../../../src/api/crd/index.js';
import { LocalRef, Quantity, serverDefault, Time } from '../../../src/api/fields.js';

const rows: [what: string, type: z.ZodType, expected: object][] = [
  ['an int32', z.int32(), { type: 'integer', format: 'int32' }],
  ['an int64 with a bound', z.int().min(0), { type: 'integer', minimum: 0, format: 'int64' }],
  ['an integer without format', z.int().meta({ format: 'none' }), { type: 'integer' }],
  ['a time', Time, { type: 'string', format: 'date-time' }],
  ['a time by zod', z.iso.datetime(), { type: 'string', format: 'date-time' }],
  ['bytes', z.base64(), { type: 'string', format: 'byte' }],
  ['a map', z.record(z.string(), z.string()), { type: 'object', additionalProperties: { type: 'string' } }],
  ['anything', z.unknown(), { 'x-kubernetes-preserve-unknown-fields': true }],
  ['an open object', z.looseObject({}), { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }],
  [
    'a closed object',
    z.strictObject({ a: z.string() }),
    { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
  ],
  ['an object without fields', z.object({}), { type: 'object' }],
  ['a slash in a pattern', z.string().regex(/^a\/b$/), { type: 'string', pattern: '^a/b$' }],
  [
    'a default of the server',
    z.object({ a: serverDefault(z.enum(['X', 'Y']), 'X').describe('d') }),
    { type: 'object', properties: { a: { type: 'string', enum: ['X', 'Y'], default: 'X', description: 'd' } } },
  ],
  [
    'a discriminated union',
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('a'), x: z.string() }),
      z.object({ kind: z.literal('b'), y: z.boolean().optional() }),
    ]),
    {
      type: 'object',
      properties: { kind: { type: 'string', enum: ['a', 'b'] }, x: { type: 'string' }, y: { type: 'boolean' } },
      required: ['kind'],
      oneOf: [
        { properties: { kind: { enum: ['a'] } }, required: ['kind', 'x'] },
        { properties: { kind: { enum: ['b'] } }, required: ['kind'] },
      ],
    },
  ],
];

for (const [what, type, expected] of rows) {
  test(`${what} becomes structural`, () => assert.deepEqual(structuralSchema(type), expected));
}

test('a quantity keeps the one union a CRD may have', () => {
  const { pattern, ...rest } = structuralSchema(Quantity);
  assert.match('96Gi', new RegExp(pattern ?? '$^'));
  assert.deepEqual(rest, { anyOf: [{ type: 'integer' }, { type: 'string' }], 'x-kubernetes-int-or-string': true });
});

test('extensions of a reference survive a description', () => {
  const schema = structuralSchema(LocalRef.optional().meta({ description: 'Where.' }));
  assert.deepEqual(
    [schema['x-kubernetes-map-type'], schema.description, schema.required],
    ['atomic', 'Where.', undefined],
  );
});

const recursive: z.ZodType = z.object({ next: z.lazy(() => recursive).optional() });

const refused: [what: string, type: z.ZodType, message: RegExp][] = [
  ['other unions', z.union([z.string(), z.boolean()]), /union of boolean and string/],
  [
    'unions without a discriminator',
    z.xor([z.object({ a: z.string() }), z.object({ b: z.string() })]),
    /without a discriminator/,
  ],
  ['recursion', recursive, /refers to another schema/],
];
for (const [what, type, message] of refused) {
  test(`${what} cannot become structural, and the error says so`, () =>
    assert.throws(() => structuralSchema(type), message));
}

for (const crd of allCrds()) {
  test(`the CRD of ${crd.spec.names.plural} is one an API server takes`, () => {
    assert.deepEqual(
      crd.spec.versions.flatMap((version) => structuralProblems(version.schema.openAPIV3Schema)),
      [],
    );
  });
}

test('what an API server refuses is found, with its path', () => {
  const schema = {
    type: 'object',
    properties: {
      a: {},
      b: { type: 'string', enum: ['x'], default: 'y' },
      c: { type: 'array' },
      d: {
        type: 'array',
        items: { type: 'object', properties: { k: { type: 'string' } } },
        'x-kubernetes-list-map-keys': ['k'],
      },
    },
  };
  assert.deepEqual(structuralProblems(schema), [
    '.a: has no type',
    '.b: default "y" is not among its values',
    '.c: is an array without items',
    '.d: list key "k" must be a scalar that is required or has a default',
  ]);
});

const samples = new URL('../../../config/samples/', import.meta.url);
for (const file of readdirSync(samples).filter((name) => name.endsWith('.yaml'))) {
  const object = parse(readFileSync(new URL(file, samples), 'utf8'));
  const kind = allKinds.find(
    (each) => each.kind === object.kind && object.apiVersion === `${each.group}/${each.version}`,
  );
  test(`the sample ${file} fits its kind`, { skip: kind ? false : `${object.kind} is not ours` }, () => {
    const whole = z.strictObject({
      apiVersion: z.string(),
      kind: z.string(),
      metadata: z.looseObject({}),
      ...closed(kind?.shape ?? {}),
    });
    assert.equal(whole.safeParse(object).error?.message, undefined);
    assert.equal(kind?.scope === 'Namespaced', object.metadata.namespace !== undefined);
  });
}

/** Unknown fields of the spec are mistakes in a sample, where a reader would just pass over them. */
function closed(shape: Readonly<Record<string, z.ZodType>>): Record<string, z.ZodType> {
  const entries = Object.entries(shape).map(([name, type]) => [
    name,
    type instanceof z.ZodObject ? type.strict() : type,
  ]);
  return Object.fromEntries(
    entries.map(([name, type]) => [name, name === 'spec' ? type : (type as z.ZodType).optional()]),
  );
}
