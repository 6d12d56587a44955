/** Beside upstream’s operator nobody reconciles: two of them would switch the same machines. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lease } from '../../../src/api/kubernetes.js';
import { PermanentError } from '../../../src/errors/classes.js';
import { refuseBesideUpstream } from '../../../src/workflows/driver.js';
import { type FakeClock, fakeClock } from '../../support/clock.js';
import { fakeCluster } from '../../support/fake-cluster.js';

const { signal } = new AbortController();
const name = 'f26702e4.ironcore.dev';

function seeded(clock: FakeClock, spec: object, named = name) {
  const cluster = fakeCluster();
  const metadata = { name: named, namespace: 'metal-operator-system', uid: 'lease' };
  const renewTime = clock.now().toISOString();
  cluster.seed({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata,
    spec: { leaseDurationSeconds: 15, renewTime, ...spec },
  } as never);
  return { cluster, key: { namespace: metadata.namespace, name: named } };
}

async function outcome(work: Promise<void>, clock: FakeClock, meanwhile = async () => undefined as unknown) {
  let ended: unknown;
  const done = work.then(
    () => {
      ended = 'goes on';
    },
    (error: { code: string }) => {
      ended = error.code;
    },
  );
  for (let second = 0; second < 40 && ended === undefined; second += 1) {
    await clock.tick(1_000);
    if (second === 3) await meanwhile();
  }
  await done;
  return ended;
}

test('a lease that is renewed while it is looked at is alive: refused, with its holder and the way past', async () => {
  const clock = fakeClock();
  const { cluster, key } = seeded(clock, { holderIdentity: 'manager-0' });
  const renew = () => cluster.patch(Lease, key, { spec: { renewTime: clock.now().toISOString() } }, 'merge');
  const work = refuseBesideUpstream({ cluster, clock }, signal);
  const told = work.catch((error: { why: string; hints: readonly string[] }) => error);
  assert.equal(await outcome(work, clock, renew), 'LEASE_HELD');
  const { why, hints } = (await told) as { why: string; hints: readonly string[] };
  assert.match(why, /metal-operator-system\/f26702e4\.ironcore\.dev is held by "manager-0"/);
  assert.match(hints.join('\n'), /--no-upstream-compat/);
});

test('a lease that nobody renews, holds or that is somebody else’s does not matter', async () => {
  const clock = fakeClock();
  for (const [spec, named] of [
    [{ holderIdentity: 'crashed' }, name],
    [{ holderIdentity: '' }, name],
    [{ holderIdentity: 'x', renewTime: '2025-01-01T00:00:00Z' }, name],
    [{ holderIdentity: 'another' }, 'some-other-lease'],
  ] as const) {
    const { cluster } = seeded(clock, spec, named);
    assert.equal(await outcome(refuseBesideUpstream({ cluster, clock }, signal), clock), 'goes on');
  }
});

test('where leases may not be listed upstream’s operator cannot be ruled out: reconcile refuses, and says how to go on', async () => {
  const clock = fakeClock();
  const cluster = { ...fakeCluster(), list: () => Promise.reject(new PermanentError('API_FORBIDDEN', 'no')) };
  await assert.rejects(refuseBesideUpstream({ cluster, clock }, signal), (error: PermanentError) => {
    assert.equal(error.code, 'API_FORBIDDEN');
    assert.match(String(error.hints), /install rbac.*--no-upstream-compat/);
    return true;
  });
});
