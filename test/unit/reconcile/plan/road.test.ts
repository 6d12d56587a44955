/** The whole road of a plan: where it leads, what is assumed on it, and that going it for real leads to the same end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reconcilers } from '../../../../src/reconcile/index.js';
import { type PlanStep, planOnce } from '../../../../src/reconcile/plan/index.js';
import { Server, ServerClaim, type World, world } from '../../../support/world.js';

const road = (w: World) => planOnce(w.ports, { registrations: reconcilers, settings: w.settings, depth: 'settled' });

const server = 'rack1-system-0';
const stateOf = (w: World) => w.cluster.peek(Server, server)?.status?.state;

/** Passes until nothing is due, with a boot operator. */
async function walk(w: World): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) {
    await w.pass();
    await w.bootOperator();
    await w.clock.tick(2_000);
  }
}

async function available(): Promise<World> {
  const w = world();
  w.addMachine('rack1');
  await w.pass({ maxPasses: 1 });
  const status = { state: 'Available', powerState: 'Off', processors: [], storages: [] };
  await w.cluster.patch(Server, { name: server }, { status }, 'merge', { subresource: 'status' });
  await walk(w);
  assert.equal(stateOf(w), 'Available');
  return w;
}

async function claimed(w: World): Promise<void> {
  await w.cluster.create(ServerClaim, {
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'ServerClaim',
    metadata: { name: 'db', namespace: 'default' },
    spec: { power: 'On', image: 'os:1' },
  } as ServerClaim);
}

/** What BMCs would be told, and what they were. */
const planned = (steps: readonly PlanStep[]) =>
  steps.flatMap((step) => (step.to === 'bmc' ? [`${step.action} ${step.detail}`.replace(/ \S*Systems\/\S+/, '')] : []));
const told = (w: World, from: number) =>
  w.bmcs
    .machine('rack1')
    .calls.slice(from)
    .filter((call) => /^(set|reset)/.test(call));

/** Where an object ends by the plan. */
const lastOf = (steps: readonly PlanStep[], path: string): unknown =>
  steps.flatMap((step) => (step.to === 'api' ? step.changes.filter((each) => each.path === path) : [])).at(-1)?.to;

test('a claim: up to the machine that runs, with the boot operator and the BMC assumed; nothing is written or told', async () => {
  const w = await available();
  await claimed(w);
  const [writes, calls] = [w.cluster.writes().length, w.bmcs.machine('rack1').calls.length];
  const { steps, report } = await road(w);
  assert.deepEqual([w.cluster.writes().length, told(w, calls)], [writes, []]);
  const assumed = steps.flatMap((step) =>
    step.to === 'assumed' ? [`${step.object} ${step.field} ${step.value}`] : [],
  );
  assert.equal(assumed.length, 2, assumed.join());
  assert.match(assumed[0] ?? '', /^serverbootconfiguration\/default\/db status\.state Ready$/);
  assert.match(assumed[1] ?? '', /^bmc\/rack1 .*powerState On$/);
  assert.equal(lastOf(steps, 'status.powerState'), 'On');
  assert.deepEqual(
    report.objects.filter(({ outcome }) => outcome === 'deferred' || outcome === 'failed'),
    [],
  );
  const from = w.bmcs.machine('rack1').calls.length;
  await walk(w);
  assert.deepEqual(planned(steps), told(w, from));
  assert.equal(w.cluster.peek(Server, server)?.status?.powerState, 'On');
  assert.equal(stateOf(w), 'Reserved');
});

test('what stands before the first assumption is certain, what stands behind it is marked', async () => {
  const w = await available();
  await claimed(w);
  const now = await planOnce(w.ports, { registrations: reconcilers, settings: w.settings });
  const { steps } = await road(w);
  const at = steps.findIndex(({ to }) => to === 'assumed');
  // Controllers work side by side: how often one looks while the other writes is not promised, what comes of it is.
  const ends = (some: readonly PlanStep[]) =>
    ['spec.serverClaimRef.name', 'spec.serverRef.name', 'status.state', 'status.phase'].map((path) =>
      lastOf(some, path),
    );
  assert.deepEqual(ends(steps.slice(0, at)), ends(now.steps), 'the next pass is where the road begins');
  assert.ok(steps.slice(0, at).every((step) => !('isAssumed' in step)));
  assert.ok(steps.slice(at).every((step) => step.to === 'assumed' || step.isAssumed));
});

test('a release: off, and back to Available', async () => {
  const w = await available();
  await claimed(w);
  await walk(w);
  await w.cluster.delete(ServerClaim, { namespace: 'default', name: 'db' });
  const { steps } = await road(w);
  assert.equal(lastOf(steps, 'status.state'), 'Available');
  const from = w.bmcs.machine('rack1').calls.length;
  await walk(w);
  assert.deepEqual(planned(steps), told(w, from));
  assert.equal(stateOf(w), 'Available');
});

test('where a machine must report, or a registry is missing, the road ends after a few looks, and says where', async () => {
  const w = world();
  w.addMachine('rack1');
  const ofServer = ({ report }: Awaited<ReturnType<typeof road>>) =>
    report.objects.find(({ kind }) => kind === 'Server');
  const alone = ofServer(await road(w));
  assert.deepEqual([alone?.because, alone?.isStalled], ['NoRegistry', true]);
  const probes = { ...w.probes, baseUrl: () => 'http://registry' };
  const options = { registrations: reconcilers, settings: w.settings, depth: 'settled' } as const;
  const served = await planOnce({ ...w.ports, probes }, options);
  assert.deepEqual([ofServer(served)?.because, ofServer(served)?.outcome], ['WaitingForProbe', 'deferred']);
  assert.ok(planned(served.steps).includes('setPower On graceful'));
  assert.equal(w.clock.pending(), 0, 'no timer is left behind');
});
