/** A BMC, decision by decision: how it is entered, what is remembered of it, and which Servers come of its systems. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../../../src/api/kind.js';
import type { BMC, Server } from '../../../../src/api/metal/v1alpha1/index.js';
import { PermanentError, TransientError } from '../../../../src/errors/classes.js';
import { type SystemInfo, systemUri } from '../../../../src/ports/bmc.js';
import { bmcRegistration } from '../../../../src/reconcile/bmc/machine.js';
import type { Settings } from '../../../../src/reconcile/index.js';
import type { Decision } from '../../../../src/reconcile/runtime/decision.js';
import { aBmc, aSecret, aServer, before, uuid } from '../../../support/build.js';
import { asked, decideIn } from '../../../support/decide.js';
import { type FakeMachine, fakeBmcs } from '../../../support/fake-bmc.js';

const refused = 'metalctl.dev/credentials-refused';

function bmc(more: Partial<BMC['metadata']> = {}, status: BMC['status'] = {}): BMC {
  const built = aBmc();
  return { ...built, metadata: { ...built.metadata, ...more }, status } as BMC;
}

/** The status a BMC has after one connected visit. */
const connected = {
  state: 'Enabled',
  ip: '10.0.0.1',
  manufacturer: 'Contoso',
  model: 'BMC',
  firmwareVersion: '1.0',
  powerState: 'On',
};

const system = (n: number, more: Partial<SystemInfo> = {}): SystemInfo => ({
  uri: systemUri(`/redfish/v1/Systems/${n}`),
  uuid: `00000000-0000-0000-0000-00000000000${n}`,
  isBootable: true,
  ...more,
});

interface Given {
  settings?: Partial<Settings>;
  object?: BMC;
  objects?: KubeObject[];
  machine?: Partial<FakeMachine>;
  fails?: Error;
}

async function decide(given: Given = {}) {
  const { object = bmc({}, connected as never), objects = [], machine, fails, settings } = given;
  const bmcs = fakeBmcs();
  const fake = bmcs.add('rack1', { uuid, ...machine });
  if (fails !== undefined) fake.failNext('manager', fails);
  const decision = await decideIn(bmcRegistration, object, {
    objects: [aSecret(), ...objects],
    bmcs,
    ...(settings === undefined ? {} : { settings }),
  });
  return { decision, calls: fake.calls };
}

const createdBy = (decision: Decision): Server[] =>
  decision.effects.flatMap((effect) => (effect.do === 'create' ? [effect.object as Server] : []));

const known = (name: string, systemUUID: string, systemURI: string, owner = 'rack1'): Server => {
  const built = aServer().named(name).build();
  return { ...built, spec: { systemUUID, systemURI, bmcRef: { name: owner } } };
};

test('a BMC that lets us in is Enabled, with what its manager says', async () => {
  const { decision } = await decide({ object: bmc() });
  assert.equal(decision.because, 'Connected');
  assert.deepEqual(decision.status, { ...connected, sku: null, serialNumber: null });
});

const endpointWith = (spec: object): KubeObject =>
  ({ apiVersion: 'metal.ironcore.dev/v1alpha1', kind: 'Endpoint', metadata: { name: 'e1' }, spec }) as KubeObject;
const referring = (): BMC => {
  const { access: _, ...spec } = aBmc().spec as NonNullable<BMC['spec']>;
  return { ...bmc(), spec: { ...spec, endpointRef: { name: 'e1' } } } as BMC;
};

test('address and MAC come from the Endpoint it refers to; a MAC the status would not take is left out', async () => {
  for (const [macAddress, shown] of [
    ['23:11:8A:33:CF:EA', '23:11:8A:33:CF:EA'],
    ['2311.8a33.cfea', undefined],
  ] as const) {
    const endpoint = endpointWith({ ip: '10.0.0.7', macAddress });
    const { decision } = await decide({ object: referring(), objects: [aSecret(), endpoint] });
    assert.deepEqual([decision.status.ip, decision.status.macAddress], ['10.0.0.7', shown]);
  }
});

