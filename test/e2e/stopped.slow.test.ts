/**
 * A daemon is stopped in the middle of its work (SIGSTOP) and goes on after another has taken over: by the audit logs of
 * both, held against the emulator's own, it sends nothing more.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { type Live, startLive } from '../support/live.js';
import { openShell, type Running, type Shell } from '../support/process.js';

const servers = 12;
let live: Live;
let shell: Shell;
before(async () => {
  // Slow machines: there is something to do all the time.
  live = await startLive({ servers, speed: 15 });
  await live.installCrds();
  shell = openShell({ KUBECONFIG: live.sandbox.record.kubeconfig, METALCTL_BMC_CA: '' });
});
after(async () => {
  await shell.close();
  await live.close();
});

interface Line {
  readonly time: string;
  readonly durationMs: number;
  readonly method: string;
  readonly uri: string;
  readonly bmc: string;
}

const audits: string[] = [];
function start(name: string): Running {
  const audit = shell.file(`${name}.audit`, '');
  audits.push(audit);
  const env = { METALCTL_BMC_CA: shell.file('ca.pem', live.sandbox.ca), METALCTL_AUDIT_LOG: audit };
  const words = ['reconcile', '--watch', '--registry-address', '127.0.0.1:0', '--resync', '5s'];
  return shell.start(words, { env, deadlineMs: 240_000 });
}

/** What changes machines; opening and closing sessions does not. */
const linesOf = (path: string): Line[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
    .filter(({ uri }) => !/\/Sessions/.test(uri));
const sentAt = ({ time, durationMs }: Line): number => Date.parse(time) - durationMs;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('R-API-8: stopped for a minute and continued, a daemon sends nothing: another leads', async (t) => {
  const first = start('first');
  await first.until(/leading/);
  const second = start('second');
  await second.until(/waiting for lease/);
  await live.onboard();
  // In the middle of switching machines on.
  const [audit = '', other = ''] = audits;
  for (let waited = 0; linesOf(audit).length < 6 && waited < 30_000; waited += 50) await pause(50);
  assert.ok(linesOf(audit).length >= 6, 'it was at work');
  const stoppedAt = Date.now();
  first.kill('SIGSTOP');
  await second.until(/leading/, 40_000);
  const tookMs = Date.now() - stoppedAt;
  await pause(Math.max(0, 60_000 - (Date.now() - stoppedAt)));
  first.kill('SIGCONT');
  const ended = await first.ended;
  assert.equal(ended.code, 16, `CONFLICT: the lease is lost\n${ended.stderr}`);

  const late = linesOf(audit).filter((line) => sentAt(line) > stoppedAt + 1_000);
  assert.deepEqual(late, [], 'sent by one who does not lead');
  for (let waited = 0; waited < 120_000; waited += 500) {
    if ((await live.servers()).filter(({ status }) => status?.state === 'Available').length === servers) break;
    await pause(500);
  }
  const states = (await live.servers()).map(({ status }) => status?.state);
  assert.deepEqual([...new Set(states)], ['Available'], 'the other did the work');
  second.kill('SIGTERM');
  await second.ended;

  const told = [...linesOf(audit), ...linesOf(other)].length;
  const { emulator } = live.sandbox;
  const truth = emulator.bmcs.flatMap(({ name }) =>
    emulator.log.requests(name).filter(({ method, path }) => method !== 'GET' && !/\/Sessions/.test(path)),
  ).length;
  // A request under way when the process was stopped may have been carried out without its line.
  assert.ok(truth - told >= 0 && truth - told <= servers * 2, `${truth} requests, ${told} lines`);
  t.diagnostic(
    `taken over after ${Math.round(tookMs / 100) / 10} s; ${linesOf(audit).length} requests by the first, ${late.length} of them after it was stopped; ${truth} in all, ${told} in both audit logs`,
  );
});
