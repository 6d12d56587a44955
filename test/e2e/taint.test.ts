/** Taints by hand: set, seen by why and by claims, taken off; bad words are refused and change nothing. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server } from '../../src/api/metal/v1alpha1/index.js';
import { type Cli, startCli } from './cli-process.js';

let cli: Cli;
before(async () => {
  cli = await startCli(1, { isOneProcess: true });
  const metadata = { name: 'node-07' };
  const spec = { systemUUID: '4c4c4544-0058-4b10-8032-b8c04f4d3134', bmcRef: { name: 'none' } };
  const server = { apiVersion: 'metal.ironcore.dev/v1alpha1', kind: 'Server', metadata, spec } as Server;
  await cli.live.ports.cluster.create(Server, server);
});
after(() => cli.close());

const taints = async () => (await cli.live.ports.cluster.get(Server, { name: 'node-07' }))?.spec?.taints;

test('a taint is set once, its value replaced, and taken off by key', async () => {
  const set = await cli.run(['taint', 'node-07', 'hw/nic-fault:NoBind', 'pool=lab:NoBind']);
  assert.deepEqual([set.code, set.stdout], [0, 'server/node-07 tainted\n'], set.stderr);
  assert.deepEqual(await taints(), [
    { key: 'hw/nic-fault', effect: 'NoBind' },
    { key: 'pool', value: 'lab', effect: 'NoBind' },
  ]);
  assert.equal((await cli.run(['taint', 'node-07', 'pool=lab:NoBind'])).stdout, 'server/node-07 unchanged\n');
  await cli.run(['taint', 'node-07', 'pool=prod:NoBind']);
  assert.deepEqual((await taints())?.at(-1), { key: 'pool', value: 'prod', effect: 'NoBind' });
  assert.equal((await cli.run(['untaint', 'node-07', 'hw/nic-fault'])).stdout, 'server/node-07 untainted\n');
  assert.equal((await taints())?.length, 1);
  assert.equal((await cli.run(['untaint', 'node-07', 'pool:Evict'])).stdout, 'server/node-07 unchanged\n');
  assert.equal((await cli.run(['untaint', 'node-07', '--all'])).code, 0);
  assert.equal(await taints(), undefined);
});

test('the command why prints takes the taint off', async () => {
  await cli.run(['taint', 'node-07', 'hw/nic-fault:NoBind']);
  const { stdout } = await cli.run(['why', 'server', 'node-07', '-o', 'json']);
  const { gates } = JSON.parse(stdout) as { gates: { reason: string; remedy?: string }[] };
  const [program, ...words] = gates.find(({ reason }) => reason === 'Tainted')?.remedy?.split(' ') ?? [];
  assert.equal(program, 'metalctl');
  assert.equal((await cli.run(words)).code, 0);
  assert.equal(await taints(), undefined);
});

test('a dry run changes nothing; what is no taint is refused', async () => {
  assert.match((await cli.run(['taint', 'node-07', 'a:NoBind', '--dry-run'])).stdout, /tainted \(dry run\)/);
  for (const words of [
    ['taint', 'node-07'],
    ['taint', 'node-07', 'a:Never'],
    ['untaint', 'node-07'],
  ]) {
    const { code, stderr } = await cli.run(words);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /fix {3}/);
  }
  assert.equal(await taints(), undefined);
  assert.match((await cli.run(['taint', 'node-07', 'a:Evict'])).stderr, /nothing acts on it/);
});
