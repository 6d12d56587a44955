/** A BMCUser, decision by decision: what is made, sent, proven, moved and let go of, and what holds it back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../../../src/api/kind.js';
import type { BMCSecret, BMCUser } from '../../../../src/api/metal/v1alpha1/index.js';
import { PermanentError, TransientError } from '../../../../src/errors/classes.js';
import { Secret } from '../../../../src/lib/secret.js';
import { bmcUserRegistration } from '../../../../src/reconcile/bmcuser/machine.js';
import type { Decision } from '../../../../src/reconcile/runtime/decision.js';
import { aBmc, aSecret, before, epoch } from '../../../support/build.js';
import { asked, decideIn } from '../../../support/decide.js';
import { type FakeMachine, fakeBmcs } from '../../../support/fake-bmc.js';

const day = 86_400_000;
const own = [
  { apiVersion: 'metal.ironcore.dev/v1alpha1', kind: 'BMCUser', name: 'ops', uid: 'user-uid', controller: true },
];
const encoded = (text: string) => Buffer.from(text).toString('base64');

const secret = (name: string, password = `pw-${name}`, isOurs = true): BMCSecret => ({
  apiVersion: 'metal.ironcore.dev/v1alpha1',
  kind: 'BMCSecret',
  metadata: { name, uid: `${name}-uid`, generation: 1, ...(isOurs ? { ownerReferences: own } : {}) },
  data: { username: encoded('ops'), password: encoded(password) },
});

interface Shape {
  spec?: Partial<NonNullable<BMCUser['spec']>>;
  status?: NonNullable<BMCUser['status']>;
  marks?: Record<string, unknown>;
  meta?: Partial<BMCUser['metadata']>;
}

const user = ({ spec, status, marks = {}, meta }: Shape = {}): BMCUser => ({
  apiVersion: 'metal.ironcore.dev/v1alpha1',
  kind: 'BMCUser',
  metadata: {
    name: 'ops',
    uid: 'user-uid',
    finalizers: ['metal.ironcore.dev/bmcuser'],
    annotations: Object.fromEntries(
      Object.entries(marks).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
    ),
    ...meta,
  },
  spec: { userName: 'ops', roleID: 'Operator', bmcRef: { name: 'rack1' }, ...spec },
  ...(status === undefined ? {} : { status }),
});

const change = (came?: string, more: object = {}) => ({
  'metalctl.dev/password-change': {
    secret: 'ops-2',
    cause: 'Rotation',
    at: before(5_000),
    ...(came && { came }),
    ...more,
  },
});
const proof = (name = 'ops-1', agoMs = 40 * day) => ({
  'metalctl.dev/password-proven': { secret: name, version: `${name}-uid/1`, userName: 'ops', at: before(agoMs) },
});
/** An account that is as it should be. */
const kept = (more: Shape = {}): BMCUser =>
  user({
    ...more,
    spec: { bmcSecretRef: { name: 'ops-1' }, ...more.spec },
    status: { id: '3', effectiveBMCSecretRef: { name: 'ops-1' }, lastRotation: before(40 * day), ...more.status },
    marks: { ...proof(), ...more.marks },
  });

interface Scene {
  password?: string | undefined;
  machine?: (machine: FakeMachine) => void;
  objects?: KubeObject[];
}

async function decide(object: BMCUser, { password = 'pw-ops-1', machine, objects = [secret('ops-1')] }: Scene = {}) {
  const bmcs = fakeBmcs();
  const fake = bmcs.add('rack1');
  if (password !== '')
    fake.accounts = [{ id: '3', userName: 'ops', roleId: 'Operator', isEnabled: true, password: new Secret(password) }];
  machine?.(fake);
  const decision = await decideIn(bmcUserRegistration, object, { objects: [aBmc(), aSecret(), ...objects], bmcs });
  return { decision, calls: fake.calls };
}

const patchesOf = ({ effects }: Decision) =>
  effects.flatMap((effect) => (effect.do === 'patchSelf' ? [effect.patch] : []));
const short = (decision: Decision) => asked(decision).map((words) => words.split(' {')[0]);
const note = (decision: Decision, key: string): unknown =>
  patchesOf(decision).map((patch) => (patch.metadata as { annotations: Record<string, unknown> }).annotations[key])[0];

interface Row {
  name: string;
  object: BMCUser;
  scene?: Scene;
  because: string;
  asks: string[];
}

const secrets = (...names: string[]) => names.map((name) => secret(name));
const rotate = { 'metal.ironcore.dev/operation': 'rotate-credentials' };

