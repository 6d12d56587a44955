/** One command in a BMC's shell, by a program on PATH that behaves as ssh does, and by the real one against a real sshd. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { Secret } from '../../../src/lib/secret.js';
import type { BmcAccess } from '../../../src/ports/bmc.js';
import { createShells, type ShellOptions } from '../../../src/ssh/index.js';
import { realClock } from '../../../src/wiring/clock.js';
import { fakeClock } from '../../support/clock.js';

const folder = mkdtempSync(join(tmpdir(), 'metalctl-shells-'));
const path = process.env.PATH ?? '';
mkdirSync(join(folder, 'bin'));
process.env.PATH = `${join(folder, 'bin')}:${path}`;
after(() => {
  process.env.PATH = path;
  rmSync(folder, { recursive: true, force: true });
});

const seen = (name: string): string => join(folder, name);
const read = (name: string): string => (existsSync(seen(name)) ? readFileSync(seen(name), 'utf8') : '');
beforeEach(() => {
  for (const name of ['argv', 'env', 'password']) rmSync(seen(name), { force: true });
});

const program = (name: string, text: string): void => {
  const file = join(folder, 'bin', name);
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
};
/** `then` runs after the arguments and the environment were written down. */
const sshThat = (then: string): void =>
  program(
    'ssh',
    `[ "$1" = -V ] && { echo OpenSSH_9.2p1 >&2; exit 0; }\nprintf '%s\\n' "$@" > ${folder}/argv\nenv > ${folder}/env\n${then}`,
  );
const logsIn = `"$SSH_ASKPASS" "root@host's password: " > ${folder}/password || exit 255\necho 'Authenticated to host (x) using "password".' >&2`;

const password = 'canary-5f2e19';
const access: BmcAccess = {
  id: 'rack1',
  url: 'https://10.9.8.7:8443',
  username: 'root',
  password: new Secret(password),
  credentialVersion: '1/1',
};
const knownHosts = join(folder, 'known_hosts');
const run = (more: Partial<ShellOptions> = {}, to: Partial<BmcAccess> = {}, command = 'racreset'): Promise<void> =>
  createShells({ clock: realClock(), knownHosts, ...more }).run({ ...access, ...to }, command);

test('S-SSH-1: the password goes by askpass alone, and nobody’s configuration decides', async () => {
  sshThat(`${logsIn}\nexit 0`);
  process.env.METALCTL_CANARY = 'of-our-environment';
  const traced: unknown[] = [];
  await run({ trace: ({ durationMs: _, ...entry }) => void traced.push(entry) }, {}, 'cd /map1 && reset');
  delete process.env.METALCTL_CANARY;
  assert.equal(read('password'), `${password}\n`);
  const [argv, env] = [read('argv'), read('env')];
  for (const text of [argv, env, JSON.stringify(traced)]) assert.ok(!text.includes(password));
  assert.ok(!env.includes('of-our-environment'), 'ssh is handed our environment');
  assert.match(argv, /^StrictHostKeyChecking=yes$/m);
  assert.match(argv, /^--\n10\.9\.8\.7\ncd \/map1 && reset$/m);
  assert.deepEqual(traced, [
    { bmc: 'rack1', method: 'SSH', uri: 'ssh://10.9.8.7:22 cd /map1 && reset', status: 0, bytesIn: 0 },
  ]);
});

test('S-SSH-1: a host that could be an option is given to nobody', async () => {
  sshThat('exit 0');
  for (const url of ['https://-oProxyCommand=x:443', 'https://a_b:1']) {
    await assert.rejects(run({}, { url }), { code: 'SPEC_INVALID' });
  }
  assert.equal(read('argv'), '');
});

test('S-SSH-1: a host key that is not the accepted one costs no password', async () => {
  program('ssh-keygen', "echo '256 SHA256:accepted host (ED25519)'");
  sshThat("printf 'WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!\\nSHA256:offered\\n' >&2\nexit 255");
  const traced: unknown[] = [];
  await assert.rejects(run({ trace: (entry) => void traced.push(entry) }), {
    code: 'SSH_HOST_KEY',
    why: 'accepted SHA256:accepted; offered SHA256:offered; no password was sent',
  });
  assert.deepEqual([read('password'), traced], ['', []]);
  rmSync(join(folder, 'bin', 'ssh-keygen'));
});

