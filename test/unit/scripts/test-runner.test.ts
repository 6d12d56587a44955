/** The test runner's own pieces: which file is in which suite, and what a run reports. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Report } from '../../../scripts/test/report.js';
import { chosen, suiteOf } from '../../../scripts/test/suites.js';

const files = ['test/unit/a.test.ts', 'test/e2e/b.test.ts', 'test/e2e/c.kube.test.ts', 'test/unit/d.slow.test.tsx'];

test('the folder decides the suite, a suffix overrules it', () => {
  assert.deepEqual(files.map(suiteOf), ['unit', 'e2e', 'kube', 'slow']);
  assert.equal(suiteOf('test/support/clock.test.ts'), 'unit');
});

test('a plain run leaves out what needs a cluster or minutes', () => {
  assert.deepEqual(chosen(files, 'quick'), files.slice(0, 2));
  assert.deepEqual(chosen(files, 'all'), files);
  assert.deepEqual(chosen(files, 'e2e'), ['test/e2e/b.test.ts']);
  assert.deepEqual(chosen(files, 'quick', ['unit/']), ['test/unit/a.test.ts']);
});

const verdict = (type: string, name: string, more: object = {}) => ({ type, data: { name, file: 'f', ...more } });

test('a run says what failed, what was skipped and why, and the counts', () => {
  const said: string[] = [];
  const report = new Report(
    (file) => file,
    (line) => said.push(line),
  );
  report.add(verdict('test:pass', 'fine'));
  report.add(verdict('test:pass', 'left out', { skip: 'no kubectl' }));
  report.add(verdict('test:fail', 'broken', { details: { error: new Error('boo') } }));
  report.add(
    verdict('test:fail', 'its group', { details: { type: 'suite', error: { failureType: 'subtestsFailed' } } }),
  );
  report.end();
  const text = report.lines().join('\n');
  assert.equal(report.ok, false);
  assert.deepEqual(said, ['FAILED f (4)']);
  assert.match(text, /FAILED f\n {2}broken\n {4}Error: boo/);
  assert.match(text, /Skipped:\n {2}f: no kubectl \(left out\)/);
  assert.match(text, /# tests 3\n# pass 1\n# fail 1\n# skipped 1$/);
});

test('a file that takes long says so, and tests within tests are not counted twice', () => {
  const said: string[] = [];
  const report = new Report(
    (file) => file,
    (line) => said.push(line),
  );
  report.add(verdict('test:pass', 'inner', { nesting: 1, details: { duration_ms: 7_000 } }));
  report.add(verdict('test:pass', 'outer', { nesting: 0, details: { duration_ms: 7_400 } }));
  report.end();
  assert.deepEqual(said, ['ok     f (2) 7 s']);
});

test('a run in which nothing ran is not a success', () => {
  assert.equal(new Report((file) => file).ok, false);
});
