/** Backup and restore with the built program: what is kept, what comes back, and that no machine is told anything. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { type KindDef, type KubeObject, keyOf } from '../../src/api/kind.js';
import { Lease, Namespace, Secret } from '../../src/api/kubernetes.js';
import {
  BMCSecret,
  metalKinds,
  Server,
  ServerBootConfiguration,
  ServerClaim,
} from '../../src/api/metal/v1alpha1/index.js';
import { openShell } from '../support/process.js';
import { type Cli, startCli } from './cli-process.js';

let cli: Cli;
const folder = mkdtempSync(join(tmpdir(), 'metalctl-snapshot-'));
const at = (name: string): string => join(folder, name);
const claimKey = { namespace: 'team', name: 'db' };
const operation = 'metal.ironcore.dev/operation';

before(async () => {
  cli = await startCli(2);
  await cli.live.onboard();
  await cli.live.pass({ settle: true });
  const { cluster } = cli.live.ports;
  await cluster.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } });
  const data = { ignition: Buffer.from('{"ignition":{"version":"3.3.0"}}').toString('base64') };
  await cluster.create(Secret, { apiVersion: 'v1', kind: 'Secret', metadata: { ...claimKey, name: 'db-ign' }, data });
  await cluster.create(ServerClaim, {
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'ServerClaim',
    metadata: claimKey,
    spec: { power: 'On', image: 'img', ignitionSecretRef: { name: 'db-ign' }, serverRef: { name: 'bmc-1-system-0' } },
  } as ServerClaim);
  await cli.live.pass({ settle: true });
});
after(async () => {
  await cli?.close();
  rmSync(folder, { recursive: true, force: true });
});

const kinds: readonly KindDef[] = [...metalKinds, Secret];
const everything = async (): Promise<{ kind: KindDef; object: KubeObject }[]> => {
  const { cluster } = cli.live.ports;
  const lists = await Promise.all(kinds.map(async (kind) => ({ kind, ...(await cluster.list(kind)) })));
  return lists.flatMap(({ kind, items }) => items.map((object) => ({ kind, object: object as KubeObject })));
};

/** As if somebody had lost the cluster's objects: no finalizer runs, no machine hears of it. */
async function lose(isLost: (kind: KindDef, object: KubeObject) => boolean): Promise<void> {
  const { cluster } = cli.live.ports;
  for (const { kind, object } of await everything()) {
    if (!isLost(kind, object)) continue;
    if ((await cluster.get(kind, keyOf(object))) === undefined) continue;
    await cluster.patch(kind, keyOf(object), { metadata: { finalizers: null } }, 'merge');
    await cluster.delete(kind, keyOf(object), { propagation: 'Background' });
  }
}
const isSecret = (kind: KindDef): boolean => kind === Secret || kind.kind === BMCSecret.kind;
const actions = (): number => cli.live.sandbox.emulator.log.actions().length;
const requests = (): number => cli.live.sandbox.emulator.log.count();
const server = async (): Promise<Server> =>
  (await cli.live.ports.cluster.get(Server, { name: 'bmc-1-system-0' })) ?? assert.fail('no server');

test('backup keeps everything in one private file, and tells what is in it', async () => {
  const path = at('all.tar.gz');
  const asked = requests();
  const { code, stdout, stderr } = await cli.run(['backup', '--to', path, '--with-status']);
  assert.equal(code, 0, stderr);
  const count = (await everything()).length;
  assert.match(
    stdout,
    new RegExp(
      `^${count} objects \\(\\d secrets, values left out\\) -> ${path} {2}[\\d.]+ KiB {2}sha256 [0-9a-f]{64}$`,
      'm',
    ),
  );
  assert.equal(execFileSync('sha256sum', [path], { encoding: 'utf8' }).slice(0, 64), /sha256 (\S+)/.exec(stdout)?.[1]);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(requests(), asked, 'a BMC was asked');
  assert.deepEqual(readdirSync(folder), ['all.tar.gz'], 'a draft was left');
});

