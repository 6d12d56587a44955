/** What `reconcile --once` says on stderr when it did not end well, beside its report on stdout. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ReconcileReport } from '../../src/reconcile/index.js';
import { type Cli, startCli } from './cli-process.js';

let cli: Cli;
before(async () => {
  cli = await startCli(2);
  await cli.live.onboard();
  cli.live.sandbox.emulator.control.fail({
    match: { bmc: 'bmc-1' },
    action: { kind: 'status', status: 500 },
  });
});
after(() => cli.close());

test('some failed: how many, why, what helps and the code, behind the table', async () => {
  const { code, stdout, stderr } = await cli.run(['reconcile', '--once']);
  assert.equal(code, 17, stderr);
  assert.match(stdout, /^FAILED +bmc\/bmc-1 /m);
  assert.match(stderr, /^error: 1 of \d objects failed$/m);
  assert.match(stderr, /^ {2}why {3}bmc\/bmc-1: /m);
  assert.match(stderr, /^ {2,}(fix)? +metalctl describe bmc\/bmc-1$/m);
  assert.match(stderr, /^ {2}code {2}PARTIAL \(exit 17\)/m);
});

test('machines get one JSON line, with the objects as targets, and the report as ever', async () => {
  const { code, stdout, stderr } = await cli.run(['reconcile', '--once', '-o', 'json']);
  assert.equal(code, 17);
  const report = JSON.parse(stdout) as ReconcileReport;
  assert.ok(report.objects.some(({ name, outcome }) => name === 'bmc-1' && outcome === 'failed'));
  const [line = ''] = stderr.split('\n').filter((each) => each.startsWith('{'));
  const error = JSON.parse(line) as { kind: string; code: string; exit: number; targets: string[] };
  assert.deepEqual([error.kind, error.code, error.exit, error.targets], ['Error', 'PARTIAL', 17, ['bmc/bmc-1']]);
});

test('work that waits for a person is an error where that was asked for, and no word otherwise', async () => {
  cli.live.sandbox.emulator.control.heal();
  const plain = await cli.run(['reconcile', '--once']);
  assert.equal(plain.code, 0, plain.stderr);
  assert.doesNotMatch(plain.stderr, /error/);
  const strict = await cli.run(['reconcile', '--once', '--fail-on', 'warning']);
  assert.equal(strict.code, 4, strict.stderr);
  assert.match(strict.stderr, /^error: 2 of \d objects wait for a person$/m);
  assert.match(strict.stderr, /metalctl why server\/bmc-1-system-0/);
});
