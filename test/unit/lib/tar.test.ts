/** Archives are what `tar` makes and takes; broken ones are refused. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readTar, writeTar } from '../../../src/lib/tar.js';

const folder = mkdtempSync(join(tmpdir(), 'metalctl-tar-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const entries = [
  { path: 'a.yaml', data: Buffer.from('x: 1\n') },
  { path: 'servers/größer.yaml', data: Buffer.alloc(1024, 'y') },
  { path: 'empty', data: Buffer.of() },
];

test('what is written is read again, and the same content makes the same bytes', () => {
  const archive = writeTar(entries, 1_700_000_000);
  assert.deepEqual(readTar(archive, 10), entries);
  assert.deepEqual(writeTar(entries, 1_700_000_000), archive);
});

test('tar reads what is written, and what tar writes is read', () => {
  const path = join(folder, 'ours.tar');
  writeFileSync(path, writeTar(entries, 1_700_000_000));
  execFileSync('tar', ['-xf', path, '-C', folder]);
  for (const entry of entries) assert.deepEqual(readFileSync(join(folder, entry.path)), entry.data);
  const theirs = join(folder, 'theirs.tar');
  execFileSync('tar', ['-cf', theirs, '--format=posix', '-C', folder, './a.yaml', './servers', './empty']);
  assert.deepEqual(readTar(readFileSync(theirs), 10), entries);
});

test('what is cut off, changed, crowded or a link is refused, by name', () => {
  const archive = writeTar(entries, 0);
  assert.throws(() => readTar(archive.subarray(0, 700), 10), /ends within a\.yaml|in the middle/);
  assert.throws(() => readTar(archive.subarray(0, 1024), 10), /ends in the middle/);
  const changed = Buffer.from(archive);
  changed[0] = 0x62;
  assert.throws(() => readTar(changed, 10), /checksum/);
  assert.throws(() => readTar(archive, 2), /more than 2 files/);
  symlinkSync('/etc/passwd', join(folder, 'link'));
  const linked = join(folder, 'linked.tar');
  execFileSync('tar', ['-cf', linked, '-C', folder, 'link']);
  assert.throws(() => readTar(readFileSync(linked), 10), /link is no plain file/);
  assert.throws(() => writeTar([{ path: 'x'.repeat(101), data: Buffer.of() }], 0), /too long/);
});
