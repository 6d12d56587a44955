/** `docs/how-to/use-the-bmc-emulator.md`: its blocks, taken from the page and run by bash, and what they say. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ownBlock } from '../support/live.js';

const page = readFileSync(new URL('../../docs/how-to/use-the-bmc-emulator.md', import.meta.url), 'utf8');
const blocks = new Map(
  [...page.matchAll(/^```(?:bash|yaml)\n# (\S+)\n([\s\S]*?)^```$/gm)].map(([, name = '', text = '']) => [name, text]),
);
const blockOf = (name: string): string => {
  const text = blocks.get(name);
  assert.ok(text !== undefined, `the page has no block ${name}`);
  return text;
};

const folder = mkdtempSync(join(tmpdir(), 'metalctl-emulator-'));
mkdirSync(join(folder, 'bin'));
symlinkSync(new URL('../../bin/metalctl', import.meta.url).pathname, join(folder, 'bin', 'metalctl'));
const running = new Set<ChildProcess>();
after(async () => {
  await Promise.all([...running].map(stop));
  rmSync(folder, { recursive: true, force: true });
});

const shell = (text: string, network = ''): ChildProcess =>
  spawn('bash', ['-ec', text], {
    cwd: folder,
    env: {
      PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
      HOME: folder,
      METALCTL_STATE_DIR: join(folder, 'state'),
      NETWORK: network,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** Runs a block to its end; it must end well. */
async function run(text: string): Promise<string> {
  const child = shell(text);
  let [out, err] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    out += part;
  });
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    err += part;
  });
  const code = await new Promise((done) => child.once('close', done));
  assert.equal(code, 0, `${text}\n${out}${err}`);
  return out;
}

/** Starts a sandbox by its block and waits until it says where it is. */
async function up(name: string, before = ''): Promise<ChildProcess> {
  const child = shell(`${before}exec ${blockOf(name)}`, ownBlock());
  running.add(child);
  let err = '';
  child.stderr?.on('data', (part) => {
    err += part;
  });
  await new Promise<void>((done, fail) => {
    child.stdout?.once('data', () => done());
    child.once('exit', (code) => fail(new Error(`${name} ended with ${code}: ${err}`)));
  });
  return child;
}

function stop(child: ChildProcess): Promise<unknown> {
  running.delete(child);
  if (child.exitCode !== null) return Promise.resolve();
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  return gone;
}

/** Asks the control interface of a sandbox, by the first lines of the page's own block. */
const ask = (sandbox: string, path: string): Promise<string> =>
  run(
    `${blockOf('control').split('\n').slice(0, 3).join('\n').replaceAll('lab', sandbox)}\ncontrol "$(status controlUrl)${path}"`,
  );

const documentsOf = (text: string): Record<string, never>[] =>
  text
    .split(/(?<=\})(?=\{)/)
    .filter((part) => part.trim() !== '')
    .map((part) => JSON.parse(part));

test('a rack comes up, is asked, fails, heals, and tells what happened', async () => {
  const lab = await up('up');
  const [systems] = documentsOf(await run(blockOf('ask'))) as unknown as [{ Members: { Manufacturer: string }[] }];
  assert.equal(systems.Members.length, 1);
  // The page's rack is called lab; its commands on faults are shown for the default one.
  const inLab = (text: string) => text.replaceAll(/metalctl sandbox (fail|heal)/g, 'metalctl sandbox $1 --name lab');
  assert.equal(
    await run(inLab(blockOf('faults'))),
    [
      '503@bmc-1 injected',
      'disk@bmc-2 injected',
      'timeout@all injected',
      'disk@bmc-2 healed for bmc-2',
      'timeout@all healed for bmc-2',
      'timeout@all healed',
      '503@bmc-1 healed',
      '',
    ].join('\n'),
  );
  assert.equal(
    await run(inLab(blockOf('rules'))),
    [
      'hardware-drivePulled@bmc-1 injected',
      'body-truncated@bmc-3 injected',
      'latency@all injected',
      'hardware-drivePulled@bmc-1 healed',
      'body-truncated@bmc-3 healed',
      'latency@all healed',
      '',
    ].join('\n'),
  );
  const [counters, requests, actions, step] = documentsOf(await run(blockOf('control')));
  assert.deepEqual([(counters as { requests?: number }).requests, step], [1, {}]);
  assert.equal(
    (requests as unknown as { requests: { path: string }[] }).requests[0]?.path,
    '/redfish/v1/Systems?$expand=.',
  );
  assert.deepEqual(actions, { actions: [] });
  await run('metalctl sandbox down --name lab');
  await stop(lab);
});

test('a rack for another cluster has its machines onboarded there', async () => {
  const lab = await up('up');
  const join = "export KUBECONFIG=$(metalctl sandbox status --name lab -o jsonpath='{.kubeconfig}')\n";
  const rack = await up('external', join);
  const out = await run(`${join}
    status() { metalctl sandbox status --name rack -o jsonpath="{.$1}"; }
    BMC=$(status bmcs.first); BMC=\${BMC#https://}
    CREDENTIALS="--bmc-username admin --bmc-password-file $(status bmcPasswordFile)"
    export METALCTL_BMC_CA=$(status ca)
    metalctl install crds > /dev/null
    metalctl discover --cidr "\${BMC%.*}.0/29" --ports "\${BMC##*:}" $CREDENTIALS > /dev/null
    metalctl onboard --from last --status new $CREDENTIALS --wait --yes > /dev/null
    metalctl get servers -o jsonpath='{.items[*].status.state}'`);
  assert.equal(out.trim(), 'Available Available');
  await stop(rack);
  await stop(lab);
});

test('a scenario of a file happens, and a captured tree is a rack', async () => {
  writeFileSync(join(folder, 'night.yaml'), blockOf('night.yaml'));
  const night = await up('night');
  const control = (path: string) => ask('night', path);
  // The last step within the hour is the new card, which has no trace of its own here; the two before it have.
  const deadline = Date.now() + 20_000;
  let actions = '';
  while (!actions.includes('"action":"bmc"') && Date.now() < deadline) actions = await control('/actions');
  const faults = JSON.parse(await control('/faults')) as { faults: { rule: { action: { kind: string } } }[] };
  assert.deepEqual(
    faults.faults.map(({ rule }) => rule.action.kind),
    ['status', 'hardware'],
  );
  assert.match(actions, /"action":"bmc"/);
  await stop(night);

  const tree = join(folder, 'captured', 'redfish', 'v1');
  mkdirSync(join(tree, 'Systems', 'A'), { recursive: true });
  const write = (at: string, doc: unknown) => writeFileSync(join(tree, at, 'index.json'), JSON.stringify(doc));
  write('.', { '@odata.id': '/redfish/v1/', Name: 'Root', Systems: { '@odata.id': '/redfish/v1/Systems' } });
  write('Systems', {
    '@odata.id': '/redfish/v1/Systems',
    '@odata.type': '#ComputerSystemCollection.ComputerSystemCollection',
    Members: [{ '@odata.id': '/redfish/v1/Systems/A' }],
  });
  write('Systems/A', {
    '@odata.id': '/redfish/v1/Systems/A',
    '@odata.type': '#ComputerSystem.v1_20_0.ComputerSystem',
    Id: 'A',
    Model: 'Ours',
  });
  const mine = await up('captured');
  const bmcs = JSON.parse(await ask('mine', '/bmcs')) as { bmcs: { vendor: string }[] };
  assert.deepEqual(bmcs.bmcs.map(({ vendor }) => vendor).sort(), ['captured', 'captured', 'dell']);
  await stop(mine);
});