const rows: Row[] = [
  { name: 'without a BMC nothing is done', object: user({ spec: { bmcRef: undefined } }), because: 'NoBMC', asks: [] },
  {
    name: 'ignored, nothing is done',
    object: kept({ marks: { 'metal.ironcore.dev/operation': 'ignore' } }),
    because: 'Ignored',
    asks: [],
  },
  {
    name: 'the finalizer comes before anything that needs cleaning up',
    object: user({ meta: { finalizers: [] } }),
    because: 'AddingFinalizer',
    asks: ['patchSelf'],
  },
  {
    name: 'a new user: the Secret is made first',
    object: user(),
    scene: { password: '', objects: [] },
    because: 'CreatingSecret',
    asks: ['create BMCSecret ops-1'],
  },
  {
    name: 'the Secret made before a crash is used, not made again',
    object: user(),
    scene: { password: '' },
    because: 'ChangingPassword',
    asks: ['setPassword', 'patchSelf'],
  },
  {
    name: 'a Secret of that name that is somebody else’s is left alone',
    object: user(),
    scene: { password: '', objects: [secret('ops-1', 'theirs', false)] },
    because: 'CreatingSecret',
    asks: ['create BMCSecret ops-2'],
  },
  {
    name: 'a Secret given by a person is sent as it is, also to an account that exists',
    object: user({ spec: { bmcSecretRef: { name: 'given' } } }),
    scene: { password: 'another', objects: [secret('given', 'theirs', false)] },
    because: 'ChangingPassword',
    asks: ['setPassword', 'patchSelf'],
  },
  {
    name: 'an account that vanished from the BMC is made again',
    object: kept(),
    scene: { password: '' },
    because: 'ChangingPassword',
    asks: ['setPassword', 'patchSelf'],
  },
  {
    name: 'what upstream has proven needs no proof of ours',
    object: user({
      spec: { bmcSecretRef: { name: 'ops-1' } },
      status: { id: '3', effectiveBMCSecretRef: { name: 'ops-1' } },
    }),
    because: 'AccountKept',
    asks: [],
  },
  { name: 'kept as it is, nothing is written', object: kept(), because: 'AccountKept', asks: [] },
  {
    name: 'killed after the note, the new password is sent once more, and no login is risked',
    object: kept({ marks: change() }),
    scene: { objects: secrets('ops-1', 'ops-2') },
    because: 'ChangingPassword',
    asks: ['setPassword', 'patchSelf'],
  },
  {
    name: 'sent and logged in: the reference moves',
    object: kept({ marks: change('sent') }),
    scene: { password: 'pw-ops-2', objects: secrets('ops-1', 'ops-2') },
    because: 'PasswordProven',
    asks: ['patchSelf', 'announce PasswordRotated'],
  },
  {
    name: 'refused because it is in force already, and it logs in: the reference moves',
    object: kept({ marks: change('refused') }),
    scene: { password: 'pw-ops-2', objects: secrets('ops-1', 'ops-2') },
    because: 'PasswordProven',
    asks: ['patchSelf', 'announce PasswordRotated'],
  },
  {
    name: 'sent and not let in: the old password goes back, and that is said',
    object: kept({ marks: change('sent') }),
    scene: { password: 'pw-ops-2-cut', objects: secrets('ops-1', 'ops-2') },
    because: 'PasswordRefused',
    asks: ['setPassword', 'patchSelf', 'announce PasswordRefused'],
  },
  {
    name: 'killed while the old password went back: it goes back once more',
    object: kept({ marks: change('reverting') }),
    scene: { password: 'pw-ops-2', objects: secrets('ops-1', 'ops-2') },
    because: 'PasswordRefused',
    asks: ['setPassword', 'patchSelf', 'announce PasswordRefused'],
  },
  {
    name: 'the Secret of a change is gone: the change begins anew',
    object: kept({ marks: change('sent') }),
    because: 'SecretMissing',
    asks: ['patchSelf'],
  },
  {
    name: 'asked to rotate: a new Secret first',
    object: kept({ marks: rotate }),
    because: 'CreatingSecret',
    asks: ['create BMCSecret ops-2'],
  },
  {
    name: 'the period is over: rotate',
    object: kept({ spec: { rotationPeriod: '720h' } }),
    scene: { objects: secrets('ops-1', 'ops-2') },
    because: 'ChangingPassword',
    asks: ['setPassword', 'patchSelf'],
  },
  {
    name: 'the period is not over: nothing yet',
    object: kept({ spec: { rotationPeriod: '1440h' } }),
    because: 'AccountKept',
    asks: [],
  },
  {
    name: 'the password has expired on the BMC: rotate',
    object: kept({ status: { passwordExpiration: before(1_000) } }),
    scene: {
      machine: ({ accounts }) => Object.assign(accounts[0] ?? {}, { passwordExpiration: before(1_000) }),
    },
    because: 'CreatingSecret',
    asks: ['create BMCSecret ops-2'],
  },
  {
    name: 'an expiry from before the last rotation is an old story',
    object: kept({ status: { passwordExpiration: before(50 * day) } }),
    scene: { machine: ({ accounts }) => Object.assign(accounts[0] ?? {}, { passwordExpiration: before(50 * day) }) },
    because: 'AccountKept',
    asks: [],
  },
  {
    name: 'an expiry that is not told any more is cleared',
    object: kept({ status: { passwordExpiration: before(50 * day) } }),
    because: 'Recording',
    asks: [],
  },
  {
    name: 'a rotation that failed is left for a day',
    object: kept({
      spec: { rotationPeriod: '720h' },
      marks: {
        'metalctl.dev/password-failed': { secret: 'ops-2', version: 'x', cause: 'Rotation', at: before(day - 1000) },
      },
    }),
    because: 'PasswordRefused',
    asks: [],
  },
  {
    name: 'after a day it is tried again',
    object: kept({
      spec: { rotationPeriod: '720h' },
      marks: { 'metalctl.dev/password-failed': { secret: 'ops-2', version: 'x', cause: 'Rotation', at: before(day) } },
    }),
    because: 'CreatingSecret',
    asks: ['create BMCSecret ops-2'],
  },
  {
    name: 'another role is asked for',
    object: kept({ spec: { roleID: 'ReadOnly' } }),
    because: 'ChangingRole',
    asks: ['setRole'],
  },
  {
    name: 'a role the BMC does not show is not asked for again',
    object: kept({ spec: { roleID: 'ReadOnly' }, marks: { 'metalctl.dev/role-asked': 'ReadOnly' } }),
    because: 'AccountKept',
    asks: [],
  },
  {
    name: 'the memory of a role goes once it shows',
    object: kept({ marks: { 'metalctl.dev/role-asked': 'Operator' } }),
    because: 'RoleKept',
    asks: ['patchSelf'],
  },
  {
    name: 'Secrets of former passwords go when nothing names them',
    object: kept(),
    scene: { objects: secrets('ops-1', 'ops-0') },
    because: 'Tidying',
    asks: ['delete BMCSecret ops-0'],
  },
  {
    name: 'held back, that is written and said once',
    object: kept({ spec: { rotationPeriod: 'monthly' } }),
    because: 'PeriodInvalid',
    asks: ['patchSelf', 'announce PeriodInvalid'],
  },
  {
    name: 'held back and said: nothing is written',
    object: kept({
      spec: { rotationPeriod: 'monthly' },
      marks: { 'metalctl.dev/waiting': 'PeriodInvalid: "monthly" is no duration such as 720h' },
    }),
    because: 'PeriodInvalid',
    asks: [],
  },
  {
    name: 'no longer held back, the word goes',
    object: kept({ marks: { 'metalctl.dev/waiting': 'PeriodInvalid: …' } }),
    because: 'GoingOn',
    asks: ['patchSelf'],
  },
];

