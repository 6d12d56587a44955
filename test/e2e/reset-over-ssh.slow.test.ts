/** Restarts of BMCs over SSH by the built program, with an ssh on PATH that writes down what it was given. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { BMC } from '../../src/api/metal/v1alpha1/index.js';
import { startBmcCli } from './bmc-cli.js';

const cli = await startBmcCli(1);
after(() => cli.close());
const [name = ''] = cli.names;
const { cluster } = cli.live.ports;
const { sandbox } = cli.live;
const folder = cli.environment.HOME ?? '';
mkdirSync(join(folder, 'bin'));
const env = { PATH: `${join(folder, 'bin')}:${process.env.PATH}` };
const seen = join(folder, 'seen');
/** Takes the password as ssh does, writes down what it was told, and ends as a restart ends it. */
const sshThat = (then: string): void => {
  const text = `[ "$1" = -V ] && { echo OpenSSH_9.2p1 >&2; exit 0; }\nprintf '%s\\n' "$@" >> ${seen}.argv\n${then}`;
  chmodSync(cli.file('bin/ssh', `#!/bin/sh\n${text}\n`), 0o755);
};
const restarts = `"$SSH_ASKPASS" "admin@host's password: " > ${seen}.password || exit 255\necho 'Authenticated to host (x) using "password".' >&2\nexit 255`;
const typed = () => (existsSync(`${seen}.argv`) ? readFileSync(`${seen}.argv`, 'utf8') : '');
const commands = () => typed().match(/^racreset$/gm)?.length ?? 0;
const bmc = async () => (await cluster.get(BMC, { name })) ?? assert.fail('the BMC is gone');
const reset = async () => (await bmc()).status?.conditions?.find(({ type }) => type === 'Reset');
const ask = (operation: string) =>
  cluster.patch(BMC, { name }, { metadata: { annotations: { 'metal.ironcore.dev/operation': operation } } }, 'merge');
const pass = (...words: string[]) =>
  cli.run(['reconcile', '--once', '--only', 'BMC', '--bmc-reset-waiting-interval', '1s', ...words], { env });

beforeEach(() => {
  for (const file of ['argv', 'password']) rmSync(`${seen}.${file}`, { force: true });
});

test('S-SSH-1: asked for by name it is planned without being run, run once, told in the audit log, and its password nowhere', async () => {
  sshThat(restarts);
  assert.match((await bmc()).status?.manufacturer ?? '', /^Dell/);
  await ask('force-ssh-reset-bmc');
  const plan = await pass('--plan');
  assert.match(plan.stdout, new RegExp(`> +bmc/${name} +ssh +- +racreset`), plan.stderr);
  assert.equal(commands(), 0);
  const audit = join(folder, 'audit.log');
  const done = await pass('--audit-log', audit, '-vvv');
  assert.equal(commands(), 1, done.stderr);
  assert.equal((await reset())?.status, 'True');
  const password = sandbox.bmcPassword;
  assert.equal(readFileSync(`${seen}.password`, 'utf8'), `${password}\n`);
  const lines = readFileSync(audit, 'utf8');
  assert.match(lines, /"method":"SSH","uri":"ssh:\/\/127[\d.]+:22 racreset"/);
  for (const text of [typed(), done.stdout, done.stderr, lines]) assert.ok(!text.includes(password));
  const end = await pass('--settle', '--deadline', '60s');
  assert.equal(commands(), 1, 'once');
  assert.equal((await reset())?.reason, 'ResetComplete', end.stderr);
});

test('a broken Redfish service is restarted over SSH, without anybody asking for that way', async () => {
  sshThat(restarts);
  const fault = sandbox.emulator.control.fail({
    bmc: name,
    match: { method: 'POST', path: '*/Manager.Reset' },
    action: { kind: 'status', status: 503 },
  } as never);
  await ask('graceful-restart-bmc');
  const end = await pass('--settle', '--deadline', '120s');
  assert.equal(commands(), 1, end.stderr);
  assert.equal((await reset())?.reason, 'ResetComplete', end.stderr);
  void fault;
});

test('bmc reset --over-ssh says what kept it from being done, and how to go on', async () => {
  sshThat("printf 'Host key verification failed.\\n' >&2\nexit 255");
  const ended = await cli.run(['bmc', 'reset', name, '--over-ssh', '--wait', '--yes', '--driver', 'local'], { env });
  assert.match(ended.stderr, new RegExp(`hostkey accept ${name} --shell`), ended.stdout);
  assert.notEqual(ended.code, 0);
  assert.equal((await reset())?.reason, 'SshHostKey');
  assert.equal(existsSync(`${seen}.password`), false);
  const both = await cli.run(['bmc', 'reset', name, '--over-ssh', '--direct', '--yes'], { env });
  assert.equal(both.code, 2, both.stderr);
});
