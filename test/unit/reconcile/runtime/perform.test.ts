/** Effect → request: what is sent, what is not, in which order, and what is remembered when something goes wrong. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KindDef, KubeObject } from '../../../../src/api/kind.js';
import { Server, ServerBootConfiguration } from '../../../../src/api/metal/v1alpha1/index.js';
import { ConflictError, PermanentError, TransientError } from '../../../../src/errors/classes.js';
import { Secret } from '../../../../src/lib/secret.js';
import { systemUri } from '../../../../src/ports/bmc.js';
import type { EventNote } from '../../../../src/ports/events.js';
import { bootOnce, create, type Effect, patchSelf, warn } from '../../../../src/reconcile/effects.js';
import { perform } from '../../../../src/reconcile/runtime/perform.js';
import type { Performed } from '../../../../src/reconcile/runtime/perform-ports.js';
import { Store } from '../../../../src/reconcile/runtime/store.js';
import { aBoot, aServer } from '../../../support/build.js';
import { fakeBmcs } from '../../../support/fake-bmc.js';
import { fakeCluster } from '../../../support/fake-cluster.js';
import { fakeProbes } from '../../../support/fake-probes.js';
import { fakeShells } from '../../../support/fake-shells.js';

const key = { name: 'rack1-system-0' };
const access = {
  id: 'rack1',
  url: 'https://10.0.0.1',
  username: 'admin',
  password: new Secret('pw'),
  credentialVersion: '1',
};
const system = systemUri('/redfish/v1/Systems/1');
const marked = (value: string | null) => ({ metadata: { annotations: { intent: value } } });
const powerOff: Effect = {
  do: 'setPower',
  access,
  system,
  to: 'Off',
  how: 'graceful',
  intent: marked('off'),
  withdraw: marked(null),
};

function scene(server = aServer().in('Available').build()) {
  const cluster = fakeCluster();
  const bmcs = fakeBmcs();
  const machine = bmcs.add('rack1', { power: 'On' });
  const probes = fakeProbes();
  const store = new Store();
  const said: EventNote[] = [];
  cluster.seed<KubeObject>(server, aBoot('Pending'));
  for (const kind of [Server, ServerBootConfiguration] as KindDef[])
    for (const object of cluster.all(kind)) store.put(kind, object);
  const lease = { isHeld: true };
  const events = { emit: (_: unknown, event: EventNote) => void said.push(event), flush: async () => undefined };
  const ports = { cluster, bmcs, shells: fakeShells(bmcs), probes, events, store, mayWrite: () => lease.isHeld };
  const done: Performed = { self: store.get(Server, key) as Server, writes: 0, bmcCalls: 0 };
  return {
    cluster,
    machine,
    probes,
    store,
    said,
    lease,
    done,
    run: (...effects: Effect[]) => perform(ports, Server, effects, done),
  };
}

test('a patch of the visited object carries only what differs, and the version it was decided on', async () => {
  const { cluster, done, run } = scene();
  const version = done.self.metadata.resourceVersion;
  await run(patchSelf({ spec: { systemURI: '/redfish/v1/Systems/1', unclaimable: true } }));
  assert.deepEqual(cluster.writes()[0]?.body, { metadata: { resourceVersion: version }, spec: { unclaimable: true } });
  assert.equal(done.writes, 1);
});

test('what is as wanted already is not sent at all', async () => {
  const { cluster, done, run } = scene();
  await run(patchSelf({ spec: { systemURI: '/redfish/v1/Systems/1' } }));
  await run({ do: 'patch', kind: Server, key, patch: { spec: { bmcRef: { name: 'rack1' } } } });
  await run({ do: 'apply', kind: ServerBootConfiguration, object: aBoot('Pending') });
  assert.deepEqual([cluster.writes(), done.writes], [[], 0]);
});

test('neighbouring patches of the visited object go out as one', async () => {
  const { cluster, run } = scene();
  await run(patchSelf({ spec: { unclaimable: true } }), patchSelf(marked('x')));
  assert.equal(cluster.writes().length, 1);
  assert.equal(cluster.peek(Server, key)?.metadata.annotations?.intent, 'x');
});

test('a second patch of a visit builds on the version the first one returned', async () => {
  const { cluster, run } = scene();
  await run(patchSelf({ spec: { unclaimable: true } }));
  await run(patchSelf(marked('x')));
  assert.equal(cluster.peek(Server, key)?.spec?.unclaimable, true);
});

test('somebody else wrote first: nothing is forced, and the cache has what they wrote', async () => {
  const { cluster, store, run } = scene();
  await cluster.patch(Server, key, { spec: { unclaimable: true } }, 'merge');
  await assert.rejects(run(patchSelf(marked('x'))), { code: 'CONFLICT' });
  assert.equal(store.get(Server, key)?.spec?.unclaimable, true);
  assert.equal(cluster.peek(Server, key)?.metadata.annotations?.intent, undefined);
});

test('a visited object that is gone is a conflict, and leaves the cache', async () => {
  const { cluster, store, run } = scene(aServer().withoutFinalizer().build());
  await cluster.delete(Server, key);
  await assert.rejects(run(patchSelf(marked('x'))), { code: 'CONFLICT' });
  assert.equal(store.get(Server, key), undefined);
});

test('a patch of another object is locked exactly when a version is given', async () => {
  const { cluster, run } = scene();
  await run({
    do: 'patch',
    kind: ServerBootConfiguration,
    key: { namespace: 'db', name: 'db-07' },
    patch: marked('a'),
  });
  assert.deepEqual(cluster.writes()[0]?.body, marked('a'));
  const stale: Effect = {
    do: 'patch',
    kind: Server,
    key,
    patch: { spec: { unclaimable: true } },
    resourceVersion: '0',
  };
  await assert.rejects(run(stale), { code: 'CONFLICT' });
});

test('what exists already is found by the next decision', async () => {
  const { cluster, store, run } = scene();
  const boot = { ...aBoot(undefined), metadata: { name: 'new', namespace: 'db' } };
  cluster.seed(boot);
  await assert.rejects(run(create(ServerBootConfiguration, boot)), { code: 'ALREADY_EXISTS' });
  assert.ok(store.get(ServerBootConfiguration, { namespace: 'db', name: 'new' }));
});

test('a created and an applied object are in the cache at once', async () => {
  const { store, done, run } = scene();
  const made = (name: string) => ({ ...aBoot(undefined), metadata: { name, namespace: 'db' } });
  await run(create(ServerBootConfiguration, made('one')), {
    do: 'apply',
    kind: ServerBootConfiguration,
    object: made('two'),
  });
  for (const name of ['one', 'two']) assert.ok(store.get(ServerBootConfiguration, { namespace: 'db', name }), name);
  assert.equal(done.writes, 2);
});

test('a deletion hits only the object it was decided on; absence is success', async () => {
  const { cluster, store, done, run } = scene();
  const boot = { namespace: 'db', name: 'db-07' };
  const remove = (uid: string): Effect => ({ do: 'delete', kind: ServerBootConfiguration, key: boot, uid });
  await assert.rejects(run(remove('another')), { code: 'CONFLICT' });
  await run(remove('boot-uid'));
  await run(remove('boot-uid'));
  assert.equal(done.writes, 1);
  assert.deepEqual(
    [cluster.peek(ServerBootConfiguration, boot), store.get(ServerBootConfiguration, boot)],
    [undefined, undefined],
  );
});

test('the intent is on record before the machine is told', async () => {
  const { cluster, machine, done, run } = scene();
  let seen: string | undefined;
  const calls = machine.calls;
  calls.push = (...given) => {
    seen = cluster.peek(Server, key)?.metadata.annotations?.intent;
    return Array.prototype.push.apply(calls, given);
  };
  await run(powerOff);
  assert.equal(seen, 'off');
  assert.deepEqual([machine.power, done.bmcCalls, done.writes], ['Off', 1, 1]);
});

const restart: Effect = {
  do: 'reset',
  access,
  system,
  type: 'GracefulRestart',
  intent: marked('restart'),
  withdraw: marked('asked again'),
  refuse: marked(null),
};

test('a restart is on record before it is sent, and stays there until its end is noted', async () => {
  const { done, machine, run } = scene();
  await run(restart);
  assert.equal(done.self.metadata.annotations?.intent, 'restart');
  assert.deepEqual(machine.calls, ['reset GracefulRestart']);
});

for (const [name, error, left] of [
  ['that was never sent is given back', new TransientError('BMC_UNREACHABLE', 'refused'), 'asked again'],
  ['the machine does not know is not asked for again', new PermanentError('RESET_TYPE_UNSUPPORTED', 'no'), undefined],
  ['of unknown outcome stays on record', new TransientError('OUTCOME_UNKNOWN', 'no answer'), 'restart'],
  ['answered by an error stays on record', new TransientError('BMC_ERROR', '500'), 'restart'],
] as const) {
  test(`a restart ${name}`, async () => {
    const { done, machine, run } = scene();
    machine.failNext('reset', error);
    await assert.rejects(run(restart), { code: error.code });
    assert.equal(done.self.metadata.annotations?.intent, left);
  });
}

const light: Effect = {
  do: 'setIndicator',
  access,
  system,
  to: 'Lit',
  intent: marked('lit'),
  withdraw: marked(null),
  refuse: marked('lit'),
};

test('a machine without a light is said once, and holds nothing else up', async () => {
  const { done, machine, said, run } = scene();
  machine.failNext('setIndicator', new PermanentError('BMC_UNSUPPORTED', 'setting the light'));
  await run(light, patchSelf({ spec: { unclaimable: true } }));
  assert.deepEqual(
    said.map(({ type, reason }) => [type, reason]),
    [['Warning', 'BMCUnsupported']],
  );
  assert.equal(done.self.metadata.annotations?.intent, 'lit');
  assert.equal((done.self as Server).spec?.unclaimable, true);
});

test('a light that could not be asked for is asked for again', async () => {
  const { done, machine, run } = scene();
  machine.failNext('setIndicator', new TransientError('BMC_UNREACHABLE', 'refused'));
  await assert.rejects(run(light), { code: 'BMC_UNREACHABLE' });
  assert.equal(done.self.metadata.annotations?.intent, undefined);
});

test('a boot order goes out as one list', async () => {
  const { machine, run } = scene();
  const order = ['Boot0002', 'Boot0001'];
  await run({ do: 'setBootOrder', access, system, order, intent: marked('order'), withdraw: marked(null) });
  assert.deepEqual([machine.calls, machine.bootOrder], [['setBootOrder Boot0002,Boot0001'], order]);
});

test('a machine is not told anything when its intent could not be written', async () => {
  const { cluster, machine, run } = scene();
  cluster.failNext('patch', new TransientError('API_UNREACHABLE', 'no'));
  await assert.rejects(run(powerOff), { code: 'API_UNREACHABLE' });
  assert.deepEqual(machine.calls, []);
});

for (const [error, isWithdrawn] of [
  [new TransientError('BMC_UNREACHABLE', 'refused'), true],
  [new TransientError('BMC_BUSY', '503'), true],
  [new PermanentError('RESET_TYPE_UNSUPPORTED', 'no'), true],
  [new TransientError('OUTCOME_UNKNOWN', 'lost'), false],
  [new TransientError('BMC_TIMEOUT', 'late'), false],
  [new TransientError('BMC_ERROR', '500'), false],
  [new Error('bug'), false],
] as const) {
  const name = 'code' in error ? error.code : 'a bug';
  test(`${name} after a power request ${isWithdrawn ? 'takes the intent back' : 'keeps the intent: it may have acted'}`, async () => {
    const { cluster, machine, run } = scene();
    machine.failNext('setPower', error);
    await assert.rejects(run(powerOff), error);
    assert.equal(cluster.peek(Server, key)?.metadata.annotations?.intent, isWithdrawn ? undefined : 'off');
  });
}

test('effects stop at the first failure', async () => {
  const { machine, run } = scene();
  machine.failNext('setBootOnce', new TransientError('BMC_BUSY', '503'));
  await assert.rejects(run(bootOnce(access, system, 'Pxe'), powerOff), { code: 'BMC_BUSY' });
  assert.deepEqual(machine.calls, ['setBootOnce Pxe']);
});

test('without the lease nothing is written to the cluster, and nothing sent to a machine', async () => {
  const boot = aBoot(undefined);
  const all: Effect[] = [
    patchSelf(marked('x')),
    { do: 'patch', kind: Server, key, patch: { spec: { unclaimable: true } } },
    create(ServerBootConfiguration, { ...boot, metadata: { name: 'new', namespace: 'db' } }),
    { do: 'apply', kind: ServerBootConfiguration, object: { ...boot, metadata: { name: 'new', namespace: 'db' } } },
    { do: 'delete', kind: ServerBootConfiguration, key: { namespace: 'db', name: 'db-07' }, uid: 'boot-uid' },
    powerOff,
    bootOnce(access, system, 'Pxe'),
  ];
  for (const effect of all) {
    const { cluster, machine, lease, run } = scene();
    lease.isHeld = false;
    await assert.rejects(
      run(effect),
      (error) => error instanceof ConflictError && error.code === 'LEASE_LOST',
      effect.do,
    );
    assert.deepEqual([cluster.writes(), machine.calls], [[], []], effect.do);
  }
});

test('a lease lost between intent and request keeps the machine untouched', async () => {
  const { cluster, machine, lease, run } = scene();
  const patch = cluster.patch.bind(cluster);
  cluster.patch = (async (...given: Parameters<typeof patch>) => {
    const result = await patch(...given);
    lease.isHeld = false;
    return result;
  }) as typeof cluster.patch;
  await assert.rejects(run(powerOff), { code: 'LEASE_LOST' });
  assert.deepEqual(machine.calls, []);
});

test('events and the registry need no lease and count as no write', async () => {
  const { said, probes, done, run } = scene();
  const expiresAt = new Date('2026-01-01T01:00:00Z');
  await run({ do: 'expectProbe', systemUUID: 'u', tokenHash: 'h', expiresAt }, warn('R', 'A', 'n'));
  assert.deepEqual([...probes.expected.keys()], ['u']);
  await run({ do: 'forgetProbe', systemUUID: 'u' });
  assert.deepEqual([probes.expected.size, said.map(({ reason }) => reason), done.writes], [0, ['R'], 0]);
});
