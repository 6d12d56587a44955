/** `console` and `bmc hostkey accept` of the built program, with an ssh on PATH that says what it was given. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { BMC } from '../../src/api/metal/v1alpha1/index.js';
import { assertTame, startBmcCli } from './bmc-cli.js';

const cli = await startBmcCli(1, { isOneProcess: true });
after(() => cli.close());
const { emulator } = cli.live.sandbox;
const { cluster } = cli.live.ports;
const [bmc = ''] = cli.names;
const server = await cli.serverOf(bmc);
const folder = cli.environment.HOME ?? '';
const bin = join(folder, 'bin');
mkdirSync(bin);
const program = (name: string, text: string): void => {
  const path = cli.file(`bin/${name}`, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
};
const seen = join(folder, 'seen');
/** Behaves like the client: -V, the question for a password, the console. */
const sshThat = (then: string): void =>
  program(
    'ssh',
    `[ "$1" = -V ] && { echo OpenSSH_9.2p1 >&2; exit 0; }\nprintf '%s\\n' "$@" > ${seen}.argv\nenv > ${seen}.env\n${then}`,
  );
const asks = `password=$("$SSH_ASKPASS" "admin@host's password: ") || exit 255\nprintf '%s' "$password" > ${seen}.password`;
const env = { PATH: `${bin}:${process.env.PATH}` };
const watch = (...words: string[]) => cli.run(['console', server, '--read-only', ...words], { env });
const refused = async (words: readonly string[], exit: number, code: string, text = /./) => {
  const ended = await cli.run(words, { env });
  assert.equal(ended.code, exit, ended.stderr);
  assert.match(ended.stderr, new RegExp(`code {2}${code} `));
  assert.match(ended.stderr, text);
};
await cluster.patch(BMC, { name: bmc }, { spec: { consoleProtocol: { name: 'SSH', port: 2200 } } }, 'merge');

afterEach(() => assert.equal(emulator.control.openSessions(), 0, 'a session was left open'));

