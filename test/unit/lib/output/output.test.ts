import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleaned, redactFields, redactText } from '../../../../src/lib/output/clean.js';
import { toCsv, toMarkdown } from '../../../../src/lib/output/delimited.js';
import { parseFormat } from '../../../../src/lib/output/format.js';
import { decideStyle, styleOf } from '../../../../src/lib/output/style.js';
import { printTable } from '../../../../src/lib/output/table.js';
import { cut, widthOf } from '../../../../src/lib/output/width.js';

const columns = [
  { header: 'NAME' },
  { header: 'STATE', isState: true },
  { header: 'CORES', align: 'right' as const, drop: 2 },
  { header: 'AGE', drop: 1 },
];
const rows = [
  ['node-07', 'Available', '64', '41d'],
  ['node-with-a-long-name', 'Error', '8', ''],
];

test('a pipe gets whole cells, bare words and no escape', () => {
  assert.equal(
    printTable(columns, rows).text,
    'NAME                   STATE      CORES  AGE\n' +
      'node-07                Available     64  41d\n' +
      'node-with-a-long-name  Error          8  -\n',
  );
});

test('a narrow terminal drops columns by priority, then cuts', () => {
  const at40 = printTable(columns, rows, { width: 40 });
  assert.deepEqual(at40.dropped, ['CORES']);
  const at20 = printTable(columns, rows, { width: 20 });
  assert.deepEqual(at20.dropped, ['CORES', 'AGE']);
  for (const line of at20.text.trimEnd().split('\n')) assert.ok(widthOf(line) <= 20, line);
  assert.ok(at20.text.includes('…'));
});

test('a column that says nothing is dropped before one that does', () => {
  const columns = [{ header: 'NAME' }, { header: 'WHERE', drop: 1 }, { header: 'MEMORY', drop: 2 }];
  const { text, dropped } = printTable(columns, [['node-07', '', '512Gi']], { width: 16 });
  assert.deepEqual([text, dropped], ['NAME     MEMORY\nnode-07  512Gi\n', ['WHERE']]);
});

test('states carry glyph and colour, and without colour the glyph alone', () => {
  assert.equal(styleOf(true, false).state('Available'), '\u001b[32m✔ Available\u001b[39m');
  assert.equal(styleOf(false, true).state('Error'), '[fail] Error');
  assert.match(printTable(columns, rows, { width: 80, style: styleOf(false, false) }).text, /✔ Available/);
});

test('--color beats FORCE_COLOR beats NO_COLOR beats the terminal', () => {
  const decide = (color: 'auto' | 'always' | 'never', isTTY: boolean, env: Record<string, string>): boolean =>
    decideStyle({ color, isTTY, accessible: false, env }).colour;
  assert.equal(decide('never', true, { FORCE_COLOR: '1' }), false);
  assert.equal(decide('always', false, { NO_COLOR: '1' }), true);
  assert.equal(decide('auto', false, { FORCE_COLOR: '1', NO_COLOR: '1' }), true);
  assert.equal(decide('auto', true, { NO_COLOR: '1' }), false);
  assert.equal(decide('auto', true, { TERM: 'dumb' }), false);
  assert.equal(decide('auto', true, { CLICOLOR: '0' }), false);
  assert.equal(decide('auto', true, {}), true);
  assert.equal(decide('auto', false, {}), false);
});

test('wide characters count two and are never cut in half', () => {
  assert.equal(widthOf('機械'), 4);
  assert.equal(cut('機械機械', 5), '機械…');
  assert.equal(widthOf('e\u0301'), 1);
});

test('secrets lose their values in every place, managedFields go', () => {
  const secret = {
    kind: 'BMCSecret',
    metadata: {
      name: 's',
      managedFields: [{}],
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': 'CANARY' },
    },
    data: { password: 'CANARY' },
    stringData: { password: 'CANARY' },
  };
  for (const each of [secret, { kind: 'List', items: [secret] }, { ...secret, kind: 'Secret' }]) {
    const text = JSON.stringify(cleaned(each));
    assert.ok(!text.includes('CANARY') && !text.includes('managedFields'), text);
    assert.ok(text.includes('<redacted>'));
  }
  assert.equal(secret.data.password, 'CANARY', 'the argument is not changed');
});

test('texts and fields for logs lose credentials', () => {
  assert.equal(redactText('GET https://admin:CANARY@10.0.0.1/'), 'GET https://[redacted]@10.0.0.1/');
  assert.ok(!redactText('Authorization: Bearer CANARYCANARY').includes('CANARY'));
  const fields = { headers: { 'X-Auth-Token': 'CANARY' }, Password: 'CANARY', deep: [{ password: 'CANARY' }] };
  assert.ok(!JSON.stringify(redactFields(fields)).includes('CANARY'));
});

test('CSV quotes, and no cell is a formula; Markdown escapes', () => {
  assert.equal(toCsv([['a,b', 'say "x"', '=cmd()']]), '"a,b","say ""x""",\'=cmd()\n');
  assert.equal(toMarkdown([['H'], ['a|b']]), '| H |\n| --- |\n| a\\|b |\n');
});

test('output forms are parsed, and typos get the nearest', () => {
  assert.deepEqual(parseFormat('json'), { format: { kind: 'json' } });
  assert.deepEqual(parseFormat('custom-columns=A:.a[?(@.b==1,2)],B:.b'), {
    format: {
      kind: 'custom-columns',
      columns: [
        { header: 'A', path: '.a[?(@.b==1,2)]' },
        { header: 'B', path: '.b' },
      ],
    },
  });
  assert.equal((parseFormat('jsn') as { nearest?: string }).nearest, 'json');
  for (const bad of ['jsonpath=', 'custom-columns=A', '']) assert.ok('problem' in parseFormat(bad), bad);
});
