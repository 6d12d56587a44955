/** The clock on the wall jumps by hours and days while a daemon works: no storm of requests, and nothing stands still. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reconcileLoop, reconcilers } from '../../src/reconcile/index.js';
import { Rig } from '../crash/harness.js';
import { Server, ServerClaim } from '../support/world.js';

const [hour, day] = [3_600_000, 86_400_000];
const machines = 10;

/** A daemon over a converged fleet, and what it asks of API and BMCs. */
async function daemon() {
  const rig = new Rig('slowly');
  const { w } = rig;
  for (let n = 0; n < machines; n += 1) w.addMachine(`rack${n}`);
  await rig.pass();
  await rig.pass();
  const stop = new AbortController();
  const lease = { name: 'metalctl-reconciler', namespace: 'metalctl-system', identity: 'a' };
  const loop = rig.loop((ports) =>
    reconcileLoop(ports, { registrations: reconcilers, settings: w.settings, lease, signal: stop.signal }),
  );
  const asked = (): number => {
    const bmcs = Array.from({ length: machines }, (_, n) => w.bmcs.machine(`rack${n}`).calls.length);
    const api = w.cluster.calls.filter(({ kind }) => kind !== 'Lease').length;
    return api + bmcs.reduce((sum, each) => sum + each, 0);
  };
  /** The busiest minute of some. */
  const busiest = async (minutes: number): Promise<number> => {
    let most = 0;
    for (let minute = 0; minute < minutes; minute += 1) {
      const before = asked();
      await rig.tick(60_000);
      most = Math.max(most, asked() - before);
    }
    return most;
  };
  const end = async (): Promise<void> => {
    stop.abort();
    await rig.tick(15_000);
    await loop;
  };
  return { rig, w, busiest, end };
}

const claim: ServerClaim = {
  apiVersion: 'metal.ironcore.dev/v1alpha1',
  kind: 'ServerClaim',
  metadata: { name: 'db-07', namespace: 'db' },
  spec: { power: 'On', image: 'os:1' },
};

for (const [words, ms] of [
  ['an hour ahead', hour],
  ['an hour back', -hour],
  ['a day ahead', day],
  ['a day back', -day],
] as const) {
  test(`R-PRC-4: the clock jumps ${words}: no storm, and work goes on`, async (t) => {
    const { rig, w, busiest, end } = await daemon();
    const usual = await busiest(12);
    w.clock.jump(ms);
    const after = await busiest(3);
    t.diagnostic(
      `${machines} machines: at most ${usual} requests a minute, ${after} in one of the three after the jump`,
    );
    assert.ok(usual > 0);
    assert.ok(after <= 1.5 * usual, `${after} requests after the jump, ${usual} before`);

    w.cluster.seed(claim);
    await rig.tick(60_000);
    assert.equal(w.cluster.peek(ServerClaim, 'db/db-07')?.status?.phase, 'Bound');
    await w.cluster.delete(ServerClaim, { namespace: 'db', name: 'db-07' });
    // In the middle of a shutdown: what it waits for must not wait for the clock.
    await rig.tick(2_000);
    w.clock.jump(-ms);
    await rig.tick(400_000);
    const states = w.cluster.all(Server).map(({ status }) => status?.state);
    assert.deepEqual([...new Set(states)], ['Available']);
    assert.deepEqual(rig.broken, []);
    await end();
  });
}

test('R-PRC-4: a discovery under way when the clock is set back is counted anew, and ends', async () => {
  const { rig, w, end } = await daemon();
  w.addMachine('rack-new');
  await rig.tick(500);
  w.clock.jump(-day);
  await rig.tick(300_000);
  assert.equal(w.cluster.peek(Server, 'rack-new-system-0')?.status?.state, 'Available');
  assert.deepEqual(rig.broken, []);
  await end();
});
