/** Life of a ServerClaim, row by row: every edge, every reason to wait, and everything that is asked for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../../../src/api/kind.js';
import type { ServerBootConfiguration, ServerClaim } from '../../../../src/api/metal/v1alpha1/index.js';
import { serverClaimMachine, serverClaimRegistration } from '../../../../src/reconcile/serverclaim/machine.js';
import { aBoot, aClaim, aServer } from '../../../support/build.js';
import { asked, decideIn } from '../../../support/decide.js';

const server = 'rack1-system-0';
const free = () => aServer().in('Available').powered('Off');
const held = () => aServer().in('Reserved').claimedBy();
const selecting = { matchLabels: { zone: 'a' } };

function claim(spec: Parameters<typeof aClaim>[0] = {}, more: Partial<ServerClaim['metadata']> = {}): ServerClaim {
  const built = aClaim(spec);
  return { ...built, metadata: { ...built.metadata, ...more } };
}
const unbound = (...given: Parameters<typeof claim>): ServerClaim => ({
  ...claim(...given),
  status: { phase: 'Unbound' },
});
const named = { serverRef: { name: server } };

/** The boot configuration as the claim wants it, so that nothing is missing. */
const boot = (): ServerBootConfiguration => {
  const built = aBoot('Ready');
  const owner = { ...built.metadata.ownerReferences?.[0], kind: 'ServerClaim', blockOwnerDeletion: true };
  return { ...built, metadata: { ...built.metadata, ownerReferences: [owner] } } as ServerBootConfiguration;
};

const waits = (sentence: string) =>
  `patchSelf ${JSON.stringify({ metadata: { annotations: { 'metalctl.dev/waiting': sentence } } })}`;
const recordServer = `patchSelf ${JSON.stringify({ spec: { serverRef: { name: server } } })}`;
const taken = `serverbootconfiguration db-07 exists and is not this claim's; nothing is adopted`;
const take = `patch Server ${server}`;

interface Row {
  name: string;
  claim: ServerClaim;
  objects?: KubeObject[];
  next?: string;
  because: string;
  asks?: string[];
  settled?: boolean;
}

const waiting = (name: string, of: ServerClaim, objects: KubeObject[], sentence: string): Row => {
  const because = /^none of \d+ servers/.test(sentence) ? 'NoServerMatches' : 'NoServerAvailable';
  return { name, claim: of, objects, because, asks: [waits(`${because}: ${sentence}`), `announce ${because}`] };
};

