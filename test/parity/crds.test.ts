/**
 * Our CRDs against upstream's: fields, types, enums, defaults, required, list types, CEL rules, formats, patterns,
 * columns, short names, scope, subresources. Only the words of descriptions may differ.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { allCrds } from '../../src/api/crd/index.js';
import type { CustomResourceDefinition } from '../../src/api/kubernetes.js';
import { allowedDifferences } from './crd-differences.js';

const upstream = new URL('../../../shared/upstream/crds/', import.meta.url);
const skip = existsSync(upstream) ? false : '../shared/upstream/crds is not there';

const read = (crd: CustomResourceDefinition): unknown =>
  parse(readFileSync(new URL(`${crd.spec.group}/${crd.spec.group}_${crd.spec.names.plural}.yaml`, upstream), 'utf8'));

for (const crd of allCrds().filter((each) => each.spec.group === 'metal.ironcore.dev')) {
  const { plural } = crd.spec.names;
  test(`the CRD of ${plural} says what upstream's says`, { skip }, () => {
    const found = differences(comparable(read(crd)), comparable(crd));
    const allowed = allowedDifferences.filter((line) => line.kind === plural);
    const unexpected = found.filter((path) => !allowed.some((line) => path.startsWith(`${line.path}: `)));
    const stale = allowed.filter((line) => !found.some((path) => path.startsWith(`${line.path}: `)));
    assert.deepEqual({ unexpected, stale }, { unexpected: [], stale: [] });
  });
}

test("we have a CRD for each of upstream's", { skip }, () => {
  const theirs = readdirSync(new URL('metal.ironcore.dev/', upstream)).sort();
  const ours = allCrds().map(({ spec }) => `${spec.group}_${spec.names.plural}.yaml`);
  assert.deepEqual(
    theirs.filter((file) => !ours.includes(file)),
    [],
  );
});

test('every allowed difference gives its reason', () => {
  for (const { path, reason } of allowedDifferences) assert.ok(reason.length > 20, path);
});

test('the comparison itself sees what it must see', () => {
  const base = { spec: { properties: { a: { type: 'string', enum: ['x'] } }, required: ['a'] } };
  const path = (ours: unknown) => differences(comparable(base), comparable(ours));
  assert.deepEqual(path({ spec: { ...base.spec, required: [] } }), ['spec.required: upstream ["a"], ours []']);
  assert.deepEqual(path({ spec: { properties: {}, required: ['a'] } }), [
    'spec.properties.a: upstream {"type":"string","enum":["x"]}, ours nothing',
  ]);
  assert.deepEqual(path({ spec: { ...base.spec, properties: { a: { type: 'string', enum: ['x', 'y'] } } } }), [
    'spec.properties.a.enum: upstream ["x"], ours ["x","y"]',
  ]);
});

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The CRD without what may differ: the generator's annotation, descriptions, the order of required fields. */
function comparable(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    if (key === 'required') return [...value].sort();
    if (key === 'versions')
      return Object.fromEntries(value.map((version: Json) => [`[${version.name}]`, comparable(version)]));
    return value.map((item) => comparable(item));
  }
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(
    ([name, child]) =>
      !(name === 'description' && typeof child === 'string') && !(key === 'metadata' && name === 'annotations'),
  );
  return Object.fromEntries(kept.map(([name, child]) => [name, comparable(child, name)]));
}

/** One line per place that differs, nearest to the leaf; lists are compared whole, as their order has a meaning. */
function differences(theirs: unknown, ours: unknown, path = ''): string[] {
  if (isObject(theirs) && isObject(ours)) {
    const names = [...new Set([...Object.keys(theirs), ...Object.keys(ours)])];
    return names.flatMap((name) => differences(theirs[name], ours[name], join(path, name)));
  }
  return same(theirs, ours) ? [] : [`${path}: upstream ${words(theirs)}, ours ${words(ours)}`];
}

const join = (path: string, name: string): string =>
  path === '' || name.startsWith('[') ? path + name : `${path}.${name}`;
const words = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

function same(a: unknown, b: unknown): boolean {
  try {
    assert.deepEqual(a, b);
    return true;
  } catch {
    return false;
  }
}
