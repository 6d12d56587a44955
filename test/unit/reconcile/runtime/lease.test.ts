/** The Lease under a stepped clock: taking it, keeping it, losing it, and judging whether its holder lives. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lease } from '../../../../src/api/kubernetes.js';
import { ConflictError, TransientError } from '../../../../src/errors/classes.js';
import { silent } from '../../../../src/ports/log.js';
import { type Holding, holdLease } from '../../../../src/reconcile/runtime/lease.js';
import { fakeClock } from '../../../support/clock.js';
import { fakeCluster } from '../../../support/fake-cluster.js';

function make() {
  const clock = fakeClock();
  const cluster = fakeCluster(() => clock.now());
  const hold = (
    identity: string,
    more: { waitMs?: number; signal?: AbortSignal; onWait?: (holder: string) => void } = {},
  ) => holdLease({ cluster, clock, log: silent, name: 'metalctl-reconciler', namespace: 'metal', identity, ...more });
  const holder = () => cluster.peek(Lease, 'metal/metalctl-reconciler')?.spec?.holderIdentity;
  return { clock, cluster, hold, holder };
}

/** Follows a promise while the clock is stepped. */
function follow(promise: Promise<Holding>) {
  const state: { holding?: Holding; error?: unknown } = {};
  promise.then(
    (holding) => {
      state.holding = holding;
    },
    (error: unknown) => {
      state.error = error;
    },
  );
  return state;
}

test('a free lease is taken at once, renewed, and given back', async () => {
  const { clock, cluster, hold, holder } = make();
  const holding = await hold('a');
  assert.equal(holder(), 'a');
  const renewTime = () => cluster.peek(Lease, 'metal/metalctl-reconciler')?.spec?.renewTime;
  const first = renewTime();
  assert.match(first ?? '', /\.\d{6}Z$/);
  await clock.tick(4_100);
  assert.notEqual(renewTime(), first);
  assert.equal(holding.isHeld(), true);
  await holding.release();
  assert.equal(holder(), '');
  const next = await hold('b');
  assert.equal(holder(), 'b');
  await next.release();
  assert.equal(clock.pending(), 0);
});

test('a living holder is named, after it was seen to live', async () => {
  const { clock, hold } = make();
  const first = await hold('a');
  const second = follow(hold('b'));
  await clock.tick(5_000);
  assert.ok(second.error instanceof ConflictError);
  assert.equal(second.error.code, 'LEASE_HELD');
  assert.match(second.error.why ?? '', /held by "a"/);
  await first.release();
});

test('a holder that died is waited out for one lease duration, then replaced', async () => {
  const { clock, cluster, hold, holder } = make();
  const first = await hold('a');
  const death = cluster.replace.bind(cluster);
  cluster.replace = async (kind, object) => {
    if ((object as { spec?: { holderIdentity?: string } }).spec?.holderIdentity === 'a')
      throw new TransientError('API_UNREACHABLE', 'killed');
    return death(kind, object);
  };
  const second = follow(hold('b'));
  await clock.tick(14_000);
  assert.equal(holder(), 'a');
  await clock.tick(4_000);
  assert.equal(holder(), 'b');
  assert.equal(first.isHeld(), false);
  await second.holding?.release();
});

test('a record ten durations old is watched for three seconds, not for a whole duration', async () => {
  const { clock, cluster, hold, holder } = make();
  const spec = { holderIdentity: 'dead', renewTime: '2025-12-31T23:00:00.000000Z', leaseDurationSeconds: 15 };
  cluster.seed({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'metalctl-reconciler', namespace: 'metal' },
    spec,
  } as Lease);
  const next = follow(hold('a'));
  await clock.tick(2_500);
  assert.equal(holder(), 'dead');
  await clock.tick(2_000);
  assert.equal(holder(), 'a');
  await next.holding?.release();
  await clock.tick(2_500);
  assert.equal(clock.pending(), 0);
});

for (const ms of [3_600_000, 86_400_000]) {
  test(`a clock that is ${ms / 3_600_000} hours ahead takes no lease from a holder that lives`, async () => {
    const { clock, hold, holder } = make();
    const living = await hold('a');
    clock.jump(ms);
    const next = follow(hold('b'));
    await clock.tick(8_000);
    assert.equal(holder(), 'a');
    assert.ok(living.isHeld());
    assert.equal((next.error as { code?: string } | undefined)?.code, 'LEASE_HELD');
    await living.release();
  });
}

test('a waiter takes over as soon as the holder lets go', async () => {
  const { clock, hold, holder } = make();
  const first = await hold('a');
  const second = follow(hold('b', { waitMs: 60_000 }));
  await clock.tick(10_000);
  assert.equal(Boolean(second.holding), false);
  await first.release();
  await clock.tick(2_100);
  assert.equal(holder(), 'b');
  await second.holding?.release();
});

test('renewals that fail end the holding before anybody else may take it', async () => {
  const { clock, cluster, hold } = make();
  const holding = await hold('a');
  cluster.replace = async () => {
    throw new TransientError('API_UNREACHABLE', 'cut off');
  };
  let isLost = false;
  void holding.lost.then(() => {
    isLost = true;
  });
  await clock.tick(9_000);
  assert.equal(holding.isHeld(), true);
  await clock.tick(1_500);
  assert.equal(holding.isHeld(), false, 'ten seconds after the last renewal, five before the lease ends');
  await clock.tick(2_000);
  assert.equal(isLost, true);
});

test('a write by somebody else is a loss at once', async () => {
  const { clock, cluster, hold } = make();
  const holding = await hold('a');
  await cluster.patch(
    Lease,
    { namespace: 'metal', name: 'metalctl-reconciler' },
    { spec: { holderIdentity: 'thief' } },
    'merge',
  );
  await clock.tick(2_100);
  assert.equal(holding.isHeld(), false);
  await holding.lost;
});

test('an aborted wait ends at once', async () => {
  const { clock, hold } = make();
  const first = await hold('a');
  const stop = new AbortController();
  const second = follow(hold('b', { waitMs: 60_000, signal: stop.signal }));
  await clock.tick(1_000);
  stop.abort();
  await clock.tick(0);
  assert.ok(second.error !== undefined);
  await first.release();
});

test('whoever has to wait is told once whom for', async () => {
  const { clock, hold } = make();
  const first = await hold('a');
  const told: string[] = [];
  const second = follow(hold('b', { waitMs: 60_000, onWait: (holder) => told.push(holder) }));
  await clock.tick(10_000);
  assert.deepEqual(told, ['a']);
  await first.release();
  await clock.tick(2_100);
  await second.holding?.release();
});
