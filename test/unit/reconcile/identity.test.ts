/** Machines behind one BMC keep their names and are never mistaken for each other, whatever its list looks like. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SystemInfo, systemUri } from '../../../src/ports/bmc.js';
import { reconcilers } from '../../../src/reconcile/index.js';
import { randomFrom } from '../../support/random.js';
import { Server, type ServerClaim, world } from '../../support/world.js';

const bmcAlone = reconcilers.filter(({ name }) => name === 'bmc');
const systems: SystemInfo[] = [1, 2, 3, 4].map((n) => ({
  uri: systemUri(`/redfish/v1/Systems/node${n}`),
  uuid: `00000000-0000-0000-0000-00000000000${n}`,
  serialNumber: `SN-${n}`,
  isBootable: true,
}));

test('R-BMC-11: a thousand passes over a list in any order, with gaps: no identity changes, no machine is mistaken', async (t) => {
  const seed = 20_260;
  const random = randomFrom(seed);
  const w = world();
  w.addMachine('rack1');
  const machine = w.bmcs.machine('rack1');
  machine.systems = [...systems];
  await w.pass();
  const identity = () =>
    w.cluster
      .stored(Server)
      .map(({ metadata, spec }) => `${metadata.name} ${metadata.uid} ${spec?.systemUUID} ${spec?.systemURI}`)
      .sort();
  const first = identity();
  assert.equal(first.length, 4);
  let [changes, gaps] = [0, 0];
  for (let pass = 0; pass < 1_000; pass += 1) {
    const shuffled = [...systems].sort(() => random() - 0.5);
    const shown = shuffled.filter(() => random() > 0.25);
    gaps += shown.length < 4 ? 1 : 0;
    machine.systems = shown.map((system) => (random() < 0.1 ? { ...system, isBootable: false } : system));
    await w.clock.tick(601_000);
    // A system that is missing fails its own Server's visit; that is no reason to rename it.
    await w.pass({ registrations: bmcAlone });
    if (JSON.stringify(identity()) !== JSON.stringify(first)) changes += 1;
  }
  assert.equal(changes, 0);
  assert.ok(gaps > 500);
  t.diagnostic(`1000 passes, ${gaps} with gaps, seed ${seed}: ${changes} identity changes`);
});

for (const reg of reconcilers) {
  test(`${reg.name} alone, as --only has it, finds what it looks up and makes nothing twice`, async () => {
    const w = world();
    w.addMachine('rack1');
    w.cluster.seed({
      apiVersion: 'metal.ironcore.dev/v1alpha1',
      kind: 'ServerClaim',
      metadata: { name: 'db-07', namespace: 'db' },
      spec: { power: 'On', image: 'os:1' },
    } as ServerClaim);
    for (let pass = 0; pass < 3; pass += 1) await w.pass();
    const names = () => w.cluster.stored(Server).map(({ metadata }) => metadata.name);
    const before = names();
    await w.clock.tick(601_000);
    const { report } = await w.pass({ registrations: [reg] });
    assert.deepEqual(names(), before);
    assert.deepEqual(
      report.objects.filter(({ outcome }) => outcome === 'failed').map(({ message }) => message),
      [],
    );
  });
}
