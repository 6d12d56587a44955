/** The main job against whichever API server was chosen: emulated BMCs become claimed machines, and free ones again. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { allCrds } from '../../src/api/crd/index.js';
import { CustomResourceDefinition } from '../../src/api/kubernetes.js';
import { BMC, BMCSecret, Server, ServerClaim } from '../../src/api/metal/v1alpha1/index.js';
import { openPorts } from '../../src/library.js';
import { silent } from '../../src/ports/log.js';
import { defaultSettings, reconcileOnce, reconcilers } from '../../src/reconcile/index.js';
import { type Emulator, startEmulator } from '../../src/sandbox/bmc/index.js';
import { createAuthority } from '../../src/sandbox/certificates.js';
import { standInAt } from '../../src/sandbox/stand-in-boot-operator.js';
import { startRegistry } from '../../src/serve/registry/index.js';
import { realClock } from '../../src/wiring/clock.js';
import { ownBlock } from '../support/live.js';
import { startApi, type TestApi } from './start-api.js';

const apiVersion = 'metal.ironcore.dev/v1alpha1';
const PASSWORD = 'story-Passw0rd';

/** A cluster, two machines, and reconcilers between them. */
async function startStory(context: TestContext) {
  const api = await startApi(context);
  const folder = mkdtempSync(join(tmpdir(), 'metalctl-story-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, await api.kubeconfig(), { mode: 0o600 });
  const authority = await createAuthority();
  const [cert, key] = [api.cert?.toString(), api.key?.toString()];
  const token = api.auth.authorization?.replace('Bearer ', '');
  const standIn = standInAt({ url: api.url, ca: String(api.ca), token, cert, key });
  const emulator = await startEmulator({
    servers: 2,
    username: 'admin',
    password: PASSWORD,
    vendors: 'dell,hpe',
    seed: 1,
    speed: 200,
    network: ownBlock(),
    port: 0,
    tls: (hosts) => authority.issue({ hosts }),
    networkBoot: async (uuid) => standIn.offer(uuid),
  });
  const probes = await startRegistry({ host: '127.0.0.1', port: 0, clock: realClock(), log: silent });
  const ports = await openPorts({ kubeconfig, probes, bmcCa: authority.ca });
  context.after(async () => {
    await ports.close();
    await probes.close();
    await emulator.close();
    await standIn.close();
  });
  const settings = { ...defaultSettings, powerPollMs: 300 };
  const pass = () => reconcileOnce(ports, { registrations: reconcilers, settings, settle: true, deadlineMs: 60_000 });
  return { api, emulator, ports, pass };
}

type Story = Awaited<ReturnType<typeof startStory>>;

/** BMC and BMCSecret for each machine, as onboarding makes them; a real server wants the namespace of boots first. */
async function onboard({ api, emulator, ports }: Story): Promise<void> {
  await api.call('POST', '/api/v1/namespaces', { body: { metadata: { name: 'metalctl-system' } } });
  for (const crd of allCrds()) await ports.cluster.create(CustomResourceDefinition, crd as CustomResourceDefinition);
  await untilServed(api);
  const encode = (text: string) => Buffer.from(text).toString('base64');
  for (const { name, host, port } of emulator.bmcs) {
    const data = { username: encode('admin'), password: encode(PASSWORD) };
    const spec = {
      access: { ip: host },
      bmcSecretRef: { name },
      protocol: { name: 'Redfish', port, scheme: 'https' },
    };
    await ports.cluster.create(BMCSecret, { apiVersion, kind: 'BMCSecret', metadata: { name }, data } as BMCSecret);
    await ports.cluster.create(BMC, { apiVersion, kind: 'BMC', metadata: { name }, spec } as BMC);
  }
}

/** A real server serves a definition some time after it took it. */
async function untilServed(api: TestApi): Promise<void> {
  for (const { spec } of allCrds()) {
    const path = `/apis/${apiVersion}/${spec.names.plural}`;
    for (let tries = 0; (await api.call('GET', path)).status !== 200; tries++) {
      assert.ok(tries < 200, `${path} is not served`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Before its operating system runs, a machine would not hear a graceful shutdown. */
async function untilBooted(emulator: Emulator, bmc: string): Promise<void> {
  const isUp = () => emulator.log.actions(bmc).some(({ action, to }) => action === 'boot' && to.startsWith('os'));
  while (!isUp()) await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise((resolve) => setTimeout(resolve, 400));
}

test('two machines are discovered, one is claimed and runs, and is off and free after its release', async (context) => {
  const story = await startStory(context);
  const { emulator, ports, pass } = story;
  await onboard(story);
  await pass();
  const servers = async () => (await ports.cluster.list(Server)).items;
  assert.deepEqual(
    (await servers()).map(({ status }) => [status?.state, status?.powerState]),
    [
      ['Available', 'Off'],
      ['Available', 'Off'],
    ],
  );
  const metadata = { name: 'db-07', namespace: 'default' };
  const spec = { power: 'On', image: 'os:1' };
  await ports.cluster.create(ServerClaim, { apiVersion, kind: 'ServerClaim', metadata, spec } as ServerClaim);
  await pass();
  const claim = await ports.cluster.get(ServerClaim, metadata);
  assert.equal(claim?.status?.phase, 'Bound');
  const on = emulator.bmcs.filter(({ name }) => emulator.powerState(name) === 'On');
  const claimed = (await servers()).find((server) => server.metadata.name === claim?.spec?.serverRef?.name);
  assert.deepEqual([on.length, on[0]?.name, claimed?.status?.state], [1, claimed?.spec?.bmcRef?.name, 'Reserved']);

  await untilBooted(emulator, on[0]?.name ?? '');
  await ports.cluster.delete(ServerClaim, metadata);
  await pass();
  assert.equal(await ports.cluster.get(ServerClaim, metadata), undefined);
  for (const { status, spec } of await servers()) {
    assert.deepEqual([status?.state, status?.powerState, spec?.serverClaimRef], ['Available', 'Off', undefined]);
  }
  assert.deepEqual(
    emulator.bmcs.map(({ name }) => emulator.powerState(name)),
    ['Off', 'Off'],
  );
});
