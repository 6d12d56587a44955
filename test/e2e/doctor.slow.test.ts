/** doctor and preflight through the built program: each check is seen healthy and seen to find what it is for. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { KubeObject } from '../../src/api/kind.js';
import { CustomResourceDefinition, Lease } from '../../src/api/kubernetes.js';
import { BMC, BMCSecret, Server, ServerBootConfiguration } from '../../src/api/metal/v1alpha1/index.js';
import { type Cli, type Ended, startCli } from './cli-process.js';

let cli: Cli;
before(async () => {
  cli = await startCli(2);
  await cli.live.onboard();
  await cli.live.pass({ settle: true });
});
after(() => cli.close());

const cluster = () => cli.live.ports.cluster;
const apiVersion = 'metal.ironcore.dev/v1alpha1';

interface Seen {
  readonly id: string;
  readonly verdict: string;
  readonly evidence: string;
  readonly fix?: string;
  readonly targets?: string[];
}

async function doctor(...words: string[]): Promise<{ ended: Ended; seen: (id: string) => Seen }> {
  const ended = await cli.run(['doctor', ...words, '-o', 'json']);
  const { checks = [] } = JSON.parse(ended.stdout) as { checks?: Seen[] };
  return { ended, seen: (id) => checks.find((check) => check.id === id) ?? assert.fail(`${id}: ${ended.stdout}`) };
}

const lease = (name: string): Lease => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name, namespace: 'metalctl-system' },
  spec: {
    holderIdentity: `holder-of-${name}`,
    leaseDurationSeconds: 60,
    renewTime: new Date().toISOString().replace('Z', '000Z'),
  },
});

test('a healthy cluster has no failure, and nobody reconciling is a warning', async () => {
  const { ended, seen } = await doctor();
  assert.equal(ended.code, 0, ended.stdout);
  for (const id of [
    'D001',
    'D002',
    'D010',
    'D011',
    'D012',
    'D020',
    'D021',
    'D031',
    'D032',
    'D033',
    'D034',
    'D035',
    'D036',
    'D037',
    'D038',
    'D060',
  ])
    assert.equal(seen(id).verdict, 'ok', `${id}: ${seen(id).evidence}`);
  assert.equal(seen('D010').evidence, '8/8 CRDs served');
  assert.equal(seen('D030').verdict, 'warning');
});

test('one controller is fine, two that fight over power are a failure', async () => {
  await cluster().create(Lease, lease('metalctl-reconciler'));
  assert.match((await doctor()).seen('D030').evidence, /held by holder-of-metalctl-reconciler/);
  const upstream = lease('f26702e4.ironcore.dev');
  await cluster().create(Lease, upstream);
  const { ended, seen } = await doctor();
  assert.equal(ended.code, 15);
  assert.match(seen('D030').evidence, /^two operators reconcile/);
  for (const { metadata } of [lease('metalctl-reconciler'), upstream]) await cluster().delete(Lease, metadata);
});

test('references that lead nowhere are found by name', async () => {
  const [server] = await cli.live.servers();
  assert.ok(server);
  const claimed = { spec: { serverClaimRef: { namespace: 'ci', name: 'build-9' } } };
  await cluster().patch(Server, server.metadata, claimed, 'merge');
  const lost = {
    apiVersion,
    kind: 'Server',
    metadata: { name: 'lost', finalizers: ['metal.ironcore.dev/server'] },
    spec: { systemUUID: '38947555-7742-3448-3784-823347823834', bmcRef: { name: 'gone' } },
  };
  await cluster().create(Server, lost as Server);
  await cluster().patch(Server, { name: 'lost' }, { status: { state: 'Error' } }, 'merge', { subresource: 'status' });
  const bmc = { apiVersion, kind: 'BMC', metadata: { name: 'keyless' } };
  const spec = { access: { ip: '127.0.0.1' }, bmcSecretRef: { name: 'none' }, protocol: { name: 'Redfish', port: 1 } };
  await cluster().create(BMC, { ...bmc, spec } as BMC);

  const { ended, seen } = await doctor('--cluster');
  assert.equal(ended.code, 15);
  assert.deepEqual(seen('D031').targets, [`server/${server.metadata.name}`]);
  assert.match(seen('D031').evidence, /is reserved for ci\/build-9, which does not exist/);
  assert.deepEqual(seen('D032').targets, ['server/lost']);
  assert.deepEqual(seen('D033').targets, ['bmc/keyless']);
  assert.deepEqual(seen('D036').targets, ['server/lost']);

  const network = await doctor('--network');
  assert.equal(network.ended.code, 15);
  assert.deepEqual(network.seen('D050').targets, ['bmc/keyless']);
  assert.match(network.seen('D050').evidence, /^2 of 3 answer/);

  await cluster().patch(Server, server.metadata, { spec: { serverClaimRef: null } }, 'merge');
  await cluster().patch(Server, { name: 'lost' }, { metadata: { finalizers: [] } }, 'merge');
  await cluster().delete(Server, { name: 'lost' });
  await cluster().delete(BMC, { name: 'keyless' });
});

test('--fix shows the harmless repair, makes it, and looks again', async () => {
  const boot = (name: string, annotations: Record<string, string>): ServerBootConfiguration => ({
    apiVersion,
    kind: 'ServerBootConfiguration',
    metadata: { name, namespace: 'metalctl-system', annotations },
    spec: { serverRef: { name: 'gone' } },
  });
  await cluster().create(ServerBootConfiguration, boot('of-discovery', { 'metal.ironcore.dev/type': 'Internal' }));
  assert.equal((await doctor()).seen('D034').verdict, 'warning');
  const { ended, seen } = await doctor('--fix', 'd034');
  assert.match(ended.stderr, /^D034: delete 1 left over from discoveries$/m);
  assert.equal(seen('D034').verdict, 'ok');

  await cluster().create(ServerBootConfiguration, boot('of-a-person', {}));
  const refused = await doctor('--fix', 'D034');
  assert.match(refused.ended.stderr, /D034 has no harmless repair/);
  assert.equal(refused.seen('D034').verdict, 'warning');
  await cluster().delete(ServerBootConfiguration, { name: 'of-a-person', namespace: 'metalctl-system' });

  assert.equal((await cli.run(['doctor', '--fix', 'D999'])).code, 2);
});

test('a missing CRD is a failure that --fix lifts by creating it, and no other is touched', async () => {
  const name = 'serverreadinessrules.metal.ironcore.dev';
  const versionOf = async (crd: string) =>
    (await cluster().get(CustomResourceDefinition, { name: crd }))?.metadata.resourceVersion;
  await cluster().delete(CustomResourceDefinition, { name });
  const others = await versionOf('servers.metal.ironcore.dev');
  const broken = await doctor();
  assert.equal(broken.ended.code, 15);
  assert.deepEqual(broken.seen('D010').targets, [`customresourcedefinition/${name}`]);
  const { seen } = await doctor('--fix', 'all');
  assert.equal(seen('D010').verdict, 'ok', seen('D010').evidence);
  assert.equal(await versionOf('servers.metal.ironcore.dev'), others);
});

test('old day-2 kinds are reported', async () => {
  const crd = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'biosversions.metal.ironcore.dev' },
    spec: {
      group: 'metal.ironcore.dev',
      scope: 'Cluster' as const,
      names: { kind: 'BIOSVersion', plural: 'biosversions' },
      versions: [{ name: 'v1alpha1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
    },
  };
  await cluster().create(CustomResourceDefinition, crd);
  assert.deepEqual((await doctor()).seen('D012').targets, ['biosversions.metal.ironcore.dev']);
  await cluster().delete(CustomResourceDefinition, crd.metadata);
});

test('BMCs: login, role, certificate and events; a refused password is told and never shown', async () => {
  const good = await doctor('--all-bmcs');
  assert.equal(good.ended.code, 0, good.ended.stdout);
  assert.equal(good.seen('D040').evidence, '2 of 2 BMCs let us in');
  for (const id of ['D042', 'D043', 'D046']) assert.equal(good.seen(id).verdict, 'ok', good.seen(id).evidence);
  const [bmc] = cli.live.sandbox.emulator.bmcs;
  assert.ok(bmc);
  const wrong = { data: { password: Buffer.from('wrong').toString('base64') } };
  const key = { name: bmc.name };
  const before = await cluster().get(BMCSecret, key);
  await cluster().patch(BMCSecret, key, wrong, 'merge');
  const { ended, seen } = await doctor('--bmc', bmc.name);
  assert.equal(ended.code, 15);
  assert.match(seen('D040').evidence, /BMC_AUTH_FAILED/);
  for (const id of ['D041', 'D042', 'D043', 'D044', 'D045', 'D046']) assert.equal(seen(id).verdict, 'skipped');
  assert.doesNotMatch(ended.stdout, /wrong/);
  await cluster().patch(BMCSecret, key, { data: (before as KubeObject & { data: object }).data }, 'merge');
  assert.equal((await cli.run(['doctor', '--bmc', 'nobody'])).code, 13);
});

test('an API server that is away is one failure; the rest is skipped, and tools are still checked', async () => {
  const config = cli.file(
    'away',
    'apiVersion: v1\nkind: Config\ncurrent-context: a\ncontexts: [{name: a, context: {cluster: a, user: a}}]\nclusters: [{name: a, cluster: {server: "https://127.0.0.1:1"}}]\nusers: [{name: a, user: {token: x}}]\n',
  );
  const words = ['doctor', '--request-timeout', '1s', '--kubeconfig', config, '-o', 'json'];
  const { code, stdout } = await cli.run(words);
  assert.equal(code, 15);
  const { checks } = JSON.parse(stdout) as { checks: Seen[] };
  assert.deepEqual(
    checks.filter(({ verdict }) => verdict === 'failure').map(({ id }) => id),
    ['D001'],
  );
  assert.equal(checks.find(({ id }) => id === 'D060')?.verdict, 'ok');
  const alone = await cli.run(['doctor', '--tools'], { env: { KUBECONFIG: '/nonexistent' } });
  assert.equal(alone.code, 0, alone.stderr);
});

test('rights: a viewer is told what a daemon would lack, and fails only when asked to be one', async () => {
  const config = cli.file('viewer', cli.live.sandbox.api.kubeconfig(cli.live.sandbox.api.viewerToken));
  const asViewer = await cli.run(['preflight', '--kubeconfig', config, '-o', 'json']);
  assert.equal(asViewer.code, 0, asViewer.stdout);
  const asDaemon = await cli.run(['preflight', '--kubeconfig', config, '--role', 'daemon', '-o', 'json']);
  assert.equal(asDaemon.code, 15);
  const { checks } = JSON.parse(asDaemon.stdout) as { checks: Seen[] };
  const told = checks.find(({ id }) => id === 'D021');
  assert.equal(told?.verdict, 'failure');
  assert.match(told?.evidence ?? '', /^you may not "\w+ [a-z/]+" and \d+ more: reconcile fails$/);
  assert.equal(told?.fix, 'metalctl install rbac --role daemon');
});

test('for people and for CI servers', async () => {
  const { stdout } = await cli.run(['preflight']);
  assert.match(stdout, /^ ✔ D001 API server: v[\d.]+\S* reachable \(\d+ms\)$/m);
  assert.match(stdout, /^\d+ ok, \d+ warnings?, 0 failures, \d+ skipped$/m);
  const { stdout: xml } = await cli.run(['preflight', '-o', 'junit']);
  assert.match(xml, /^<\?xml version="1\.0"/);
  const tests = /<testsuite name="metalctl doctor" tests="(\d+)" failures="0"/.exec(xml)?.[1];
  assert.equal(Number(tests), xml.match(/<testcase /g)?.length);
  assert.equal((await cli.run(['get', 'servers', '-o', 'junit'])).code, 2);
});
