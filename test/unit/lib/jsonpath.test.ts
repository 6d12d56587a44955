import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JsonPathError, parsePath, parseTemplate, select } from '../../../src/lib/jsonpath.js';

const list = {
  kind: 'List',
  items: [
    { metadata: { name: 'a', labels: { 'x.y/z': '1' } }, status: { state: 'Available', cores: 4 } },
    { metadata: { name: 'b' }, status: { state: 'Error', cores: 16, on: true } },
  ],
};

const rows: readonly (readonly [template: string, result: string])[] = [
  ['{.kind}', 'List'],
  ['.kind', 'List'],
  ['{$.kind}', 'List'],
  ['{.items[*].metadata.name}', 'a b'],
  ['{.items[0].metadata.name}', 'a'],
  ['{.items[-1].metadata.name}', 'b'],
  ['{.items[0,1].metadata.name}', 'a b'],
  ['{.items[0:1].metadata.name}', 'a'],
  ['{.items[-1:].metadata.name}', 'b'],
  ["{.items[0].metadata.labels['x.y/z']}", '1'],
  ['{.items[0].metadata.labels.x\\.y/z}', '1'],
  ['{.items[?(@.status.state=="Error")].metadata.name}', 'b'],
  ["{.items[?(@.status.state!='Error')].metadata.name}", 'a'],
  ['{.items[?(@.status.cores>4)].metadata.name}', 'b'],
  ['{.items[?(@.status.on)].metadata.name}', 'b'],
  ['{.items[?(@.status.on==true)].metadata.name}', 'b'],
  ['{..name}', 'a b'],
  ['{range .items[*]}{.metadata.name}{"\\t"}{.status.cores}{"\\n"}{end}', 'a\t4\nb\t16\n'],
  ['{range .items[*]}[{.metadata.name}, {$.kind}] {end}', '[a, List] [b, List] '],
  ['name={.items[0].metadata.name}!', 'name=a!'],
  ['{.items[0].status}', '{"state":"Available","cores":4}'],
  ['{.missing.member}', ''],
  ['{.items[9].metadata.name}', ''],
  ['{.constructor}', ''],
];

for (const [template, result] of rows) {
  test(`${template} gives ${JSON.stringify(result)}`, () => {
    assert.equal(parseTemplate(template)(list), result);
  });
}

for (const template of ['{.a', '{range .items[*]}x', '{end}', '{.items[}', '{.items[abc]}']) {
  test(`${template} is refused with words`, () => {
    assert.throws(() => parseTemplate(template), JsonPathError);
  });
}

test('paths need neither braces nor a leading dot', () => {
  for (const path of ['{.status.state}', '.status.state', 'status.state', '$.status.state']) {
    assert.deepEqual(select(parsePath(path), list.items[0]), ['Available']);
  }
});
