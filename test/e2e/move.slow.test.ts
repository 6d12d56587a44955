/** Moving between two sandboxes with the built program: nothing is lost, no machine is touched, and it can be undone. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { KindDef, KubeObject } from '../../src/api/kind.js';
import { Lease, Secret } from '../../src/api/kubernetes.js';
import {
  BMC,
  BMCSecret,
  metalKinds,
  Server,
  ServerBootConfiguration,
  ServerClaim,
} from '../../src/api/metal/v1alpha1/index.js';
import { reconcileOnce, reconcilers } from '../../src/reconcile/index.js';
import { type Live, ownBlock, startLive } from '../support/live.js';
import { openShell } from '../support/process.js';
import { type Cli, type Ended, startCli } from './cli-process.js';

let cli: Cli;
let target: Live;
let journal = '';
const claimKey = { namespace: 'team', name: 'db' };
const ignore = { 'metal.ironcore.dev/operation': 'ignore' };

before(async () => {
  cli = await startCli(2);
  target = await startLive({ servers: 1, network: ownBlock().replace(/0$/, '128') });
  await target.installCrds();
  await cli.live.onboard();
  await cli.live.pass({ settle: true });
  const { cluster } = cli.live.ports;
  const head = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } };
  await cluster.create({ ...Secret, kind: 'Namespace', plural: 'namespaces', scope: 'Cluster' } as KindDef, head);
  const data = { ignition: Buffer.from('{"ignition":{"version":"3.3.0"}}').toString('base64') };
  await cluster.create(Secret, { apiVersion: 'v1', kind: 'Secret', metadata: { ...claimKey, name: 'db-ign' }, data });
  await cluster.create(ServerClaim, {
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'ServerClaim',
    metadata: claimKey,
    spec: { power: 'On', image: 'img', ignitionSecretRef: { name: 'db-ign' }, serverRef: { name: 'bmc-1-system-0' } },
  } as ServerClaim);
  await cli.live.pass({ settle: true });
  assert.equal((await cluster.get(ServerClaim, claimKey))?.status?.phase, 'Bound');
});
after(async () => {
  await target?.close();
  await cli?.close();
});

const sides = () => [
  ...['--source-kubeconfig', cli.live.sandbox.record.kubeconfig],
  ...['--target-kubeconfig', target.sandbox.record.kubeconfig],
];
const move = (...words: string[]): Promise<Ended> => cli.run(['move', ...sides(), ...words]);
const kinds: readonly KindDef[] = [...metalKinds, Secret];
const everything = async (live: Live): Promise<KubeObject[]> =>
  (await Promise.all(kinds.map((kind) => live.ports.cluster.list(kind)))).flatMap(({ items }) => items as KubeObject[]);
const requests = () => cli.live.sandbox.emulator.log.count();
const journalOf = ({ stderr }: Ended): string => /^journal (\S+)$/m.exec(stderr)?.[1] ?? assert.fail(stderr);

test('--plan counts what moves, and changes neither side', async () => {
  const before = [cli.live.sandbox.api.requestLog.writes, target.sandbox.api.requestLog.writes];
  const { code, stdout, stderr } = await move('--plan');
  assert.equal(code, 10, stderr);
  assert.match(stdout, /^PLAN {2}move \d+ objects: 2 BMCSecret 2 BMC 1 ServerClaim .*2 Server · hardware calls: 0/m);
  assert.match(stdout, /✔ source settled/);
  const reviews = target.sandbox.api.requestLog.count('create', 'selfsubjectrulesreviews');
  const after = [cli.live.sandbox.api.requestLog.writes, target.sandbox.api.requestLog.writes - reviews];
  assert.deepEqual(after, before);
});

test('usage: both sides must be named, and must be two', async () => {
  assert.equal((await cli.run(['move', '--target-kubeconfig', 'x'])).code, 2);
  const same = ['--target-kubeconfig', cli.live.sandbox.record.kubeconfig];
  const { code, stderr } = await move(...same, '--plan');
  assert.equal(code, 15);
  assert.match(stderr, /same cluster/);
});

test('a controller in the target is refused before anything is written', async () => {
  const renewTime = new Date().toISOString().replace('Z', '000Z');
  const metadata = { name: 'metalctl-reconciler', namespace: 'metalctl-system' };
  const spec = { holderIdentity: 'somebody', leaseDurationSeconds: 60, renewTime };
  await target.ports.cluster.create(Lease, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec });
  const { code, stderr } = await move('--yes');
  assert.equal(code, 15, stderr);
  assert.match(stderr, /MOVE_PREFLIGHT/);
  assert.match(stderr, /held by somebody/);
  assert.deepEqual(await everything(target), []);
  await target.ports.cluster.delete(Lease, metadata);
});

test('without a terminal it asks for --yes, with --delete-source for the number of objects', async () => {
  assert.equal((await move()).code, 12);
  const { code, stderr } = await move('--delete-source', '--yes');
  assert.equal(code, 12);
  assert.match(stderr, /add --confirm \d+/);
  assert.deepEqual(await everything(target), []);
});

test('a dry run has every copy admitted and stores none', async () => {
  const { code, stderr } = await move('--dry-run');
  assert.equal(code, 0, stderr);
  assert.deepEqual(await everything(target), []);
});

test('--pause stands the source down; --rollback lets it go on', async () => {
  const paused = await move('--pause', '--yes');
  assert.equal(paused.code, 0, paused.stderr);
  const marks = (await cli.live.servers()).map(
    ({ metadata }) => metadata.annotations?.['metal.ironcore.dev/operation'],
  );
  assert.deepEqual(marks, ['ignore', 'ignore']);
  const back = await cli.run(['move', '--rollback', journalOf(paused)]);
  assert.equal(back.code, 0, back.stderr);
  for (const { metadata } of await everything(cli.live))
    assert.equal(metadata.annotations?.['metal.ironcore.dev/operation'], undefined, metadata.name);
});

test('an object of the same name that differs stops the move; the same one is left as it is', async () => {
  const { cluster } = target.ports;
  const [secret] = (await cli.live.ports.cluster.list(BMCSecret)).items;
  assert.ok(secret);
  const copy = {
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'BMCSecret',
    metadata: { name: secret.metadata.name },
  };
  await cluster.create(BMCSecret, { ...copy, data: { username: 'eA==', password: 'eA==' } } as BMCSecret);
  const { code, stderr } = await move('--yes');
  assert.equal(code, 15, stderr);
  assert.match(stderr, new RegExp(`BMCSecret/${secret.metadata.name} at `));
  await cluster.delete(BMCSecret, { name: secret.metadata.name });
  await cluster.create(BMCSecret, { ...copy, data: secret.data } as BMCSecret);
  const plan = await move('--plan');
  assert.match(plan.stdout, /1 object there already, the same/, plan.stdout + plan.stderr);
});

test('everything arrives: same content, new owners, status, pairs; no BMC is asked; the next pass changes nothing', async () => {
  const asked = requests();
  const ended = await move('--yes');
  const { code, stdout, stderr } = ended;
  assert.equal(code, 0, stderr);
  journal = journalOf(ended);
  assert.match(stdout, /^moved \d+ objects: .* · source paused · hardware calls: 0$/m);
  assert.equal(requests(), asked, 'a BMC was asked');

  const { cluster } = target.ports;
  const claim = (await cluster.get(ServerClaim, claimKey)) ?? assert.fail('no claim');
  const boot = (await cluster.get(ServerBootConfiguration, claimKey)) ?? assert.fail('no boot configuration');
  const server = (await cluster.get(Server, { name: 'bmc-1-system-0' })) ?? assert.fail('no server');
  const original = (await cli.live.ports.cluster.get(Server, { name: 'bmc-1-system-0' })) ?? assert.fail();
  assert.equal(claim.status?.phase, 'Bound');
  assert.equal(server.status?.state, 'Reserved');
  assert.equal(server.status?.powerState, 'On');
  assert.deepEqual(server.status?.processors, original.status?.processors);
  assert.equal(boot.metadata.ownerReferences?.[0]?.uid, claim.metadata.uid);
  const marks = server.metadata.annotations ?? {};
  assert.equal(marks['metalctl.dev/claim-uid'], claim.metadata.uid);
  assert.equal(marks['metalctl.dev/booted-with'], `${boot.metadata.uid}/${boot.metadata.generation}`);
  assert.ok(await cluster.get(Secret, { namespace: 'team', name: 'db-ign' }));
  for (const { metadata } of await everything(target)) {
    assert.equal(metadata.annotations?.['metalctl.dev/move'], undefined, metadata.name);
    assert.equal(metadata.annotations?.['metal.ironcore.dev/operation'], undefined, metadata.name);
  }
  const ignored = await cli.live.ports.cluster.get(BMC, { name: 'bmc-1' });
  assert.deepEqual(ignored?.metadata.annotations, { ...ignored?.metadata.annotations, ...ignore });

  const { log } = cli.live.sandbox.emulator;
  const actions = log.actions().length;
  const ports = { ...target.ports, bmcs: cli.live.ports.bmcs };
  const { report } = await reconcileOnce(ports, { registrations: reconcilers, settings: target.settings });
  assert.deepEqual(
    report.objects.filter(({ outcome }) => outcome === 'failed' || outcome === 'oscillating'),
    [],
  );
  assert.equal((await cluster.get(Server, { name: 'bmc-1-system-0' }))?.status?.state, 'Reserved');
  assert.equal(log.actions().length, actions, 'the pass after the move told a machine something');
});

test('moving again finds everything there already', async () => {
  const { code, stdout, stderr } = await move('--yes');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^PLAN {2}move 0 objects · \d+ objects there already, the same/m);
});

test('the source can be deleted later, by number, without running finalizers', async () => {
  const asked = requests();
  const { code, stderr } = await cli.run(['move', '--resume', journal, '--delete-source', '--yes']);
  assert.equal(code, 12);
  const count = /add --confirm (\d+)/.exec(stderr)?.[1] ?? assert.fail(stderr);
  const gone = await cli.run(['move', '--resume', journal, '--delete-source', '--confirm', count]);
  assert.equal(gone.code, 0, gone.stderr);
  assert.match(gone.stdout, /source deleted/);
  assert.deepEqual(await everything(cli.live), []);
  assert.equal(requests(), asked);
  const late = await cli.run(['move', '--rollback', journal]);
  assert.equal(late.code, 16, late.stderr);
  assert.match(late.stderr, /MOVE_COMMITTED/);
});

/** Moves back to the first sandbox, and stops the process as soon as it has made some copies. */
async function stopped(signal: NodeJS.Signals): Promise<{ path: string; code: number | null; stderr: string }> {
  const { requestLog } = cli.live.sandbox.api;
  requestLog.reset();
  const shell = openShell(cli.environment as Record<string, string>);
  const back = [
    '--source-kubeconfig',
    target.sandbox.record.kubeconfig,
    '--target-kubeconfig',
    cli.live.sandbox.record.kubeconfig,
  ];
  const running = shell.start(['move', ...back, '--yes']);
  while (requestLog.count('create', 'bmcs') === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  running.kill(signal);
  const ended = await running.ended;
  await shell.close();
  return { ...ended, path: journalOf(ended) };
}

test('cli.md §18.9: killed in the middle: --rollback leaves the target empty and the source as it was', async () => {
  const { path } = await stopped('SIGKILL');
  const { code, stdout, stderr } = await cli.run(['move', '--rollback', path]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^taken back \d+ objects/m);
  assert.deepEqual(await everything(cli.live), []);
  for (const { metadata } of await everything(target))
    assert.equal(metadata.annotations?.['metal.ironcore.dev/operation'], undefined, metadata.name);
});

test('cli.md §18.9: Ctrl-C says what was done, what is in flight and how to go on; --resume ends the move', async () => {
  const { path, code, stderr } = await stopped('SIGINT');
  assert.equal(code, 130, stderr);
  assert.match(
    stderr,
    /^interrupted: the source is paused, a part of the copies is in the target, paused as well; nothing is in flight/m,
  );
  assert.ok(stderr.includes(`go on    metalctl move --resume ${path}`), stderr);
  assert.ok(stderr.includes(`go back  metalctl move --rollback ${path}`), stderr);
  const ended = await cli.run(['move', '--resume', path]);
  assert.equal(ended.code, 0, ended.stderr);
  const claim = await cli.live.ports.cluster.get(ServerClaim, claimKey);
  assert.equal(claim?.status?.phase, 'Bound');
});

test('a journal that is none, or of other clusters, is refused', async () => {
  assert.equal((await cli.run(['move', '--resume', cli.file('no.json', '{"kind":"x"}')])).code, 2);
  assert.equal((await cli.run(['move', '--resume', '/nonexistent'])).code, 13);
  const swapped = ['--target-kubeconfig', cli.live.sandbox.record.kubeconfig];
  const { code, stderr } = await cli.run(['move', '--resume', journal, ...swapped]);
  assert.equal(code, 15, stderr);
});