test('no value of a secret is in a backup, however it is spelled', async () => {
  const text = gunzipSync(readFileSync(at('all.tar.gz'))).toString('utf8');
  assert.match(text, /kind: BMCSecret/);
  const password = cli.live.sandbox.bmcPassword;
  for (const canary of [password, Buffer.from(password).toString('base64'), 'ignition":{"version', 'eyJpZ25pdGlvbiI6'])
    assert.ok(!text.includes(canary), canary);
});

test('backup into a folder: YAML files of their owner alone, with sums; the report is a document', async () => {
  const to = at('folder');
  const { code, stdout, stderr } = await cli.run([
    'backup',
    '--to',
    to,
    '--with-status',
    '-l',
    'absent=yes',
    '-o',
    'json',
  ]);
  assert.equal(code, 0, stderr);
  assert.equal(JSON.parse(stdout).objects, 0);
  const whole = at('whole');
  const report = JSON.parse((await cli.run(['backup', '--to', whole, '-o', 'json'])).stdout);
  assert.deepEqual([report.kind, report.form, report.hasStatus], ['BackupReport', 'folder', false]);
  assert.equal(report.counts.Server, 2);
  assert.deepEqual(report.secrets.values, 'leftOut');
  assert.equal(statSync(whole).mode & 0o777, 0o700);
  assert.equal(statSync(join(whole, 'servers/bmc-1-system-0.yaml')).mode & 0o777, 0o600);
  execFileSync('sha256sum', ['--quiet', '-c', 'SHA256SUMS'], { cwd: whole });
  const again = await cli.run(['backup', '--to', whole]);
  assert.equal(again.code, 16, again.stderr);
  assert.match(again.stderr, /is there, and not empty/);
});

test('other forms are refused, with the name to use instead', async () => {
  const { code, stderr } = await cli.run(['backup', '--to', at('x.tar.zst')]);
  assert.equal(code, 2);
  assert.match(stderr, /not written as \.tar\.zst/);
  assert.match(stderr, /--to \S*x\.tar\.gz/);
  assert.equal((await cli.run(['backup'])).code, 2);
});

test('killed in the middle, a backup leaves nothing under its name', async () => {
  const { cluster } = cli.live.ports;
  // So many files that there is a middle.
  const many = Array.from({ length: 150 }, (_, at) => ({
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'BMCSecret',
    metadata: { name: `many-${at}` },
    data: { username: 'eA==', password: 'eA==' },
  }));
  await Promise.all(many.map((object) => cluster.create(BMCSecret, object as BMCSecret)));
  const shell = openShell(cli.environment as Record<string, string>);
  const running = shell.start(['backup', '--to', at('cut'), '--with-status']);
  let isOver = false;
  void running.ended.then(() => (isOver = true));
  const isBegun = (): boolean => readdirSync(folder).some((name) => name.startsWith('cut'));
  while (!isBegun() && !isOver) await new Promise(setImmediate);
  running.kill('SIGKILL');
  await running.ended;
  await shell.close();
  assert.ok(!existsSync(at('cut')), 'half a folder is there');
  await Promise.all(many.map(({ metadata }) => cluster.delete(BMCSecret, metadata)));
});

