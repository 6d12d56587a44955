/** A change that does not stick is not written for ever: the key waits, and says which change it was. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
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
  assert.match(bmc?.message ?? '', /bmc\/rack1 was changed the same way 11 times within a minute/);
  assert.ok((bmc?.writes ?? 0) < 20, `${bmc?.writes} writes`);
  assert.equal(w.cluster.peek(BMC, 'rack1')?.status?.state, 'Enabled');
});
