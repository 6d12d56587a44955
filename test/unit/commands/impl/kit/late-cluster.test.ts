/** A cluster that is opened by its first call. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Server } from '../../../../../src/api/metal/v1alpha1/server.js';
import { lateCluster } from '../../../../../src/commands/impl/kit/late-cluster.js';
import { UserError } from '../../../../../src/errors/classes.js';
import type { KubeCluster } from '../../../../../src/kube/index.js';
import { liveObjects } from '../../../../../src/workflows/live.js';
import { fakeClock } from '../../../../support/clock.js';
import { fakeCluster } from '../../../../support/fake-cluster.js';

test('nothing is opened before the first call, and everything is passed on', async () => {
  let opened = 0;
  const near = fakeCluster();
  const late = lateCluster(async () => {
    opened += 1;
    return near as unknown as KubeCluster;
  });
  assert.equal(opened, 0);
  assert.equal(await late.get(Server, { name: 'node-07' }), undefined);
  assert.equal(opened, 1);
  assert.deepEqual((await late.list(Server)).items, []);
});

test('a kubeconfig that cannot be read is told at once: no try mends it', async () => {
  const cluster = lateCluster(async () => {
    throw new UserError('USAGE', 'the kubeconfig cannot be read');
  });
  const live = liveObjects({ cluster, clock: fakeClock() }, Server, new AbortController().signal);
  await assert.rejects(live.next(), /the kubeconfig cannot be read/);
});
