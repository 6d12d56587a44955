/** Discovery, claim and release by the built program, undisturbed or with one request gone wrong. */
import assert from 'node:assert/strict';
import type { Fault } from '../support/fault-proxy.js';
import type { Outcome, ProcessRig } from './process-rig.js';

/** A story: what must have happened before it, and how it begins. */
export interface Story {
  readonly name: string;
  /** Brings the rig to where the story begins, without faults. */
  readonly prepare: (rig: ProcessRig) => Promise<void>;
  readonly begin: (rig: ProcessRig) => Promise<void>;
}

const known = async (rig: ProcessRig): Promise<void> => {
  await rig.forgetMachine();
  await rig.addMachine();
  rig.arm();
  assert.ok(await rig.pass());
};

export const stories: readonly Story[] = [
  { name: 'discovery', prepare: (rig) => rig.forgetMachine(), begin: (rig) => rig.addMachine() },
  { name: 'claim', prepare: known, begin: (rig) => rig.claim() },
  {
    name: 'release',
    prepare: async (rig) => {
      await known(rig);
      await rig.claim();
      assert.ok(await rig.pass());
    },
    begin: (rig) => rig.release(),
  },
];

export interface Undisturbed extends Outcome {
  readonly requests: readonly string[];
}

/** The story without a fault: its mutating requests, and where it ends. */
export async function undisturbed(rig: ProcessRig, story: Story): Promise<Undisturbed> {
  rig.forgetBroken();
  await story.prepare(rig);
  await story.begin(rig);
  rig.arm();
  assert.ok(await rig.pass());
  assert.deepEqual(rig.broken, [], story.name);
  return { requests: [...rig.requests], ...(await rig.outcome()) };
}

/** The story with request `k` gone wrong: two more passes at most, the same end, the same boots, every invariant kept. */
export async function disturbed(
  rig: ProcessRig,
  story: Story,
  { fault, k, good }: { fault: Fault; k: number; good: Undisturbed },
): Promise<string> {
  const where = `${story.name}, ${JSON.stringify(fault)} at request ${k} of ${good.requests.length}`;
  rig.forgetBroken();
  await story.prepare(rig);
  await story.begin(rig);
  rig.arm(fault, k);
  await rig.pass();
  let passes = 0;
  while (passes < 2 && !isSame(good, await rig.outcome())) {
    await rig.letGraceEnd();
    await rig.pass();
    passes += 1;
  }
  const outcome = await rig.outcome();
  assert.ok(rig.isStruck, `${where}: it never came`);
  const struck = rig.requests[k - 1] ?? '?';
  assert.deepEqual(rig.broken, [], `${where} (${struck})`);
  assert.deepEqual(outcome.end, good.end, `${where} (${struck})`);
  assert.equal(outcome.power, good.power, `${where} (${struck})`);
  const told = (hardware: readonly string[]) => hardware.filter((action) => action.startsWith('reset'));
  assert.deepEqual(told(outcome.hardware), told(good.hardware), `${where} (${struck}): power actions`);
  return `${story.name} ${k}/${good.requests.length} ${struck}: ${passes} more passes`;
}

const isSame = (good: Outcome, now: Outcome): boolean => JSON.stringify(good.end) === JSON.stringify(now.end);