for (const { name, object, scene, because, asks } of rows) {
  test(name, async () => {
    const { decision } = await decide(object, scene);
    assert.deepEqual({ because: decision.because, asks: short(decision) }, { because, asks });
  });
}

test('the note names the new Secret before the BMC hears of it, and the request goes only with the proof', async () => {
  const begun = (await decide(kept({ marks: rotate }), { objects: secrets('ops-1', 'ops-2') })).decision;
  const effect = begun.effects[0];
  assert.ok(effect?.do === 'setPassword');
  assert.match(JSON.stringify(effect.intent), /password-change.*ops-2/);
  assert.doesNotMatch(JSON.stringify([effect.intent, effect.withdraw, patchesOf(begun)]), /operation/);
  const objects = secrets('ops-1', 'ops-2');
  const { decision } = await decide(kept({ marks: { ...rotate, ...change('sent') } }), {
    password: 'pw-ops-2',
    objects,
  });
  assert.equal(note(decision, 'metal.ironcore.dev/operation'), null);
  assert.equal(note(decision, 'metalctl.dev/password-change'), null);
  assert.deepEqual((patchesOf(decision)[0] as { spec: unknown }).spec, { bmcSecretRef: { name: 'ops-2' } });
  assert.deepEqual(decision.status.effectiveBMCSecretRef, { name: 'ops-2' });
});

