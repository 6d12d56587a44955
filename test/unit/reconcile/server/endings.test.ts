/** How a server's stories end when somebody intervenes: deleted under a claim, kept after it, failed and brought back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rig } from '../../../crash/harness.js';
import { BMC, Server, ServerClaim } from '../../../support/world.js';

const name = 'rack1-system-0';
const key = { namespace: 'db', name: 'db-07' };

async function claimed(reclaimPolicy: 'Recycle' | 'Retain' = 'Recycle'): Promise<Rig> {
  const rig = new Rig();
  rig.w.addMachine('rack1');
  await rig.pass();
  await rig.w.cluster.patch(Server, { name }, { spec: { reclaimPolicy } }, 'merge');
  rig.w.cluster.seed({
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'ServerClaim',
    metadata: { ...key },
    spec: { power: 'On', image: 'os:1' },
  } as ServerClaim);
  await rig.pass();
  assert.equal(rig.w.cluster.peek(ServerClaim, 'db/db-07')?.status?.phase, 'Bound');
  return rig;
}
const reasons = ({ w }: Rig) => w.events.map(({ event }) => event.reason);
const server = ({ w }: Rig) => w.cluster.peek(Server, name);
const claim = ({ w }: Rig) => w.cluster.peek(ServerClaim, 'db/db-07');

async function isQuiet(rig: Rig): Promise<void> {
  const before = rig.acts.length;
  await rig.pass();
  assert.deepEqual(rig.acts.slice(before), []);
}

test('a server deleted under its claim: the claim is told and Unbound, the machine left as it runs', async () => {
  const rig = await claimed();
  await rig.w.cluster.delete(BMC, { name: 'rack1' });
  const told = rig.w.bmcs.machine('rack1').calls.filter((call) => call.startsWith('setPower')).length;
  await rig.w.cluster.delete(Server, { name });
  await rig.pass();
  await rig.pass();
  assert.equal(server(rig), undefined);
  assert.equal(claim(rig)?.status?.phase, 'Unbound');
  assert.match(claim(rig)?.metadata.annotations?.['metalctl.dev/waiting'] ?? '', /^(ServerLost|NoServerMatches): /);
  assert.equal(rig.w.bmcs.machine('rack1').power, 'On');
  assert.equal(rig.w.bmcs.machine('rack1').calls.filter((call) => call.startsWith('setPower')).length, told);
  assert.ok(reasons(rig).includes('DeletedWhileReserved'));
  assert.ok(reasons(rig).includes('ServerLost'));
  assert.deepEqual(
    rig.broken.filter((line) => !line.includes('is Bound to nothing')),
    [],
  );
  await isQuiet(rig);
});

test('a server kept after its claim is offered again once nothing names the claim', async () => {
  const rig = await claimed('Retain');
  await rig.w.cluster.delete(ServerClaim, key);
  await rig.pass();
  assert.deepEqual([server(rig)?.status?.state, rig.w.bmcs.machine('rack1').power], ['Released', 'Off']);
  await isQuiet(rig);
  await rig.w.cluster.patch(Server, { name }, { spec: { serverClaimRef: null } }, 'merge');
  await rig.pass();
  assert.equal(server(rig)?.status?.state, 'Available');
  assert.equal(server(rig)?.metadata.annotations?.['metalctl.dev/claim-uid'], undefined);
  await isQuiet(rig);
});

test('a claim made anew under its old name waits for the release and gets the machine freshly installed', async () => {
  const rig = await claimed();
  const boots = rig.boots.length;
  await rig.w.cluster.delete(ServerClaim, key);
  const first = claim(rig)?.metadata.uid;
  await rig.pass();
  rig.w.cluster.seed({
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'ServerClaim',
    metadata: { ...key },
    spec: { power: 'On', image: 'os:2' },
  } as ServerClaim);
  await rig.pass();
  assert.equal(claim(rig)?.status?.phase, 'Bound');
  assert.notEqual(server(rig)?.metadata.annotations?.['metalctl.dev/claim-uid'], first);
  assert.deepEqual(rig.boots.slice(boots), ['Pxe']);
  assert.deepEqual(rig.broken, []);
});

test('another machine behind the address: Error, not a single request to it, and back when it is the right one again', async () => {
  const rig = new Rig();
  rig.w.addMachine('rack1');
  await rig.pass();
  const machine = rig.w.bmcs.machine('rack1');
  const own = machine.systems;
  machine.systems = own.map((system) => ({ ...system, uuid: '99999999-0000-0000-0000-000000000000' }));
  machine.power = 'On';
  machine.calls.length = 0;
  await rig.w.clock.tick(130_000);
  await rig.pass({ settle: false });
  assert.equal(server(rig)?.status?.state, 'Error');
  assert.ok(reasons(rig).includes('IdentityChanged'));
  assert.deepEqual(
    machine.calls.filter((call) => call.startsWith('set') || call.startsWith('reset')),
    [],
  );
  machine.systems = own;
  machine.power = 'Off';
  const retry = { metadata: { annotations: { 'metal.ironcore.dev/operation': 'retry' } } };
  await rig.w.cluster.patch(Server, { name }, retry, 'merge');
  await rig.pass();
  assert.equal(server(rig)?.status?.state, 'Available');
  assert.equal(server(rig)?.metadata.annotations?.['metalctl.dev/failure'], undefined);
  await isQuiet(rig);
});