test('inventory --diff tells what came, went and changed since a backup', async () => {
  const { cluster } = cli.live.ports;
  const diff = (...more: string[]) => cli.run(['inventory', '--diff', at('all.tar.gz'), ...more]);
  const same = await diff();
  assert.equal(same.code, 0, same.stderr + same.stdout);
  const [first, second] = await cli.live.servers();
  assert.ok(first && second);
  await lose((kind, { metadata }) => kind.kind === 'Server' && metadata.name === second.metadata.name);
  const bigger = { status: { ...first.status, totalSystemMemory: '2Ti' } };
  await cluster.patch(Server, first.metadata, bigger, 'merge', { subresource: 'status' });
  const added = { apiVersion: first.apiVersion, kind: 'Server', metadata: { name: 'added' } };
  const spec = { systemUUID: '00000000-0000-4000-8000-000000000001', systemURI: '/redfish/v1/Systems/9' };
  await cluster.create(Server, { ...added, spec } as Server);
  const { code, stdout, stderr } = await diff('-o', 'json');
  assert.equal(code, 10, stderr);
  const found = JSON.parse(stdout).differences.map(({ change, server, member }: Record<string, string>) =>
    [change, server, member].join(' ').trim(),
  );
  assert.deepEqual(found.sort(), ['+ added', `- ${second.metadata.name}`, `~ ${first.metadata.name} memoryBytes`]);
  const one = await diff(first.metadata.name);
  assert.doesNotMatch(one.stdout, new RegExp(second.metadata.name), 'one that was not asked about has not gone');
  const bare = await cli.run(['inventory', '--diff', at('whole')]);
  assert.equal(bare.code, 2);
  assert.match(bare.stderr, /holds no hardware data/);
  assert.match(bare.stderr, /metalctl backup --to FILE --with-status/);
  assert.match(bare.stderr, /SNAPSHOT_INCOMPLETE/);
  await lose((kind, { metadata }) => kind.kind === 'Server' && metadata.name === 'added');
  const back = { status: { totalSystemMemory: first.status?.totalSystemMemory } };
  await cluster.patch(Server, first.metadata, back, 'merge', { subresource: 'status' });
  assert.equal((await cli.run(['restore', '--from', at('all.tar.gz'), '--yes'])).code, 0);
});

test('restore where nothing is lost writes nothing', async () => {
  const { requestLog } = cli.live.sandbox.api;
  requestLog.reset();
  const { code, stdout, stderr } = await cli.run(['restore', '--from', at('all.tar.gz'), '--yes']);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /restore 0 objects · \d+ unchanged/);
  assert.equal(requestLog.writes - requestLog.count('create', 'selfsubjectrulesreviews'), 0);
});

test('what has changed since is not overwritten: three are named, and both ways out', async () => {
  const { cluster } = cli.live.ports;
  const label = (value: string | null) => ({ metadata: { labels: { rack: value } } });
  for (const { metadata } of await cli.live.servers()) await cluster.patch(Server, metadata, label('r1'), 'merge');
  const { code, stderr } = await cli.run(['restore', '--from', at('all.tar.gz'), '--plan']);
  assert.equal(code, 16, stderr);
  assert.match(stderr, /restore would overwrite 2 newer objects/);
  assert.match(stderr, /Server\/bmc-1-system-0, Server\/bmc-2-system-0 have changed since the backup/);
  assert.match(stderr, /--skip-newer/);
  assert.match(stderr, /--only KIND\/NAME/);
  const skipped = await cli.run(['restore', '--from', at('all.tar.gz'), '--skip-newer', '--yes']);
  assert.equal(skipped.code, 0, skipped.stderr);
  assert.match(skipped.stdout, /2 newer, left alone/);
  assert.equal((await server()).metadata.labels?.rack, 'r1');
});

test('--only puts one object back as it was, asks first, and leaves its status alone', async () => {
  const only = ['restore', '--from', at('all.tar.gz'), '--only', 'server/bmc-1-system-0'];
  assert.equal((await cli.run(only)).code, 12);
  const status = (await server()).status;
  const { code, stdout, stderr } = await cli.run([...only, '--yes']);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /1 as they were again/);
  assert.equal((await server()).metadata.labels?.rack, undefined);
  assert.deepEqual((await server()).status, status);
  const { cluster } = cli.live.ports;
  assert.equal((await cluster.get(Server, { name: 'bmc-2-system-0' }))?.metadata.labels?.rack, 'r1');
  await cluster.patch(Server, { name: 'bmc-2-system-0' }, { metadata: { labels: { rack: null } } }, 'merge');
  const again = await cli.run([...only, '--yes']);
  assert.match(again.stdout, /restore 0 objects · 1 unchanged/, again.stderr);
  assert.equal((await cli.run(['restore', '--from', at('all.tar.gz'), '--only', 'server/none'])).code, 13);
});

