/** The audit log of the built program against the emulators' own: a line for every request that changed something. */
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Cli, startCli } from './cli-process.js';

let cli: Cli;
before(async () => {
  cli = await startCli(2, { isOneProcess: true });
});
after(() => cli.close());

interface Line {
  readonly time: string;
  readonly who: string;
  readonly context?: string;
  readonly object?: string;
  readonly intent?: string;
  readonly bmc: string;
  readonly method: string;
  readonly uri: string;
  readonly action: string;
  readonly result: number | string;
}

const linesOf = (path: string): Line[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

test('S-AUD-1: every mutating request of discovery, claim and release has its line, and no line too many', async (t) => {
  const { emulator } = cli.live.sandbox;
  await cli.live.onboard();
  const path = join(cli.file('audit.log', ''));
  // One request is refused: what came of it is on record too.
  emulator.control.fail({
    match: { method: 'PATCH' },
    when: { first: 1 },
    action: { kind: 'status', status: 503, retryAfter: 0 },
  });
  const run = async (...words: string[]) => {
    const { code, stderr } = await cli.run([...words, '--audit-log', path]);
    assert.ok(code === 0 || code === 3, `${words}: ${code} ${stderr}`);
  };
  const pass = ['reconcile', '--once', '--settle', '--deadline', '20s', '--registry-address', '127.0.0.1:0'];
  await run(...pass, '--hold-for-probe', '20s');
  await run(
    'claim',
    'db',
    '--server',
    'bmc-1-system-0',
    '--image',
    'os:1',
    '--timeout',
    '20s',
    '--yes',
    '--wait',
    '--driver',
    'local',
  );
  await run('release', 'db', '--yes', '--wait', '--timeout', '20s', '--driver', 'local');

  const lines = linesOf(path);
  let count = 0;
  for (const { name } of emulator.bmcs) {
    const truth = emulator.log.requests(name).filter(({ method }) => method !== 'GET' && method !== 'HEAD');
    const told = lines.filter(({ bmc }) => bmc === name);
    const spelled = (each: { method: string; path?: string; uri?: string; status?: number; result?: unknown }) =>
      `${each.method} ${(each.path ?? each.uri ?? '').replace(/\/$/, '')} ${each.status ?? each.result}`;
    assert.deepEqual(told.map(spelled).sort(), truth.map(spelled).sort(), name);
    count += truth.length;
  }
  assert.ok(count >= 12, `${count} requests`);
  const resets = lines.filter(({ action }) => action === 'ComputerSystem.Reset');
  assert.ok(resets.length >= 4, 'switched on and off for discovery and for the claim');
  for (const { who, object, intent, time } of resets) {
    assert.match(who, /^.+@.+$/);
    assert.match(object ?? '', /^server\//);
    assert.match(intent ?? '', /"action":"(On|Off|ForceOff)","at":"/);
    assert.ok(!Number.isNaN(Date.parse(time)));
  }
  assert.equal(statSync(path).mode & 0o077, 0);
  const text = readFileSync(path, 'utf8');
  for (const secret of [cli.live.sandbox.bmcPassword, Buffer.from(cli.live.sandbox.bmcPassword).toString('base64')])
    assert.ok(!text.includes(secret));
  t.diagnostic(`${count} mutating requests to ${emulator.bmcs.length} BMCs, ${lines.length} lines`);
});

test('work that cannot be audited does not begin', async () => {
  const before = cli.live.sandbox.emulator.log.count();
  const { code, stderr } = await cli.run(['reconcile', '--once', '--audit-log', '/nowhere/audit.log']);
  assert.equal(code, 2, stderr);
  assert.match(stderr, /--audit-log \/nowhere\/audit\.log cannot be written/);
  assert.equal(cli.live.sandbox.emulator.log.count(), before);
});
