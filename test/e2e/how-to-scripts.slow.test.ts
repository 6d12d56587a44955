/** The scripts of `docs/how-to/scripts-for-ci.md`, taken from the page and run by bash against a sandbox. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Server, ServerClaim } from '../../src/api/metal/v1alpha1/index.js';
import { type Cli, type Ended, startCli } from './cli-process.js';

const page = readFileSync(new URL('../../docs/how-to/scripts-for-ci.md', import.meta.url), 'utf8');
const scripts = new Map(
  [...page.matchAll(/^```bash\n# (\S+)\n([\s\S]*?)^```$/gm)].map(([, name = '', text = '']) => [name, text]),
);

let cli: Cli;
let path = '';
before(async () => {
  cli = await startCli(2);
  await cli.live.onboard();
  await cli.live.pass({ settle: true });
  const folder = join(cli.file('marker', ''), '..', 'bin');
  mkdirSync(folder);
  symlinkSync(new URL('../../bin/metalctl', import.meta.url).pathname, join(folder, 'metalctl'));
  path = `${folder}:${process.env.PATH}`;
});
after(() => cli.close());

function script(name: string, env: Readonly<Record<string, string>>): Promise<Ended> {
  const text = scripts.get(name);
  assert.ok(text !== undefined, `the page has no ${name}`);
  return new Promise((resolve) => {
    const all = { ...cli.environment, PATH: path, IMAGE: 'os:1', ...env };
    const child = spawn('bash', ['-c', text], { env: all, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => (chunks.stdout += chunk));
    child.stderr.on('data', (chunk) => (chunks.stderr += chunk));
    child.once('close', (code) => resolve({ code, ...chunks }));
  });
}

const said = ({ stdout, stderr }: Ended): string => `${stdout}\n${stderr}`;
const claims = async () => (await cli.live.ports.cluster.list(ServerClaim)).items.map(({ metadata }) => metadata.name);
const serverName = (n: number): string => `bmc-${n}-system-0`;

test('claim-a-machine: a machine that runs, and nothing left afterwards', async () => {
  const ended = await script('claim-a-machine.sh', { BUILD: '1' });
  assert.equal(ended.code, 0, said(ended));
  assert.match(ended.stdout, /testing on bmc-\d-system-0/);
  assert.deepEqual(await claims(), []);
  for (const server of await cli.live.servers()) assert.equal(server.status?.state, 'Available');
});

test('claim-a-machine: without capacity it asks the CI to come again', async () => {
  for (const n of [1, 2])
    await cli.live.ports.cluster.patch(Server, { name: serverName(n) }, { spec: { unclaimable: true } }, 'merge');
  const ended = await script('claim-a-machine.sh', { BUILD: '2', PATIENCE: '3s' });
  assert.equal(ended.code, 75, said(ended));
  assert.deepEqual(await claims(), []);
  for (const n of [1, 2])
    await cli.live.ports.cluster.patch(Server, { name: serverName(n) }, { spec: { unclaimable: null } }, 'merge');
});

test('claim-matrix: one of each vendor there is, and none of one there is not', async () => {
  const ended = await script('claim-matrix.sh', { VENDORS: 'dell hpe cisco' });
  assert.equal(ended.code, 0, said(ended));
  assert.match(ended.stdout, /dell: bmc-\d-system-0\nhpe: bmc-\d-system-0\ncisco: none free/);
  assert.deepEqual(await claims(), []);
});

test('drift-check: silent while Git and cluster agree, 1 when they do not, 2 when it cannot tell', async () => {
  const manifest = (value: string) =>
    cli.file('cm.yaml', `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: drift }\ndata: { a: ${value} }\n`);
  assert.equal((await cli.run(['apply', '-f', manifest('b')])).code, 0);
  const same = await script('drift-check.sh', { MANIFESTS: manifest('b') });
  assert.equal(same.code, 0, said(same));
  assert.equal((await script('drift-check.sh', { MANIFESTS: manifest('c') })).code, 1);
  assert.equal((await script('drift-check.sh', { MANIFESTS: '/nowhere' })).code, 2);
});

test('nightly-reconcile: settled, with a report', async () => {
  const report = join(path.split(':')[0] ?? '', '..', 'report.json');
  const ended = await script('nightly-reconcile.sh', { REPORT: report });
  assert.equal(ended.code, 0, said(ended));
  assert.equal(JSON.parse(readFileSync(report, 'utf8')).kind, 'ReconcileReport');
});

test('evacuate-a-rack: its claims are gone, its machines off and cordoned; the other rack runs on', async () => {
  const rack = 'metadata.metal.ironcore.dev/rack';
  for (const n of [1, 2]) {
    await cli.live.ports.cluster.patch(
      Server,
      { name: serverName(n) },
      { metadata: { labels: { [rack]: `r${n}` } } },
      'merge',
    );
    const made = await cli.run([
      'claim',
      `in-r${n}`,
      '--server',
      serverName(n),
      '--image',
      'os:1',
      '--wait',
      '--timeout',
      '60s',
    ]);
    assert.equal(made.code, 0, said(made));
  }
  const ended = await script('evacuate-a-rack.sh', { RACK: 'r1' });
  assert.equal(ended.code, 0, said(ended));
  assert.deepEqual(await claims(), ['in-r2']);
  const [one, two] = [1, 2].map((n) =>
    cli.live.servers().then((all) => all.find(({ metadata }) => metadata.name === serverName(n))),
  );
  assert.deepEqual([(await one)?.status?.powerState, (await one)?.spec?.unclaimable], ['Off', true]);
  assert.equal((await two)?.status?.powerState, 'On');
});

test('rotate-credentials: new passwords that work', async () => {
  const ended = await script('rotate-credentials.sh', { BMCS: 'bmc-1 bmc-2' });
  assert.equal(ended.code, 0, said(ended));
  assert.ok(!said(ended).includes(cli.live.sandbox.bmcPassword));
});

test('the page has these scripts and no other', () => {
  assert.deepEqual(
    [...scripts.keys()],
    [
      'claim-a-machine.sh',
      'claim-matrix.sh',
      'drift-check.sh',
      'nightly-reconcile.sh',
      'evacuate-a-rack.sh',
      'rotate-credentials.sh',
    ],
  );
});
