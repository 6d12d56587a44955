/** The stand-in for boot-operator: what it serves, and that it waits for what comes late instead of asking for it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allCrds } from '../../../src/api/crd/index.js';
import { standInAt, startStandInBootOperator } from '../../../src/sandbox/stand-in-boot-operator.js';
import { kubeClient } from '../../../src/sandbox/stand-in-client.js';
import { startEmbedded } from '../../conformance/start-api.js';

const metal = '/apis/metal.ironcore.dev/v1alpha1';
const apiVersion = 'metal.ironcore.dev/v1alpha1';
const systemUUID = '38947555-7742-3448-3784-000000000001';

test('a configuration whose ignition comes later is Ready when it comes, and costs no request meanwhile', async (context) => {
  const { call, watch, server, url, ca } = await startEmbedded(context);
  for (const body of allCrds()) await call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { body });
  // Time stands still: nothing that is asked for again after a while is.
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const standIn = standInAt({ url, ca: String(ca), token: server.adminToken });
  context.after(() => standIn.close());
  const boots = `${metal}/namespaces/default/serverbootconfigurations`;
  const changes = await watch(`${boots}?watch=true`);

  const spec = { systemUUID };
  await call('POST', `${metal}/servers`, { body: { apiVersion, kind: 'Server', metadata: { name: 's' }, spec } });
  const boot = { serverRef: { name: 's' }, image: 'example/os:1', ignitionSecretRef: { name: 'late' } };
  const config = { apiVersion, kind: 'ServerBootConfiguration', metadata: { name: 'b' }, spec: boot };
  assert.equal((await call('POST', boots, { body: config })).status, 201);
  await changes.until(1);
  const asked = () => server.requestLog.counts()['get secrets'] ?? 0;
  while (asked() === 0) await call('GET', boots);
  assert.equal(standIn.offer(systemUUID), undefined);

  const data = { ignition: Buffer.from('{"ignition":{"version":"3.4.0"}}').toString('base64') };
  await call('POST', '/api/v1/namespaces/default/secrets', { body: { metadata: { name: 'late' }, data } });
  const events = await changes.until(2);
  changes.close();
  assert.equal(events.at(-1)?.object.status.state, 'Ready');
  assert.deepEqual(standIn.offer(systemUUID), { kind: 'os', image: 'example/os:1' });

  assert.equal(asked(), 2, 'once for nothing, once when it was there');

  // A reconciler that was killed in between writes another ignition, and nothing else of the configuration.
  const other = 'metalprobe --registry-url=http://127.0.0.1:10000 --server-uuid=00000000-0000-0000-0000-000000000001';
  const changed = { data: { ignition: Buffer.from(other).toString('base64') } };
  await call('PATCH', '/api/v1/namespaces/default/secrets/late', {
    body: changed,
    headers: { 'content-type': 'application/merge-patch+json' },
  });
  while (asked() === 2) await call('GET', boots);
  for (let n = 0; n < 100 && standIn.offer(systemUUID)?.kind !== 'probe'; n += 1) await call('GET', boots);
  assert.equal(standIn.offer(systemUUID)?.kind, 'probe', 'what is offered follows the ignition');

  await call('DELETE', `${boots}/b`);
  for (let n = 0; n < 100 && standIn.offer(systemUUID) !== undefined; n += 1) await call('GET', boots);
  assert.equal(standIn.offer(systemUUID), undefined, 'what is deleted is offered no more');
});

test('in a cluster whose Secrets it does not watch, an ignition written anew is seen by what is written beside it', async (context) => {
  const { call, server, url, ca } = await startEmbedded(context);
  for (const body of allCrds()) await call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { body });
  const boots = `${metal}/namespaces/default/serverbootconfigurations`;
  const secrets = '/api/v1/namespaces/default/secrets';
  const merge = { 'content-type': 'application/merge-patch+json' };
  const dataOf = (ignition: string) => ({ ignition: Buffer.from(ignition).toString('base64') });
  const machine = { apiVersion, kind: 'Server', metadata: { name: 's' }, spec: { systemUUID } };
  const spec = { serverRef: { name: 's' }, image: 'example/os:1', ignitionSecretRef: { name: 'i' } };
  await call('POST', `${metal}/servers`, { body: machine });
  await call('POST', secrets, { body: { metadata: { name: 'i' }, data: dataOf('{}') } });
  await call('POST', boots, { body: { apiVersion, kind: 'ServerBootConfiguration', metadata: { name: 'b' }, spec } });

  context.mock.timers.enable({ apis: ['setTimeout'] });
  const access = { url, ca: String(ca), token: server.adminToken };
  const standIn = startStandInBootOperator({ connect: (signal) => kubeClient(access, signal), isOurs: () => true });
  context.after(() => standIn.close());
  const offers = async (kind: string) => {
    for (let n = 0; n < 100 && standIn.offer(systemUUID)?.kind !== kind; n += 1) await call('GET', boots);
    assert.equal(standIn.offer(systemUUID)?.kind, kind);
  };
  await offers('os');

  const probe = `metalprobe --registry-url=http://127.0.0.1:10000 --server-uuid=${systemUUID}`;
  await call('PATCH', `${secrets}/i`, { body: { data: dataOf(probe) }, headers: merge });
  const annotations = { 'metalctl.dev/probe-token-sha256': 'ab' };
  await call('PATCH', `${boots}/b`, { body: { metadata: { annotations } }, headers: merge });
  await offers('probe');
});
