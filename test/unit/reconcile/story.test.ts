/** The main job against the fakes: a BMC becomes an Available server, is claimed, booted, released, and idle again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ending } from '../../support/commands.js';
import { Server, ServerClaim, type World, world } from '../../support/world.js';

const serverName = 'rack1-system-0';
const stateOf = (w: World) => w.cluster.peek(Server, serverName)?.status?.state;

async function untilAvailable(w: World): Promise<void> {
  const uuid = w.addMachine('rack1');
  await w.pass();
  assert.equal(stateOf(w), 'Discovery');
  await w.bootOperator();
  await w.pass();
  assert.equal(w.bmcs.machine('rack1').power, 'On');
  assert.equal(w.bmcs.machine('rack1').bootOnce, 'Pxe');
  assert.ok(w.probes.arrive(uuid));
  await w.clock.tick(2_000);
  await w.pass();
  await w.clock.tick(2_000);
  await w.pass();
}

function claim(name = 'db-07'): ServerClaim {
  return {
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'ServerClaim',
    metadata: { name, namespace: 'db' },
    spec: { power: 'On', image: 'os:1' },
  };
}

test('a machine is discovered through a network boot and ends Available and off', async () => {
  const w = world();
  await untilAvailable(w);
  const server = w.cluster.peek(Server, serverName);
  assert.equal(server?.status?.state, 'Available');
  assert.equal(server?.status?.powerState, 'Off');
  assert.equal(server?.spec?.bootConfigurationRef, undefined);
  assert.equal(server?.status?.networkInterfaces?.[0]?.macAddress, 'aa:bb:cc:dd:ee:ff');
  assert.equal(server?.status?.totalSystemMemory, '96Gi');
  assert.equal(w.probes.expected.size, 0);
  const sent = w.bmcs.machine('rack1').calls.filter((call) => call.startsWith('set'));
  assert.deepEqual(sent, ['setBootOnce Pxe', 'setPower On graceful', 'setPower Off graceful']);
});

test('a report of a probe wakes its server, without waiting for the next look', async () => {
  const w = world();
  const uuid = w.addMachine('rack1');
  await w.pass();
  await w.bootOperator();
  await w.pass();
  const running = w.pass({ settle: true });
  await w.clock.tick(0);
  const begun = w.clock.monotonicMs();
  assert.ok(w.probes.arrive(uuid));
  await w.clock.tick(0);
  const conditions = w.cluster.peek(Server, serverName)?.status?.conditions ?? [];
  assert.equal(conditions.find(({ type }) => type === 'Discovered')?.status, 'True');
  assert.equal(w.clock.monotonicMs(), begun);
  await ending(w, running);
});

test('a Server with its BMC inline is discovered as any other', async () => {
  const w = world();
  const uuid = '4c4c4544-0058-4b10-8032-b8c04f4d3139';
  const machine = w.bmcs.add('server:loner', { uuid });
  const [apiVersion, kind] = ['metal.ironcore.dev/v1alpha1', 'Server'];
  const bmc = {
    address: '10.0.0.9',
    protocol: { name: 'Redfish', port: 443, scheme: 'https' },
    bmcSecretRef: { name: 'loner' },
  };
  const data = { username: btoa('admin'), password: btoa('pw') };
  w.cluster.seed(
    { apiVersion, kind: 'BMCSecret', metadata: { name: 'loner' }, data } as never,
    {
      apiVersion,
      kind,
      metadata: { name: 'loner' },
      spec: { systemUUID: uuid, bmc },
    } as never,
  );
  for (let turn = 0; turn < 6; turn += 1) {
    await w.pass();
    await w.bootOperator();
    if (machine.power === 'On') w.probes.arrive(uuid);
    await w.clock.tick(2_000);
  }
  const { spec, status } = w.cluster.peek(Server, 'loner') ?? {};
  assert.deepEqual([status?.state, status?.powerState, spec?.bootConfigurationRef], ['Available', 'Off', undefined]);
  assert.equal(status?.networkInterfaces?.[0]?.macAddress, 'aa:bb:cc:dd:ee:ff');
});

test('a cordoned server: a claim that names it is Unbound, and bound once it is uncordoned; a bound claim stays', async () => {
  const w = world();
  await untilAvailable(w);
  const cordon = (unclaimable: boolean | null) =>
    w.cluster.patch(Server, { name: serverName }, { spec: { unclaimable } }, 'merge');
  const passes = async () => {
    for (let turn = 0; turn < 3; turn += 1) {
      await w.pass();
      await w.clock.tick(2_000);
    }
  };
  await cordon(true);
  w.cluster.seed({ ...claim(), spec: { power: 'Off', image: 'os:1', serverRef: { name: serverName } } }, claim('any'));
  await passes();
  const phase = (name: string) => w.cluster.peek(ServerClaim, `db/${name}`)?.status?.phase;
  assert.deepEqual([phase('db-07'), phase('any')], ['Unbound', 'Unbound']);
  assert.deepEqual(w.cluster.peek(ServerClaim, 'db/db-07')?.metadata.finalizers, ['metal.ironcore.dev/serverclaim']);
  await w.cluster.delete(ServerClaim, { namespace: 'db', name: 'any' });
  await cordon(null);
  await passes();
  assert.deepEqual([phase('db-07'), stateOf(w)], ['Bound', 'Reserved']);
  await cordon(true);
  await passes();
  assert.deepEqual([phase('db-07'), stateOf(w)], ['Bound', 'Reserved']);
});

test('an idle pass writes nothing and reads each machine once', async () => {
  const w = world();
  await untilAvailable(w);
  await w.pass();
  const before = w.cluster.writes().length;
  w.bmcs.machine('rack1').calls.length = 0;
  await w.pass();
  assert.equal(w.cluster.writes().length - before, 0);
  assert.deepEqual(
    w.bmcs.machine('rack1').calls.filter((call) => call === 'system'),
    ['system'],
  );
});

test('a claim takes the server, boots it from the network, and its release lets go only after Off', async () => {
  const w = world();
  await untilAvailable(w);
  w.cluster.seed(claim());
  await w.pass();
  assert.equal(stateOf(w), 'Reserved');
  await w.bootOperator();
  w.bmcs.machine('rack1').calls.length = 0;
  await w.pass();
  await w.clock.tick(2_000);
  await w.pass();
  const bound = w.cluster.peek(ServerClaim, 'db/db-07');
  assert.equal(bound?.status?.phase, 'Bound');
  assert.equal(bound?.spec?.serverRef?.name, serverName);
  assert.equal(w.bmcs.machine('rack1').power, 'On');
  const sent = w.bmcs.machine('rack1').calls.filter((call) => call.startsWith('set'));
  assert.deepEqual(sent, ['setBootOnce Pxe', 'setPower On graceful']);

  const machine = w.bmcs.machine('rack1');
  machine.obeys = false;
  await w.cluster.delete(ServerClaim, { namespace: 'db', name: 'db-07' });
  await w.pass();
  assert.equal(stateOf(w), 'Reserved', 'still on: not released');
  machine.power = 'Off';
  await w.clock.tick(5_000);
  await w.pass();
  assert.equal(stateOf(w), 'Available');
  assert.equal(w.cluster.peek(Server, serverName)?.spec?.serverClaimRef, undefined);
});

test('a host that crashed is switched on again without a network boot', async () => {
  const w = world();
  await untilAvailable(w);
  w.cluster.seed(claim());
  await w.pass();
  await w.bootOperator();
  await w.pass();
  await w.clock.tick(2_000);
  await w.pass();
  const machine = w.bmcs.machine('rack1');
  machine.power = 'Off';
  machine.calls.length = 0;
  await w.clock.tick(130_000);
  await w.pass();
  assert.deepEqual(
    machine.calls.filter((call) => call.startsWith('set')),
    ['setPower On graceful'],
  );
});

test('a claim that finds nothing says why on itself, once', async () => {
  const w = world();
  w.cluster.seed(claim());
  await w.pass();
  const waiting = w.cluster.peek(ServerClaim, 'db/db-07')?.metadata.annotations?.['metalctl.dev/waiting'];
  assert.equal(waiting, 'NoServerMatches: none of 0 servers is what the claim asks for');
  const before = w.cluster.writes().length;
  await w.pass();
  assert.equal(w.cluster.writes().length, before);
});
