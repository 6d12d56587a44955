/** What needs attention, in the fixed order, each object once by its worst cause; counts, bar, racks, driver. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apiVersionOf } from '../../../../src/api/kind.js';
import type { LeaseObject } from '../../../../src/api/kubernetes.js';
import { BMC, Server, ServerClaim } from '../../../../src/api/metal/v1alpha1/index.js';
import { byRank, type Item, ranks } from '../../../../src/commands/impl/top-attention.js';
import { type Fleet, fleetOf } from '../../../../src/commands/impl/top-fleet.js';
import { snapshotOf } from '../../../../src/commands/impl/top-snapshot.js';
import { randomFrom } from '../../../support/random.js';

const nowMs = Date.parse('2026-01-01T12:00:00Z');
const ago = (minutes: number): string => new Date(nowMs - minutes * 60_000).toISOString();
const server = (name: string, state: string, spec: object = {}, more: object = {}, labels = {}): Server =>
  ({
    apiVersion: apiVersionOf(Server),
    kind: 'Server',
    metadata: { name, uid: name, creationTimestamp: ago(120), labels },
    spec,
    status: { state, ...more },
  }) as Server;
const bmc = (name: string, status: object): BMC =>
  ({ apiVersion: apiVersionOf(BMC), kind: 'BMC', metadata: { name, uid: name }, spec: {}, status }) as BMC;
const claim = (name: string, phase: string, server?: string): ServerClaim =>
  ({
    apiVersion: apiVersionOf(ServerClaim),
    kind: 'ServerClaim',
    metadata: { name, namespace: 'ci', uid: name, creationTimestamp: ago(60) },
    spec: { image: 'img', power: 'On', ...(server === undefined ? {} : { serverRef: { name: server } }) },
    status: { phase },
  }) as ServerClaim;
const cordoned = (name: string, minutes: number): Server => {
  const made = server(name, 'Available', { unclaimable: true });
  return { ...made, metadata: { ...made.metadata, annotations: { 'metalctl.dev/cordon-until': ago(-minutes) } } };
};
const notReady = (message: string) => ({
  conditions: [{ type: 'Ready', status: 'False', reason: 'X', message, lastTransitionTime: ago(5) }],
});
const fleet = (more: Partial<Fleet>): Fleet => ({
  servers: [],
  bmcs: [],
  claims: [],
  events: [],
  leases: [],
  nowMs,
  ...more,
});
const attention = (more: Partial<Fleet>): string[] =>
  snapshotOf(fleet(more)).rows.attention.map(({ kind, name, note }) => `${kind}/${name}: ${note}`);

test('errors, dangling references, what is stuck, what waits for a person, what is about to end', () => {
  const servers = [
    cordoned('ends', 30),
    cordoned('lasts', 120),
    server('parked', 'Parked'),
    server('kept', 'Released', { serverClaimRef: { namespace: 'ci', name: 'gone' } }),
    server('stuck', 'Discovery'),
    server('dangling', 'Reserved', { serverClaimRef: { namespace: 'ci', name: 'gone' } }),
    server('orphan', 'Available', { bmcRef: { name: 'gone' } }),
    server('broken', 'Error', {}, notReady('BMC 503')),
    server('fine', 'Available'),
  ];
  const bmcs = [bmc('dark', { state: 'Enabled', ...notReady('no answer') }), bmc('good', { state: 'Enabled' })];
  const claims = [claim('lost', 'Bound', 'nowhere'), claim('waits', 'Unbound'), claim('held', 'Bound', 'fine')];
  assert.deepEqual(attention({ servers, bmcs, claims }), [
    'server/broken: BMC 503',
    'bmc/dark: no answer',
    'claim/ci/lost: server nowhere is missing',
    'server/dangling: claim ci/gone is missing',
    'server/orphan: bmc gone is missing',
    'claim/ci/waits: no server fits: metalctl why claim',
    'server/stuck: Discovery longer than usual',
    'server/kept: kept: metalctl release --finish gives it back',
    'server/parked: parked: metalctl unpark gives it back',
    'server/ends: cordon ends in 30m',
  ]);
});

test('the order of attention is total: no two are equal, none before itself, and any order of objects gives the same', () => {
  const random = randomFrom(7);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const items = Array.from({ length: 60 }, (_, at): Item => {
    const [kind, name] = [pick(['server', 'bmc', 'claim']), pick(['a', 'b', 'ci/a'])];
    return {
      rank: pick(ranks),
      row: { id: `${kind}/${at}`, kind, name, state: '-', mark: 'off', since: '', note: '' },
    };
  });
  for (const a of items) {
    for (const b of items) {
      assert.equal(Math.sign(byRank(a, b)), -Math.sign(byRank(b, a)) || 0);
      assert.equal(byRank(a, b) === 0, a === b);
      for (const c of items) if (byRank(a, b) < 0 && byRank(b, c) < 0) assert.ok(byRank(a, c) < 0);
    }
  }
  const inOrder = items.toSorted(byRank);
  assert.deepEqual([...new Set(inOrder.map(({ rank }) => rank))], ranks);
  for (let turn = 0; turn < 20; turn += 1) {
    const shuffled = items.map((item) => ({ item, key: random() })).sort((a, b) => a.key - b.key);
    assert.deepEqual(shuffled.map(({ item }) => item).sort(byRank), inOrder);
  }
});

test('what was not read is not missing: no reference dangles while a part is on its way, or may not be read', () => {
  const servers = [
    server('s', 'Reserved', { serverClaimRef: { namespace: 'ci', name: 'gone' }, bmcRef: { name: 'b' } }),
  ];
  assert.equal(attention({ servers }).length, 1);
  assert.deepEqual(attention({ servers, isPart: true }), []);
  for (const kind of ['ServerClaim', 'BMC'])
    assert.deepEqual(attention({ servers, unread: new Set([kind]) }), [], kind);
});

test('any order of objects gives the same attention', () => {
  const servers = ['c', 'a', 'b'].map((name) => server(name, 'Error'));
  assert.deepEqual(attention({ servers }), attention({ servers: servers.toReversed() }));
});

test('a discovery of ten minutes is usual, one of thirty-one is not', () => {
  const since = (minutes: number): Server =>
    server(
      's',
      'Discovery',
      {},
      { conditions: [{ type: 'Ready', status: 'Unknown', lastTransitionTime: ago(minutes) }] },
    );
  assert.deepEqual(attention({ servers: [since(10)] }), []);
  assert.equal(attention({ servers: [since(31)] }).length, 1);
});

test('counts stand in the order of the states, the bar has a letter per kind of state', () => {
  const { counts, bar } = snapshotOf(
    fleet({
      servers: ['Error', 'Available', 'Reserved', 'Available', 'Strange'].map((state, at) => server(`s${at}`, state)),
    }),
  );
  assert.deepEqual(counts, [
    ['Available', 2],
    ['Reserved', 1],
    ['Error', 1],
    ['Strange', 1],
  ]);
  assert.deepEqual(Object.fromEntries(bar), { '=': 1, '#': 2, '.': 1, x: 0, '!': 1 });
});

test('racks show a letter per server by shelf, and how many are broken', () => {
  const at = (shelf: string) => ({
    'metadata.metal.ironcore.dev/rack': 'r1',
    'metadata.metal.ironcore.dev/shelf': shelf,
  });
  const { rows } = snapshotOf(
    fleet({ servers: [server('b', 'Error', {}, {}, at('12')), server('a', 'Reserved', {}, {}, at('2'))] }),
  );
  assert.deepEqual(
    rows.racks.map(({ name, state, note }) => [name, state, note]),
    [['r1', '1 error', '=!']],
  );
});

test('racks from above: units top to bottom, tall machines take several, the worse of two shows, the unplaced are counted', () => {
  const at = (shelf?: string, height?: string) => ({
    'metadata.metal.ironcore.dev/rack': 'r1',
    'metadata.metal.ironcore.dev/location': 'fra',
    ...(shelf === undefined ? {} : { 'metadata.metal.ironcore.dev/shelf': shelf }),
    ...(height === undefined ? {} : { 'metadata.metal.ironcore.dev/height': height }),
  });
  const { racks } = snapshotOf(
    fleet({
      servers: [
        server('free', 'Available', {}, {}, at('1')),
        server('used', 'Parked', {}, {}, at('2', '4')),
        server('broken', 'Error', {}, {}, at('3')),
        server('high', 'Reserved', {}, {}, at('44')),
        server('somewhere', 'Available', {}, {}, at()),
        server('absurd', 'Available', {}, {}, at('9000')),
        server('elsewhere', 'Available'),
      ],
    }),
  );
  assert.deepEqual(racks, [{ name: 'fra/r1', units: `U${'E'.repeat(38)}UU!UF`, unplaced: 2 }]);
});

test('claims are counted by phase, none of them is a nought, and unknown where they may not be read', () => {
  const claims = [claim('a', 'Bound'), claim('b', 'Bound'), claim('c', 'Odd')];
  assert.deepEqual(snapshotOf(fleet({ claims })).claims, [
    ['Bound', 2],
    ['Unbound', 0],
    ['Odd', 1],
  ]);
  assert.equal(snapshotOf(fleetOf(new Map(), nowMs)).claims, undefined);
});

test('nobody who reconciles is marked, as worse where nobody ever did; who may not read leases claims nothing', () => {
  const lease = (seconds: number, holderIdentity: string, name = 'metalctl-reconciler'): LeaseObject =>
    ({
      metadata: { name, namespace: 'metal' },
      spec: { holderIdentity, leaseDurationSeconds: 15, renewTime: new Date(nowMs - seconds * 1000).toISOString() },
    }) as LeaseObject;
  const driver = (...leases: LeaseObject[]) => {
    const { driver, driverMark } = snapshotOf(fleet({ leases }));
    return [driverMark, driver];
  };
  assert.deepEqual(driver(lease(30, 'a')), [undefined, 'a (lease metal/metalctl-reconciler), seen 30s ago']);
  assert.deepEqual(driver(lease(31, 'a')), ['bad', 'LOST a (lease metal/metalctl-reconciler), seen 31s ago']);
  assert.deepEqual(driver(lease(31, 'a'), lease(5, 'b'))[0], undefined);
  assert.deepEqual(driver(lease(90, '')), [
    'shut',
    'none now, seen 90s ago: nothing changes until metalctl reconcile runs',
  ]);
  assert.deepEqual(driver(), ['bad', 'none seen: nothing changes until metalctl reconcile runs']);
  assert.equal(snapshotOf(fleetOf(new Map(), nowMs)).driver, '-');
});

test('the driver is who holds the lease, and lost when it was not renewed for twice its duration', () => {
  const lease = (seconds: number): LeaseObject =>
    ({
      metadata: { name: 'metalctl-reconciler', namespace: 'metal' },
      spec: {
        holderIdentity: 'host-1',
        leaseDurationSeconds: 15,
        renewTime: new Date(nowMs - seconds * 1000).toISOString(),
      },
    }) as LeaseObject;
  assert.match(snapshotOf(fleet({ leases: [lease(5)] })).driver, /^host-1 \(lease metal\/metalctl-reconciler\)/);
  assert.match(snapshotOf(fleet({ leases: [lease(31)] })).driver, /^LOST host-1/);
  assert.match(snapshotOf(fleet({})).driver, /^none seen/);
});

test('events stand in columns, the latest first, however long their names', () => {
  const event = (seconds: number, name: string, reason: string) =>
    ({
      metadata: { name: `${name}.${seconds}`, namespace: 'ci' },
      regarding: { kind: 'Server', name },
      eventTime: `2026-01-01T00:00:0${seconds}.000000Z`,
      reason,
      note: 'told',
    }) as unknown as Fleet['events'][number];
  const events = [event(1, 'a-very-long-name-of-a-server-in-a-rack', 'Claimed'), event(2, 'b', 'DiscoveryCompleted')];
  assert.deepEqual(snapshotOf(fleet({ events })).events, [
    '00:00:02  server/b                                       DiscoveryCompleted  told',
    '00:00:01  server/a-very-long-name-of-a-server-in-a-rack  Claimed             told',
  ]);
});
