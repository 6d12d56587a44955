/** A plan's overlay behaves as the API it stands for, and its steps withhold secrets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret as CoreSecret } from '../../../../src/api/kubernetes.js';
import { Server } from '../../../../src/api/metal/v1alpha1/index.js';
import { Secret } from '../../../../src/lib/secret.js';
import { systemUri } from '../../../../src/ports/bmc.js';
import { planningBmcs } from '../../../../src/reconcile/plan/bmcs.js';
import { planningCluster } from '../../../../src/reconcile/plan/cluster.js';
import type { ApiStep, PlanStep } from '../../../../src/reconcile/plan/index.js';
import { aServer } from '../../../support/build.js';
import { fakeBmcs } from '../../../support/fake-bmc.js';
import { fakeCluster } from '../../../support/fake-cluster.js';

function planning() {
  const real = fakeCluster();
  const steps: PlanStep[] = [];
  return {
    real,
    steps,
    cluster: planningCluster(
      real,
      () => new Date(0),
      (step) => void steps.push(step),
    ),
  };
}

const key = { name: 'rack1-system-0' };

test('writes are seen by later reads, and by nobody else', async () => {
  const { real, cluster, steps } = planning();
  real.seed(aServer().in('Available').build());
  const before = real.peek(Server, key);
  await cluster.patch(Server, key, { spec: { unclaimable: true } }, 'merge');
  assert.equal((await cluster.get(Server, key))?.spec?.unclaimable, true);
  assert.equal((await cluster.list(Server)).items[0]?.spec?.unclaimable, true);
  assert.deepEqual(real.peek(Server, key), before);
  assert.deepEqual((steps[0] as ApiStep).changes, [{ path: 'spec.unclaimable', to: true }]);
});

test('a patch of spec leaves the status, a patch of status the spec, and one that changes nothing is no step', async () => {
  const { real, cluster, steps } = planning();
  real.seed(aServer().in('Available').build());
  await cluster.patch(Server, key, { status: { state: 'Reserved' } }, 'merge');
  assert.equal(steps.length, 0);
  await cluster.patch(Server, key, { spec: { unclaimable: true }, status: { state: 'Error' } }, 'merge', {
    subresource: 'status',
  });
  const { spec, status } = (await cluster.get(Server, key)) as Server;
  assert.deepEqual([spec?.unclaimable, status?.state, steps.length], [undefined, 'Error', 1]);
});

test('an object that a finalizer holds is deleted in two steps; a stale version is a conflict', async () => {
  const { real, cluster } = planning();
  real.seed(aServer().in('Available').build());
  const stale = real.peek(Server, key)?.metadata.resourceVersion;
  assert.equal(await cluster.delete(Server, key), true);
  assert.ok((await cluster.get(Server, key))?.metadata.deletionTimestamp);
  const patch = { metadata: { resourceVersion: stale, finalizers: [] } };
  await assert.rejects(cluster.patch(Server, key, patch, 'merge'), { code: 'CONFLICT' });
  await cluster.patch(Server, key, { metadata: { finalizers: [] } }, 'merge');
  assert.equal(await cluster.get(Server, key), undefined);
  assert.deepEqual((await cluster.list(Server)).items, []);
  await assert.rejects(cluster.patch(Server, key, { spec: {} }, 'merge'), { code: 'NOT_FOUND' });
});

test('what a Secret would hold is withheld; conditions are told by type', async () => {
  const { real, cluster, steps } = planning();
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's', namespace: 'ns' },
    data: { pem: 'Q0FOQVJZ' },
  };
  await cluster.create(CoreSecret, secret as never);
  assert.deepEqual((steps[0] as ApiStep).changes, [{ path: 'data.pem', to: '(withheld)' }]);
  real.seed(aServer().in('Available').condition('Ready', 'False', 0).build());
  const conditions = [
    { type: 'Ready', status: 'True', reason: 'Available', message: 'm', lastTransitionTime: '2026-01-01T00:00:00Z' },
  ];
  await cluster.patch(Server, key, { status: { conditions } }, 'merge', { subresource: 'status' });
  assert.deepEqual((steps[1] as ApiStep).changes, [
    { path: 'status.conditions.Ready', from: 'False Test', to: 'True Available' },
  ]);
});

test('BMCs are read and told nothing; a password among the arguments is left out', async () => {
  const bmcs = fakeBmcs();
  const machine = bmcs.add('rack1', { power: 'Off' });
  const steps: PlanStep[] = [];
  const access = {
    id: 'rack1',
    url: 'https://10.0.0.1',
    username: 'admin',
    password: new Secret('CANARY'),
    credentialVersion: '1',
  };
  const bmc = planningBmcs(bmcs, (step) => void steps.push(step)).open(access);
  const uri = systemUri('/redfish/v1/Systems/1');
  assert.equal((await bmc.system(uri)).powerState, 'Off');
  await bmc.setPower(uri, 'On', 'graceful');
  await bmc.setAccountPassword('2', new Secret('CANARY'));
  assert.deepEqual(machine.calls, ['system']);
  assert.deepEqual(
    steps.map((step) => (step.to === 'bmc' ? `${step.action} ${step.detail}` : '')),
    ['setPower /redfish/v1/Systems/1 On graceful', 'setAccountPassword 2'],
  );
});
