/** The daemon beside others: machines and claims that come while it runs, a standby, and passes that meet its lease. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BMC, BMCSecret, ServerClaim } from '../../src/api/metal/v1alpha1/index.js';
import { type Live, startLive } from '../support/live.js';
import { assertRefused, openShell, type Running, type Shell } from '../support/process.js';

let live: Live;
let shell: Shell;
let daemon: Running;
let standby: Running;

before(async () => {
  live = await startLive({ servers: 2, vendors: 'dell,supermicro' });
  await live.installCrds();
  shell = openShell({ KUBECONFIG: live.sandbox.record.kubeconfig });
  daemon = start();
  await daemon.until(/leading/);
  standby = start();
  await standby.until(/waiting for lease/);
});
after(async () => {
  await shell.close();
  await live.close();
});

const start = () =>
  shell.start(['reconcile', '--watch', '--registry-address', '127.0.0.1:0'], {
    env: { METALCTL_BMC_CA: shell.file('ca.pem', live.sandbox.ca) },
  });

/** Waits until a look at the cluster finds it true. */
async function until(what: string, isTrue: () => Promise<boolean>, withinMs = 20_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await isTrue())) {
    assert.ok(performance.now() < deadline, `${what} within ${withinMs} ms\n${daemon.stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const stateOf = async (name: string) =>
  (await live.servers()).find(({ metadata }) => metadata.name === name)?.status?.state;
const claimKey = (name: string) => ({ namespace: 'default', name });
const phaseOf = async (name: string) => (await live.ports.cluster.get(ServerClaim, claimKey(name)))?.status?.phase;

/** As kubectl creates it: a plain object, nothing of metalctl about it. */
async function createClaim(name: string): Promise<void> {
  const spec = { power: 'On', image: 'os:1' };
  const object = { apiVersion: 'metal.ironcore.dev/v1alpha1', kind: 'ServerClaim', metadata: claimKey(name), spec };
  await live.ports.cluster.create(ServerClaim, object as ServerClaim, { fieldManager: 'kubectl-create' });
}

test('machines onboarded while the daemon runs become Available', async () => {
  await live.onboard();
  for (const bmc of ['bmc-1', 'bmc-2'])
    await until(`${bmc} is Available`, async () => (await stateOf(`${bmc}-system-0`)) === 'Available');
  for (const { name } of live.sandbox.emulator.bmcs) {
    await until('its machine is off', async () => live.sandbox.emulator.powerState(name) === 'Off');
    assert.deepEqual(live.sandbox.emulator.log.logins(name), { ok: 1, failed: 0 }, 'one login, the standby has none');
  }
});

test('a claim written through the API is served, and let go when it is deleted', async () => {
  await createClaim('db');
  await until('the claim is Bound', async () => (await phaseOf('db')) === 'Bound');
  const isOn = () => live.sandbox.emulator.bmcs.filter(({ name }) => live.sandbox.emulator.powerState(name) === 'On');
  await until('one machine is on', async () => isOn().length === 1);
  const actions = () => live.sandbox.emulator.log.actions(isOn()[0]?.name);
  // Only a running operating system hears the graceful shutdown of the release.
  const osStarted = () => actions().findLast(({ action, to }) => action === 'boot' && to.startsWith('os'));
  await until('it runs the claimed image', async () => osStarted() !== undefined);
  assert.match(osStarted()?.from ?? '', /pxe/i);
  await new Promise((resolve) => setTimeout(resolve, 400));
  await live.ports.cluster.delete(ServerClaim, claimKey('db'));
  await until('both are Available', async () =>
    (await live.servers()).every(({ status }) => status?.state === 'Available'),
  );
  assert.equal(isOn().length, 0);
});

test('a pass beside a living daemon is refused by name, or skipped quietly', async () => {
  assertRefused(await shell.run(['reconcile', '--once']), {
    exit: 16,
    code: 'LEASE_HELD',
    what: /another reconciler is active/,
    why: /lease metalctl-system\/metalctl-reconciler held by "[^"]+" since \d{4}-/,
    fix: /--lease-wait/,
  });
  const skipped = await shell.run(['reconcile', '--once', '--lease-skip']);
  assert.equal(skipped.code, 0, skipped.stderr);
  assert.match(skipped.stderr, /skipped: .*held by/);
  assert.equal(skipped.stdout, '');
});

test('a daemon that shall not stand by ends beside a living one, and did nothing', async () => {
  const ended = await shell.run(['reconcile', '--watch', '--leader-elect=false', '--registry-address', '127.0.0.1:0']);
  assertRefused(ended, {
    exit: 16,
    code: 'LEASE_HELD',
    what: /another reconciler is active/,
    why: /held by "[^"]+"/,
    fix: /--watch +stands by/,
  });
  assert.doesNotMatch(ended.stderr, /leading/);
});

test('the standby takes over when the first daemon is stopped, and works', async () => {
  assert.doesNotMatch(standby.stderr, /leading/);
  daemon.kill('SIGTERM');
  const stopped = performance.now();
  assert.equal((await daemon.ended).code, 0);
  await standby.until(/leading/, 10_000);
  assert.ok(performance.now() - stopped < 10_000, 'a released lease is not waited out');
  await createClaim('after');
  await until('the claim is Bound', async () => (await phaseOf('after')) === 'Bound');
});

test('a secret corrected while the daemon runs brings its BMC back', async () => {
  const { control } = live.sandbox.emulator;
  const before = live.sandbox.emulator.log.logins('bmc-1');
  control.setCredentials('bmc-1', 'admin', 'Another-Password-1');
  control.endSessions('bmc-1');
  const data = { password: Buffer.from('Another-Password-1').toString('base64') };
  await live.ports.cluster.patch(BMCSecret, { name: 'bmc-1' }, { data }, 'merge');
  await until(
    'it is asked again with the new password',
    async () => live.sandbox.emulator.log.logins('bmc-1').ok > before.ok,
  );
  await until(
    'it is Enabled',
    async () => (await live.ports.cluster.get(BMC, { name: 'bmc-1' }))?.status?.state === 'Enabled',
  );
  assert.ok(live.sandbox.emulator.log.logins('bmc-1').failed - before.failed <= 1);
});
