/** install and uninstall through the built program: what is refused before anything is touched, and what goes again. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../src/api/kind.js';
import { CustomResourceDefinition, type CustomResourceDefinitionObject } from '../../src/api/kubernetes.js';
import { Server } from '../../src/api/metal/v1alpha1/index.js';
import { type Cli, startCli } from './cli-process.js';

let cli: Cli;
before(async () => {
  cli = await startCli(1);
});
after(() => cli.close());

const crdName = 'endpoints.metal.ironcore.dev';
const cluster = () => cli.live.ports.cluster;
const getCrd = async (): Promise<CustomResourceDefinitionObject> =>
  (await cluster().get(CustomResourceDefinition, { name: crdName })) ?? assert.fail(`${crdName} is gone`);
const documents = (text: string): KubeObject[] =>
  parseAllDocuments(text).map((document) => document.toJS() as KubeObject);

test('what is installed already is unchanged, and keeps its version', async () => {
  const first = await cli.run(['install', 'crds']);
  assert.equal(first.code, 0, first.stderr);
  const { resourceVersion } = (await getCrd()).metadata;
  const { code, stdout } = await cli.run(['install', 'crds']);
  assert.equal(code, 0);
  assert.match(stdout, /^customresourcedefinition\/servers\.metal\.ironcore\.dev unchanged$/m);
  assert.equal((await getCrd()).metadata.resourceVersion, resourceVersion);
});

test('a CRD that differs is named and left alone until --upgrade', async () => {
  const columns = { spec: { names: { shortNames: ['mep', 'old'] } } };
  await cluster().patch(CustomResourceDefinition, { name: crdName }, columns, 'merge');
  const refused = await cli.run(['install', 'crds']);
  assert.equal(refused.code, 16, refused.stderr);
  assert.match(refused.stderr, /CRD_DIFFERS/);
  assert.match(refused.stderr, new RegExp(crdName));
  assert.deepEqual((await getCrd()).spec.names.shortNames, ['mep', 'old']);

  const upgraded = await cli.run(['install', 'crds', '--upgrade']);
  assert.equal(upgraded.code, 0, upgraded.stderr);
  assert.match(upgraded.stdout, new RegExp(`^customresourcedefinition/${crdName} configured$`, 'm'));
  assert.deepEqual((await getCrd()).spec.names.shortNames, ['mep']);
});

test('a CRD that stores objects in a version the new one drops is refused, upgrade or not', async () => {
  const crd = await getCrd();
  const [served] = crd.spec.versions;
  assert.ok(served);
  const versions = [
    { ...served, storage: false },
    { ...served, name: 'v1alpha0', storage: true },
  ];
  await cluster().patch(CustomResourceDefinition, { name: crdName }, { spec: { versions } }, 'merge');
  const { code, stderr } = await cli.run(['install', 'crds', '--upgrade']);
  assert.equal(code, 16, stderr);
  assert.match(stderr, /CRD_STORED_VERSION/);
  assert.match(stderr, /0 objects are or may be stored as v1alpha0/);
  assert.equal((await getCrd()).spec.versions.length, 2, 'nothing was written');
  const back = { spec: { versions: [served] } };
  const status = { status: { storedVersions: ['v1alpha1'] } };
  await cluster().patch(
    CustomResourceDefinition,
    { name: crdName },
    {
      spec: {
        versions: [
          { ...served, storage: true },
          { ...served, name: 'v1alpha0', storage: false },
        ],
      },
    },
    'merge',
  );
  await cluster().patch(CustomResourceDefinition, { name: crdName }, status, 'merge', { subresource: 'status' });
  await cluster().patch(CustomResourceDefinition, { name: crdName }, back, 'merge');
});

test('--print needs no cluster and gives manifests for each part', async () => {
  const nowhere = { KUBECONFIG: '/nonexistent' };
  const crds = await cli.run(['install', 'crds', '--print'], { env: nowhere });
  assert.equal(crds.code, 0, crds.stderr);
  const role = await cli.run(['install', 'rbac', '--role', 'claimer', '-n', 'team-a', '--print'], { env: nowhere });
  assert.deepEqual(
    documents(role.stdout).map(({ kind, metadata }) => [kind, metadata.namespace ?? '', metadata.name]),
    [
      ['ClusterRole', '', 'metalctl-claimer'],
      ['Role', 'team-a', 'metalctl-claimer'],
    ],
  );
  const job = await cli.run(['install', 'cronjob', '--image', 'img:1', '--print'], { env: nowhere });
  const last = documents(job.stdout).at(-1) as KubeObject & { spec: Record<string, never> };
  assert.equal(last.kind, 'CronJob');
  assert.equal(last.spec.concurrencyPolicy, 'Forbid');
  const daemon = await cli.run(['install', 'daemon', '--image', 'img:1', '--print'], { env: nowhere });
  assert.equal(documents(daemon.stdout).at(-1)?.kind, 'Deployment');
  assert.match(daemon.stderr, /--registry-url/);
  const all = await cli.run(['install', 'all', '--image', 'img:1', '--print'], { env: nowhere });
  const kinds = new Set(documents(all.stdout).map(({ kind }) => kind));
  for (const kind of ['CustomResourceDefinition', 'ClusterRole', 'Role', 'ServiceAccount', 'CronJob'])
    assert.ok(kinds.has(kind), kind);
});

test('what the printed pods would run, this program understands', async () => {
  for (const what of ['cronjob', 'daemon']) {
    const { stdout } = await cli.run(['install', what, '--image', 'img:1', '--print']);
    const text = /args:\n((?:\s+- .*\n)+)/.exec(stdout)?.[1] ?? assert.fail(stdout);
    const words = text.split('\n').flatMap((line) => /- "?([^"]*)"?$/.exec(line)?.[1] ?? []);
    const { code, stdout: help } = await cli.run([...words, '--help']);
    assert.equal(code, 0);
    for (const flag of words.filter((word) => word.startsWith('--')))
      assert.ok(help.includes(flag), `${what}: ${flag}`);
  }
});

test('no image is guessed, and a subject that is nobody is a usage error', async () => {
  for (const words of [
    ['install', 'cronjob', '--print'],
    ['install', 'daemon', '--image', 'a b', '--print'],
    ['install', 'rbac', '--subject', 'jane', '--print'],
    ['install', 'rbac', '--subject', 'serviceaccount:x', '--print'],
  ]) {
    const { code, stdout } = await cli.run(words);
    assert.equal(code, 2, words.join(' '));
    assert.equal(stdout, '');
  }
});

test('a cluster that runs no pods is told so before roles are made', async () => {
  const { code, stderr } = await cli.run(['install', 'cronjob', '--image', 'img:1']);
  assert.equal(code, 14, stderr);
  assert.match(stderr, /it runs no pods/);
});

test('uninstall: asked by number, refused while finalizers are held, then the kinds go', async () => {
  const server = {
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'Server',
    metadata: { name: 'kept', finalizers: ['metal.ironcore.dev/server'] },
    spec: { systemUUID: '38947555-7742-3448-3784-823347823834' },
  };
  await cluster().create(Server, server as Server);
  const dry = await cli.run(['uninstall', '--dry-run=client']);
  assert.equal(dry.code, 0, dry.stderr);
  assert.match(dry.stdout, /customresourcedefinition\/servers.metal.ironcore.dev deleted \(dry run\)/);

  const held = await cli.run(['uninstall', '--confirm', '1']);
  assert.equal(held.code, 16, held.stderr);
  assert.match(held.stderr, /^holds {4}server\/kept: metal\.ironcore\.dev\/server$/m);
  assert.match(held.stderr, /FINALIZERS_HELD/);

  await cluster().patch(Server, { name: 'kept' }, { metadata: { finalizers: [] } }, 'merge');
  for (const words of [
    ['uninstall', '--yes'],
    ['uninstall', '--confirm', '2'],
  ]) {
    const { code, stderr } = await cli.run(words);
    assert.equal(code, 12, stderr);
    assert.match(stderr, /8 CRDs with their 1 object;/);
    assert.match(stderr, /--confirm 1/);
  }
  const gone = await cli.run(['uninstall', '--confirm', '1']);
  assert.equal(gone.code, 0, gone.stderr);
  const again = await cli.run(['uninstall', '--confirm', '0']);
  assert.equal(again.code, 0, again.stderr);
  assert.equal(again.stdout, '');
  assert.match(again.stderr, /Nothing of metalctl is installed here/);
});
