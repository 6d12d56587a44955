/** Each shipped role on a sandbox that enforces it: it suffices for its mode, and nothing it grants goes unused. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Secret } from '../../src/api/kubernetes.js';
import { BMCSecret, Server, ServerClaim } from '../../src/api/metal/v1alpha1/index.js';
import { userDataOf } from '../../src/serve/metadata/read.js';
import type { ModeName } from '../../src/workflows/install/modes.js';
import { type Live, startLive } from '../support/live.js';
import { claim, discover, operate, view } from '../support/mode-stories.js';
import { type Holder, roleHolder, textOf, verbsOf } from '../support/roles.js';

let live: Live;
const open: Holder[] = [];
before(async () => {
  live = await startLive({ servers: 1 });
  await live.installCrds();
});
after(async () => {
  await Promise.all(open.map((holder) => holder.close()));
  await live.close();
});

async function holderOf(name: ModeName): Promise<Holder> {
  const holder = await roleHolder(live, name);
  open.push(holder);
  holder.used();
  return holder;
}

function requireExact(name: ModeName, { used }: Holder): void {
  const { allowed, refused } = used();
  const granted = verbsOf(name).map(textOf);
  assert.deepEqual([...refused], [], `${name} lacks rights`);
  assert.deepEqual(
    granted.filter((verb) => !allowed.has(verb)),
    [],
    `${name} is granted what it never uses`,
  );
}

test('S-K8S-2: the discoverer’s role suffices, and every verb of it is used', async () => {
  const holder = await holderOf('discoverer');
  await discover(live, holder);
  requireExact('discoverer', holder);
});

test('S-K8S-2: the viewer’s role suffices, and every verb of it is used', async () => {
  const holder = await holderOf('viewer');
  await view(holder);
  requireExact('viewer', holder);
});

test('S-K8S-2: the claimer’s role suffices, and every verb of it is used', async () => {
  await live.onboard();
  await live.pass({ settle: true });
  const holder = await holderOf('claimer');
  await claim(live, holder);
  requireExact('claimer', holder);
});

test('S-K8S-2: the daemon’s role suffices, and every verb of it is used', async () => {
  const holder = await holderOf('daemon');
  const told = await operate(live, holder);
  assert.doesNotMatch(told, /RBAC does not allow/);
  requireExact('daemon', holder);
});

test('S-K8S-3: whoever claims can neither annotate, power nor rebind a Server', async () => {
  const { cluster } = open.find(({ user }) => user.endsWith(':a-claimer')) ?? (await holderOf('claimer'));
  const [server] = (await cluster.list(Server)).items;
  assert.ok(server, 'a claimer sees servers');
  const { name } = server.metadata;
  const patches = [
    { metadata: { annotations: { 'metal.ironcore.dev/operation': 'force-off-server' } } },
    { spec: { power: 'Off' } },
    { spec: { serverClaimRef: { namespace: 'team', name: 'mine' } } },
  ];
  for (const patch of patches)
    await assert.rejects(cluster.patch(Server, { name }, patch, 'merge'), { code: 'API_FORBIDDEN' });
  const status = { status: { state: 'Available' } };
  await assert.rejects(cluster.patch(Server, { name }, status, 'merge', { subresource: 'status' }), {
    code: 'API_FORBIDDEN',
  });
  await assert.rejects(cluster.delete(Server, { name }), { code: 'API_FORBIDDEN' });
  await assert.rejects(cluster.list(BMCSecret), { code: 'API_FORBIDDEN' });
  await assert.rejects(cluster.get(Secret, { namespace: 'kube-system', name: 'x' }), { code: 'API_FORBIDDEN' });
  await assert.rejects(cluster.list(ServerClaim, { namespace: 'default' }), { code: 'API_FORBIDDEN' });
  const now = await live.ports.cluster.get(Server, { name });
  assert.equal(now?.metadata.resourceVersion, server.metadata.resourceVersion);
});

test('S-K8S-1: a claim that names a Secret of another namespace gets none, and nobody reads it', async () => {
  const { cluster: admin } = live.ports;
  const secret = { apiVersion: 'v1', kind: 'Secret', data: { ignition: 'e30=', userData: 'eA==' } };
  await admin.create(Secret, { ...secret, metadata: { name: 'foreign', namespace: 'default' } });
  const head = { apiVersion: 'metal.ironcore.dev/v1alpha1', kind: 'ServerClaim' };
  const foreign = { name: 'foreign', namespace: 'default' };
  const refs = { ignitionSecretRef: foreign, userDataRef: foreign };
  const metadata = { name: 'thief', namespace: 'team' };
  const spec = { power: 'On', image: 'img', serverSelector: {}, ...refs };
  const made = await admin.create(ServerClaim, { ...head, metadata, spec } as ServerClaim);
  assert.deepEqual(made.spec?.ignitionSecretRef, { name: 'foreign' });
  assert.deepEqual(made.spec?.userDataRef, { name: 'foreign' });
  live.sandbox.api.requestLog.reset();
  // It never settles: what it waits for never comes.
  const phase = async () => (await admin.get(ServerClaim, metadata))?.status?.phase;
  for (let passes = 0; passes < 10 && (await phase()) !== 'Bound'; passes += 1) await live.pass();
  await live.pass();
  const server = (await live.servers()).find(({ spec }) => spec?.serverClaimRef?.name === 'thief');
  assert.equal(await phase(), 'Bound');
  assert.ok(server);
  assert.equal(await userDataOf(admin, server), undefined);
  const reads = live.sandbox.api.requestLog.recent().filter(({ resource }) => resource === 'secrets');
  assert.deepEqual(
    reads.filter(({ namespace }) => namespace === 'default'),
    [],
  );
  assert.ok(
    reads.some(({ namespace, name }) => namespace === 'team' && name === 'foreign'),
    'its own namespace is asked',
  );
  await admin.delete(ServerClaim, metadata);
});