test('a dry run and a plan store nothing', async () => {
  await lose((kind) => kind.kind === 'ServerReadinessRule' || kind.kind === 'Server');
  const plan = await cli.run(['restore', '--from', at('all.tar.gz'), '--plan']);
  assert.equal(plan.code, 10, plan.stderr);
  assert.match(plan.stdout, /^PLAN {2}restore 2 objects: 2 Server · \d+ unchanged · hardware calls: 0/m);
  assert.match(plan.stdout, /✔ claims and servers fit together/);
  const dry = await cli.run(['restore', '--from', at('all.tar.gz'), '--dry-run']);
  assert.equal(dry.code, 0, dry.stderr);
  assert.deepEqual(await cli.live.servers(), []);
});

test('everything lost comes back: same content and status, new owners; two passes later no machine was told anything', async () => {
  const before = await cli.run(['restore', '--from', at('all.tar.gz'), '--yes']);
  assert.equal(before.code, 0, before.stderr);
  const original = await server();
  const { cluster } = cli.live.ports;
  const [told, asked] = [actions(), requests()];
  await lose((kind) => !isSecret(kind));
  const { code, stdout, stderr } = await cli.run(['restore', '--from', at('all.tar.gz'), '--yes']);
  assert.equal(code, 0, stderr);
  assert.match(
    stdout,
    /^restored \d+ objects: 2 BMC 1 ServerClaim 1 ServerBootConfiguration 2 Server .*hardware calls: 0$/m,
  );
  assert.equal(requests(), asked, 'a BMC was asked');
  const now = await server();
  assert.notEqual(now.metadata.uid, original.metadata.uid);
  assert.equal(now.status?.state, 'Reserved');
  assert.deepEqual(now.status?.processors, original.status?.processors);
  const claim = (await cluster.get(ServerClaim, claimKey)) ?? assert.fail('no claim');
  const boot = (await cluster.get(ServerBootConfiguration, claimKey)) ?? assert.fail('no boot configuration');
  assert.equal(boot.metadata.ownerReferences?.[0]?.uid, claim.metadata.uid);
  for (const { object } of await everything()) {
    assert.equal(object.metadata.annotations?.[operation], undefined, object.metadata.name);
    assert.equal(object.metadata.annotations?.['metalctl.dev/move'], undefined, object.metadata.name);
  }
  await cli.live.pass();
  await cli.live.pass();
  assert.equal(actions(), told, 'a machine was told something');
  const states = (await cli.live.servers()).map(
    ({ metadata, status }) => `${metadata.name} ${status?.state} ${status?.powerState}`,
  );
  assert.deepEqual(states.sort(), ['bmc-1-system-0 Reserved On', 'bmc-2-system-0 Available Off']);
  assert.equal((await cluster.get(ServerClaim, claimKey))?.status?.phase, 'Bound');
});

test('secrets that are lost too are named as missing: their values were never kept', async () => {
  const { cluster } = cli.live.ports;
  const kept = (await cluster.list(BMCSecret)).items;
  const told = actions();
  await lose((kind) => kind.kind === BMCSecret.kind);
  const { code, stdout, stderr } = await cli.run(['restore', '--from', at('all.tar.gz'), '--skip-newer', '--yes']);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /2 without values, left out/);
  assert.match(stdout, /missing afterwards: BMCSecret\/bmc-1, BMCSecret\/bmc-2/);
  await cli.live.pass();
  assert.equal(actions(), told);
  for (const { metadata, data } of kept)
    await cluster.create(BMCSecret, {
      apiVersion: 'metal.ironcore.dev/v1alpha1',
      kind: 'BMCSecret',
      metadata: { name: metadata.name },
      data,
    } as BMCSecret);
});

