/** The light table of names against the definitions, and the words people may use for a kind. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { metalKinds } from '../../../src/api/metal/v1alpha1/index.js';
import { bareName, kindNames, resolveKind } from '../../../src/api/names.js';

test('the light table equals the definitions', () => {
  const declared = metalKinds.map(({ kind, group, version, plural, singular, shortNames, scope }) => ({
    ...{ kind, group, version, plural, singular, shortNames, scope },
  }));
  const light = kindNames.map(({ aliases: _, ...names }) => names);
  const byKind = (a: { kind: string }, b: { kind: string }) => (a.kind < b.kind ? -1 : 1);
  assert.deepEqual(light.sort(byKind), declared.sort(byKind));
});

test('the light table costs nothing: it imports nothing', () => {
  const source = readFileSync(new URL('../../../src/api/names.ts', import.meta.url), 'utf8');
  assert.doesNotMatch(source, /^import /m);
});

for (const word of [
  'servers',
  'server',
  'srv',
  'Server',
  'SERVERS',
  'servers.metal.ironcore.dev',
  'srv.metal.ironcore.dev',
  'servers.v1alpha1.metal.ironcore.dev',
]) {
  test(`${word} means Server`, () => assert.equal(resolveKind(word)?.kind, 'Server'));
}

test('a rule has an alias of our own', () => assert.equal(resolveKind('srr')?.kind, 'ServerReadinessRule'));

for (const word of ['', 'pods', 'servers.example.org', 'servers.', 'server/x', 'servers.v1.metal.ironcore.dev']) {
  const expected = word === 'servers.' ? 'Server' : undefined;
  test(`"${word}" means ${expected ?? 'no kind'}`, () => assert.equal(resolveKind(word)?.kind, expected));
}

for (const [word, name] of [
  ['a', 'a'],
  ['server/a', 'a'],
  ['srv/a', 'a'],
  ['server.metal.ironcore.dev/a', 'a'],
  ['bmc/a', 'bmc/a'],
  ['default/a', 'default/a'],
  ['/a', '/a'],
] as const) {
  test(`a Server called ${word} is ${name}: what \`get -o name\` prints goes in again`, () =>
    assert.equal(bareName(word, 'Server'), name));
}