test('a connection that breaks after the login is the restart that was asked for', async () => {
  sshThat(`${logsIn}\necho 'Connection to host closed by remote host.' >&2\nexit 255`);
  await run();
});

test('one that breaks before the login, though the password was told, has run nothing', async () => {
  sshThat(`"$SSH_ASKPASS" "root@host's password: " >/dev/null; echo 'Connection closed by host' >&2; exit 255`);
  await assert.rejects(run(), { code: 'BMC_UNREACHABLE' });
});

test('a refused password, a command that fails, and no ssh are told apart', async () => {
  sshThat(`"$SSH_ASKPASS" "root@host's password: " >/dev/null; echo 'Permission denied (password).' >&2; exit 255`);
  await assert.rejects(run(), { code: 'BMC_AUTH_FAILED', class: 'permanent' });
  sshThat(`${logsIn}\nprintf 'ERROR: \\033[31mno such command\\n'\nexit 2`);
  await assert.rejects(run(), ({ code, why }: { code: string; why: string }) => {
    assert.equal(code, 'BMC_REFUSED');
    assert.match(why, /^exit status 2: ERROR: .*no such command$/);
    assert.ok(!why.includes('\u001b'));
    return true;
  });
  program('ssh', 'echo OpenSSH_7.4p1 >&2');
  await assert.rejects(run(), { code: 'SSH_MISSING' });
});

test('a command that neither ends nor breaks the connection is cut off, and its outcome is unknown', async () => {
  sshThat(`${logsIn}\ntouch ${folder}/waits\nexec sleep 600`);
  const clock = fakeClock();
  const work = assert.rejects(run({ clock }), { code: 'OUTCOME_UNKNOWN' });
  while (!existsSync(seen('waits'))) await new Promise((resolve) => setTimeout(resolve, 20));
  // What was said before is read by now: the file came after it.
  await new Promise((resolve) => setTimeout(resolve, 200));
  await clock.tick(90_000);
  await work;
});

test('S-SSH-1: a real sshd whose key was not accepted hears no password', async (t) => {
  const sshd = '/usr/sbin/sshd';
  const ssh = path.split(':').find((dir) => existsSync(join(dir, 'ssh')));
  if (!existsSync(sshd) || ssh === undefined) return t.skip('no OpenSSH server and client here');
  rmSync(join(folder, 'bin', 'ssh'));
  for (const name of ['host', 'other']) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', seen(name)]);
  const port = await freePort();
  const config = seen('sshd_config');
  writeFileSync(
    config,
    `ListenAddress 127.0.0.1\nPort ${port}\nHostKey ${seen('host')}\nPidFile none\nUsePAM no\nPasswordAuthentication yes\nKbdInteractiveAuthentication no\nLogLevel VERBOSE\n`,
  );
  const server = spawn(sshd, ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  server.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  try {
    const deadline = Date.now() + 30_000;
    while (!/listening on/i.test(log) && server.exitCode === null && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 50));
    if (!/listening on/i.test(log)) return t.skip(`sshd does not start here: ${log.trim().split('\n').at(-1)}`);
    const to = { url: 'https://127.0.0.1:443', username: 'nobody' };
    const keyOf = (name: string): string => readFileSync(seen(`${name}.pub`), 'utf8');
    writeFileSync(knownHosts, `[127.0.0.1]:${port} ${keyOf('other')}`);
    await assert.rejects(run({ port }, to), { code: 'SSH_HOST_KEY' });
    assert.doesNotMatch(log, /(Failed|Accepted) password/, 'a password was sent');
    writeFileSync(knownHosts, `[127.0.0.1]:${port} ${keyOf('host')}`);
    await assert.rejects(run({ port }, to), { code: 'BMC_AUTH_FAILED' });
    assert.match(log, /Failed password/, 'the accepted key does let the password through');
  } finally {
    server.kill();
    await new Promise((resolve) => server.once('close', resolve));
  }
});

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
