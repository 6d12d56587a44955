/**
 * R-BMC-16: making, rotating and deleting an account with one request gone wrong, for every request: after each request
 * a BMCSecret that the object names lets its account in, and the end is that of the undisturbed run.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BMCUser, ownAnnotations } from '../../src/api/metal/v1alpha1/index.js';
import { BMCSecret } from '../support/world.js';
import { type Fault, Rig } from './harness.js';

const key = { name: 'ops' };
const ops = (): BMCUser => ({
  apiVersion: 'metal.ironcore.dev/v1alpha1',
  kind: 'BMCUser',
  metadata: { name: 'ops' },
  spec: { userName: 'ops', roleID: 'Operator', bmcRef: { name: 'rack1' }, rotationPeriod: '720h' },
});

const userIn = ({ w }: Rig): BMCUser | undefined => w.cluster.peek(BMCUser, key);
const accountIn = ({ w }: Rig) => w.bmcs.machine('rack1').accounts.find(({ userName }) => userName === 'ops');

/** Passwords of every BMCSecret the object names, by whatever field. */
function namedPasswords(rig: Rig): string[] {
  const user = userIn(rig);
  const change = JSON.parse(user?.metadata.annotations?.[ownAnnotations.passwordChange] ?? '{}') as { secret?: string };
  const names = [user?.spec?.bmcSecretRef?.name, user?.status?.effectiveBMCSecretRef?.name, change.secret];
  return names.flatMap((name) => {
    const secret = name === undefined ? undefined : rig.w.cluster.peek(BMCSecret, { name });
    return secret?.data?.password === undefined ? [] : [Buffer.from(secret.data.password, 'base64').toString()];
  });
}

/** Looks after every request whether somebody who follows the object's references gets in. */
function guard(rig: Rig, looked: { times: number }): void {
  rig.onAct = () => {
    const account = accountIn(rig);
    if (account === undefined || userIn(rig) === undefined) return;
    looked.times += 1;
    assert.ok(namedPasswords(rig).includes(account.password.reveal()), 'no BMCSecret the object names logs in');
  };
}

async function machineOnly(): Promise<Rig> {
  const rig = new Rig();
  rig.w.addMachine('rack1');
  await rig.pass();
  return rig;
}

async function withUser(): Promise<Rig> {
  const rig = await machineOnly();
  rig.w.cluster.seed(ops());
  await rig.pass();
  return rig;
}

interface Story {
  readonly name: string;
  readonly make: () => Promise<Rig>;
  readonly begin: (rig: Rig) => unknown;
  readonly end: { secret?: string; hasAccount: boolean; secrets: string[] };
}

const rotate = { metadata: { annotations: { 'metal.ironcore.dev/operation': 'rotate-credentials' } } };
const rotated = { secret: 'ops-2', hasAccount: true, secrets: ['ops-2', 'rack1'] };

const stories: readonly Story[] = [
  {
    name: 'making an account',
    make: machineOnly,
    begin: ({ w }) => w.cluster.seed(ops()),
    end: { secret: 'ops-1', hasAccount: true, secrets: ['ops-1', 'rack1'] },
  },
  {
    name: 'rotation on request',
    make: withUser,
    begin: ({ w }) => w.cluster.patch(BMCUser, key, rotate, 'merge'),
    end: rotated,
  },
  {
    name: 'rotation by period',
    make: withUser,
    begin: ({ w }) => w.clock.tick(31 * 86_400_000),
    end: rotated,
  },
  {
    name: 'deletion',
    make: withUser,
    begin: ({ w }) => w.cluster.delete(BMCUser, key),
    end: { hasAccount: false, secrets: ['rack1'] },
  },
];

const outcome = (rig: Rig) => {
  const secret = userIn(rig)?.spec?.bmcSecretRef?.name;
  const secrets = rig.w.cluster.stored(BMCSecret).map(({ metadata }) => metadata.name);
  return {
    ...(secret === undefined ? {} : { secret }),
    hasAccount: accountIn(rig) !== undefined,
    secrets: secrets.sort(),
  };
};

/** Marks that must be gone in the end. */
const leftIn = (rig: Rig): string[] =>
  [
    'metal.ironcore.dev/operation',
    ownAnnotations.passwordChange,
    ownAnnotations.passwordFailed,
    ownAnnotations.waiting,
  ].filter((mark) => userIn(rig)?.metadata.annotations?.[mark] !== undefined);

async function disturbed(story: Story, fault: Fault, k: number, acts: readonly string[], looked: { times: number }) {
  const where = `${story.name}: request ${k} of ${acts.length} (${acts[k - 1]}) ${fault}`;
  const rig = await story.make();
  guard(rig, looked);
  await story.begin(rig);
  rig.arm(fault, k);
  let passes = 0;
  for (await rig.pass(); passes < 2; passes += 1) await rig.pass();
  assert.ok(rig.isStruck, `${where}: the fault never came`);
  assert.deepEqual(rig.broken, [], where);
  assert.deepEqual(outcome(rig), story.end, where);
  assert.deepEqual(leftIn(rig), [], where);
  assert.deepEqual(userIn(rig)?.status?.effectiveBMCSecretRef?.name, story.end.secret, where);
  const before = rig.acts.length;
  await rig.pass();
  assert.deepEqual(rig.acts.slice(before), [], `${where}: an idle pass writes nothing`);
  const logins = rig.acts.filter(({ what }) => what.startsWith('log in')).length;
  return { logins };
}

for (const story of stories) {
  for (const fault of ['dies', 'loses its answer', 'fails'] as const) {
    test(`R-BMC-16: ${story.name}: any request ${fault}: a Secret the object names always logs in`, async (t) => {
      const looked = { times: 0 };
      const calm = await story.make();
      guard(calm, looked);
      await story.begin(calm);
      const from = calm.acts.length;
      await calm.pass();
      assert.deepEqual(calm.broken, []);
      assert.deepEqual(outcome(calm), story.end);
      const acts = calm.acts.slice(from).map(({ what }) => what);
      for (let k = 1; k <= acts.length; k += 1) await disturbed(story, fault, k, acts, looked);
      t.diagnostic(`n = ${acts.length} requests, each gone wrong once; ${looked.times} looks, 0 without a login`);
    });
  }
}
