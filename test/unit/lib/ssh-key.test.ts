/** New SSH keys, as OpenSSH itself and Node read them. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { newSshKey } from '../../../src/lib/ssh-key.js';

const isThere = (() => {
  try {
    execFileSync('ssh-keygen', ['-?'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
})();

test('ssh-keygen reads the private key and finds the public one in it', { skip: !isThere && 'no ssh-keygen' }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'ssh-key-'));
  try {
    for (let n = 0; n < 5; n += 1) {
      const { pem, pub } = newSshKey();
      const file = join(folder, `key-${n}`);
      writeFileSync(file, pem, { mode: 0o600 });
      assert.equal(execFileSync('ssh-keygen', ['-y', '-f', file], { encoding: 'utf8' }), pub);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the texts have the form of the files they stand for, and no two keys are one', () => {
  const [one, other] = [newSshKey(), newSshKey()];
  assert.match(
    one.pem,
    /^-----BEGIN OPENSSH PRIVATE KEY-----\n([A-Za-z0-9+/=]{1,70}\n)+-----END OPENSSH PRIVATE KEY-----\n$/,
  );
  assert.match(one.pub, /^ssh-ed25519 AAAA[A-Za-z0-9+/=]+\n$/);
  assert.notEqual(one.pub, other.pub);
  const blob = Buffer.from(one.pem.split('\n').slice(1, -2).join(''), 'base64');
  assert.equal(blob.toString('latin1', 0, 15), 'openssh-key-v1\0');
});
