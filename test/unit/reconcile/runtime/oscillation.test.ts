/** A change that does not stick is not written for ever: the key waits, and says which change it was. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OscillationGuard } from '../../../../src/reconcile/runtime/oscillation.js';
import type { VisitResult } from '../../../../src/reconcile/runtime/visit.js';
import { fakeClock } from '../../../support/clock.js';
import { BMC, world } from '../../../support/world.js';

test('an API server that drops a status field does not cause a storm of writes', async () => {
  const w = world();
  w.addMachine('rack1');
  const patch = w.cluster.patch.bind(w.cluster);
  // Plays a server that answers with success and keeps nothing of the firmware version, but counts a version up.
  w.cluster.patch = async (kind, key, body, type, options) => {
    const updated = await patch(kind, key, body, type, options);
    if (kind.kind !== 'BMC') return updated;
    return (await patch(kind, key, { status: { firmwareVersion: null } }, 'merge', { subresource: 'status' })) as never;
  };
  const { report } = await w.pass({ maxPasses: 50 });
  const bmc = report.objects.find(({ kind }) => kind === 'BMC');
  assert.equal(bmc?.outcome, 'oscillating');
  assert.equal(bmc?.code, 'OSCILLATION');
  assert.match(bmc?.message ?? '', /bmc\/rack1 was changed the same way 11 times within five seconds/);
  assert.ok((bmc?.writes ?? 0) < 20, `${bmc?.writes} writes`);
  assert.equal(w.cluster.peek(BMC, 'rack1')?.status?.state, 'Enabled');
});

test('a machine that is claimed and released over and over is not taken for a storm', async () => {
  const clock = fakeClock();
  const guard = new OscillationGuard(clock);
  const result = { written: 'self {"spec":{"serverClaimRef":null}}' } as VisitResult;
  for (let round = 0; round < 100; round += 1) {
    assert.equal(guard.judge('server/a', result).error, undefined);
    await clock.tick(1_000);
  }
});