test('two Endpoints of one address make two BMCs of it, and neither is asked', async () => {
  const endpoint = (name: string): KubeObject =>
    ({ ...endpointWith({ ip: '10.0.0.7' }), metadata: { name } }) as KubeObject;
  const other = {
    ...referring(),
    metadata: { name: 'rack2' },
    spec: { ...referring().spec, endpointRef: { name: 'e2' } },
  };
  const objects = [aSecret(), endpoint('e1'), endpoint('e2'), other as KubeObject];
  const { decision, calls } = await decide({ object: referring(), objects });
  assert.deepEqual([decision.because, decision.status, calls], ['DuplicateIdentity', { state: 'Error' }, []]);
  assert.deepEqual(asked(decision), ['announce DuplicateIdentity']);
  const leaving = { ...other, metadata: { ...other.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
  const after = await decide({ object: referring(), objects: [...objects.slice(0, 3), leaving as KubeObject] });
  assert.equal(after.decision.because, 'Connected');
});

test('R-API-14: one address in two ways of writing is one address', async () => {
  const at = (name: string, ip: string): BMC => {
    const built = bmc();
    return { ...built, metadata: { ...built.metadata, name }, spec: { ...built.spec, access: { ip } } } as BMC;
  };
  const one = referring();
  for (const [ours, theirs] of [
    ['fd00::7', 'FD00:0:0:0:0:0:0:7'],
    ['10.0.0.7', '::ffff:10.0.0.7'],
    ['10.0.0.7', '::FFFF:a00:7'],
    ['bmc.rack1.example', 'BMC.Rack1.Example.'],
  ] as const) {
    const { decision, calls } = await decide({ object: at('rack1', ours), objects: [aSecret(), at('rack2', theirs)] });
    assert.deepEqual([decision.because, calls], ['DuplicateIdentity', []], `${ours} and ${theirs}`);
    const through = [aSecret(), endpointWith({ ip: theirs }), at('rack2', ours)];
    assert.equal((await decide({ object: one, objects: through })).decision.because, 'DuplicateIdentity', theirs);
  }
  const other = [aSecret(), at('rack2', 'fe80::1%eth1')];
  assert.equal((await decide({ object: at('rack1', 'fe80::1%eth0'), objects: other })).decision.because, 'Connected');
});

test('an Endpoint that is not there, or has no address, is named', async () => {
  await assert.rejects(decide({ object: referring(), objects: [aSecret()] }), { code: 'REFERENCE_MISSING' });
  const empty = [aSecret(), endpointWith({})];
  await assert.rejects(decide({ object: referring(), objects: empty }), { code: 'SPEC_INVALID' });
});

test('nothing new to say: the systems are next, and the status is left alone', async () => {
  const { decision, calls } = await decide();
  assert.deepEqual(asked(decision), ['create Server rack1-system-0']);
  assert.deepEqual(decision.status, {});
  assert.deepEqual(calls, ['manager', 'systems']);
});

for (const [reported, state] of [
  ['Enabled', 'Enabled'],
  [undefined, 'Enabled'],
  ['StandbyOffline', 'Enabled'],
  ['Starting', 'Pending'],
  ['Updating', 'Pending'],
  ['Disabled', 'Pending'],
] as const) {
  test(`a manager that says ${reported ?? 'nothing'} makes the BMC ${state}`, async () => {
    const manager = { uri: '/redfish/v1/Managers/1', ...(reported && { state: reported }) };
    const { decision } = await decide({ object: bmc(), machine: { manager } });
    assert.equal(decision.status.state, state);
  });
}

test('refused credentials are written down with the version of their Secret', async () => {
  const { decision } = await decide({ object: bmc(), fails: new PermanentError('BMC_AUTH_FAILED', 'refused') });
  assert.equal(decision.because, 'AuthenticationFailed');
  assert.equal(decision.isSettled, false);
  assert.deepEqual(decision.status, { state: 'Error' });
  const mark = { metadata: { annotations: { [refused]: 'secret-uid/5' } } };
  assert.deepEqual(asked(decision), [`patchSelf ${JSON.stringify(mark)}`]);
});

test('refused credentials are not tried again: the account is not locked', async () => {
  const bmcs = fakeBmcs();
  const fake = bmcs.add('rack1', { uuid });
  const object = bmc({ annotations: { [refused]: 'secret-uid/5' } });
  await assert.rejects(decideIn(bmcRegistration, object, { objects: [aSecret()], bmcs }), { code: 'BMC_AUTH_FAILED' });
  assert.deepEqual(fake.calls, []);
});

test('a corrected Secret is tried, and the refusal is forgotten', async () => {
  const { decision, calls } = await decide({ object: bmc({ annotations: { [refused]: 'secret-uid/4' } }) });
  assert.deepEqual(calls, ['manager']);
  assert.deepEqual(asked(decision), [`patchSelf {"metadata":{"annotations":{"${refused}":null}}}`]);
});

test('any other failure is not taken for a refusal', async () => {
  const fails = new TransientError('BMC_UNREACHABLE', 'no route');
  await assert.rejects(decide({ object: bmc(), fails }), { code: 'BMC_UNREACHABLE' });
});

test('a missing Secret is named', async () => {
  await assert.rejects(decideIn(bmcRegistration, bmc(), {}), {
    code: 'REFERENCE_MISSING',
    message: /bmcsecret\/rack1/,
  });
});

test('names come from the sorted @odata.id, in whatever order the systems are listed', async () => {
  const orders = [
    [system(1), system(2), system(3)],
    [system(3), system(1), system(2)],
  ];
  for (const systems of orders) {
    const { decision } = await decide({ machine: { systems } });
    const named = createdBy(decision).map(({ metadata, spec }) => `${metadata.name} ${spec?.systemURI}`);
    assert.deepEqual(named, [
      'rack1-system-0 /redfish/v1/Systems/1',
      'rack1-system-1 /redfish/v1/Systems/2',
      'rack1-system-2 /redfish/v1/Systems/3',
    ]);
  }
});

test('a known machine keeps its name when a new one sorts before it', async () => {
  const objects = [known('rack1-system-0', system(2).uuid ?? '', '/redfish/v1/Systems/2')];
  const { decision } = await decide({ objects, machine: { systems: [system(1), system(2)] } });
  assert.deepEqual(asked(decision), ['create Server rack1-system-1']);
  assert.equal(createdBy(decision)[0]?.spec?.systemUUID, system(1).uuid);
});

test('a machine that moved to another URI is followed, not renamed', async () => {
  const objects = [known('rack1-system-0', system(2).uuid ?? '', '/redfish/v1/Systems/old')];
  const { decision } = await decide({ objects, machine: { systems: [system(2)] } });
  const [effect] = decision.effects;
  assert.ok(effect?.do === 'patch' && effect.key.name === 'rack1-system-0');
  assert.deepEqual(effect.patch.spec, { systemURI: '/redfish/v1/Systems/2' });
});

test('a system that is missing from the list keeps its Server', async () => {
  const objects = [
    known('rack1-system-0', system(1).uuid ?? '', '/redfish/v1/Systems/1'),
    known('rack1-system-1', system(2).uuid ?? '', '/redfish/v1/Systems/2'),
  ];
  const { decision } = await decide({ objects, machine: { systems: [system(2)] } });
  assert.deepEqual([asked(decision), decision.because], [[], 'Connected']);
});

test('a system without UUID, or without a boot source, becomes no Server', async () => {
  const { uuid: _none, ...nameless } = system(1);
  const { decision } = await decide({ machine: { systems: [nameless, system(2, { isBootable: false })] } });
  assert.deepEqual([asked(decision), decision.isSettled], [[], true]);
});

test('a machine that another BMC has already is flagged and not acted upon', async () => {
  const objects = [known('other-system-0', uuid, '/redfish/v1/Systems/1', 'other')];
  const { decision } = await decide({ objects });
  assert.deepEqual(asked(decision), ['announce DuplicateIdentity']);
  assert.deepEqual(
    decision.conditions.map(({ type, status }) => `${type}=${status}`),
    ['DuplicateIdentity=True'],
  );
});

test('a duplicate machine does not keep the operator busy: the BMC is looked at again only in the usual time', async () => {
  // The warning used to count as a change, and the BMC was visited again after a millisecond, for ever.
  const objects = [known('other-system-0', uuid, '/redfish/v1/Systems/1', 'other')];
  const first = (await decide({ objects })).decision;
  assert.equal(first.recheckMs, 120_000);
  const at = { lastTransitionTime: '2026-01-01T00:00:00Z', reason: 'DuplicateIdentity' };
  const conditions = first.conditions.map((change) => ({ ...change, ...at }));
  const object = bmc({}, { ...connected, conditions } as never);
  const second = (await decide({ object, objects })).decision;
  assert.deepEqual([asked(second), second.recheckMs], [[], 120_000]);
});

test('two systems of one BMC with the same UUID become no Server: nobody knows which is which', async () => {
  // They used to become two Servers that shared an identity, each following the URI of the other.
  const systems = [system(1), system(2, { uuid: system(1).uuid ?? '' }), system(3)];
  const { decision } = await decide({ machine: { systems } });
  assert.deepEqual(
    createdBy(decision).map(({ spec }) => spec?.systemURI),
    ['/redfish/v1/Systems/3'],
  );
});

test('the flag goes once every system is itself again', async () => {
  const { decision } = await decide({ objects: [known('rack1-system-0', uuid, '/redfish/v1/Systems/1')] });
  const [change] = decision.conditions;
  assert.deepEqual([change?.type, change?.status, change?.onlyIfPresent], ['DuplicateIdentity', 'False', true]);
});

for (const [power, mark, isCordoned] of [
  ['On', 'true', true],
  ['Off', 'true', undefined],
  ['On', undefined, undefined],
  [undefined, 'true', true],
] as const) {
  test(`a machine that is ${power ?? 'in unknown power'} ${mark ? 'on a BMC that cordons running ones' : 'is adopted and'} is ${isCordoned ? 'cordoned' : 'free'}`, async () => {
    const annotations: Record<string, string> = mark === undefined ? {} : { 'metalctl.dev/cordon-running': mark };
    const object = bmc({ annotations }, connected as never);
    const { decision } = await decide({ object, machine: { power } });
    assert.equal(createdBy(decision)[0]?.spec?.unclaimable, isCordoned);
  });
}

for (const [marks, spec] of [
  [{ 'cordon-servers': 'true' }, { unclaimable: true }],
  [{ 'taint-servers': '[{"key":"burn-in","effect":"NoBind"}]' }, { taints: [{ key: 'burn-in', effect: 'NoBind' }] }],
  [{ 'taint-servers': '[{"key":""}]' }, { unclaimable: true }],
  [{ 'taint-servers': 'burn-in' }, { unclaimable: true }],
] as const) {
  test(`a machine that is off on a BMC with ${JSON.stringify(marks)} is made with ${JSON.stringify(spec)}`, async () => {
    const annotations = Object.fromEntries(Object.entries(marks).map(([key, value]) => [`metalctl.dev/${key}`, value]));
    const object = bmc({ annotations }, connected as never);
    const { decision } = await decide({ object, machine: { power: 'Off' } });
    const { unclaimable, taints } = createdBy(decision)[0]?.spec ?? {};
    assert.deepEqual(JSON.parse(JSON.stringify({ unclaimable, taints })), spec);
  });
}

test('labels of the BMC are merged onto its Servers, and their own are kept', async () => {
  const object = bmc({ labels: { zone: 'a' } }, connected as never);
  const built = known('rack1-system-0', uuid, '/redfish/v1/Systems/1');
  const server = { ...built, metadata: { ...built.metadata, labels: { own: 'x' } } };
  const { decision } = await decide({ object, objects: [server] });
  const [effect] = decision.effects;
  assert.ok(effect?.do === 'patch');
  assert.deepEqual(effect.patch.metadata, { labels: { zone: 'a' } });
});

test('a new Server belongs to its BMC and says how it is reached', async () => {
  const object = bmc({ labels: { zone: 'a' } }, connected as never);
  const { decision } = await decide({ object });
  const [server] = createdBy(decision);
  assert.deepEqual(server?.metadata.labels, { zone: 'a' });
  assert.deepEqual(server?.spec, { systemUUID: uuid, systemURI: '/redfish/v1/Systems/1', bmcRef: { name: 'rack1' } });
  assert.equal(server?.metadata.ownerReferences?.[0]?.uid, 'bmc-uid');
});

test('all adopted: it rests until the next periodic check', async () => {
  const { decision } = await decide({ objects: [known('rack1-system-0', uuid, '/redfish/v1/Systems/1')] });
  const { because, isSettled, recheckMs } = decision;
  assert.deepEqual({ because, isSettled, recheckMs }, { because: 'Connected', isSettled: true, recheckMs: 120_000 });
});

test('a deleted BMC gives up the finalizer of an earlier operator, though it does not answer', async () => {
  const object = bmc({ deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['metal.ironcore.dev/bmc', 'x/y'] });
  const { decision, calls } = await decide({ object, fails: new TransientError('BMC_UNREACHABLE', 'dead') });
  assert.deepEqual(asked(decision), ['patchSelf {"metadata":{"finalizers":["x/y"]}}']);
  assert.deepEqual(calls, []);
});

test('an ignored BMC is not asked anything', async () => {
  const { decision, calls } = await decide({
    object: bmc({ annotations: { 'metal.ironcore.dev/operation': 'ignore' } }),
  });
  assert.deepEqual([decision.because, calls], ['Ignored', []]);
});

const restart = { annotations: { 'metal.ironcore.dev/operation': 'graceful-restart-bmc' } };
const resetAsked = (agoMs: number) => ({
  annotations: { 'metalctl.dev/reset-intent': JSON.stringify({ at: before(agoMs), by: 'another' }) },
});

test('a restart asked for by annotation is sent under an intent, and the BMC counts as away', async () => {
  const { decision, calls } = await decide({ object: bmc(restart, connected as never) });
  assert.deepEqual(
    [decision.because, asked(decision), decision.status],
    ['Resetting', ['resetManager'], { state: 'Pending' }],
  );
  assert.deepEqual(
    decision.conditions.map(({ type, status, reason }) => [type, status, reason]),
    [['Reset', 'True', 'UserRequested']],
  );
  assert.deepEqual(calls, []);
});

test('a restart on record is waited for and never sent again, whoever asked for it', async () => {
  const { decision, calls } = await decide({ object: bmc(resetAsked(60_000), connected as never) });
  assert.deepEqual([decision.because, asked(decision), calls, decision.recheckMs], ['Resetting', [], [], 60_000]);
});

const forgetReset = 'patchSelf {"metadata":{"annotations":{"metalctl.dev/reset-intent":null}}}';
const resetCondition = (status: 'True' | 'False', agoMs: number) => ({
  ...connected,
  conditions: [{ type: 'Reset', status, reason: 'Test', message: 'm', lastTransitionTime: before(agoMs) }],
});

for (const [name, status, lastResetTime, because, asks] of [
  [
    'a BMC that is back after its restart says so first',
    resetCondition('True', 120_500),
    undefined,
    'ResetComplete',
    [],
  ],
  ['… and then forgets what was asked', resetCondition('False', 1_000), undefined, 'ResetComplete', [forgetReset]],
  ['a restart that plainly was not heard is sent again', connected, before(3_600_000), 'Resetting', ['resetManager']],
  [
    'a restart that was heard before we could note it is over',
    connected,
    before(100_000),
    'ResetComplete',
    [forgetReset],
  ],
  [
    'a restart of which nobody knows whether it was heard is not sent again, and that is said',
    connected,
    undefined,
    'ResetComplete',
    ['announce OperationOutcomeUnknown', forgetReset],
  ],
] as const) {
  test(name, async () => {
    const machine = lastResetTime === undefined ? {} : { manager: { uri: '/redfish/v1/Managers/1', lastResetTime } };
    const object = bmc(resetAsked(121_000), status as never);
    const { decision, calls } = await decide({ object, machine });
    assert.deepEqual([decision.because, asked(decision), calls], [because, asks, ['manager']]);
  });
}

test('a BMC that stays away after its restart is a failure of the visit, and keeps its intent', async () => {
  const fails = new TransientError('BMC_UNREACHABLE', 'no answer');
  await assert.rejects(decide({ object: bmc(resetAsked(121_000), connected as never), fails }), {
    code: 'BMC_UNREACHABLE',
  });
});

const failingSince = (minutes: number, reason: string, more: object[] = []): BMC['status'] =>
  ({
    ...connected,
    conditions: [
      { type: 'Ready', status: 'False', reason, message: 'm', lastTransitionTime: before(minutes * 60_000) },
      ...more,
    ],
  }) as BMC['status'];
const resetAt = (minutes: number, reason: string) => ({
  type: 'Reset',
  status: 'True',
  reason,
  message: 'm',
  lastTransitionTime: before(minutes * 60_000),
});

for (const [name, status, delayMs, isReset] of [
  ['longer than it may', failingSince(31, 'InternalServerError'), 1_800_000, true],
  ['with connections refused', failingSince(31, 'ConnectionFailed'), 1_800_000, true],
  ['not long enough', failingSince(29, 'InternalServerError'), 1_800_000, false],
  ['and nobody allowed it', failingSince(600, 'InternalServerError'), 0, false],
  ['for a reason a restart does not heal', failingSince(31, 'CertificateNotTrusted'), 1_800_000, false],
  [
    'and it was restarted in this outage',
    failingSince(61, 'ConnectionFailed', [resetAt(20, 'AutoResetting')]),
    1_800_000,
    false,
  ],
  [
    'and its restart was in an earlier outage',
    failingSince(31, 'ConnectionFailed', [resetAt(90, 'AutoResetting')]),
    1_800_000,
    true,
  ],
] as const) {
  test(`a BMC that fails ${name} is ${isReset ? '' : 'not '}restarted by itself`, async () => {
    const bmcs = fakeBmcs();
    bmcs.add('rack1').failNext('manager', new TransientError('BMC_ERROR', 'reading its manager'));
    const settings = { bmcFailureResetDelayMs: delayMs };
    const work = decideIn(bmcRegistration, bmc({}, status), { objects: [aSecret()], bmcs, settings });
    if (!isReset) return assert.rejects(work, { code: 'BMC_ERROR' });
    const decision = await work;
    assert.deepEqual(asked(decision), ['resetManager']);
    assert.equal(decision.conditions[0]?.reason, 'AutoResetting');
    assert.equal(decision.status.state, 'Pending');
    const effect = decision.effects[0];
    assert.ok(effect?.do === 'resetManager');
    assert.doesNotMatch(JSON.stringify(effect.withdraw), /graceful-restart-bmc/, 'nobody asked for it');
  });
}

for (const operation of ['graceful-restart-server', 'force-off-server', 'park']) {
  test(`${operation} on a BMC is refused and said; nothing is restarted`, async () => {
    const object = bmc({ annotations: { 'metal.ironcore.dev/operation': operation } }, connected as never);
    const { decision, calls } = await decide({ object });
    assert.deepEqual(asked(decision), [
      'patchSelf {"metadata":{"annotations":{"metal.ironcore.dev/operation":null}}}',
      'announce UnsupportedOperation',
    ]);
    assert.deepEqual(calls, []);
  });
}

const tls = (status: 'True' | 'False') => ({
  ...connected,
  conditions: [{ type: 'TLSVerified', status, reason: 'Told', message: '', lastTransitionTime: before(60) }],
});
const pinned = { annotations: { 'metalctl.dev/tls-pin': 'a'.repeat(64) } };

for (const [name, verifiesTls, object, told] of [
  ['S-TLS-1: a certificate that nobody verifies shows in the status', false, bmc({}, connected as never), 'False'],
  ['S-TLS-1: and once only', false, bmc({}, tls('False') as never), undefined],
  ['S-TLS-1: a pinned one is verified whatever was asked', false, bmc(pinned, connected as never), undefined],
  ['S-TLS-1: verified again, it says so', true, bmc({}, tls('False') as never), 'True'],
  ['S-TLS-1: what was always verified says nothing', true, bmc({}, connected as never), undefined],
] as const) {
  test(name, async () => {
    const { decision } = await decide({ object, settings: { verifiesTls } });
    const change = decision.conditions.find(({ type }) => type === 'TLSVerified');
    assert.equal(change?.status, told);
    const events = decision.effects.filter((effect) => effect.do === 'announce');
    assert.equal(events.length, told === 'False' ? 1 : 0);
  });
}