test('--encrypt keeps values for the owner of a key alone; --identity brings them back', async () => {
  const { cluster } = cli.live.ports;
  const identity = await generateIdentity();
  const to = at('sealed.tar.gz');
  const keep = ['backup', '--to', to, '--with-status', '--encrypt'];
  const mistaken = await cli.run([...keep, `age:${identity}`]);
  assert.equal(mistaken.code, 2);
  assert.ok(!mistaken.stderr.includes(identity), 'a private key was repeated');
  const { code, stdout, stderr } = await cli.run([...keep, `age:${await identityToRecipient(identity)}`]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /\(\d secrets, encrypted\)/);
  const text = gunzipSync(readFileSync(to)).toString('latin1');
  for (const canary of [cli.live.sandbox.bmcPassword, Buffer.from(cli.live.sandbox.bmcPassword).toString('base64')])
    assert.ok(!text.includes(canary), canary);
  const valuesOf = async () => (await cluster.list(BMCSecret)).items.map(({ metadata, data }) => [metadata.name, data]);
  const before = await valuesOf();
  await lose((kind) => isSecret(kind));
  const plan = await cli.run(['restore', '--from', to, '--plan']);
  assert.match(plan.stdout, /their values are encrypted: --identity FILE brings them/, plan.stderr);
  const other = cli.file('other-key', `${await generateIdentity()}\n`);
  const refused = await cli.run(['restore', '--from', to, '--identity', other, '--yes']);
  assert.equal(refused.code, 18);
  assert.match(refused.stderr, /SNAPSHOT_SEALED/);
  const key = cli.file('key', `# created: today\n${identity}\n`);
  const restored = await cli.run(['restore', '--from', to, '--identity', key, '--yes', '-vvv']);
  assert.equal(restored.code, 0, restored.stderr);
  assert.deepEqual(await valuesOf(), before);
  for (const said of [restored.stdout, restored.stderr]) assert.ok(!said.includes(identity));
  const again = await cli.run(['restore', '--from', to, '--identity', key, '--yes']);
  assert.match(again.stdout, /restore 0 objects · \d+ unchanged/, again.stderr);
});

test('a claim that would share its machine with another is not brought back', async () => {
  const { cluster } = cli.live.ports;
  const other = { namespace: 'team', name: 'other' };
  await lose((kind) => kind.kind === 'ServerClaim' || kind.kind === 'ServerBootConfiguration');
  const claim = { apiVersion: 'metal.ironcore.dev/v1alpha1', kind: 'ServerClaim', metadata: other };
  await cluster.create(ServerClaim, {
    ...claim,
    spec: { power: 'On', image: 'i', serverRef: { name: 'bmc-1-system-0' } },
  } as ServerClaim);
  await cluster.patch(ServerClaim, other, { status: { phase: 'Bound' } }, 'merge', { subresource: 'status' });
  for (const serverClaimRef of [null, other])
    await cluster.patch(Server, { name: 'bmc-1-system-0' }, { spec: { serverClaimRef } }, 'merge');
  const { code, stderr } = await cli.run(['restore', '--from', at('all.tar.gz'), '--skip-newer', '--yes']);
  assert.equal(code, 15, stderr);
  assert.match(stderr, /ServerClaim\/team\/db names bmc-1-system-0, which names team\/other/);
  await lose((kind) => kind.kind === 'ServerClaim' || kind.kind === 'Server');
});

test('killed in the middle, a restore is ended by running it again', async () => {
  const { requestLog } = cli.live.sandbox.api;
  await lose((kind) => !isSecret(kind));
  requestLog.reset();
  const shell = openShell(cli.environment as Record<string, string>);
  const running = shell.start(['restore', '--from', at('all.tar.gz'), '--yes']);
  while (requestLog.count('create', 'bmcs') === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  running.kill('SIGKILL');
  await running.ended;
  await shell.close();
  const told = actions();
  const paused = (await everything()).filter(({ kind }) => !isSecret(kind));
  for (const { object } of paused) assert.equal(object.metadata.annotations?.[operation], 'ignore');
  // As if an hour had gone by: nobody need wait to see that the holder is dead.
  const lease = { namespace: 'metalctl-system', name: 'metalctl-reconciler' };
  const renewTime = new Date(Date.now() - 3_600_000).toISOString().replace('Z', '000Z');
  await cli.live.ports.cluster.patch(Lease, lease, { spec: { renewTime } }, 'merge');
  const { code, stdout, stderr } = await cli.run(['restore', '--from', at('all.tar.gz'), '--yes']);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^restored 6 objects/m, stdout);
  const last = await cli.run(['restore', '--from', at('all.tar.gz'), '--yes']);
  assert.match(last.stdout, /restore 0 objects/, last.stderr);
  await cli.live.pass();
  await cli.live.pass();
  assert.equal(actions(), told);
  assert.equal((await server()).status?.state, 'Reserved');
});