const rows: Row[] = [
  // Entering and interrupts
  { name: 'a new claim starts Unbound', claim: { ...claim(), status: {} }, next: 'Unbound', because: 'Entered' },
  {
    name: 'the finalizer comes before any server is taken',
    claim: unbound({}, { finalizers: [] }),
    objects: [free().build()],
    because: 'AddingFinalizer',
    asks: ['patchSelf {"metadata":{"finalizers":["metal.ironcore.dev/serverclaim"]}}'],
  },
  {
    name: 'an ignored claim takes nothing',
    claim: unbound({}, { annotations: { 'metal.ironcore.dev/operation': 'ignore' } }),
    objects: [free().build()],
    because: 'Ignored',
    settled: true,
  },
  // Selection
  {
    name: 'a claim with neither name nor selector takes any free server',
    claim: unbound(),
    objects: [free().build()],
    because: 'Binding',
    asks: [take],
  },
  {
    name: 'of several free servers the claim takes its favourite, whatever the order they came in',
    claim: unbound(),
    objects: [free().named('rack9-system-0').build(), free().build(), free().named('rack5-system-0').build()],
    because: 'Binding',
    asks: [take],
  },
  {
    name: 'a claim that names a server takes that one, not the first',
    claim: unbound({ serverRef: { name: 'rack9-system-0' } }),
    objects: [free().build(), free().named('rack9-system-0').build()],
    because: 'Binding',
    asks: ['patch Server rack9-system-0'],
  },
  {
    name: 'a claim with a selector takes the server it matches',
    claim: unbound({ serverSelector: selecting }),
    objects: [free().named('rack0-system-0').build(), free().labelled({ zone: 'a' }).build()],
    because: 'Binding',
    asks: [take],
  },
  {
    name: 'name and selector must both match',
    claim: unbound({ ...named, serverSelector: selecting }),
    objects: [free().labelled({ zone: 'a' }).build()],
    because: 'Binding',
    asks: [take],
  },
  waiting(
    'a named server whose labels do not match is not taken',
    unbound({ ...named, serverSelector: selecting }),
    [free().labelled({ zone: 'b' }).build()],
    'none of 1 servers is what the claim asks for',
  ),
  waiting('a claim without any server says so', unbound(), [], 'none of 0 servers is what the claim asks for'),
  waiting(
    'a claim says what holds each matching server back',
    unbound(),
    [free().cordoned().build(), free().named('rack2-system-0').powered('On').build()],
    'none of 2 matching servers is free: it is cordoned; power is On, a claimable server must be off',
  ),
  waiting(
    'a server on its way out is not taken',
    unbound(),
    [free().deleted().build()],
    'none of 1 matching servers is free: it is being deleted',
  ),
  // The binding
  {
    name: 'a server left from an earlier claim of this name is released first',
    claim: unbound(),
    objects: [aServer().in('Reserved').claimedBy('db-07', 'old-uid').build(), free().named('rack2-system-0').build()],
    because: 'ServerStillReleasing',
    asks: [
      waits(`ServerStillReleasing: server ${server} is still being released from an earlier claim of this name`),
      'announce ServerStillReleasing',
    ],
  },
  {
    name: 'the server that was won is recorded on the claim',
    claim: unbound(),
    objects: [aServer().in('Available').claimedBy().build()],
    because: 'RecordingServer',
    asks: [recordServer],
  },
  {
    name: 'a claim whose server was recorded waits for Reserved',
    claim: unbound(named),
    objects: [aServer().in('Available').claimedBy().build()],
    because: 'WaitingForReservation',
  },
  {
    name: 'a claim that names one server and is named by another says so',
    claim: unbound({ serverRef: { name: 'rack9-system-0' } }),
    objects: [held().build()],
    because: 'ServerReferenceMismatch',
    asks: [
      waits(
        `ServerReferenceMismatch: the claim names server rack9-system-0, but ${server} names the claim in spec.serverClaimRef`,
      ),
      'announce ServerReferenceMismatch',
    ],
  },
  {
    name: 'a reserved server gets the boot configuration of its claim',
    claim: unbound(named),
    objects: [held().build()],
    because: 'PreparingBoot',
    asks: ['apply ServerBootConfiguration db-07', take],
  },
  {
    name: 'a boot configuration that exists is only referenced',
    claim: unbound(named),
    objects: [held().build(), boot()],
    because: 'PreparingBoot',
    asks: [take],
  },
  {
    name: 'the boot configuration of somebody else is never adopted',
    claim: unbound(named),
    objects: [held().build(), aBoot('Ready', 'other-uid')],
    because: 'BootConfigurationTaken',
    asks: [waits(`BootConfigurationTaken: ${taken}`), 'announce BootConfigurationTaken'],
  },
  {
    name: 'the same reason is said once by an event, and kept up to date in words',
    claim: unbound({}, { annotations: { 'metalctl.dev/waiting': 'NoServerMatches: none of 9 servers' } }),
    because: 'NoServerMatches',
    asks: [waits('NoServerMatches: none of 0 servers is what the claim asks for')],
  },
  {
    name: 'a claim stands down while its server is asked to park',
    claim: unbound(named),
    objects: [held().asking('park').build()],
    because: 'ServerParked',
    asks: [waits(`ServerParked: server ${server} is parked`), 'announce ServerParked'],
  },
  {
    name: 'Unbound → Bound when server, claim and boot configuration name each other',
    claim: unbound(named),
    objects: [held().bootingWith('db-07').build(), boot()],
    next: 'Bound',
    because: 'Bound',
    asks: ['patchSelf {"metadata":{"annotations":{"metalctl.dev/waiting":null}}}'],
  },
  {
    name: 'a binding made by the upstream operator carries no UID and counts',
    claim: unbound(named),
    objects: [withoutUid(held().bootingWith('db-07').build()), boot()],
    next: 'Bound',
    because: 'Bound',
    asks: ['patchSelf {"metadata":{"annotations":{"metalctl.dev/waiting":null}}}'],
  },
  // Bound
  {
    name: 'Bound rests while all is in place',
    claim: claim(named),
    objects: [held().bootingWith('db-07').build(), boot()],
    because: 'Bound',
    settled: true,
  },
  {
    name: 'Bound hands a changed image on',
    claim: claim({ ...named, image: 'os:2' }),
    objects: [held().bootingWith('db-07').build(), boot()],
    because: 'UpdatingBootConfiguration',
    asks: ['apply ServerBootConfiguration db-07'],
  },
  {
    name: 'Bound restores a boot configuration that was deleted',
    claim: claim(named),
    objects: [held().bootingWith('db-07').build()],
    because: 'UpdatingBootConfiguration',
    asks: ['apply ServerBootConfiguration db-07'],
  },
  {
    name: 'Bound restores the reference on the server',
    claim: claim(named),
    objects: [held().build(), boot()],
    because: 'UpdatingBootConfiguration',
    asks: [take],
  },
  {
    name: 'Bound says that its server is not Reserved',
    claim: claim(named),
    objects: [aServer().in('Available').claimedBy().build()],
    because: 'ServerNotReserved',
  },
  {
    name: 'Bound → Unbound when its server is gone',
    claim: claim(named),
    next: 'Unbound',
    because: 'ServerLost',
    asks: [waits(`ServerLost: server ${server} is gone or serves another claim`), 'announce ServerLost'],
  },
  {
    name: 'Bound → Unbound when its server no longer names it',
    claim: claim(named),
    objects: [free().build()],
    next: 'Unbound',
    because: 'ServerLost',
    asks: [waits(`ServerLost: server ${server} is gone or serves another claim`), 'announce ServerLost'],
  },
  {
    name: 'Bound → Unbound when its server serves a claim of the same name with another UID',
    claim: claim({ ...named, serverRef: { name: 'elsewhere' } }),
    objects: [aServer().in('Reserved').claimedBy('db-07', 'other-uid').build()],
    next: 'Unbound',
    because: 'ServerLost',
    asks: [waits('ServerLost: server elsewhere is gone or serves another claim'), 'announce ServerLost'],
  },
  {
    name: 'Bound puts the note of a binding right that upstream moved',
    claim: claim(named),
    objects: [aServer().in('Reserved').claimedBy('db-07', 'older').build()],
    because: 'RecordingBinding',
    asks: [`patch Server ${server}`],
  },
  {
    name: 'Unbound waits for a server that is noted as another’s of its name, whatever the claim names',
    claim: unbound(named),
    objects: [aServer().in('Reserved').claimedBy('db-07', 'older').build()],
    because: 'ServerStillReleasing',
    asks: [
      waits(`ServerStillReleasing: server ${server} is still being released from an earlier claim of this name`),
      'announce ServerStillReleasing',
    ],
  },
  {
    name: 'Bound takes the ignition away that the claim names no more, whoever wrote it',
    claim: claim(named),
    objects: [
      held().bootingWith('db-07').build(),
      { ...boot(), spec: { ...boot().spec, ignitionSecretRef: { name: 'former' } } } as never,
    ],
    because: 'UpdatingBootConfiguration',
    asks: ['patch ServerBootConfiguration db-07'],
  },
  {
    name: 'Bound stands down while its server is parked',
    claim: claim({ ...named, image: 'os:2' }),
    objects: [held().annotated('metal.ironcore.dev/parked', 'true').build(), boot()],
    because: 'ServerParked',
    settled: true,
  },
  {
    name: 'Bound stands down while its server is in maintenance',
    claim: claim({ ...named, image: 'os:2' }),
    objects: [aServer().in('Maintenance').claimedBy().build(), boot()],
    because: 'ServerInMaintenance',
    settled: true,
  },
  {
    name: 'Bound says that a boot configuration of its name belongs to somebody else',
    claim: claim(named),
    objects: [held().build(), aBoot('Ready', 'other-uid')],
    because: 'BootConfigurationTaken',
    asks: [waits(`BootConfigurationTaken: ${taken}`), 'announce BootConfigurationTaken'],
  },
  // Deletion
  {
    name: 'a deleted claim takes its own boot configuration along',
    claim: claim(named, { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    objects: [held().build(), boot()],
    because: 'CleaningUp',
    asks: ['delete ServerBootConfiguration db-07'],
  },
  {
    name: 'a deleted claim leaves the boot configuration of somebody else alone',
    claim: claim(named, { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    objects: [held().build(), aBoot('Ready', 'other-uid')],
    because: 'Deleted',
    asks: ['patchSelf {"metadata":{"finalizers":[]}}'],
    settled: true,
  },
  {
    name: 'a deleted claim without boot configuration goes at once',
    claim: claim(named, { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    because: 'Deleted',
    asks: ['patchSelf {"metadata":{"finalizers":[]}}'],
    settled: true,
  },
  {
    name: 'a deleted claim waits for the finalizers of others',
    claim: claim(named, { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['other/one'] }),
    because: 'Deleting',
    settled: true,
  },
];

function withoutUid<T extends KubeObject>(object: T): T {
  return { ...object, metadata: { ...object.metadata, annotations: {} } };
}

// What the cache believes and what is so: nothing is taken by an old belief.
const live = (object: KubeObject | undefined) => ({ objects: [free().build()], live: { ServerClaim: object } });
const stale: readonly [string, KubeObject | undefined][] = [
  ['gone', undefined],
  ['served by another process', claim(named)],
  ['being deleted', unbound({}, { deletionTimestamp: '2026-01-01T00:00:00Z' })],
  ['another one of its name', unbound({}, { uid: 'other-uid' })],
  ['after something else by now', unbound({ serverSelector: selecting })],
];
for (const [what, now] of stale) {
  test(`a claim that is ${what} takes no server, whatever the cache says`, () =>
    assert.rejects(decideIn(serverClaimRegistration, unbound(), live(now)), { code: 'CONFLICT' }));
}

for (const row of rows) {
  test(row.name, async () => {
    const given = { objects: row.objects ?? [] };
    const outcome = decideIn(serverClaimRegistration, row.claim, given);
    if (row.because === row.because.toUpperCase()) return assert.rejects(outcome, { code: row.because });
    const decision = await outcome;
    const found = {
      next: decision.next,
      because: decision.because,
      asks: asked(decision),
      settled: decision.isSettled,
    };
    const expected = { next: row.next, because: row.because, asks: row.asks ?? [], settled: row.settled ?? false };
    assert.deepEqual(found, expected);
  });
}

test('every edge of the claim table has a row', () => {
  const walked = new Set(rows.map((row) => `${row.claim.status?.phase} → ${row.next}`));
  for (const [phase, { to }] of Object.entries(serverClaimMachine.table)) {
    for (const next of to) assert.ok(walked.has(`${phase} → ${next}`), `no row for ${phase} → ${next}`);
  }
});

test('the binding is one compare-and-swap of reference and UID on the version that was judged', async () => {
  const decision = await decideIn(serverClaimRegistration, unbound(), { objects: [free().build()] });
  const [effect] = decision.effects;
  assert.ok(effect?.do === 'patch');
  assert.equal(effect.resourceVersion, '10');
  assert.deepEqual(effect.patch, {
    metadata: { annotations: { 'metalctl.dev/claim-uid': 'claim-uid' } },
    spec: { serverClaimRef: { namespace: 'db', name: 'db-07' } },
  });
});

test('the boot configuration is complete, and owned by its claim alone', async () => {
  const wanted = unbound({ ...named, ignitionSecretRef: { name: 'db-07-ignition' } });
  const decision = await decideIn(serverClaimRegistration, wanted, { objects: [held().build()] });
  const [effect] = decision.effects;
  assert.ok(effect?.do === 'apply');
  const { metadata, spec } = effect.object as ServerBootConfiguration;
  const { uid, controller, name } = metadata.ownerReferences?.[0] ?? {};
  assert.deepEqual({ uid, controller, name }, { uid: 'claim-uid', controller: true, name: 'db-07' });
  const ignitionSecretRef = { name: 'db-07-ignition' };
  assert.deepEqual(spec, { serverRef: { name: server }, image: 'os:1', ignitionSecretRef });
});
