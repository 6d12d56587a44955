/** How deep bodies may be nested: long is not deep, and what is deep is found before it is parsed. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { loadEngines } from '../../../../src/sandbox/apiserver/engines.js';
import { checkNesting, checkYamlNesting, isTooDeep } from '../../../../src/sandbox/apiserver/requests/nesting.js';

before(loadEngines);

const nested = (levels: number) => `${'['.repeat(levels)}"]]][[[\\"[["${']'.repeat(levels)}`;

test('JSON: brackets count, brackets in texts do not', () => {
  checkNesting(nested(500));
  checkNesting(JSON.stringify({ text: '['.repeat(10_000), list: Array.from({ length: 5_000 }, () => [{}]) }));
  assert.throws(() => checkNesting(nested(501)), /exceeded max depth/);
  checkNesting('{"cut off'); // what is no JSON is told by the parser
});

const many = (line: string) => `list:\n${line.repeat(3_000)}`;
const shallow: readonly [string, string][] = [
  ['block scalars, line after line', many('- a: |-\n    one [[[\n    two\n  b: >\n    three\n')],
  ['quoted texts over several lines', many(`- a: "x\n    y"\n- b: 'x\n    y'\n`)],
  ['flow after flow', many('- { a: [1, 2], b: { c: d } }\n')],
  ['plain texts over several lines', many('- a: one\n    two\n')],
  ['comments, empty lines, carriage returns', many('# [[[\r\n\r\n- a: b\r\n')],
  ['documents', many('---\n- a: b\n')],
];
for (const [what, text] of shallow) {
  test(`YAML that is long and not deep: ${what}`, () => assert.doesNotThrow(() => checkYamlNesting(text)));
}

const steps = (levels: number) => Array.from({ length: levels }, (_, at) => `${' '.repeat(at)}a:\n`).join('');
const deep: readonly [string, string][] = [
  ['brackets', nested(600)],
  ['braces over lines', '{a:\n'.repeat(600)],
  ['items on one line', '- '.repeat(600)],
  ['keys on one line', '? '.repeat(600)],
  ['a step to the right for each', steps(600)],
];
for (const [what, text] of deep) {
  test(`YAML that is deep: ${what}`, () => assert.throws(() => checkYamlNesting(text), /exceeded max depth/));
}

test('values are measured without a stack', () => {
  assert.equal(isTooDeep(JSON.parse(nested(400))), false);
  assert.equal(isTooDeep(JSON.parse(nested(200_000))), true);
});
