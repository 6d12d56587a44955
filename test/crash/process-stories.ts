/** Discovery, claim and release by the built program, undisturbed or with one request gone wrong. */
import assert from 'node:assert/strict';
import type { Fault } from '../support/fault-proxy.js';
import type { Outcome, ProcessRig } from './process-rig.js';

/** A part of a machine's life, told from where the one before it ended. */
export interface Story {
  readonly name: string;
  readonly begin: (rig: ProcessRig) => Promise<void>;
}

const discovery: Story = {
  name: 'discovery',
  begin: async (rig) => {
    await rig.forgetMachine();
    await rig.addMachine();
  },
};
const claim: Story = { name: 'claim', begin: (rig) => rig.claim() };
const release: Story = { name: 'release', begin: (rig) => rig.release() };

const account: Story = {
  name: 'making an account',
  begin: async (rig) => {
    await rig.forgetUser();
    await rig.addUser();
  },
};
const rotation: Story = { name: 'rotation', begin: (rig) => rig.rotate() };

/** A round of life: its stories may be told again and again, each from the end of the one before. */
export interface Round {
  readonly name: string;
  /** What must have happened once before. */
  readonly before: readonly Story[];
  readonly stories: readonly Story[];
}

export const rounds: readonly Round[] = [
  { name: 'discovery', before: [], stories: [discovery] },
  { name: 'claim and release', before: [discovery], stories: [claim, release] },
  { name: 'account and rotation', before: [discovery], stories: [account, rotation] },
];

interface Undisturbed extends Outcome {
  readonly requests: readonly string[];
}

/** Long enough for any machine the tests run on: what all others are compared with must have come to its end. */
const undisturbedSeconds = 120;

/** The story without a fault: its mutating requests, and where it ends. */
async function undisturbed(rig: ProcessRig, story: Story): Promise<Undisturbed> {
  rig.forgetBroken();
  await story.begin(rig);
  rig.arm();
  assert.ok(await rig.pass(undisturbedSeconds));
  assert.deepEqual(rig.broken, [], story.name);
  return { requests: [...rig.requests], ...(await rig.outcome()) };
}

/** What became of one request gone wrong. */
interface Disturbed {
  readonly story: string;
  /** The request; absent when this run needed fewer than `k`. */
  readonly struck?: string;
  readonly morePasses: number;
}

/**
 * The story with request `k` gone wrong: two more passes at most, the same end, the same power actions, every invariant
 * kept. Small writes about one state fall together or apart as it happens, so a run may be a request or two shorter.
 */
async function disturbed(
  rig: ProcessRig,
  story: Story,
  fault: Fault,
  k: number,
  good: Undisturbed,
): Promise<Disturbed> {
  const where = `${story.name}, ${JSON.stringify(fault)} at request ${k} of ${good.requests.length}`;
  rig.forgetBroken();
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
  const struck = rig.isStruck ? (rig.requests[k - 1] ?? '?') : undefined;
  if (struck === undefined) assert.ok(rig.requests.length < k && passes === 0, `${where}: it never came`);
  assert.deepEqual(rig.broken, [], `${where} (${struck})`);
  assert.deepEqual(outcome.end, good.end, `${where} (${struck})`);
  assert.equal(outcome.power, good.power, `${where} (${struck})`);
  const told = (hardware: readonly string[]) => hardware.filter((action) => action.startsWith('reset'));
  assert.deepEqual(told(outcome.hardware), told(good.hardware), `${where} (${struck}): power actions`);
  return { story: story.name, morePasses: passes, ...(struck === undefined ? {} : { struck }) };
}

const isSame = (good: Outcome, now: Outcome): boolean => JSON.stringify(good.end) === JSON.stringify(now.end);

/**
 * Every request of a round gone wrong, one per turn, shared out among the rigs. `only` picks of a story's requests.
 * @returns one line per story
 */
export async function disturbAll(
  rigs: readonly ProcessRig[],
  round: Round,
  fault: Fault,
  only: (k: number, of: number) => boolean = () => true,
): Promise<string[]> {
  const goods = await Promise.all(rigs.map((rig) => learn(rig, round)));
  const longest = round.stories.map((_, at) => Math.max(...goods.map((good) => good[at]?.requests.length ?? 0)));
  const done: Disturbed[] = [];
  let next = 1;
  const work = async (rig: ProcessRig, good: readonly Undisturbed[]): Promise<void> => {
    for (let k = next++; k <= Math.max(...longest); k = next++) {
      if (!longest.some((of) => k <= of && only(k, of))) continue;
      for (const [at, story] of round.stories.entries()) {
        const known = good[at];
        assert.ok(known);
        done.push(await disturbed(rig, story, fault, k, known));
      }
    }
  };
  // A rig that is still at work when another fails would disturb the next test.
  const ends = await Promise.allSettled(rigs.map((rig, at) => work(rig, goods[at] ?? [])));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return round.stories.map(({ name }, at) => summary(name, longest[at] ?? 0, fault, done));
}

async function learn(rig: ProcessRig, round: Round): Promise<readonly Undisturbed[]> {
  for (const story of round.before) await undisturbed(rig, story);
  const good: Undisturbed[] = [];
  for (const story of round.stories) good.push(await undisturbed(rig, story));
  return good;
}

function summary(name: string, requests: number, fault: Fault, done: readonly Disturbed[]): string {
  const own = done.filter(({ story, struck }) => story === name && struck !== undefined);
  assert.ok(own.length > 0, `${name}: nothing went wrong`);
  const most = Math.max(...own.map(({ morePasses }) => morePasses));
  return `${name}: ${own.length} of ${requests} requests, ${fault}: at most ${most} more passes, 0 double power actions, 0 left behind`;
}