test('it looks again when the period is over, not a whole period later', async () => {
  const object = kept({ spec: { rotationPeriod: `${40 * 24}h` }, status: { lastRotation: before(40 * day - 5_000) } });
  object.metadata.annotations = { ...object.metadata.annotations };
  const { decision } = await decide(object, {});
  assert.equal(decision.recheckMs, 5_000);
});

test('a made password is on the object by name alone', async () => {
  const { decision } = await decide(user(), { password: '', objects: [] });
  const made = decision.effects[0];
  assert.ok(made?.do === 'create');
  const password = Buffer.from((made.object as BMCSecret).data?.password ?? '', 'base64').toString();
  assert.ok(password.length >= 20);
  const { effects: _, ...rest } = decision;
  assert.ok(!JSON.stringify(rest).includes(password));
  assert.equal((made.object as BMCSecret).immutable, true);
});

const gateRows: [string, BMCUser, KubeObject[]][] = [
  [
    'BMCUnavailable',
    kept({ spec: { bmcRef: { name: 'down' } } }),
    [{ ...aBmc('Pending'), metadata: { name: 'down' } }],
  ],
  ['ReferenceMissing', kept({ spec: { bmcRef: { name: 'nowhere' } } }), []],
  ['OwnAccount', kept({ spec: { userName: 'admin' } }), []],
  ['UserNameChanged', kept({ spec: { userName: 'renamed' } }), []],
  ['SecretMissing', kept({ spec: { bmcSecretRef: { name: 'gone' } } }), []],
  [
    'SecretIncomplete',
    kept({ spec: { bmcSecretRef: { name: 'half' } } }),
    [{ ...secret('half'), data: { username: encoded('ops') } } as KubeObject],
  ],
  [
    'PasswordRefused',
    kept({
      spec: { bmcSecretRef: { name: 'bad' } },
      marks: {
        'metalctl.dev/password-failed': { secret: 'bad', version: 'bad-uid/1', cause: 'Changed', at: before(0) },
      },
    }),
    [secret('bad')],
  ],
];

for (const [reason, object, objects] of gateRows) {
  test(`${reason}: the BMC is not asked for anything`, async () => {
    const { decision, calls } = await decide(object, { objects: [secret('ops-1'), ...objects] });
    assert.equal(decision.because, reason);
    assert.deepEqual(calls, []);
  });
}

const deleted = (more: Shape = {}, agoMs = 1_000) =>
  kept({ ...more, meta: { deletionTimestamp: new Date(epoch.getTime() - agoMs).toISOString() } });
const failing = (machine: FakeMachine) =>
  machine.failNext('accounts', new TransientError('BMC_UNREACHABLE', 'reading its accounts'));

const deletions: Row[] = [
  { name: 'deleted: its account goes first', object: deleted(), because: 'DeletingAccount', asks: ['deleteAccount'] },
  {
    name: 'deleted: an account that is gone already is no failure',
    object: deleted(),
    scene: { password: '' },
    because: 'Deleted',
    asks: ['patchSelf'],
  },
  {
    name: 'deleted: an account of that name under another id is somebody else’s',
    object: deleted({ status: { id: '7' } }),
    because: 'Deleted',
    asks: ['patchSelf'],
  },
  {
    name: 'deleted before anything was done: the BMC is not asked',
    object: { ...user({ meta: { deletionTimestamp: before(1) } }) },
    because: 'Deleted',
    asks: ['patchSelf'],
  },
  {
    name: 'deleted: the account metalctl itself uses stays',
    object: deleted({ spec: { userName: 'admin' } }),
    because: 'Deleted',
    asks: ['patchSelf'],
  },
  {
    name: 'deleted: a silent BMC is given its time',
    object: deleted(),
    scene: { machine: failing },
    because: 'DeletingAccount',
    asks: [],
  },
  {
    name: 'R-API-12: deleted: after ten minutes it goes, and what stays on the BMC is said',
    object: deleted({}, 600_000),
    scene: { machine: failing },
    because: 'AccountLeftBehind',
    asks: ['announce AccountLeftBehind', 'patchSelf'],
  },
  {
    name: 'deleted: a BMC that refuses for good is not waited for in vain',
    object: deleted({}, 600_000),
    scene: {
      machine: (machine) => machine.failNext('accounts', new PermanentError('BMC_FORBIDDEN', 'reading its accounts')),
    },
    because: 'AccountLeftBehind',
    asks: ['announce AccountLeftBehind', 'patchSelf'],
  },
];

for (const { name, object, scene, because, asks } of deletions) {
  test(name, async () => {
    const { decision } = await decide(object, scene);
    assert.deepEqual({ because: decision.because, asks: short(decision) }, { because, asks });
  });
}
