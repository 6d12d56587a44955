/** Each of the always-on invariants can fail: a world that keeps all of them, and one in which each is broken alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../src/api/kind.js';
import { aBoot, aClaim, aServer } from '../support/build.js';
import { fakeCluster } from '../support/fake-cluster.js';
import { type GroundTruth, Invariants, type Traffic } from './invariants.js';

const quiet: Traffic = {
  bmcs: ['rack1'],
  failedLogins: () => ({ seen: 0, allowed: 1 }),
  busiest: () => ({ seen: 2, allowed: 2 }),
  sessions: () => ({ seen: 1, orphans: 0 }),
};

function watch(objects: readonly KubeObject[], power = 'Off', traffic: Partial<Traffic> = {}): Invariants {
  const cluster = fakeCluster();
  cluster.seed(...objects);
  const truth: GroundTruth = { cluster, powerOf: () => power, traffic: { ...quiet, ...traffic } };
  return new Invariants(truth);
}

const act = { by: 'process-0', what: 'patch Server rack1-system-0' };
const bound = { ...aClaim({ serverRef: { name: 'rack1-system-0' } }), status: { phase: 'Bound' as const } };
const held = () => aServer().in('Reserved').claimedBy().bootingWith('db-07');
const free = () => aServer().in('Available').powered('Off');
const other = (name: string, uuid: string) => {
  const built = free().named(name).build();
  return {
    ...built,
    metadata: { ...built.metadata, uid: name },
    spec: { ...built.spec, systemUUID: uuid, bmcRef: { name: 'rack2' } },
  };
};

test('a world in order breaks none', () => {
  const invariants = watch([held().build(), bound, aBoot('Ready'), other('rack2-system-0', 'another')], 'Off');
  invariants.beforePower('rack1', 'On');
  invariants.after(act);
  invariants.after({ ...act, by: 'process-1' });
});

/** A server on its way from one state to another, as the same watcher sees it. */
function moving(from: KubeObject, to: KubeObject, power: string): () => void {
  const cluster = fakeCluster();
  cluster.seed(from);
  let now = 'Off';
  const invariants = new Invariants({ cluster, powerOf: () => now });
  invariants.after(act);
  return () => {
    now = power;
    cluster.seed(to);
    invariants.after(act);
  };
}

const second = { ...held().build(), metadata: { ...held().build().metadata, name: 'rack2-system-0', uid: 'second' } };
const withUuid = (systemUUID: string) => free().with({ systemUUID }).build();

/** What is broken, by whom, and the number the message must begin with. */
const broken: readonly [string, string, () => void][] = [
  ['1', 'one claim holds two servers', () => watch([held().build(), second as KubeObject]).after(act)],
  ['1', 'a claim is Bound to a server that does not know it', () => watch([free().build(), bound]).after(act)],
  [
    '1',
    'a claim is Bound to a server of an earlier claim of its name',
    () => watch([aServer().in('Reserved').claimedBy('db-07', 'earlier').build(), bound]).after(act),
  ],
  ['2', 'an Available server is on', () => watch([free().build()], 'On').after(act)],
  ['2', 'an Available server has a boot configuration', () => watch([free().bootingWith('x').build()]).after(act)],
  ['3', 'a server leaves Reserved while it is on', moving(held().build(), aServer().in('Initial').build(), 'On')],
  [
    '4',
    'power on with a boot configuration that is not Ready',
    () => watch([held().build(), aBoot('Pending')]).beforePower('rack1', 'On'),
  ],
  [
    '4',
    'power on without any boot configuration',
    () => watch([aServer().in('Reserved').claimedBy().build()]).beforePower('rack1', 'On'),
  ],
  [
    '4',
    'power on with the boot configuration of somebody else',
    () => watch([held().build(), aBoot('Ready', 'other-uid')]).beforePower('rack1', 'On'),
  ],
  ['5', 'the UUID of a server changes', moving(withUuid('one'), withUuid('two'), 'Off')],
  [
    '5',
    'two servers share a UUID',
    () => watch([free().build(), other('rack2-system-0', free().build().spec?.systemUUID ?? '')]).after(act),
  ],
  ['6', 'a machine that is off is told Off', () => watch([held().build()]).beforePower('rack1', 'Off')],
  [
    '6',
    'a machine on its way is told again',
    () => watch([held().build(), aBoot('Ready')], 'PoweringOn').beforePower('rack1', 'On'),
  ],
  [
    '7',
    'a process goes on after another took over',
    () => {
      const invariants = watch([free().build()]);
      for (const by of ['process-0', 'process-1', 'process-0']) invariants.after({ ...act, by });
    },
  ],
  [
    '8',
    'a refused password is tried again',
    () => watch([], 'Off', { failedLogins: () => ({ seen: 2, allowed: 1 }) }).after(act),
  ],
  [
    '8',
    'a right password is refused',
    () => watch([], 'Off', { failedLogins: () => ({ seen: 1, allowed: 0 }) }).after(act),
  ],
  [
    '9',
    'a BMC is asked more at once than it takes',
    () => watch([], 'Off', { busiest: () => ({ seen: 3, allowed: 2 }) }).after(act),
  ],
  [
    '9',
    'a second session without a kill',
    () => watch([], 'Off', { sessions: () => ({ seen: 2, orphans: 0 }) }).after(act),
  ],
  ['9', 'a second orphan', () => watch([], 'Off', { sessions: () => ({ seen: 3, orphans: 1 }) }).after(act)],
  ['10', 'a write changes nothing', () => watch([free().build()]).after({ ...act, isIdle: true })],
];

for (const [id, what, break_] of broken) {
  test(`invariant ${id} fails: ${what}`, () => assert.throws(break_, { message: new RegExp(`^${id}: `) }));
}

test('each of the ten is broken by some row', () => {
  const ids = new Set(broken.map(([id]) => Number(id)));
  assert.deepEqual(
    [...ids].sort((a, b) => a - b),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  );
});
