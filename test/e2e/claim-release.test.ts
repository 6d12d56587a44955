/** Claim and release by the built program: the machine runs and stops, races have one winner, refusals say why. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ServerClaim } from '../../src/api/metal/v1alpha1/index.js';
import { type Cli, startCli } from './cli-process.js';

let cli: Cli;
before(async () => {
  cli = await startCli(2, { isOneProcess: true });
  const args = [
    'onboard',
    ...cli.range.filter((word) => word !== '--target'),
    ...cli.account,
    '--wait',
    '--timeout',
    '60s',
  ];
  const { code, stderr } = await cli.run([...args, '--registry-address', '127.0.0.1:0']);
  assert.equal(code, 0, stderr);
});
after(() => cli.close());

const claims = async () => (await cli.live.ports.cluster.list(ServerClaim)).items.map(({ metadata }) => metadata.name);
const names = async () => (await cli.live.servers()).map(({ metadata }) => metadata.name).sort();
const image = ['--image', 'ghcr.io/acme/os:2026.3'];

test('a claim runs its machine; release stops it', async () => {
  const ignition = cli.file(
    'db.ign',
    '{"ignition":{"version":"3.4.0"},"passwd":{"users":[{"name":"canary-Ign1tion"}]}}',
  );
  const made = await cli.run([
    'claim',
    'db-07',
    '--cpu',
    '1',
    ...image,
    '--ignition',
    ignition,
    '--wait',
    '-o',
    'jsonpath={.server.name}',
  ]);
  assert.equal(made.code, 0, made.stderr);
  assert.ok((await names()).includes(made.stdout));
  const server = (await cli.live.servers()).find(({ metadata }) => metadata.name === made.stdout);
  assert.deepEqual([server?.status?.state, server?.status?.powerState], ['Reserved', 'On']);
  assert.equal(cli.live.sandbox.emulator.powerState(machineOf(made.stdout)), 'On');
  assert.ok(!`${made.stdout}${made.stderr}`.includes('canary-Ign1tion'));

  const asked = await cli.run(['release', 'db-07']);
  assert.equal(asked.code, 12);
  assert.match(asked.stderr, /policy Recycle: powers OFF/);
  const released = await cli.run(['release', 'db-07', '--yes', '--wait', '--timeout', '60s']);
  assert.equal(released.code, 0, released.stderr);
  assert.equal(cli.live.sandbox.emulator.powerState(machineOf(made.stdout)), 'Off');
  assert.deepEqual(await claims(), []);
});

/** The emulated machine behind a server, by its serial number in the BMC's name. */
function machineOf(server: string): string {
  const serial = server.replace(/^[a-z]+-(.*)-system-0$/, '$1');
  const machine = cli.live.sandbox.emulator.bmcs.find((each) => JSON.stringify(each).toLowerCase().includes(serial));
  return machine?.name ?? assert.fail(`no machine for ${server}`);
}

test('what cannot be met is refused with its code, and leaves nothing', async () => {
  const [server = ''] = await names();
  const cases: [string[], number, RegExp][] = [
    [['--memory', '64Ti', ...image], 11, /2 servers → 0 have ≥ 64Ti memory/],
    [['--server', 'nope', ...image], 13, /server "nope" not found/],
    [[...image], 12, /--server NAME/],
    [['--server', server], 12, /--image IMG/],
    [['--server', server, ...image, '--ignition', cli.file('bad.ign', 'version: 3')], 2, /is not JSON/],
    [['--server', server, ...image, '--ignition', 'secret/none'], 13, /secret "none" not found/],
    [['-l', 'a==,,', ...image], 2, /is not a label selector/],
    [['-i', ...image], 12, /needs a terminal/],
  ];
  for (const [args, code, words] of cases) {
    const ended = await cli.run(['claim', 'x', ...args]);
    assert.equal(ended.code, code, `${args}: ${ended.stderr}`);
    assert.match(ended.stderr, words);
    assert.equal(ended.stdout, '');
  }
  assert.deepEqual(await claims(), []);
});

test('of two processes that claim one server exactly one wins', async () => {
  const [server = ''] = await names();
  for (let round = 0; round < 3; round += 1) {
    // Off: a machine that has just been switched on hears no shutdown until its system runs.
    const words = ['--server', server, ...image, '--power', 'off', '--wait=bound', '--timeout', '60s'];
    const run = (name: string) => cli.run(['claim', name, ...words], { isAlone: true });
    const [a, b] = await Promise.all([run('a'), run('b')]);
    assert.deepEqual([a.code, b.code].sort(), [0, 16], `${a.stderr}\n${b.stderr}`);
    const winner = a.code === 0 ? 'a' : 'b';
    assert.match((a.code === 0 ? b : a).stderr, new RegExp(`claim default/${winner} (has|holds) it`));
    assert.deepEqual(await claims(), [winner]);
    assert.equal((await cli.run(['release', winner, '--yes', '--wait', '--timeout', '60s'])).code, 0);
  }
});

test('a claim of another namespace is pointed to', async () => {
  const spec = { image: 'i', power: 'Off' };
  const metadata = { namespace: 'kube-system', name: 'db-99' };
  await cli.live.ports.cluster.create(ServerClaim, {
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'ServerClaim',
    metadata,
    spec,
  });
  const { code, stderr } = await cli.run(['release', 'db-99', '--yes']);
  assert.equal(code, 13);
  assert.match(stderr, /it exists in namespace "kube-system"/);
  assert.match(stderr, /metalctl release db-99 -n kube-system/);
});
