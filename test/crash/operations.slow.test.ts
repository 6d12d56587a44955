/**
 * Operations and forced release with one request gone wrong, for every request they make. A restart is sent once at
 * most, whatever happens, and the Server tells the truth about it; a machine that ignores its shutdown is told once, and
 * forced once.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Server, ServerClaim } from '../support/world.js';
import { type Fault, Rig } from './harness.js';

const claim: ServerClaim = {
  apiVersion: 'metal.ironcore.dev/v1alpha1',
  kind: 'ServerClaim',
  metadata: { name: 'db-07', namespace: 'db' },
  spec: { power: 'On', image: 'os:1' },
};
const name = 'rack1-system-0';

/** A rig whose only machine is claimed and on. */
async function claimed(...given: ConstructorParameters<typeof Rig>): Promise<Rig> {
  const rig = new Rig(...given);
  rig.w.addMachine('rack1');
  await rig.pass();
  rig.w.cluster.seed(structuredClone(claim));
  await rig.pass();
  return rig;
}

const serverOf = ({ w }: Rig): Server => {
  const server = w.cluster.peek(Server, name);
  assert.ok(server);
  return server;
};
const conditionOf = (rig: Rig, type: string) => serverOf(rig).status?.conditions?.find((it) => it.type === type);
const callsOf = ({ w }: Rig, word: string) => w.bmcs.machine('rack1').calls.filter((call) => call.startsWith(word));
const ask = ({ w }: Rig, operation: string) => {
  const patch = { metadata: { annotations: { 'metal.ironcore.dev/operation': operation } } };
  return w.cluster.patch(Server, { name }, patch, 'merge');
};

/** Plays a story to its end with one fault at every request in turn. */
async function eachRequest(
  make: () => Promise<Rig>,
  begin: (rig: Rig) => Promise<unknown>,
  fault: Fault,
  check: (rig: Rig, where: string) => void,
): Promise<number> {
  const calm = await make();
  const from = calm.acts.length;
  await begin(calm);
  await calm.pass();
  const acts = calm.acts.slice(from).map(({ what }) => what);
  for (let k = 1; k <= acts.length; k += 1) {
    const rig = await make();
    await begin(rig);
    rig.arm(fault, k);
    for (let pass = 0; pass < 3; pass += 1) await rig.pass();
    const where = `request ${k} of ${acts.length} (${acts[k - 1]}) ${fault}`;
    assert.ok(rig.isStruck, `${where}: the fault never came`);
    assert.deepEqual(rig.broken, [], where);
    check(rig, where);
    const before = rig.acts.length;
    await rig.pass();
    assert.deepEqual(rig.acts.slice(before), [], `${where}: an idle pass writes nothing`);
  }
  return acts.length;
}

const restarts: [string, string][] = [
  ['graceful-restart-server', 'reset GracefulRestart'],
  ['hard-restart-server', 'reset ForceRestart'],
  ['power-cycle-server', 'reset PowerCycle'],
];

for (const [operation, call] of restarts) {
  for (const fault of ['dies', 'loses its answer', 'fails'] as const) {
    test(`${operation} is sent once at most, and what became of it is told: any request ${fault}`, async (t) => {
      const check = (rig: Rig, where: string) => {
        const sent = callsOf(rig, call).length;
        const marks = serverOf(rig).metadata.annotations ?? {};
        const told = conditionOf(rig, 'Operation');
        assert.ok(sent <= 1, `${where}: sent ${sent} times`);
        if (fault === 'fails') assert.equal(sent, 1, `${where}: a request that certainly failed is made again`);
        assert.equal(marks['metal.ironcore.dev/operation'], undefined, `${where}: the request is still there`);
        assert.equal(marks['metalctl.dev/reset-intent'], undefined, `${where}: the intent is still there`);
        if (sent === 0) assert.equal(told?.reason, 'OutcomeUnknown', `${where}: nothing was sent, and that is hidden`);
        const warned = rig.w.events.filter(({ event }) => event.reason === 'OperationOutcomeUnknown').length;
        assert.equal(warned > 0, told?.reason === 'OutcomeUnknown', `${where}: condition and event disagree`);
      };
      const n = await eachRequest(claimed, (rig) => ask(rig, operation), fault, check);
      t.diagnostic(`n = ${n}`);
    });
  }
}

for (const fault of ['dies', 'loses its answer', 'fails'] as const) {
  test(`force-off of a claimed machine that is to be on ends with the machine on again: any request ${fault}`, async () => {
    const check = (rig: Rig, where: string) => {
      assert.equal(rig.w.bmcs.machine('rack1').power, 'On', where);
      assert.ok(callsOf(rig, 'setPower Off force').length <= 1, `${where}: forced off more than once`);
      assert.equal(serverOf(rig).metadata.annotations?.['metal.ironcore.dev/operation'], undefined, where);
    };
    await eachRequest(claimed, (rig) => ask(rig, 'force-off-server'), fault, check);
  });

  test(`a machine that ignores its shutdown is told once and forced once: any request ${fault}`, async (t) => {
    const make = () => claimed('stubborn', { enforcePowerOff: true });
    const begin = (rig: Rig) => {
      rig.w.bmcs.machine('rack1').calls.length = 0;
      return rig.w.cluster.delete(ServerClaim, { namespace: 'db', name: 'db-07' });
    };
    const check = (rig: Rig, where: string) => {
      assert.equal(serverOf(rig).status?.state, 'Available', where);
      assert.equal(rig.w.bmcs.machine('rack1').power, 'Off', where);
      assert.ok(callsOf(rig, 'setPower Off graceful').length <= 1, `${where}: more than one shutdown`);
      assert.equal(callsOf(rig, 'setPower Off force').length, 1, `${where}: not forced once`);
    };
    t.diagnostic(`n = ${await eachRequest(make, begin, fault, check)}`);
  });
}

test('without leave to force, a machine that ignores its shutdown is never released, and that is said once', async () => {
  const rig = await claimed();
  rig.pace = 'stubborn';
  rig.w.bmcs.machine('rack1').calls.length = 0;
  await rig.w.cluster.delete(ServerClaim, { namespace: 'db', name: 'db-07' });
  for (let pass = 0; pass < 3; pass += 1) await rig.pass();
  assert.equal(serverOf(rig).status?.state, 'Reserved');
  assert.equal(conditionOf(rig, 'Ready')?.reason, 'PowerOffNotHonoured');
  assert.deepEqual([callsOf(rig, 'setPower Off graceful').length, callsOf(rig, 'setPower Off force').length], [1, 0]);
  assert.equal(rig.w.events.filter(({ event }) => event.reason === 'PowerOffNotHonoured').length, 1);
});