test('an operation of then is not carried out again: its server comes back paused', async () => {
  const { cluster } = cli.live.ports;
  const name = 'bmc-2-system-0';
  const ask = (value: string | null) => ({ metadata: { annotations: { [operation]: value } } });
  await cluster.patch(Server, { name }, ask('force-on-server'), 'merge');
  const to = at('asked.tar.gz');
  assert.equal((await cli.run(['backup', '--to', to, '--with-status'])).code, 0);
  await lose((kind, { metadata }) => kind.kind === 'Server' && metadata.name === name);
  const told = actions();
  const { code, stderr } = await cli.run(['restore', '--from', to, '--yes']);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /stay paused: Server\/bmc-2-system-0 \(is asked to force-on-server\)/);
  assert.match(stderr, /metalctl annotate KIND NAME metal\.ironcore\.dev\/operation-/);
  await cli.live.pass();
  await cli.live.pass();
  assert.equal(actions(), told, 'a machine was told something');
  assert.equal((await cluster.get(Server, { name }))?.metadata.annotations?.[operation], 'ignore');
  await cluster.patch(Server, { name }, ask(null), 'merge');
});

test('nothing is restored beside a controller that lives', async () => {
  const { cluster } = cli.live.ports;
  const metadata = { name: 'metalctl-reconciler', namespace: 'metalctl-system' };
  const renewTime = new Date().toISOString().replace('Z', '000Z');
  const spec = { holderIdentity: 'somebody', leaseDurationSeconds: 60, renewTime };
  await cluster.delete(Lease, metadata);
  await cluster.create(Lease, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec });
  await lose((kind) => kind.kind === 'Server');
  const { code, stderr } = await cli.run(['restore', '--from', at('all.tar.gz'), '--skip-newer', '--yes']);
  assert.equal(code, 15, stderr);
  assert.match(stderr, /a controller is active[\s\S]*held by somebody[\s\S]*RESTORE_PREFLIGHT/);
  assert.deepEqual(await cli.live.servers(), []);
  await cluster.delete(Lease, metadata);
  assert.equal((await cli.run(['restore', '--from', at('all.tar.gz'), '--skip-newer', '--yes'])).code, 0);
});

test('without status nothing is let go: a server would be booted to be discovered', async () => {
  const { cluster } = cli.live.ports;
  const bare = at('bare.tar.gz');
  const { stderr: note } = await cli.run(['backup', '--to', bare]);
  assert.match(note, /--with-status keeps states and hardware/);
  await lose((kind) => !isSecret(kind));
  const told = actions();
  const { code, stderr } = await cli.run(['restore', '--from', bare, '--yes']);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /stay paused: .*\(has no status in this snapshot\)/);
  assert.equal((await server()).metadata.annotations?.[operation], 'ignore');
  await cli.live.pass();
  await cli.live.pass();
  assert.equal(actions(), told, 'a machine was told something');
  assert.equal((await cluster.get(ServerClaim, claimKey))?.metadata.annotations?.[operation], 'ignore');
});

test('what is no snapshot, was changed or cut off is refused, and says why', async () => {
  const restore = (path: string) => cli.run(['restore', '--from', path]);
  assert.equal((await restore(at('nothing'))).code, 13);
  writeFileSync(at('half.tar.gz'), readFileSync(at('all.tar.gz')).subarray(0, 2000));
  assert.match((await restore(at('half.tar.gz'))).stderr, /was cut off/);
  writeFileSync(join(at('whole'), 'servers/bmc-1-system-0.yaml'), 'kind: Server\n');
  const changed = await restore(at('whole'));
  assert.equal(changed.code, 2);
  assert.match(changed.stderr, /bmc-1-system-0\.yaml is not what was written/);
  assert.match((await restore(tmpdir())).stderr, /has no snapshot\.yaml/);
});
