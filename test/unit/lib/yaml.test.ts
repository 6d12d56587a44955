import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { toYaml } from '../../../src/lib/yaml.js';

const strings = [
  '',
  'a',
  'true',
  'no',
  'null',
  '~',
  '1',
  '1e3',
  '0x1f',
  '-',
  '- a',
  'a: b',
  'a:',
  'a #b',
  '#a',
  '*a',
  '&a',
  '!a',
  '"q"',
  "it's",
  'a\nb',
  'a\nb\n',
  '\na',
  ' a',
  'a ',
  'a\n b\n\nc',
  'a\n\n',
  '{a}',
  '[a]',
  '2026-08-01',
  '---',
  '%x',
  '@x',
  '`x`',
  'a\tb',
  'y',
  '12:30',
  '.5',
  '=',
  '<<',
];

test('what is written reads back as it was', () => {
  const value = {
    strings: Object.fromEntries(strings.map((text, at) => [`k${at}`, text])),
    keys: Object.fromEntries(strings.map((text, at) => [text, at])),
    list: [...strings, 1, 1.5, true, null, [], {}, [1, [2, [3]]], [{ a: 1, b: [{ c: 'd\ne' }] }], { x: [{ y: {} }] }],
    nested: { a: { b: { c: [] } }, text: { deep: 'line one\nline two\n' } },
  };
  assert.deepEqual(parse(toYaml(value)), value);
  for (const text of strings) assert.deepEqual(parse(toYaml([text])), [text]);
});

test('lists stand at the indent of their key, as kubectl writes them', () => {
  assert.equal(toYaml({ items: [{ a: 1, b: 'x' }] }), 'items:\n- a: 1\n  b: x\n');
});
