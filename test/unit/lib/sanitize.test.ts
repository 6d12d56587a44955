import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toCsv, toMarkdown, toTsv } from '../../../src/lib/output/delimited.js';
import { printTable } from '../../../src/lib/output/table.js';
import { escapeJson, neutralise, neutraliseLines } from '../../../src/lib/sanitize.js';
import { toYaml } from '../../../src/lib/yaml.js';

const esc = String.fromCharCode(27);
const attacks = [
  `${esc}]8;;http://evil${esc}\\x${esc}]8;;${esc}\\`,
  `${esc}]52;c;ZXZpbA==${String.fromCharCode(7)}`,
  `${esc}]0;title${String.fromCharCode(7)}`,
  `${esc}[2J${esc}[H`,
  'safe\rroot',
  'a\nb',
  'a\tb',
  'a\u202eb',
  'a\u2066b',
  'zero\u200bwidth',
  '\ufeffbom',
  'line\u2028break',
  '\ud800lone',
  'tag\u{e0041}',
];
const controls = [...Array(32).keys(), ...[...Array(33).keys()].map((at) => at + 0x7f)].map((code) =>
  String.fromCharCode(code),
);
const bases = ['', 'R660', 'node-07 ', '機'];
const payloads = [
  ...attacks.flatMap((attack) => bases.map((base) => base + attack)),
  ...controls.flatMap((char) => [`x${char}y`, char, `${char}${char}`]),
  `${esc}[31m${'x'.repeat(1_000_000)}`,
];

/** Characters a terminal obeys, and those that hide or reorder text. */
const acts = (text: string): boolean =>
  [...text].some((char) => {
    const code = char.codePointAt(0) ?? 0;
    return (
      (code < 0x20 && char !== '\n') ||
      (code >= 0x7f && code <= 0x9f) ||
      (code >= 0x200b && code <= 0x200f) ||
      (code >= 0x2028 && code <= 0x202e) ||
      (code >= 0x2060 && code <= 0x206f) ||
      code === 0xfeff ||
      (code >= 0xd800 && code <= 0xdfff) ||
      (code >= 0xe0000 && code <= 0xe007f)
    );
  });

test(`${payloads.length} hostile texts leave no acting character in any form`, () => {
  assert.ok(payloads.length >= 200);
  for (const payload of payloads) {
    assert.ok(!acts(neutralise(payload)) && !neutralise(payload).includes('\n'));
    assert.ok(!acts(neutraliseLines(payload)));
    const columns = [{ header: 'A' }, { header: 'B' }];
    const table = printTable(columns, [[payload, 'end']], { width: 40 }).text;
    assert.ok(!acts(table));
    assert.equal(table.split('\n').length, 3, 'a cell stays on its line');
    for (const text of [toCsv([[payload]]), toTsv([[payload]]), toMarkdown([['H'], [payload]])]) assert.ok(!acts(text));
  }
});

test('JSON and YAML keep the data and escape what acts', () => {
  for (const payload of payloads.slice(0, -1)) {
    const json = escapeJson(JSON.stringify({ [payload]: payload }, null, 2));
    assert.ok(!acts(json), JSON.stringify(payload));
    assert.deepEqual(JSON.parse(json), { [payload]: payload });
    assert.ok(!acts(toYaml({ value: payload })), JSON.stringify(payload));
  }
});

test('ordinary text in any script stays as it is', () => {
  for (const text of ['Dell Inc.', 'Größe', '機械', 'é', 'a  b']) assert.equal(neutralise(text), text);
});
