/** The how-to's program, word for word, against a sandbox: through the built package as an embedder imports it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startLive } from '../support/live.js';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'metalctl-embedder-'));
const live = await startLive({ servers: 1 });
after(async () => {
  await live.close();
  await rm(folder, { recursive: true, force: true });
});

test('the program of the how-to runs as it is written', async () => {
  await live.installCrds();
  await live.onboard();
  const page = await readFile(`${checkout}docs/how-to/reconcile-in-your-own-program.md`, 'utf8');
  const program = /```ts\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  assert.match(program, /reconcileOnce/);
  await mkdir(join(folder, 'node_modules'));
  await symlink(checkout, join(folder, 'node_modules', 'metalctl'));
  await writeFile(join(folder, 'program.mjs'), program);
  const env = { ...process.env, KUBECONFIG: live.sandbox.record.kubeconfig };
  const { stdout } = await promisify(execFile)(process.execPath, ['program.mjs'], { cwd: folder, env });
  // It was given no authority for the BMC: the pass must say so, and send no password.
  assert.match(stdout, /BMC bmc-1 failed CertificateNotTrusted/);
  assert.match(stdout, /\d+ writes/);
  assert.equal(live.sandbox.emulator.log.requests().filter(({ auth }) => auth !== 'none').length, 0);
});
