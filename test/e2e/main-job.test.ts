/**
 * The main job over real sockets: eight emulated machines of four vendors from onboarding to Available, an idle pass, a
 * claim and its release. Ground truth is the emulator's log and the API server's; budgets are counted there.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, ServerClaim } from '../../src/api/metal/v1alpha1/index.js';
import { type Live, startLive } from '../support/live.js';

let live: Live;
before(async () => {
  live = await startLive({ vendors: 'dell,hpe,lenovo,supermicro' });
  await live.installCrds();
  await live.onboard();
});
after(() => live.close());

const bmcOf = (server: Server): string => server.spec?.bmcRef?.name ?? '';

test('one settling pass makes every machine Available, off, known and unique', async () => {
  const { report } = await live.pass({ settle: true });
  const servers = await live.servers();
  assert.equal(servers.length, 8);
  for (const server of servers) {
    assert.equal(
      server.status?.state,
      'Available',
      `${server.metadata.name}: ${JSON.stringify(server.status?.conditions)}`,
    );
    assert.equal(server.status?.powerState, 'Off');
    assert.equal(live.sandbox.emulator.powerState(bmcOf(server)), 'Off');
    assert.ok(server.status?.manufacturer && server.status.model && server.status.serialNumber);
    assert.ok((server.status?.processors?.length ?? 0) > 0 && (server.status?.storages?.length ?? 0) > 0);
    assert.match(String(server.status?.totalSystemMemory), /^[1-9]\d*Gi$/);
    assert.ok((server.status?.networkInterfaces?.length ?? 0) > 0, 'told by the probe');
    assert.equal(server.spec?.bootConfigurationRef, undefined);
  }
  assert.equal(new Set(servers.map((server) => server.spec?.systemUUID)).size, 8);
  assert.equal(report.objects.filter(({ outcome }) => outcome === 'failed').length, 0);
});

test('a discovery stays within its Redfish budget, with one login and no double power action', async (t) => {
  const { emulator } = live.sandbox;
  for (const { name, profile } of emulator.bmcs) {
    const requests = emulator.log.requests(name);
    const firstPost = requests.findIndex(({ method, path }) => method === 'POST' && /Reset/.test(path));
    const discovery = requests.slice(0, firstPost);
    t.diagnostic(`${profile}: ${discovery.length} requests to power-on, ${requests.length} in all`);
    assert.ok(
      discovery.length <= 13,
      `${profile}: ${discovery.map(({ method, path }) => `${method} ${path}`).join('\n')}`,
    );
    assert.equal(requests.filter(({ method, path }) => method === 'POST' && /Sessions\/?$/.test(path)).length, 1);
    assert.deepEqual(
      emulator.log.powerActions(name).map(({ to }) => to),
      ['On', 'GracefulShutdown'],
    );
  }
});

test('an idle pass over converged servers writes nothing and asks each BMC at most once', async () => {
  await live.pass({ settle: true });
  // Events of the discovery may still be on their way; they are not the idle pass's.
  await live.ports.events.flush(2_000);
  const before = live.sandbox.emulator.bmcs.map(({ name }) => live.sandbox.emulator.log.count(name));
  live.sandbox.api.requestLog.reset();
  const { report } = await live.pass();
  assert.equal(report.writes, 0);
  assert.equal(live.sandbox.api.requestLog.writes, 0);
  live.sandbox.emulator.bmcs.forEach(({ name, profile }, at) => {
    const asked = live.sandbox.emulator.log.count(name) - (before[at] ?? 0);
    assert.ok(asked <= 1, `${profile}: ${asked} requests`);
  });
});

test('a claim takes exactly one machine, boots it from the network and keeps it on', async () => {
  const metadata = { name: 'db-07', namespace: 'default' };
  const spec = { power: 'On', image: 'os:1' };
  await live.ports.cluster.create(ServerClaim, {
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'ServerClaim',
    metadata,
    spec,
  } as ServerClaim);
  await live.pass({ settle: true });
  const claim = await live.ports.cluster.get(ServerClaim, metadata);
  assert.equal(claim?.status?.phase, 'Bound');
  const reserved = (await live.servers()).filter((server) => server.status?.state === 'Reserved');
  assert.equal(reserved.length, 1);
  const [server] = reserved as [Server];
  assert.equal(claim?.spec?.serverRef?.name, server.metadata.name);
  assert.equal(live.sandbox.emulator.powerState(bmcOf(server)), 'On');
  const boots = live.sandbox.emulator.log.actions(bmcOf(server)).filter(({ action }) => action === 'boot');
  assert.match(boots.at(-1)?.from ?? '', /pxe/i);
  const on = live.sandbox.emulator.bmcs.filter(({ name }) => live.sandbox.emulator.powerState(name) === 'On');
  assert.equal(on.length, 1);
});

/** Until the claimed machine runs its operating system: before that it would not hear a graceful shutdown. */
async function untilBooted(bmc: string): Promise<void> {
  const booted = () =>
    live.sandbox.emulator.log.actions(bmc).some(({ action, to }) => action === 'boot' && to.startsWith('os'));
  while (!booted()) await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise((resolve) => setTimeout(resolve, 400));
}

test('a release lets go only of a machine that is off', async () => {
  const key = { name: 'db-07', namespace: 'default' };
  const name = (await live.ports.cluster.get(ServerClaim, key))?.spec?.serverRef?.name ?? '';
  await untilBooted(bmcOf((await live.ports.cluster.get(Server, { name })) as Server));
  await live.ports.cluster.delete(ServerClaim, key);
  await live.pass({ settle: true });
  assert.equal(await live.ports.cluster.get(ServerClaim, key), undefined);
  const server = await live.ports.cluster.get(Server, { name });
  assert.equal(server?.status?.state, 'Available');
  assert.equal(server?.spec?.serverClaimRef, undefined);
  assert.equal(live.sandbox.emulator.powerState(bmcOf(server as Server)), 'Off');
  const actions = live.sandbox.emulator.log.powerActions(bmcOf(server as Server)).map(({ to }) => to);
  assert.deepEqual(actions, ['On', 'GracefulShutdown', 'On', 'GracefulShutdown']);
});
