/** Ctrl-C, SIGTERM, kills and ports that are taken: what the program leaves behind is nothing. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Lease } from '../../src/api/kubernetes.js';
import { type Live, startLive } from '../support/live.js';
import { assertRefused, openShell, type Running, type Shell } from '../support/process.js';

let live: Live;
let shell: Shell;
/** A block of addresses for sandboxes of their own. */
const block = `127.${200 + (process.pid % 50)}.${Math.floor(process.pid / 50) % 250}.0`;

before(async () => {
  live = await startLive({ servers: 3, vendors: 'dell,hpe,supermicro' });
  await live.installCrds();
  shell = openShell({ KUBECONFIG: live.sandbox.record.kubeconfig });
});
after(async () => {
  await shell.close();
  await live.close();
});

const ca = () => ({ env: { METALCTL_BMC_CA: shell.file('ca.pem', live.sandbox.ca) } });
const daemonWords = ['reconcile', '--watch', '--registry-address', '127.0.0.1:0'];
const openSessions = () => live.sandbox.emulator.control.openSessions();
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Until these BMCs were logged in to and have not been asked anything for a while. */
async function quietAfterLogins(names: readonly string[]): Promise<void> {
  const { log } = live.sandbox.emulator;
  const asked = () => names.reduce((sum, name) => sum + log.count(name), 0);
  for (let before = -1, waited = 0; waited < 20_000; waited += 500) {
    if (before === asked() && names.every((name) => log.logins(name).ok === 1)) return;
    before = asked();
    await pause(500);
  }
}

const holder = async () =>
  (await live.ports.cluster.get(Lease, { namespace: 'metalctl-system', name: 'metalctl-reconciler' }))?.spec
    ?.holderIdentity;

