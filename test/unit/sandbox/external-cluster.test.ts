/** A rack for a cluster that was there before: what it serves, and what it leaves alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allCrds } from '../../../src/api/crd/index.js';
import { kubeClient } from '../../../src/sandbox/stand-in-client.js';
import { type Sandbox, sandboxUp } from '../../../src/sandbox/up.js';
import { startEmbedded } from '../../conformance/start-api.js';
import { ownBlock } from '../../support/live.js';

const metal = '/apis/metal.ironcore.dev/v1alpha1';
const apiVersion = 'metal.ironcore.dev/v1alpha1';
const boots = `${metal}/namespaces/default/serverbootconfigurations`;
const foreign = '00000000-0000-0000-0000-00000000f0e1';

type Api = Awaited<ReturnType<typeof startEmbedded>>;

/** A Server of this UUID, and a boot configuration whose ignition is there. */
async function boot({ call }: Api, name: string, systemUUID: string): Promise<void> {
  await call('POST', `${metal}/servers`, {
    body: { apiVersion, kind: 'Server', metadata: { name }, spec: { systemUUID } },
  });
  const data = { ignition: Buffer.from('{"ignition":{"version":"3.4.0"}}').toString('base64') };
  await call('POST', '/api/v1/namespaces/default/secrets', { body: { metadata: { name }, data } });
  const spec = { serverRef: { name }, image: 'example/os:1', ignitionSecretRef: { name } };
  const body = { apiVersion, kind: 'ServerBootConfiguration', metadata: { name }, spec };
  assert.equal((await call('POST', boots, { body })).status, 201);
}

const startRack = ({ url, ca, server }: Api): Promise<Sandbox> =>
  sandboxUp({
    servers: 1,
    http: true,
    network: ownBlock(),
    bmcPort: 0,
    external: {
      url,
      context: 'lab',
      kubeconfig: '/lab/kubeconfig',
      connect: (signal) => kubeClient({ url, ca: String(ca), token: server.adminToken }, signal),
    },
  });

test('a rack for an external cluster starts no API server, and says where its objects are', async (context) => {
  const api = await startEmbedded(context);
  const sandbox = await startRack(api);
  try {
    const { apiUrl, kubeconfig, context: name } = sandbox.record;
    assert.deepEqual([apiUrl, kubeconfig, name], [api.url, '/lab/kubeconfig', 'lab']);
    assert.throws(() => sandbox.api, /in another cluster/);
  } finally {
    await sandbox.close();
  }
  assert.equal((await api.call('GET', '/version')).status, 200, 'the cluster outlives the rack');
});

test('boot configurations of its own machines become Ready; others are left alone, and their Secrets unread', async (context) => {
  const api = await startEmbedded(context);
  for (const body of allCrds())
    await api.call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { body });
  await boot(api, 'another', foreign);
  const sandbox = await startRack(api);
  try {
    const changes = await api.watch(`${boots}?watch=true`);
    await boot(api, 'ours', sandbox.emulator.bmcs[0]?.systemUUIDs[0] ?? '');
    const events = await changes.until(3);
    changes.close();
    assert.deepEqual(
      events.map(({ object }) => [object.metadata.name, object.status?.state]),
      [
        ['another', undefined],
        ['ours', undefined],
        ['ours', 'Ready'],
      ],
    );
    const counts = api.server.requestLog.counts();
    assert.deepEqual([counts['list secrets'], counts['get secrets']], [undefined, 1]);
  } finally {
    await sandbox.close();
  }
});
