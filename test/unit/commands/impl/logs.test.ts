/** `logs`: what passes of this machine did, from the journal that they keep. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { keepRun, recordOf } from '../../../../src/commands/impl/run-journal.js';
import { Exit } from '../../../../src/errors/exit.js';
import type { Log } from '../../../../src/ports/log.js';
import type { ObjectReport, ReconcileReport } from '../../../../src/reconcile/runtime/report.js';
import { fakeClock } from '../../../support/clock.js';
import { runLine } from '../../../support/run-line.js';
import { world } from '../../../support/world.js';
import { addAvailable, inTime } from '../../workflows/support/servers.js';

const folder = mkdtempSync(join(tmpdir(), 'metalctl-logs-'));
process.env.METALCTL_STATE_DIR = folder;
after(() => rmSync(folder, { recursive: true }));

const env = { LANG: 'C.UTF-8', METALCTL_NOW: '2026-03-04T12:00:00Z' };
const logs = (line = '') => runLine(`logs ${line}`, { ports: { clock: fakeClock() }, env });
const object = (
  kind: string,
  name: string,
  outcome: ObjectReport['outcome'],
  code?: 'BMC_AUTH_FAILED',
): ObjectReport => ({
  kind,
  name,
  outcome,
  because: 'Probed',
  message: 'text\u001b[2J',
  writes: 1,
  bmcCalls: 0,
  durationMs: 1,
  ...(code === undefined ? {} : { code }),
});
const pass = (...objects: ObjectReport[]): ReconcileReport => ({
  apiVersion: 'cli.metalctl.dev/v1',
  kind: 'ReconcileReport',
  passes: 1,
  writes: 1,
  bmcCalls: 0,
  seconds: 1,
  objects,
});
const kept = async (at: string, ...objects: ObjectReport[]) => {
  const record = recordOf(pass(...objects), new Date(at), new Date(at));
  await keepRun(record);
  return record.run;
};

test('without a pass there is nothing to tell', async () => {
  const { code, stdout, stderr } = await logs();
  assert.deepEqual([code, stdout, stderr], [Exit.OK, '', 'No pass of this machine has anything to tell.\n']);
});

test('lines of runs, oldest first, by run, object, time and failure; foreign text acts on no terminal', async () => {
  const first = await kept('2026-03-01T10:00:00Z', object('Server', 's1', 'changed'), object('BMC', 'b1', 'unchanged'));
  await kept(
    '2026-03-04T11:00:00Z',
    object('Server', 's1', 'deferred'),
    object('BMC', 'b1', 'failed', 'BMC_AUTH_FAILED'),
    object('ServerClaim', 'db/x', 'changed'),
  );
  const all = await logs();
  assert.deepEqual(
    all.stdout.split('\n').map((line) => line.split(/ {2,}/).slice(2, 4).join(' ')),
    ['OUTCOME OBJECT', 'changed server/s1', 'deferred server/s1', 'failed bmc/b1', 'changed serverclaim/db/x', ''],
  );
  assert.ok(!all.stdout.includes('\u001b'));
  const count = async (line: string): Promise<number> =>
    (await logs(`${line} -o jsonl`)).stdout.trim().split('\n').length;
  assert.equal(await count('server/s1'), 2);
  assert.equal(await count('scl/x'), 1);
  assert.equal(await count('--since 2h'), 3);
  assert.equal(await count(`--run ${first.slice(0, 4)}`), 1);
  const failures = JSON.parse((await logs('--errors -o jsonl')).stdout) as { reason: string; object: string };
  assert.deepEqual([failures.object, failures.reason], ['bmc/b1', 'BMC_AUTH_FAILED']);
});

test('a run that is not there, and what has no journal, are refused with what there is', async () => {
  const absent = await logs('--run nosuch');
  assert.equal(absent.code, Exit.NOT_FOUND);
  assert.match(absent.stderr, /keeps its own passes for 30 days/);
  assert.equal((await logs('rollout/x')).code, Exit.USAGE);
});

test('records are their owner’s alone, go after thirty days, and a broken one hides no other', async () => {
  const runs = join(folder, 'runs');
  assert.equal(statSync(runs).mode & 0o777, 0o700);
  writeFileSync(join(runs, '2026-03-04T110500000Z-broken.json'), '{"run":');
  assert.equal((await logs('-o jsonl')).stdout.trim().split('\n').length, 4);
  await kept('2026-04-02T12:00:00Z', object('Server', 's2', 'changed'));
  const left = readdirSync(runs);
  assert.ok(!left.some((name) => name.startsWith('2026-03-01')), left.join());
  assert.ok(left.every((name) => (statSync(join(runs, name)).mode & 0o077) === 0 || name.includes('broken')));
});

test('a pass writes down what it did', async () => {
  const w = world();
  addAvailable(w, 'node1');
  const before = readdirSync(join(folder, 'runs')).length;
  const logged: unknown[] = [];
  const log: Log = { log: (_level, _message, fields) => void logged.push(fields?.run) };
  const ports = { ...w.ports, cluster: w.cluster, bmc: w.bmcs, log };
  const said = await inTime(w, runLine('reconcile --once -o json', { ports }));
  assert.equal(said.code, Exit.OK, said.stderr);
  const files = readdirSync(join(folder, 'runs'));
  assert.equal(files.length, before + 1);
  // A pod has no journal: there the report and the log lines are what names the run.
  const { run } = JSON.parse(said.stdout);
  assert.ok(
    files.some((file) => file.endsWith(`-${run}.json`)),
    `${run} is not among ${files.join()}`,
  );
  assert.ok(logged.includes(run), 'no line of the log names the run');
});

test('logs -w goes on with what later passes write down, and ends with its signal', async () => {
  const interrupt = new AbortController();
  let text = '';
  const heard: (() => void)[] = [];
  const until = (pattern: RegExp) =>
    new Promise<void>((resolve) => heard.push(() => void (pattern.test(text) && resolve())));
  const shown = [until(/first-one/), until(/second-one/)];
  await kept('2026-03-04T11:30:00Z', object('Server', 'first-one', 'changed'));
  const options = { ports: { clock: fakeClock() }, env, signal: interrupt.signal };
  const ended = runLine('logs -w --since 1h', {
    ...options,
    drawn: (more) => {
      text += more;
      for (const look of heard) look();
    },
  });
  await shown[0];
  await kept('2026-03-04T11:59:00Z', object('Server', 'second-one', 'failed', 'BMC_AUTH_FAILED'));
  await shown[1];
  interrupt.abort();
  const { code, stdout } = await ended;
  assert.equal(code, Exit.OK);
  assert.equal(stdout.match(/^TIME/gm)?.length, 1, 'one header');
  assert.equal(stdout.match(/first-one/g)?.length, 1, 'nothing twice');
  const pods = await logs('--from-cluster -w');
  assert.deepEqual([pods.code, /kubectl logs -f/.test(pods.stderr)], [Exit.USAGE, true], pods.stderr);
});
