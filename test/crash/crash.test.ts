/**
 * Discovery, claim and release with one request gone wrong, for every request they make: the process dies right after
 * it, its answer is lost, or it fails. At most two more passes must reach the end of the undisturbed run, and no machine
 * may be told twice.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reconcilers } from '../../src/reconcile/index.js';
import { endState } from '../invariants/invariants.js';
import { Server, ServerClaim } from '../support/world.js';
import { type Fault, type Pace, Rig } from './harness.js';

const claim: ServerClaim = {
  apiVersion: 'metal.ironcore.dev/v1alpha1',
  kind: 'ServerClaim',
  metadata: { name: 'db-07', namespace: 'db' },
  spec: { power: 'On', image: 'os:1' },
};

/** A story: how it begins in a world that lived through the earlier ones, and how its good end looks. */
interface Story {
  name: string;
  begin: (rig: Rig) => unknown;
  end: { state: string; power: string; phase?: string };
}

const stories: Story[] = [
  { name: 'discovery', begin: ({ w }) => w.addMachine('rack1'), end: { state: 'Available', power: 'Off' } },
  {
    name: 'claim',
    begin: ({ w }) => w.cluster.seed(claim),
    end: { state: 'Reserved', power: 'On', phase: 'Bound' },
  },
  {
    name: 'release',
    begin: ({ w }) => w.cluster.delete(ServerClaim, { namespace: 'db', name: 'db-07' }),
    end: { state: 'Available', power: 'Off' },
  },
];

/** A rig in which the stories before this one have happened. */
async function rigBefore(at: number, pace: Pace): Promise<Rig> {
  const rig = new Rig(pace);
  for (const story of stories.slice(0, at)) {
    await story.begin(rig);
    await rig.pass();
  }
  return rig;
}

const facts = ({ w }: Rig) => ({
  state: w.cluster.peek(Server, 'rack1-system-0')?.status?.state,
  power: w.bmcs.machine('rack1').power,
  phase: w.cluster.peek(ServerClaim, 'db/db-07')?.status?.phase,
});

const kinds = reconcilers.map(({ kind }) => kind);
const stateOf = (rig: Rig) => endState(rig.w.cluster, kinds);

/** The story without any fault: its requests and where it ends. */
async function undisturbed(at: number, pace: Pace) {
  const rig = await rigBefore(at, pace);
  const [before, boots] = [rig.acts.length, rig.boots.length];
  await stories[at]?.begin(rig);
  await rig.pass();
  assert.deepEqual(rig.broken, []);
  assert.deepEqual(facts(rig), { phase: undefined, ...stories[at]?.end });
  return { acts: rig.acts.slice(before).map(({ what }) => what), end: stateOf(rig), boots: rig.boots.slice(boots) };
}

type Undisturbed = Awaited<ReturnType<typeof undisturbed>>;

/** The story with one fault at request k: same end, same boots, nothing broken on the way, and quiet afterwards. */
async function disturbed(at: number, pace: Pace, fault: Fault, k: number, expected: Undisturbed): Promise<void> {
  const where = `${stories[at]?.name}, request ${k} of ${expected.acts.length} (${expected.acts[k - 1]}) ${fault}`;
  const rig = await rigBefore(at, pace);
  const boot = rig.boots.length;
  await stories[at]?.begin(rig);
  rig.arm(fault, k);
  for (let pass = 0; pass < 3; pass += 1) await rig.pass();
  assert.deepEqual(rig.broken, [], where);
  assert.ok(rig.isStruck, `${where}: the fault never came`);
  assert.deepEqual(facts(rig), { phase: undefined, ...stories[at]?.end }, where);
  assert.deepEqual(stateOf(rig), expected.end, where);
  assert.deepEqual(rig.boots.slice(boot), expected.boots, `${where}: boots`);
  const before = rig.acts.length;
  await rig.pass();
  assert.deepEqual(rig.acts.slice(before), [], `${where}: an idle pass writes nothing`);
}

const faults: [Fault, Pace, string][] = [
  ['dies', 'at once', 'the process dies after any request'],
  ['dies', 'slowly', 'the process dies after any request, the machine takes its time'],
  ['dies', 'unseen', 'the process dies after any request, the BMC shows old power states'],
  ['loses its answer', 'at once', 'the answer of any request is lost'],
  ['loses its answer', 'unseen', 'the answer of any request is lost, the BMC shows old power states'],
  ['fails', 'at once', 'any request fails'],
];

for (const [at, story] of stories.entries()) {
  for (const [fault, pace, words] of faults) {
    test(`${story.name}: ${words}, and the end is the same`, async (t) => {
      const expected = await undisturbed(at, pace);
      for (let k = 1; k <= expected.acts.length; k += 1) await disturbed(at, pace, fault, k, expected);
      t.diagnostic(`n = ${expected.acts.length}`);
    });
  }
}