test('Ctrl-C during discover prints what it has and ends with 130', async () => {
  const { bmcs, control } = live.sandbox.emulator;
  control.fail({ id: 'mute', match: { bmc: 'bmc-3' }, action: { kind: 'connection', how: 'hang' } });
  const targets = bmcs.flatMap(({ host, port }) => ['--target', `${host}:${port}`]);
  const password = shell.file('password', `${live.sandbox.bmcPassword}\n`);
  const account = ['--bmc-username', 'admin', '--bmc-password-file', password];
  const out = join(shell.folder, 'report.json');
  const running = shell.start(['discover', ...targets, ...account, '--probe-timeout', '50s', '--out', out], ca());
  await quietAfterLogins(['bmc-1', 'bmc-2']);
  const stopped = performance.now();
  running.kill('SIGINT');
  const ended = await running.ended;
  assert.equal(ended.code, 130, ended.stderr);
  assert.ok(performance.now() - stopped < 10_000);
  assert.match(ended.stdout, new RegExp(`${bmcs[0]?.host}:\\d+ +new +Dell`));
  assert.match(ended.stdout, new RegExp(`${bmcs[1]?.host}:\\d+ +new +HPE`));
  assert.match(ended.stderr, /stopped after 2 of 3 addresses/);
  assert.doesNotMatch(ended.stderr, /^error|^\s+at /m);
  assert.equal(openSessions(), 0, 'the logins made are ended');
  control.heal('mute');
  const resumed = await shell.run(['discover', '--resume', out, ...account, '-o', 'json'], ca());
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.equal((JSON.parse(resumed.stdout) as { findings: unknown[] }).findings.length, 3);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} ends reconcile --watch within ten seconds, with the lease free and no session open`, async () => {
    if (signal === 'SIGINT') await live.onboard();
    const daemon = shell.start(daemonWords, ca());
    await daemon.until(/leading/);
    const deadline = performance.now() + 10_000;
    while (openSessions() === 0 && performance.now() < deadline) await pause(20);
    assert.ok(openSessions() > 0, 'it is at work');
    const stopped = performance.now();
    daemon.kill(signal);
    const ended = await daemon.ended;
    assert.equal(ended.code, 0, ended.stderr);
    assert.ok(performance.now() - stopped < 10_000, `${performance.now() - stopped} ms`);
    assert.equal(await holder(), '');
    assert.equal(openSessions(), 0);
  });
}

test('a second Ctrl-C ends at once', async () => {
  const { control } = live.sandbox.emulator;
  control.fail({ id: 'slow', match: { method: 'GET' }, action: { kind: 'latency', ms: 20_000 } });
  const daemon = shell.start(daemonWords, ca());
  await daemon.until(/leading/);
  await pause(500);
  daemon.kill('SIGINT');
  await daemon.until(/SIGINT: stopping .* again stops at once/);
  const again = performance.now();
  daemon.kill('SIGINT');
  assert.equal((await daemon.ended).code, 130);
  assert.ok(performance.now() - again < 1_000);
  control.heal('slow');
});

const sandboxWords = (data: string, at = block) => [
  'sandbox',
  'up',
  '--ephemeral',
  '--data',
  data,
  '--servers',
  '2',
  '--bmc-network',
  at,
  '--bmc-port',
  '0',
  '-o',
  'jsonl',
];

async function startSandbox(data: string): Promise<{ running: Running; pid: number }> {
  const running = shell.start(sandboxWords(data));
  const [line] = await running.until(/^\{.*\}$/m);
  return { running, pid: (JSON.parse(line) as { pid: number }).pid };
}

test('a sandbox ends within ten seconds though clients watch it; a second one on its folder is refused', async () => {
  const data = join(shell.folder, 'one');
  const { running, pid } = await startSandbox(data);
  assertRefused(await shell.run(sandboxWords(data, '127.199.0.0').slice(0, -2)), {
    exit: 16,
    code: 'SANDBOX_RUNNING',
    what: /runs already/,
    why: new RegExp(`process ${pid} serves https`),
    fix: /sandbox down/,
  });
  const env = { env: { KUBECONFIG: join(data, 'kubeconfig') } };
  assert.equal((await shell.run(['install', 'crds'], env)).code, 0);
  const watcher = shell.start(daemonWords, env);
  await watcher.until(/leading/);
  const stopped = performance.now();
  running.kill('SIGTERM');
  assert.equal((await running.ended).code, 143);
  assert.ok(performance.now() - stopped < 10_000);
  watcher.kill('SIGKILL');
  await watcher.ended;
});

test('sandbox down of a killed sandbox says that its process is gone, and another may start there', async () => {
  const data = join(shell.folder, 'two');
  const { running, pid } = await startSandbox(data);
  running.kill('SIGKILL');
  await running.ended;
  assertRefused(await shell.run(['sandbox', 'down', '--data', data]), {
    exit: 13,
    code: 'SANDBOX_NOT_RUNNING',
    what: /does not run/,
    why: new RegExp(`process ${pid} is gone`),
    fix: /sandbox up/,
  });
  const again = await startSandbox(data);
  const down = await shell.run(['sandbox', 'down', '--data', data]);
  assert.equal(down.code, 0, down.stderr);
  assert.match(down.stdout, /stopped/);
  assert.equal((await again.running.ended).code, 143);
});

test('a port in use is named, with the flag that chooses another', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const address = taken.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const words = ['reconcile', '--watch', '--registry-address', `127.0.0.1:${port}`];
  assertRefused(await shell.run(words, ca()), {
    exit: 1,
    code: 'PORT_IN_USE',
    what: new RegExp(`port ${port} is in use`),
    fix: /--registry-address/,
  });
  const { bmcs } = live.sandbox.emulator;
  const [{ host, port: bmcPort } = { host: '', port: 0 }] = bmcs;
  const network = host.replace(/\.\d+$/, '.0');
  const up = ['sandbox', 'up', '--ephemeral', '--data', join(shell.folder, 'three'), '--addressing', 'ip'];
  const refused = await shell.run([...up, '--bmc-network', network, '--bmc-port', String(bmcPort)]);
  assertRefused(refused, { exit: 1, code: 'PORT_IN_USE', what: /emulator|port/, why: /EADDRINUSE|in use/, fix: /0/ });
  await new Promise((resolve) => taken.close(resolve));
});
