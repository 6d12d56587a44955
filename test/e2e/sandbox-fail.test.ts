/** `sandbox fail` and `sandbox heal` as a person types them, seen from the BMCs they are about. */
import assert from 'node:assert/strict';
import { Agent, request } from 'node:https';
import { after, before, test } from 'node:test';
import { type Cli, type Ended, startCli } from './cli-process.js';

let cli: Cli;
before(async () => {
  cli = await startCli(2, { isOneProcess: true });
});
after(() => cli.close());

const sandbox = (...words: string[]): Promise<Ended> =>
  cli.run(['sandbox', ...words, '--data', cli.live.sandbox.folder.path]);

async function documentOf(...words: string[]) {
  const { code, stdout, stderr } = await sandbox(...words, '-o', 'json');
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

/** What a BMC answers to a read without a password: 401 when it is well. */
function answerOf(name: string): Promise<number> {
  const { bmcs } = cli.live.sandbox.emulator;
  const bmc = bmcs.find((each) => each.name === name);
  return new Promise((resolve, reject) => {
    const agent = new Agent({ ca: cli.live.sandbox.ca });
    const sent = request(`${bmc?.url}/redfish/v1/Systems`, { agent }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end();
  });
}

test('a fault strikes the machine that was named, twice is once, and healing ends it', async () => {
  const first = await documentOf('fail', 'bmc-1', '503', '--method', 'get');
  assert.deepEqual([first.kind, first.id, first.changed], ['SandboxFault', '503@bmc-1', true]);
  assert.equal((await documentOf('fail', 'bmc-1', '503', '--method', 'GET')).changed, false);
  assert.deepEqual([await answerOf('bmc-1'), await answerOf('bmc-2')], [503, 401]);
  // Another form of the same fault takes the place of the one before.
  const narrowed = await sandbox('fail', 'bmc-1', '503', '--path', '/redfish/v1/Chassis*', '--first', '3');
  assert.equal(narrowed.stdout, '503@bmc-1 injected\n');
  assert.equal(await answerOf('bmc-1'), 401);
  assert.equal((await sandbox('heal', 'bmc-1')).stdout, '503@bmc-1 healed for bmc-1\n');
  const nothing = await sandbox('heal', 'bmc-1');
  assert.deepEqual([nothing.code, nothing.stdout], [0, 'bmc-1 unchanged: no such fault\n']);
});

test('a rule as JSON for all, from which one machine is taken out', async () => {
  const rule = JSON.stringify({ action: { kind: 'status', status: 429 } });
  assert.equal((await documentOf('fail', '--all', rule)).id, 'status-429@all');
  const { host } = cli.live.sandbox.emulator.bmcs[1] ?? {};
  assert.deepEqual((await documentOf('heal', String(host), 'status-429')).healed, ['status-429@all']);
  assert.deepEqual([await answerOf('bmc-1'), await answerOf('bmc-2')], [429, 401]);
  await documentOf('fail', 'bmc-2', 'tls', '--for', '1h');
  await assert.rejects(answerOf('bmc-2'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  assert.deepEqual((await documentOf('heal', '--all')).healed, ['status-429@all', 'tls@bmc-2']);
  assert.deepEqual([await answerOf('bmc-1'), await answerOf('bmc-2')], [401, 401]);
});

const refusals: [name: string, words: string[], code: number, said: RegExp][] = [
  ['an unknown machine', ['fail', 'bmc-9', '503'], 13, /no emulated machine is called "bmc-9"/],
  ['an unknown fault', ['fail', 'bmc-1', 'gremlins'], 2, /no fault is called "gremlins"/],
  ['a machine beside --all', ['fail', 'bmc-1', '503', '--all'], 2, /name none beside it/],
  ['chance beyond one', ['fail', 'bmc-1', '503', '--probability', '2'], 2, /from 0 to 1/],
];
for (const [name, words, code, said] of refusals) {
  test(`${name} is refused and changes nothing`, async () => {
    const ended = await sandbox(...words);
    assert.equal(ended.code, code, ended.stderr);
    assert.match(ended.stderr, said);
    assert.deepEqual(cli.live.sandbox.emulator.control.faults(), []);
  });
}

test('where no sandbox runs, there is nobody to fail', async () => {
  const ended = await cli.run(['sandbox', 'fail', 'bmc-1', '503', '--name', 'elsewhere']);
  assert.equal(ended.code, 13);
  assert.match(ended.stderr, /sandbox "elsewhere" does not run/);
});
