/** What may come next, at every kind of place on a command line. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextWords } from '../../../src/commands/impl/complete/words.js';
import { complete } from '../../../src/commands/impl/complete.js';
import { commands } from '../../../src/commands/index.js';

const next = (...words: string[]) => nextWords(words, commands, ['BMC_TLS', 'NO_BMC']);
const values = (...words: string[]): string[] => {
  const { candidates, current } = next(...words);
  return candidates.map(({ value }) => value).filter((value) => value.startsWith(current));
};
const lookups = (...words: string[]) => next(...words).lookups;

test('commands, and the words below an area', () => {
  assert.deepEqual(values('disc'), ['discover']);
  assert.deepEqual(values('power', 'o').sort(), ['off', 'on']);
  assert.ok(!values('').includes('__complete'));
  assert.equal(values('').filter((word) => word === 'sandbox').length, 1);
});

test('flags only after a dash, and not twice', () => {
  assert.deepEqual(values('claim', 'x', '--igni'), ['--ignition']);
  assert.ok(!values('claim', '').some((word) => word.startsWith('-')));
  assert.deepEqual(values('claim', '--memory', '64Gi', '--mem'), []);
  assert.deepEqual(values('claim', '--tolerate', 'a', '--toler'), ['--tolerate']);
});

test('values of flags: choices, forms, names, files; in the next word or after the sign', () => {
  assert.deepEqual(values('claim', '--power', 'o').sort(), ['off', 'on']);
  assert.deepEqual(values('get', 'servers', '-o', 'js').sort(), ['json', 'jsonl', 'jsonpath=']);
  assert.deepEqual(values('get', '--output=y'), ['--output=yaml']);
  assert.deepEqual(lookups('claim', '--server', ''), [{ names: 'servers' }]);
  assert.deepEqual(lookups('claim', '--server=x'), [{ names: 'servers', prefix: '--server=' }]);
  assert.deepEqual(lookups('get', '--context', ''), [{ names: 'contexts' }]);
  assert.deepEqual(lookups('get', '-n', ''), [{ names: 'namespaces' }]);
  assert.equal(next('claim', '--ignition', '').takesFiles, true);
  assert.equal(next('claim', '--server', '').takesFiles, false);
});

test('arguments: servers, kinds, names of the kind that was said, error codes', () => {
  assert.deepEqual(lookups('cordon', 'a', ''), [{ names: 'servers' }]);
  assert.ok(values('get', 'serverc').includes('serverclaims'));
  assert.deepEqual(lookups('get', 'scl', '', ''), [{ names: 'serverclaims', namespace: undefined }]);
  assert.deepEqual(lookups('describe', '-n', 'db', 'claim', ''), [{ names: 'serverclaims', namespace: 'db' }]);
  assert.deepEqual(lookups('describe', 'bmc/no'), [{ names: 'bmcs', prefix: 'bmc/', namespace: undefined }]);
  assert.deepEqual(lookups('release', '-n', 'db', ''), [{ names: 'serverclaims', namespace: 'db' }]);
  assert.deepEqual(values('explain', 'error', 'NO_'), ['NO_BMC']);
  assert.deepEqual(values('completion', 'f'), ['fish']);
});

test('the answer of a shell: values, descriptions but for bash, and the directive', async () => {
  const answer = (shell: string, ...words: string[]) => complete(['--shell', shell, '--', ...words], commands);
  assert.equal(await answer('fish', 'cordo'), 'cordon\tKeep new claims off servers.\n:2\n');
  assert.equal(await answer('bash', 'cordo'), 'cordon\n:2\n');
  assert.equal(await answer('bash', 'get', '--output', '=', 'y'), 'yaml\n:2\n');
  assert.equal(await answer('zsh', 'get', '--output=y'), '--output=yaml\n:2\n');
  assert.equal(await answer('bash', 'get', '-o', 'jsonp'), 'jsonpath=\n:3\n');
  assert.equal(await answer('bash', 'claim', '--ignition', ''), ':0\n');
  assert.equal(await answer('bash', 'nosuch', ''), ':2\n');
});
