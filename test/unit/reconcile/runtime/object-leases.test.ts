/** Leases of single servers: one local driver for each machine, and no more. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lease } from '../../../../src/api/kubernetes.js';
import { isMetalError, PermanentError } from '../../../../src/errors/classes.js';
import { silent } from '../../../../src/ports/log.js';
import { ObjectLeases, serverLease } from '../../../../src/reconcile/runtime/object-leases.js';
import { localDriver } from '../../../../src/workflows/driver.js';
import { fakeClock } from '../../../support/clock.js';
import { fakeCluster } from '../../../support/fake-cluster.js';
import { Server, world } from '../../../support/world.js';

const name = serverLease('node-07');

function make() {
  const clock = fakeClock();
  const cluster = fakeCluster(() => clock.now());
  const of = (identity: string) => new ObjectLeases({ cluster, clock, log: silent, namespace: 'metal', identity });
  const record = () => cluster.peek(Lease, `metal/${name}`)?.spec;
  return { clock, cluster, of, record };
}

/** Follows a promise while the clock is stepped. */
function follow(promise: Promise<unknown>) {
  const state: { isDone?: boolean; error?: unknown } = {};
  promise.then(
    () => {
      state.isDone = true;
    },
    (error: unknown) => {
      state.error = error;
    },
  );
  return state;
}

test('a server is held once for all visits, for thirty seconds at a time, and given back', async () => {
  const { clock, cluster, of, record } = make();
  const mine = of('a');
  await Promise.all([mine.hold(name), mine.hold(name)]);
  await mine.hold(name);
  assert.deepEqual([record()?.holderIdentity, record()?.leaseDurationSeconds], ['a', 30]);
  assert.equal(cluster.calls.filter(({ verb }) => verb === 'create').length, 1);
  assert.equal(mine.areHeld(), true);
  await mine.release();
  assert.equal(record()?.holderIdentity, '');
  await of('b').hold(name);
  assert.equal(record()?.holderIdentity, 'b');
  assert.equal(clock.pending(), 1);
});

test('the second who wants to drive it is told who does', async () => {
  const { clock, of } = make();
  const first = of('host-a_1');
  await first.hold(name);
  const second = follow(of('host-b_2').hold(name));
  await clock.tick(5_000);
  assert.ok(isMetalError(second.error));
  assert.equal(second.error.code, 'LEASE_HELD');
  assert.match(second.error.why ?? '', /metalctl\.node-07 held by "host-a_1"/);
  await first.release();
});

test('other servers are free', async () => {
  const { of } = make();
  const first = of('a');
  await first.hold(name);
  const second = of('b');
  await second.hold(serverLease('node-08'));
  assert.equal(second.areHeld(), true);
  await Promise.all([first.release(), second.release()]);
});

test('who may not write leases drives all the same', async () => {
  const { cluster, of, record } = make();
  cluster.failNext('create', new PermanentError('API_FORBIDDEN', 'leases may not be created'), 'Lease');
  const mine = of('a');
  await mine.hold(name);
  assert.equal(record(), undefined);
  assert.equal(mine.areHeld(), true);
});

test('a lease that is lost ends all writing', async () => {
  const { clock, cluster, of } = make();
  const mine = of('a');
  await mine.hold(name);
  const taken = cluster.peek(Lease, `metal/${name}`);
  assert.ok(taken);
  await cluster.replace(Lease, { ...taken, spec: { ...taken.spec, holderIdentity: 'b' } });
  await clock.tick(2_100);
  assert.equal(mine.areHeld(), false);
  await mine.release();
  assert.equal(cluster.peek(Lease, `metal/${name}`)?.spec?.holderIdentity, 'b');
});

test('two local drivers of one machine: the second sends nothing and says why', async () => {
  const w = world();
  w.addMachine('rack1');
  await w.pass();
  w.bmcs.machine('rack1').power = 'On';
  w.bmcs.machine('rack1').calls.length = 0;
  const patch = { spec: { unclaimable: false }, status: { state: 'Available' } };
  await w.cluster.patch(Server, { name: 'rack1-system-0' }, patch, 'merge', { subresource: 'status' });
  const { cluster, clock } = w;
  const other = new ObjectLeases({ cluster, clock, log: silent, namespace: 'metalctl-system', identity: 'other' });
  await other.hold(serverLease('rack1-system-0'));
  const stop = new AbortController();
  const driver = localDriver(w.ports, { ...w.settings, instance: 'me' });
  const driving = follow(driver.drive((kind) => kind.kind === 'Server', stop.signal));
  await w.clock.tick(6_000);
  assert.ok(isMetalError(driving.error));
  assert.equal(driving.error.code, 'LEASE_HELD');
  assert.deepEqual(w.bmcs.machine('rack1').calls, []);
  await other.release();

  const again = follow(driver.drive((kind) => kind.kind === 'Server', stop.signal));
  await w.clock.tick(2_000);
  assert.ok(w.bmcs.machine('rack1').calls.includes('setPower Off graceful'));
  stop.abort();
  await w.clock.tick(10_000);
  assert.equal(again.isDone, true);
  assert.equal(cluster.peek(Lease, 'metalctl-system/metalctl.rack1-system-0')?.spec?.holderIdentity, '');
});
