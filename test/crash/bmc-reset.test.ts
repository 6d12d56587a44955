/** A restart of a BMC with one request gone wrong, for every request it makes: it is sent once at most, and work goes on after it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BMC, Server } from '../support/world.js';
import { type Fault, Rig } from './harness.js';

const ask = (operation: string) => ({ metadata: { annotations: { 'metal.ironcore.dev/operation': operation } } });

/** A rig whose only machine is free, and whose BMC is asked to restart. */
async function asked(operation: string): Promise<Rig> {
  const rig = new Rig();
  rig.w.addMachine('rack1');
  const machine = rig.w.bmcs.machine('rack1');
  machine.manager = { ...machine.manager, manufacturer: 'Dell Inc.' };
  await rig.pass();
  await rig.w.cluster.patch(BMC, { name: 'rack1' }, ask(operation), 'merge');
  return rig;
}

function check(rig: Rig, fault: Fault | undefined, where: string): void {
  const { cluster, bmcs } = rig.w;
  const bmc = cluster.peek(BMC, { name: 'rack1' });
  const sent = bmcs.machine('rack1').managerResets;
  assert.ok(sent <= 1, `${where}: sent ${sent} times`);
  const isTold = rig.w.events.some(({ event }) => event.reason === 'OperationOutcomeUnknown');
  assert.ok(sent === 1 || isTold, `${where}: nothing was sent, and that is hidden`);
  if (fault === 'fails' || fault === undefined)
    assert.equal(sent, 1, `${where}: a request that certainly failed is made again`);
  assert.deepEqual(bmc?.metadata.annotations?.['metal.ironcore.dev/operation'], undefined, where);
  assert.deepEqual(bmc?.metadata.annotations?.['metalctl.dev/reset-intent'], undefined, where);
  assert.equal(bmc?.status?.state, 'Enabled', where);
  const condition = bmc?.status?.conditions?.find(({ type }) => type === 'Reset');
  assert.notEqual(condition?.status, 'True', `${where}: it counts as under way`);
  assert.equal(cluster.peek(Server, { name: 'rack1-system-0' })?.status?.state, 'Available', where);
  assert.deepEqual(rig.broken, [], where);
}

const ways = { 'graceful-restart-bmc': '', 'force-ssh-reset-bmc': ', asked over SSH' };

for (const [operation, fault] of Object.keys(ways).flatMap((way) =>
  (['dies', 'loses its answer', 'fails'] as const).map((fault) => [way as keyof typeof ways, fault] as const),
)) {
  test(`a BMC is restarted once at most, and comes back to work${ways[operation]}: any request ${fault}`, async (t) => {
    const calm = await asked(operation);
    const from = calm.acts.length;
    await calm.pass();
    check(calm, undefined, 'undisturbed');
    const acts = calm.acts.slice(from).map(({ what }) => what);
    const sent = operation === 'force-ssh-reset-bmc' ? 'reset over SSH' : 'reset manager GracefulRestart';
    assert.equal(acts.filter((what) => what === sent).length, 1, acts.join(', '));
    for (let k = 1; k <= acts.length; k += 1) {
      const rig = await asked(operation);
      rig.arm(fault, k);
      for (let pass = 0; pass < 3; pass += 1) await rig.pass();
      const where = `request ${k} of ${acts.length} (${acts[k - 1]}) ${fault}`;
      assert.ok(rig.isStruck, `${where}: the fault never came`);
      check(rig, fault, where);
      const before = rig.acts.length;
      await rig.pass();
      assert.deepEqual(rig.acts.slice(before), [], `${where}: an idle pass writes nothing`);
    }
    t.diagnostic(`n = ${acts.length}`);
  });
}
