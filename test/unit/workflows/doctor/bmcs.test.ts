/** What doctor sees of BMCs: each check red and green. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PermanentError } from '../../../../src/errors/classes.js';
import type { Bmc, BmcAccess, ManagerInfo } from '../../../../src/ports/bmc.js';
import { bmcChecks } from '../../../../src/workflows/doctor/bmc.js';
import { examine, type Patient, type Result } from '../../../../src/workflows/doctor/check.js';
import { fakeClock } from '../../../support/clock.js';

const now = '2026-03-04T12:00:00Z';

interface Traits {
  readonly manager?: Partial<ManagerInfo>;
  readonly sessions?: number;
  readonly role?: string;
  readonly certificateEnds?: string;
  readonly events?: Error;
  readonly slots?: number | Error;
}

/** A BMC in order, but for what is said. */
function aBmc({ manager, sessions = 1, role = 'Administrator', certificateEnds, events, slots = 1 }: Traits): Bmc {
  const path = (at: number): string => `/redfish/v1/SessionService/Sessions/${at}`;
  const answers: Readonly<Record<string, unknown>> = {
    '/redfish/v1/': { Links: { Sessions: { '@odata.id': '/redfish/v1/SessionService/Sessions' } } },
    '/redfish/v1/SessionService/Sessions': {
      Members: Array.from({ length: sessions }, (_, at) => ({ '@odata.id': path(at) })),
    },
  };
  return {
    authenticate: async () => undefined,
    ownSession: () => path(0),
    raw: async ({ path: asked }: { path: string }) => ({ status: 200, json: answers[asked] ?? { Id: asked } }),
    manager: async () => ({
      uri: '/m',
      manufacturer: 'Dell Inc.',
      model: '17G Monolithic',
      firmwareVersion: '1.20.50.50',
      ...manager,
    }),
    accounts: async () => [{ userName: 'admin', roleId: role }],
    certificates: async () => [{ validNotAfter: certificateEnds ?? '2027-03-04T12:00:00Z' }],
    subscriptions: async () => {
      if (events !== undefined) throw events;
      return [];
    },
    systems: async () => [{ uri: '/s', isBootable: true }],
    mediaSlots: async () => {
      if (slots instanceof Error) throw slots;
      return Array.from({ length: slots }, (_, at) => ({ id: String(at) }));
    },
  } as unknown as Bmc;
}

async function look(traits: Traits): Promise<(id: string) => Result> {
  const access = async () => ({ username: 'admin' }) as BmcAccess;
  const patient = { clock: fakeClock(now), signal: new AbortController().signal } as unknown as Patient;
  const results = await examine(bmcChecks([{ name: 'b1', access, open: () => aBmc(traits) }]), patient);
  return (id) => results.find((each) => each.id === id) ?? assert.fail(id);
}

const unsupported = new PermanentError('BMC_UNSUPPORTED', 'no such thing');
const unlicensed = new PermanentError('LICENSE_REQUIRED', 'looking for virtual media', { why: 'HPE iLO Advanced' });

test('a BMC in order: every check is green', async () => {
  const seen = await look({});
  for (const id of ['D040', 'D041', 'D042', 'D043', 'D044', 'D045', 'D046'])
    assert.equal(seen(id).verdict, 'ok', `${id}: ${seen(id).evidence}`);
});

const cases: readonly (readonly [what: string, traits: Traits, id: string, verdict: string, evidence: RegExp])[] = [
  ['an account that is no administrator', { role: 'Operator' }, 'D041', 'warning', /^bmc\/b1: Operator$/],
  ['a session table that is nearly full', { sessions: 7 }, 'D042', 'warning', /^bmc\/b1: 7 of 8 sessions are taken$/],
  [
    'firmware that lets anybody in',
    { manager: { manufacturer: 'HPE', model: 'iLO 4', firmwareVersion: 'iLO 4 v2.40' } },
    'D043',
    'failure',
    /2\.40 lets anybody in without a password \(CVE-2017-12542\); 2\.53 or newer/,
  ],
  [
    'firmware that does not switch on, that one version alone',
    { manager: { model: '14G Monolithic', firmwareVersion: '5.10.10.05' } },
    'D043',
    'failure',
    /does not switch on .*; take another/,
  ],
  ['a certificate that ends soon', { certificateEnds: '2026-03-14T12:00:00Z' }, 'D044', 'warning', /ends in 10 days/],
  ['a certificate that has ended', { certificateEnds: '2026-03-01T12:00:00Z' }, 'D044', 'warning', /ended/],
  ['an event service that is off', { events: unsupported }, 'D045', 'warning', /none, or disabled/],
  ['no slot for virtual media', { slots: 0 }, 'D046', 'warning', /^bmc\/b1: has no slot$/],
  ['virtual media without its service', { slots: unsupported }, 'D046', 'warning', /has no slot/],
  ['virtual media without their licence', { slots: unlicensed }, 'D046', 'warning', /^bmc\/b1: HPE iLO Advanced$/],
];

for (const [what, traits, id, verdict, evidence] of cases) {
  test(`${id} sees ${what}, says how to lift it, and no other check does`, async () => {
    const seen = await look(traits);
    assert.deepEqual([seen(id).verdict, seen(id).targets], [verdict, ['bmc/b1']], seen(id).evidence);
    assert.match(seen(id).evidence, evidence);
    assert.notEqual(seen(id).fix ?? '', '');
    for (const other of ['D041', 'D042', 'D043', 'D044', 'D045', 'D046'].filter((each) => each !== id))
      assert.equal(seen(other).verdict, 'ok', `${other}: ${seen(other).evidence}`);
  });
}

test('firmware beside what is known to do harm is let be: newer, of another model, or without a number', async () => {
  for (const manager of [
    { manufacturer: 'HPE', model: 'iLO 4', firmwareVersion: 'iLO 4 v2.53' },
    { manufacturer: 'HPE', model: 'iLO 5', firmwareVersion: 'iLO 5 v2.40' },
    { model: '13G Monolithic', firmwareVersion: '2.60.60.60' },
    { model: '14G Monolithic', firmwareVersion: '5.10.10.06' },
    { manufacturer: 'HPE', model: 'iLO 4', firmwareVersion: 'unknown' },
  ])
    assert.equal((await look({ manager }))('D043').verdict, 'ok', JSON.stringify(manager));
  assert.equal(
    (await look({ manager: { model: '13G Monolithic', firmwareVersion: '2.41.40.40' } }))('D043').verdict,
    'failure',
  );
});

test('where the maker tells no limit of sessions, none is judged', async () => {
  const seen = await look({ sessions: 40, manager: { manufacturer: 'Somebody', model: 'x' } });
  assert.equal(seen('D042').verdict, 'ok');
});
