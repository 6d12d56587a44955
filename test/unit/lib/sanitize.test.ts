import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toCsv, toMarkdown, toTsv } from '../../../src/lib/output/delimited.js';
import { printTable } from '../../../src/lib/output/table.js';
import { escapeJson, neutralise, neutraliseLines } from '../../../src/lib/sanitize.js';
import { toYaml } from '../../../src/lib/yaml.js';
import { acts, hostileTexts, longHostileText } from '../../support/hostile-texts.js';

const payloads = [...hostileTexts, longHostileText];

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
