/** `why` names the cause; running the command it prints, word for word, lifts it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ServerClaim } from '../../src/api/metal/v1alpha1/index.js';
import { type Cli, startCli } from './cli-process.js';

let cli: Cli;
let server = '';
before(async () => {
  cli = await startCli(1, { isOneProcess: true });
  const onboard = ['onboard', ...cli.range.filter((word) => word !== '--target'), ...cli.account];
  const { code, stderr } = await cli.run([
    ...onboard,
    '--wait',
    '--timeout',
    '60s',
    '--registry-address',
    '127.0.0.1:0',
  ]);
  assert.equal(code, 0, stderr);
  server = (await cli.live.servers())[0]?.metadata.name ?? '';
});
after(() => cli.close());

interface Why {
  readonly isBlocked: boolean;
  readonly reason?: string;
  readonly remedy?: string;
}

async function why(...words: string[]): Promise<Why & { readonly code: number | null }> {
  const { code, stdout, stderr } = await cli.run(['why', ...words, '-o', 'json']);
  assert.ok(stdout !== '', stderr);
  return { ...(JSON.parse(stdout) as Why), code };
}

/** Runs the printed command; those that ask a person are told yes. */
async function follow(remedy: string | undefined): Promise<void> {
  const [program, ...words] = (remedy ?? '').split(' ');
  assert.equal(program, 'metalctl', `not a command of this program: ${remedy}`);
  const { code, stderr } = await cli.run([...words, ...(/^(power|release)$/.test(words[0] ?? '') ? ['--yes'] : [])]);
  assert.equal(code, 0, stderr);
}

test('nothing blocks a free server', async () => {
  assert.deepEqual(await why('server', server).then(({ isBlocked, code }) => [isBlocked, code]), [false, 0]);
});

test('a cordoned server is offered again by the command why prints', async () => {
  assert.equal((await cli.run(['cordon', server, '--reason', 'psu swap'])).code, 0);
  const found = await why('server', server);
  assert.deepEqual([found.code, found.reason], [10, 'Cordoned']);
  await follow(found.remedy);
  assert.equal((await why('server', server)).isBlocked, false);
});

test('a claim that finds no server finds one after the command of its nearest miss', async () => {
  assert.equal((await cli.run(['cordon', server])).code, 0);
  const { ports } = cli.live;
  const object = {
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'ServerClaim',
    metadata: { name: 'waiting', namespace: 'default' },
    spec: { power: 'Off', image: 'os:1' },
  };
  await ports.cluster.create(ServerClaim, object as ServerClaim);
  const found = await why('serverclaim', 'waiting', '-n', 'default');
  assert.deepEqual([found.code, found.reason], [10, 'Cordoned']);
  await follow(found.remedy);
  assert.equal((await why('serverclaim', 'waiting', '-n', 'default')).isBlocked, false);
  await cli.live.pass({ settle: true });
  const held = await why('server', server);
  assert.equal(held.isBlocked, false, JSON.stringify(held));
});

test('a kind without gates is refused by name', async () => {
  const { code, stderr } = await cli.run(['why', 'namespace', 'default']);
  assert.equal(code, 2);
  assert.match(stderr, /why does not know the gates of a Namespace/);
});
