/** A claim deleted and made again under its name at once: the new one inherits no machine that was not let go. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Server, ServerClaim } from '../support/world.js';
import { Rig } from './harness.js';

const claim = (): ServerClaim => ({
  apiVersion: 'metal.ironcore.dev/v1alpha1',
  kind: 'ServerClaim',
  metadata: { name: 'db-07', namespace: 'db' },
  spec: { power: 'On', image: 'os:1' },
});
const key = { namespace: 'db', name: 'db-07' };

test('R-API-13: deleted and made again a hundred times, no claim inherits a running machine', async (t) => {
  const rig = new Rig();
  const { cluster, bmcs } = rig.w;
  rig.w.addMachine('rack1');
  await rig.pass();
  cluster.seed(claim());
  await rig.pass();
  const calls = () => bmcs.machine('rack1').calls.filter((call) => call.startsWith('setPower Off')).length;
  let inherited = 0;
  for (let round = 0; round < 100; round += 1) {
    const [old, offs, boots] = [cluster.peek(ServerClaim, key)?.metadata.uid, calls(), rig.boots.length];
    await cluster.patch(ServerClaim, key, { metadata: { finalizers: null } }, 'merge');
    await cluster.delete(ServerClaim, key);
    await cluster.create(ServerClaim, claim());
    assert.notEqual(cluster.peek(ServerClaim, key)?.metadata.uid, old);
    await rig.pass();
    const now = cluster.peek(ServerClaim, key);
    const uid = cluster.peek(Server, 'rack1-system-0')?.metadata.annotations?.['metalctl.dev/claim-uid'];
    assert.deepEqual([now?.status?.phase, uid], ['Bound', now?.metadata.uid], `round ${round}`);
    if (calls() === offs || rig.boots.length === boots) inherited += 1;
  }
  assert.deepEqual(rig.broken, []);
  assert.equal(inherited, 0);
  assert.deepEqual([...new Set(rig.boots)], ['Pxe']);
  t.diagnostic(
    `100 times: ${inherited} inherited machines, every new claim's machine was switched off and network-booted`,
  );
});
