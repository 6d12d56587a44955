/** Local files are there whole or not at all; `killed-writers.slow.test.ts` kills two hundred writers. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { filesBelow } from '../../scripts/lib/files.js';
import { writeWhole } from '../../src/lib/whole-file.js';
import { careless, killWriters } from './killed-writers.js';

const folder = mkdtempSync(join(tmpdir(), 'metalctl-whole-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('R-PRC-5: writers killed in the middle leave the old file or the new one', async (t) => {
  const { there, torn } = await killWriters(25, 5);
  t.diagnostic(`25 kills: ${there} reads, ${torn} torn`);
  assert.equal(torn, 0);
});

test('R-PRC-5: a careless writer is found out', async () => {
  const { torn } = await killWriters(25, 5, careless);
  assert.ok(torn > 0);
});

test('a file is its user’s own; a failed write leaves no draft and the old text', async () => {
  const path = join(folder, 'a.json');
  await writeWhole(path, 'one');
  await writeWhole(path, 'two');
  assert.equal(readFileSync(path, 'utf8'), 'two');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  await assert.rejects(writeWhole(join(folder, 'absent/a.json'), 'x'), { code: 'ENOENT' });
  assert.deepEqual(readdirSync(folder), ['a.json']);
});

test('what is no file is written to, not replaced', async () => {
  await writeWhole('/dev/null', 'x');
  assert.ok(statSync('/dev/null').isCharacterDevice());
  assert.ok(!existsSync(`/dev/null.${process.pid}.tmp`));
});

/** New files that must not exist before cannot be torn for a reader of the old one; logs are appended to. */
const otherwise: Readonly<Record<string, string>> = {
  'src/lib/whole-file.ts': 'it is the way',
  'src/cli/private.ts': 'a switch of the kernel',
  'src/commands/impl/kit/crash.ts': 'a new file each time (wx)',
  'src/commands/impl/demo.ts': 'in a folder of its own that goes with it',
  'src/commands/impl/bmc-cert-renew.ts': 'a new file (wx)',
  'src/commands/impl/bmc-hostkey-accept.ts': 'beside, then renamed',
  'src/ssh/askpass.ts': 'in a folder of its own that goes with it',
  'src/commands/impl/kit/config/write.ts': 'beside, then renamed',
  'src/commands/impl/complete/cache.ts': 'beside, then renamed; a cache that can be read anew is not synced',
  'src/commands/impl/kit/editor.ts': 'in a folder of its own that goes with it',
  'src/commands/impl/move-journal.ts': 'beside, synced, then renamed',
  'src/commands/impl/bmc-logs-clear.ts': 'a new file (wx)',
  'src/commands/impl/snapshot-files.ts': 'beside, synced, then renamed; a folder as a whole',
  'src/ui/shared/marker.ts': 'says that a view is open; half of it says as much, and hinders nothing',
};

test('R-PRC-5: every other place that writes a file says why it may', () => {
  const writers = filesBelow('src', /\.tsx?$/).filter((path) =>
    /\bwriteFile(Sync)?\(/.test(readFileSync(path, 'utf8')),
  );
  assert.deepEqual(
    writers.filter((path) => !Object.hasOwn(otherwise, path)),
    [],
  );
});
