/** Files written whole; that nothing half-written is ever read is shown in `faults/killed-writers`. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeWhole } from '../../../src/lib/whole-file.js';

test('a file has the mode that was asked for under any umask, is replaced, and leaves no draft', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'metalctl-whole-'));
  const before = process.umask(0o077);
  context.after(() => {
    process.umask(before);
    rmSync(folder, { recursive: true });
  });
  const path = join(folder, 'pass.prom');
  await writeWhole(path, 'one\n', 0o644);
  assert.equal(statSync(path).mode & 0o777, 0o644);
  await writeWhole(path, 'two\n');
  assert.deepEqual([readFileSync(path, 'utf8'), statSync(path).mode & 0o777], ['two\n', 0o600]);
  assert.deepEqual(readdirSync(folder), ['pass.prom']);
});
