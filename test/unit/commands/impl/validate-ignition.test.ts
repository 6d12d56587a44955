/** `validate ignition`: one line when it is valid, the place when it is not, nothing of what it holds. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Exit } from '../../../../src/errors/exit.js';
import { fakeClock } from '../../../support/clock.js';
import { runLine } from '../../../support/run-line.js';

const folder = mkdtempSync(join(tmpdir(), 'metalctl-ignition-'));
after(() => rmSync(folder, { recursive: true }));

const validated = (text: string, more = '') => {
  const file = join(folder, 'db.ign');
  writeFileSync(file, text);
  return runLine(`validate ignition ${file} ${more}`, { ports: { clock: fakeClock() } });
};

test('valid Ignition: one line on stderr, nothing on stdout', async () => {
  const { code, stdout, stderr } = await validated('{"ignition":{"version":"3.4.0"}}');
  assert.deepEqual([code, stdout], [Exit.OK, '']);
  assert.match(stderr, /db\.ign: valid Ignition\n$/);
});

test('Butane is recognised, converted and judged', async () => {
  const { code, stderr } = await validated('variant: fcos\nversion: 1.5.0\n');
  assert.equal(code, Exit.OK);
  assert.match(stderr, /valid Butane for Ignition 3\.4\.0/);
  const wrong = await validated('variant: fcos\nversion: 1.5.0\nstorage: { files: [{ path: canary }] }');
  assert.equal(wrong.code, Exit.USAGE);
  assert.match(wrong.stderr, /SchemaViolation: storage\.files\.0\.path: is not an absolute path/);
  assert.doesNotMatch(wrong.stderr, /canary/);
});

test('a wrong file exits 2 and says where, and what to try', async () => {
  const { code, stderr } = await validated('{"ignition":\n{"version" "3"}}');
  assert.equal(code, Exit.USAGE);
  assert.match(stderr, /IGNITION_INVALID|is no valid Ignition/);
  assert.match(stderr, /InvalidJSON: it is no JSON: it stops making sense at line 2, column \d+/);
  assert.match(stderr, /--format fcos/);
});

test('warnings are told, and with --strict they are faults', async () => {
  const text = '{"ignition":{"version":"3.4.0"},"storage":{"files":[{"path":"/a","mode":644}]}}';
  const lax = await validated(text);
  assert.equal(lax.code, Exit.OK);
  assert.match(lax.stderr, /storage\.files\.0\.mode: 644 is decimal/);
  const strict = await validated(text, '--strict');
  assert.equal(strict.code, Exit.USAGE);
  assert.match(strict.stderr, /--strict, and there are warnings/);
});

test('as a document', async () => {
  const { stdout } = await validated('{"ignition":{"version":"2.0.0"}}', '-o json');
  const { kind, valid, reason, format } = JSON.parse(stdout);
  assert.deepEqual([kind, valid, reason, format], ['IgnitionReport', false, 'UnsupportedVersion', 'json']);
});

test('a file that is not there', async () => {
  const { code, stderr } = await runLine('validate ignition /nowhere/x.ign', { ports: { clock: fakeClock() } });
  assert.notEqual(code, Exit.OK);
  assert.match(stderr, /does not exist/);
});
