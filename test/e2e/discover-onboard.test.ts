/** Discover and onboard as processes: what is found, what is never sent, what is left when stopped. */
import assert from 'node:assert/strict';
import { createServer, type Server as TcpServer } from 'node:net';
import { after, before, test } from 'node:test';
import { BMC } from '../../src/api/metal/v1alpha1/index.js';
import { type Cli, startCli } from './cli-process.js';

let cli: Cli;
before(async () => {
  cli = await startCli(2, { isOneProcess: true });
});
after(() => cli.close());

const requests = () => cli.live.sandbox.emulator.log.requests();
const json = (text: string) => JSON.parse(text);

/** A listener that is no BMC: answers with this, or nothing. */
async function listener(
  answer: string | undefined,
): Promise<{ address: string; server: TcpServer; close: () => Promise<void> }> {
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    if (answer !== undefined) socket.end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const close = () =>
    new Promise<void>((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(() => resolve());
    });
  return { address: `127.0.0.1:${port}`, server, close };
}

test('without credentials nothing but identification is sent', async () => {
  const before = requests().length;
  const { code, stdout } = await cli.run(['discover', ...cli.range, '-o', 'json']);
  assert.equal(code, 0);
  assert.deepEqual(
    json(stdout).findings.map(({ status }: { status: string }) => status),
    ['new', 'new'],
  );
  const sent = requests().slice(before);
  assert.ok(sent.length > 0);
  assert.deepEqual(
    sent.filter(({ auth, method }) => auth !== 'none' || method !== 'GET'),
    [],
  );
});

test('an untrusted certificate costs the finding, not the password', async () => {
  const before = requests().length;
  const { code, stdout } = await cli.run(['discover', ...cli.range, ...cli.account, '-o', 'json'], {
    env: { METALCTL_BMC_CA: '' },
  });
  assert.equal(code, 0);
  assert.deepEqual(
    json(stdout).findings.map(({ status }: { status: string }) => status),
    ['tls', 'tls'],
  );
  assert.deepEqual(
    requests()
      .slice(before)
      .filter(({ auth, method }) => auth !== 'none' || method === 'POST'),
    [],
  );
});

test('a wrong password is one attempt per BMC; --strict fails with the cause', async () => {
  const wrong = ['--bmc-username', 'admin', '--bmc-password-file', cli.file('wrong', 'canary-Wr0ng\n')];
  const before = requests().length;
  const { code, stdout, stderr } = await cli.run(['discover', ...cli.range, ...wrong, '--strict']);
  assert.equal(code, 19);
  assert.match(stderr, /^error: 2 of 2 BMCs refused the credentials$/m);
  const refused = requests()
    .slice(before)
    .filter(({ status }) => status === 401);
  assert.equal(refused.length, 2);
  assert.ok(!`${stdout}${stderr}`.includes('canary-Wr0ng'));
});

test('what is no BMC is silent, and a port that never answers does not hold the sweep', async () => {
  const html = await listener('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>');
  const mute = await listener(undefined);
  try {
    const targets = [html, mute].flatMap(({ address }) => ['--target', address]);
    const { code, stdout } = await cli.run(['discover', ...targets, '--probe-timeout', '500ms', '-o', 'json']);
    assert.equal(code, 0);
    const statuses = json(stdout).findings.map(({ status }: { status: string }) => status);
    assert.ok(
      statuses.every((status: string) => status === 'silent' || status === 'tls'),
      String(statuses),
    );
  } finally {
    await Promise.all([html.close(), mute.close()]);
  }
});

test('bad ranges and silence have their codes', async () => {
  const large = await cli.run(['discover', '--cidr', '10.0.0.0/8']);
  assert.equal(large.code, 2);
  assert.match(large.stderr, /range 10\.0\.0\.0\/8 has 2\^24 addresses; the largest range swept is 65536/);
  assert.equal((await cli.run(['discover', '--cidr', '8.8.8.0/24'])).code, 2);
  assert.equal((await cli.run(['discover', '--target', '127.0.0.1:1'])).code, 20);
  assert.equal((await cli.run(['discover', ...cli.range, '-i'])).code, 12);
});

test('SIGINT prints what there is', async () => {
  const mute = await listener(undefined);
  try {
    const args = ['discover', ...cli.range, '--target', mute.address, '--probe-timeout', '60s', '-o', 'json'];
    const { code, stdout, stderr } = await cli.run(args, { stopAfterMs: 3_000 });
    assert.equal(code, 130);
    const report = json(stdout);
    assert.equal(report.complete, false);
    assert.equal(report.findings.length, 2);
    assert.match(stderr, /stopped after 2 of 3 addresses/);
  } finally {
    await mute.close();
  }
});

test('onboard makes BMCs of the last report, follows them to Available, and is idempotent', async () => {
  assert.equal((await cli.run(['discover', ...cli.range, ...cli.account])).code, 0);
  const onboard = ['onboard', '--from', 'last', ...cli.account];
  const first = await cli.run([
    ...onboard,
    '--wait',
    '--timeout',
    '60s',
    '--registry-address',
    '127.0.0.1:0',
    '-o',
    'json',
  ]);
  assert.equal(first.code, 0, first.stderr);
  assert.deepEqual(
    json(first.stdout).results.map(({ outcome, end }: Record<string, string>) => [outcome, end]),
    [
      ['created', 'available'],
      ['created', 'available'],
    ],
  );
  const again = await cli.run([...onboard, '-o', 'json']);
  assert.deepEqual(
    json(again.stdout).results.map(({ outcome }: Record<string, string>) => outcome),
    ['unchanged', 'unchanged'],
  );
  const { items } = await cli.live.ports.cluster.list(BMC);
  assert.ok(items.every(({ metadata }) => /^[0-9a-f]{64}$/.test(metadata.annotations?.['metalctl.dev/tls-pin'] ?? '')));
  const known = await cli.run(['discover', ...cli.range, ...cli.account, '-o', 'json']);
  assert.deepEqual(
    json(known.stdout).findings.map(({ status }: { status: string }) => status),
    ['known', 'known'],
  );
});