test('a watched console shows what comes, tame, and the password goes by askpass alone', async () => {
  sshThat(`${asks}\nprintf 'login: \\033]52;c;aGk=\\007ready\\r\\n\\033[31mred\\033[0m\\n'`);
  const cast = join(folder, 'boot.cast');
  const log = join(folder, 'boot.log');
  const { code, stdout, stderr } = await watch('--record', cast, '--save', log, '-vvv');
  assert.equal(code, 0, stderr);
  assert.equal(stdout, 'login: ready\nred\n');
  assertTame(stdout + stderr);
  const password = cli.live.sandbox.bmcPassword;
  assert.equal(readFileSync(`${seen}.password`, 'utf8'), password);
  const argv = readFileSync(`${seen}.argv`, 'utf8');
  for (const text of [argv, readFileSync(`${seen}.env`, 'utf8'), stdout + stderr, readFileSync(cast, 'utf8')])
    assert.ok(!text.includes(password));
  assert.match(argv, /^StrictHostKeyChecking=yes$/m);
  assert.match(argv, /^--\n127\.\d+\.\d+\.\d+$/m);
  const [head, ...frames] = readFileSync(cast, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(head.version, 2);
  assert.equal(frames.map(([, , text]) => text).join(''), readFileSync(log, 'utf8'));
  assert.equal(statSync(cast).mode & 0o777, 0o600);
  await refused(['console', server, '--read-only', '--record', cast], 2, 'USAGE', /cannot be written/);
});

test('--serial-console-number chooses one of several; what has only one says so', async () => {
  const port = (number: number) =>
    cluster.patch(BMC, { name: bmc }, { spec: { consoleProtocol: { name: 'SSH', port: number } } }, 'merge');
  sshThat(`${asks}\nprintf 'ready\\n'`);
  const last = (): string | undefined => readFileSync(`${seen}.argv`, 'utf8').trim().split('\n').at(-1);
  await port(22);
  assert.equal((await watch()).code, 0);
  assert.equal(last(), 'console com2');
  assert.equal((await watch('--serial-console-number', '1')).code, 0);
  assert.equal(last(), 'console com1');
  await refused(['console', server, '--read-only', '--serial-console-number', '0'], 2, 'USAGE', /counted from 1/);
  await port(2200);
  const words = ['console', server, '--read-only', '--serial-console-number', '2'];
  await refused(words, 14, 'BMC_UNSUPPORTED', /no serial console 2/);
});

test('a changed host key costs no password, shows both fingerprints, and says what to do', async () => {
  program('ssh-keygen', "echo '256 SHA256:accepted host (ED25519)'");
  sshThat(
    `printf 'WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!\\nSHA256:offered\\nHost key verification failed.\\n' >&2\nexit 255`,
  );
  cli.file('seen.password', '');
  await refused(
    ['console', server, '--read-only'],
    20,
    'SSH_HOST_KEY',
    /accepted SHA256:accepted; offered SHA256:offered/,
  );
  assert.equal(readFileSync(`${seen}.password`, 'utf8'), '');
  await refused(['console', server, '--skip-host-key-validation'], 2, 'USAGE', /bmc hostkey accept/);
});

test('failures are told for what they are', async () => {
  sshThat("echo 'admin@host: Permission denied (password).' >&2; exit 255");
  await refused(['console', server, '--read-only'], 19, 'BMC_AUTH_FAILED', /credentials test/);
  sshThat("echo 'connect to host port 2200: Connection refused' >&2; exit 255");
  await refused(['console', server, '--read-only'], 20, 'BMC_UNREACHABLE', /refused/);
  program('ssh', 'echo OpenSSH_7.4p1 >&2');
  await refused(['console', server, '--read-only'], 14, 'SSH_MISSING', /8\.4/);
  const bare = await cli.run(['console', server, '--read-only'], { env: { PATH: folder } });
  assert.equal(bare.code, 14, bare.stderr);
  assert.match(bare.stderr, /OpenSSH is not installed here[\s\S]*apt install openssh-client/);
});

test('what cannot be is refused before anybody is asked', async () => {
  await refused(['console', server], 12, 'NEEDS_INPUT', /--read-only/);
  await refused(['console', server, '--read-only', '--escape', 'xy'], 2, 'USAGE');
  await refused(['console', 'nobody', '--read-only'], 13, 'NOT_FOUND');
  await cluster.patch(BMC, { name: bmc }, { spec: { consoleProtocol: { name: 'IPMI', port: 623 } } }, 'merge');
  sshThat('exit 0');
  await refused(['console', server, '--read-only'], 14, 'BMC_UNSUPPORTED', /ipmitool/);
  await cluster.patch(BMC, { name: bmc }, { spec: { consoleProtocol: { name: 'SSH', port: 2200 } } }, 'merge');
  const url = await cli.run(['console', server, '--protocol', 'kvm-url'], { env });
  assert.match(url.stdout, /^https:\/\/127\.[\d.]+:\d+\/\n$/);
});

test('a host key is accepted by name or fingerprint, replaced when it changes, and left alone when it is known', async () => {
  const host = emulator.bmcs[0]?.host ?? '';
  const hosts = join(folder, 'known');
  const keyscan = (key: string): void => program('ssh-keyscan', `echo '[${host}]:2200 ssh-ed25519 ${key}'`);
  program(
    'ssh-keygen',
    `if [ "$1" = -lf ]; then while read -r _ _ key; do echo "256 SHA256:$key comment (ED25519)"; done; else awk '{ print "256 SHA256:" $3 }' ${hosts} 2>/dev/null; fi`,
  );
  keyscan('AAAAone');
  const accept = ['bmc', 'hostkey', 'accept', bmc, '--known-hosts-file', hosts];
  await refused([...accept, '--yes'], 12, 'CONFIRM_REQUIRED', /SHA256:AAAAone/);
  await refused(
    [...accept, '--fingerprint', 'SHA256:other'],
    20,
    'SSH_HOST_KEY',
    /it offers ssh-ed25519 SHA256:AAAAone/,
  );
  const first = await cli.run([...accept, '--fingerprint', 'SHA256:AAAAone'], { env });
  assert.match(first.stdout, /accepted: SHA256:AAAAone/, first.stderr);
  assert.equal(readFileSync(hosts, 'utf8'), `[${host}]:2200 ssh-ed25519 AAAAone\n`);
  assert.equal(statSync(hosts).mode & 0o777, 0o600);
  assert.match((await cli.run(accept, { env })).stdout, /unchanged/);
  keyscan('AAAAtwo');
  const second = await cli.run([...accept, '--confirm', bmc], { env });
  assert.match(second.stdout, /accepted: SHA256:AAAAtwo/, second.stderr);
  assert.equal(readFileSync(hosts, 'utf8'), `[${host}]:2200 ssh-ed25519 AAAAtwo\n`);
});
