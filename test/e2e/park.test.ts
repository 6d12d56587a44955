/** Parking by hand: asked first, carried out by a pass, and taken back. Over real sockets, with the real program. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Live, startLive } from '../support/live.js';
import { openShell, type Shell } from '../support/process.js';

const name = 'bmc-1-system-0';
let live: Live;
let shell: Shell;
before(async () => {
  live = await startLive({ servers: 1 });
  shell = openShell({ KUBECONFIG: live.sandbox.record.kubeconfig });
  await live.installCrds();
  await live.onboard();
  await live.pass({ settle: true });
});
after(async () => {
  await shell.close();
  await live.close();
});

const metalctl = (...words: string[]) => shell.run(words);
const state = async () => (await live.servers())[0]?.status?.state;

test('without a terminal the question is refused with the flag that answers it', async () => {
  const { code, stderr } = await metalctl('park', name);
  assert.equal(code, 12, stderr);
  assert.match(stderr, /^PLAN {2}power off 1 server, then stand down · none holds a claim$/m);
  assert.match(stderr, /add --yes/);
  assert.equal(await state(), 'Available');
});

test('a parked server is Parked, off, and back after unpark', async () => {
  const parked = await metalctl('park', name, '--yes');
  assert.equal(parked.stdout, `server/${name} will park: the operator powers it off first\n`, parked.stderr);
  await live.pass({ settle: true });
  assert.equal(await state(), 'Parked');
  assert.equal((await metalctl('park', name, '--yes')).stdout, `server/${name} unchanged\n`);
  assert.equal((await metalctl('unpark', name)).stdout, `server/${name} will be reconciled again\n`);
  await live.pass({ settle: true });
  assert.equal(await state(), 'Available');
  assert.equal((await metalctl('unpark', name)).stdout, `server/${name} unchanged\n`);
});
