/**
 * Hours of a daemon in a few minutes, over real sockets: its periods are a hundred times as short, one request in a
 * hundred goes wrong on either side, claims come and go. What it holds of its machine is read from /proc.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Server, ServerClaim } from '../../src/api/metal/v1alpha1/index.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { type Live, startLive } from '../support/live.js';
import { openShell, type Shell } from '../support/process.js';
import { randomFrom } from '../support/random.js';

const seed = Number(process.env.METALCTL_SEED ?? 3);
const random = randomFrom(seed);
const servers = 8;
/** Of the real clock; with a period of a second instead of two minutes, six hours of a daemon's life. */
const soakMs = 180_000;
let live: Live;
let proxy: FaultProxy;
let shell: Shell;
let faults = 0;
before(async () => {
  live = await startLive({ servers, speed: 400 });
  await live.installCrds();
  const authority = await live.sandbox.folder.authority();
  proxy = new FaultProxy({
    tls: (hosts) => authority.issue({ hosts }),
    ca: live.sandbox.ca,
    fault: ({ to, path }) => {
      // Without its lease it would end, as it should: that is another test's business.
      if ((to === 'api' && /\/leases(\/|$)/.test(path)) || random() > 0.01) return undefined;
      faults += 1;
      return random() < 0.5 ? 'fail' : 'lose answer';
    },
  });
  await live.onboard();
  shell = openShell();
});
after(async () => {
  await shell.close();
  await proxy.close();
  await live.close();
});

interface Reading {
  readonly files: number;
  readonly rssMb: number;
}
const read = (pid: number): Reading => ({
  files: readdirSync(`/proc/${pid}/fd`).length,
  rssMb: Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024,
});

/** One claim comes, and the oldest goes when there are three. */
async function liveOn(n: number): Promise<void> {
  const { cluster } = live.ports;
  const { items } = await cluster.list(ServerClaim);
  const [oldest] = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  if (oldest !== undefined && items.length >= 3) return void (await cluster.delete(ServerClaim, oldest.metadata));
  const metadata = { name: `claim-${n}`, namespace: 'default' };
  const claim = { apiVersion: 'metal.ironcore.dev/v1alpha1', kind: 'ServerClaim', metadata };
  await cluster.create(ServerClaim, { ...claim, spec: { power: 'On', image: 'os:1' } } as ServerClaim);
}

const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;

test('R-PRC-6: hours of a daemon with faults on both sides leave no file open and no memory behind', async (t) => {
  const api = await proxy.open('api', live.sandbox.api.url);
  const env = {
    KUBECONFIG: shell.file('kubeconfig', live.sandbox.api.kubeconfig().replaceAll(live.sandbox.api.url, api.origin)),
    METALCTL_BMC_CA: shell.file('ca.pem', live.sandbox.ca),
  };
  const { control } = live.sandbox.emulator;
  const rule = control.fail({ action: { kind: 'status', status: 503 }, when: { probability: 0.01 } });
  const words = ['reconcile', '--watch', '--registry-address', '127.0.0.1:0', '--resync', '1s'];
  const daemon = shell.start(words, { env, deadlineMs: soakMs * 3 });
  await daemon.until(/leading/, 60_000);
  const readings: Reading[] = [];
  const until = performance.now() + soakMs;
  for (let n = 0; performance.now() < until; n += 1) {
    if (n % 5 === 0) await liveOn(n);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    readings.push(read(daemon.pid));
    live.sandbox.emulator.log.reset();
    live.sandbox.api.requestLog.reset();
  }
  const refused = control.struck(rule);
  assert.ok(faults > 0 && refused > 0, 'it was disturbed');
  daemon.kill('SIGTERM');
  const { code, stderr } = await daemon.ended;
  assert.equal(code, 0, stderr.slice(-2_000));

  const half = readings.slice(Math.floor(readings.length / 2));
  const [third, fourth] = [half.slice(0, half.length / 2), half.slice(half.length / 2)];
  const files = half.map((each) => each.files);
  const grown = mean(fourth.map(({ rssMb }) => rssMb)) - mean(third.map(({ rssMb }) => rssMb));
  const states = new Set((await live.ports.cluster.list(Server)).items.map(({ status }) => status?.state));
  t.diagnostic(
    `${servers} servers, ${soakMs / 1_000} s at a hundred-fold pace, ${faults} faults of writes and ${refused} of requests to BMCs (seed ${seed}): files ${Math.min(...files)} to ${Math.max(...files)}, memory ${grown.toFixed(1)} MB from the third quarter to the fourth`,
  );
  assert.ok(Math.max(...files) <= Math.min(...files) + 3 * servers, `${files} files`);
  // A leak of each visit would be tens of megabytes: each server is visited every second.
  assert.ok(grown <= 15, `${grown} MB`);
  assert.ok(!states.has('Error'), [...states].join(' '));
});
