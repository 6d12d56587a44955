/** `metalctl bmc` as a process: what people read of a BMC, what it was asked, and what it was told. */
import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { BMC } from '../../src/api/metal/v1alpha1/index.js';
import { hasOpenssl, signed } from '../support/openssl.js';
import { openShell } from '../support/process.js';
import { assertTame, hostile, startBmcCli } from './bmc-cli.js';

const cli = await startBmcCli();
after(() => cli.close());
const { emulator } = cli.live.sandbox;
const { cluster } = cli.live.ports;
const [dell = '', hpe = ''] = cli.names;
const bmc = (...words: string[]) => cli.run(['bmc', ...words]);
const json = async (...words: string[]) => {
  const { stdout, stderr, code } = await bmc(...words, '-o', 'json');
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
};
const refused = async (words: readonly string[], exit: number, code: string, text = /./) => {
  const ended = await cli.run(['bmc', ...words]);
  assert.equal(ended.code, exit, ended.stderr);
  assert.match(ended.stderr, new RegExp(`code {2}${code} `));
  assert.match(ended.stderr, text);
};
const annotationsOf = async (name: string) => (await cluster.get(BMC, { name }))?.metadata.annotations ?? {};

afterEach(() => {
  emulator.control.heal();
  assert.equal(emulator.control.openSessions(), 0, 'a session was left open');
});

test('info tells what BMCs are, by their names, by servers, and all of them', async () => {
  const table = await bmc('info', '--all');
  assert.match(table.stdout, /^NAME +STATE +MODEL +FIRMWARE +SYSTEMS +POWER +LAST RESET\nbmc-1 /);
  assert.equal(table.stdout.trim().split('\n').length, 3);
  const { items } = await json('info', `server/${await cli.serverOf(hpe)}`);
  assert.deepEqual([items.length, items[0].name], [1, hpe]);
  assert.equal((await bmc('info', hpe, '-o', 'name')).stdout, `bmc/${hpe}\n`);
});

test('what is wrong with one BMC does not hide the others', async () => {
  const refuse = { match: { bmc: dell }, action: { kind: 'connection', how: 'refuse' } } as const;
  emulator.control.fail(refuse);
  const some = await bmc('info', '--all');
  assert.equal(some.code, 17, some.stderr);
  assert.match(some.stdout, /^bmc-2 /m);
  assert.match(some.stderr, /code {2}PARTIAL/);
  const ping = await bmc('ping', dell);
  assert.equal(ping.code, 20, ping.stderr);
});

test('ping sends no credential, and one with --login', async () => {
  const before = emulator.log.logins(hpe);
  cli.asked(hpe);
  const { answers } = await json('ping', hpe);
  assert.equal(answers[0].tls, 'trusted');
  assert.ok(
    emulator.log
      .requests(hpe)
      .slice(-1)
      .every(({ auth }) => auth === 'none'),
  );
  assert.deepEqual(emulator.log.logins(hpe), before);
  assert.equal((await json('ping', hpe, '--login')).answers[0].login, 'accepted');
  assert.equal(emulator.log.logins(hpe).ok, before.ok + 1);
});

test('sensors are shown, filtered, and exported', async () => {
  const { sensors } = await json('sensors', hpe);
  assert.ok(sensors.length > 3);
  const temperatures = await json('sensors', hpe, '--kind', 'temperature');
  assert.ok(temperatures.sensors.every(({ kind }: { kind: string }) => kind === 'Temperature'));
  const well = await bmc('sensors', hpe, '--only', 'warn');
  assert.equal(well.stdout, '');
  assert.match(well.stderr, /All sensors are well/);
  const metrics = await bmc('sensors', hpe, '--prometheus');
  assert.match(metrics.stdout, /^metalctl_bmc_sensor\{bmc="bmc-2",sensor="[^"]+",kind="Temperature",unit="Cel"\} \d/m);
  for (const line of metrics.stdout.trim().split('\n'))
    assert.match(line, /^(#|metalctl_bmc_sensor(_ok)?\{[^}]*\} [\d.-]+$)/);
});

test('inventory lists parts, and firmware when asked', async () => {
  const plain = await bmc('inventory', dell);
  assert.match(plain.stdout, /^bmc-1 +processor /m);
  assert.doesNotMatch(plain.stdout, / firmware /);
  assert.match((await bmc('inventory', dell, '--firmware')).stdout, /^bmc-1 +firmware /m);
  assert.match((await bmc('inventory', dell, '-o', 'csv')).stdout, /^BMC,PART,NAME,MODEL,SIZE,STATE\r?\n/);
});

test('logs are read, chosen, bounded, saved and cleared once', async () => {
  emulator.control.setPower(hpe, 'On');
  const list = await json('logs', hpe, '--list');
  const { entries, log } = await json('logs', hpe);
  assert.equal(log, list.logs[0].id);
  assert.ok(entries.length > 0, 'a machine that was powered on says so');
  assert.equal((await json('logs', hpe, '--limit', '1')).entries.length, 1);
  assert.equal((await json('logs', hpe, '--severity', 'critical')).entries.length, 0);
  const lines = (await bmc('logs', hpe, '-o', 'jsonl')).stdout.trim().split('\n');
  assert.equal(JSON.parse(lines[0] ?? '').bmc, hpe);
  await refused(['logs', hpe, '--log', 'imll'], 13, 'NOT_FOUND', /--log IML/);
  await refused(['logs', 'clear', hpe], 12, 'CONFIRM_REQUIRED');
  cli.changes(hpe);
  assert.equal((await bmc('logs', 'clear', hpe, '--dry-run')).code, 0);
  assert.deepEqual(cli.changes(hpe), []);
  const file = join(cli.environment.HOME ?? '', 'sel.json');
  assert.equal((await bmc('logs', 'clear', hpe, '--save', file, '--yes')).code, 0);
  assert.equal(JSON.parse(readFileSync(file, 'utf8')).entries.length, entries.length);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(cli.changes(hpe).length, 1);
  assert.equal((await json('logs', hpe)).entries.length, 0);
  await refused(['logs', 'clear', hpe, '--save', file, '--yes'], 2, 'USAGE', /it exists/);
  assert.deepEqual(cli.changes(hpe), [], 'nothing is cleared that could not be saved');
});

test('a followed log shows what happens while it is followed', async () => {
  const shell = openShell(cli.environment as Record<string, string>);
  const following = shell.start(['bmc', 'logs', hpe, '-w', '-o', 'jsonl']);
  const { events } = { events: () => emulator.log.requests(hpe).some(({ path }) => /sse|ServerSentEvent/i.test(path)) };
  for (let round = 0; round < 200 && !events(); round += 1) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(events(), 'no event stream was opened');
  emulator.control.setPower(hpe, 'Off');
  await following.until(/"message"/);
  following.kill('SIGINT');
  const { code } = await following.ended;
  await shell.close();
  assert.equal(code, 0, 'Ctrl-C is how a watch ends');
});

test('sessions are listed with our own, and others are ended', async () => {
  const body = { UserName: 'admin', Password: cli.live.sandbox.bmcPassword };
  const { emulated } = { emulated: emulator.bmcs.find(({ name }) => name === hpe) };
  assert.ok(emulated);
  const stranger = cli.live.ports.bmcs.open({
    id: 'stranger',
    url: emulated.url,
    username: body.UserName,
    password: new (await import('../../src/lib/secret.js')).Secret(body.Password),
    credentialVersion: '1',
  });
  await stranger.authenticate();
  const { sessions } = await json('sessions', 'list', hpe);
  assert.deepEqual(sessions.map(({ isOwn }: { isOwn: boolean }) => isOwn).sort(), [false, true]);
  const other = sessions.find(({ isOwn }: { isOwn: boolean }) => !isOwn).id;
  await refused(['sessions', 'kill', hpe, 'nobody', '--yes'], 13, 'NOT_FOUND');
  await refused(['sessions', 'kill', hpe, other], 12, 'CONFIRM_REQUIRED', /ends session/);
  assert.equal(emulator.control.openSessions(hpe), 1);
  const killed = await bmc('sessions', 'kill', hpe, 'all', '--yes', '-o', 'name');
  assert.equal(killed.stdout, `${other}\n`);
  assert.equal(emulator.control.openSessions(hpe), 0);
});

test('a restart is asked of the operator, once', async () => {
  cli.changes(hpe);
  const dry = await bmc('reset', hpe, '--dry-run');
  assert.match(dry.stdout, /would be asked/);
  assert.equal((await annotationsOf(hpe))['metal.ironcore.dev/operation'], undefined);
  assert.match((await bmc('reset', hpe)).stdout, /asked to restart/);
  const version = (await cluster.get(BMC, { name: hpe }))?.metadata.resourceVersion;
  const again = await bmc('reset', hpe);
  assert.match(again.stdout, /unchanged/);
  assert.equal((await cluster.get(BMC, { name: hpe }))?.metadata.resourceVersion, version, 'unchanged writes nothing');
  assert.deepEqual(cli.changes(hpe), []);
  await cluster.patch(
    BMC,
    { name: hpe },
    { metadata: { annotations: { 'metal.ironcore.dev/operation': 'ignore' } } },
    'merge',
  );
  await refused(['reset', hpe], 16, 'CONFLICT', /"ignore"/);
  await cluster.patch(
    BMC,
    { name: hpe },
    { metadata: { annotations: { 'metal.ironcore.dev/operation': null } } },
    'merge',
  );
});

test('told directly a BMC restarts once, and is waited for until it answers', async () => {
  await refused(['reset', hpe, '--force'], 2, 'USAGE', /--direct/);
  await refused(['reset', hpe, '--direct', '--force'], 12, 'CONFIRM_REQUIRED');
  const restarts = () => emulator.log.actions(hpe).filter(({ action }) => action === 'bmc').length;
  const before = restarts();
  const { code, stdout, stderr } = await bmc('reset', hpe, '--direct', '--wait', '--timeout', '60s');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /bmc-2 restarted/);
  assert.equal(restarts(), before + 1);
});

test('certificates are shown, requested, installed, and the pin follows what is served', {
  skip: !hasOpenssl && 'no openssl',
}, async () => {
  const { certificates } = await json('cert', 'show', hpe);
  assert.equal(certificates[0].tls, 'trusted');
  assert.ok(certificates[0].daysLeft >= 0, 'known from the handshake, where the BMC does not tell it');
  await cluster.patch(
    BMC,
    { name: hpe },
    { metadata: { annotations: { 'metalctl.dev/tls-pin': certificates[0].servedFingerprint } } },
    'merge',
  );
  const { pem } = await json('cert', 'renew', hpe, '--common-name', 'bmc.example');
  assert.match(pem, /^-----BEGIN CERTIFICATE REQUEST-----/);
  const cert = signed(pem, await cli.live.sandbox.folder.authority());
  await refused(['cert', 'install', hpe, cli.file('bad.pem', 'no certificate')], 2, 'MANIFEST_INVALID');
  const file = cli.file('new.pem', cert);
  await refused(['cert', 'install', hpe, file], 12, 'CONFIRM_REQUIRED');
  assert.equal((await annotationsOf(hpe))['metalctl.dev/tls-pin'], certificates[0].servedFingerprint);
  const fingerprint = createHash('sha256').update(new X509Certificate(cert).raw).digest('hex');
  const installed = await bmc('cert', 'install', hpe, file, '--yes', '-o', 'json');
  assert.equal(installed.code, 0, installed.stderr);
  assert.equal((await json('cert', 'show', hpe)).certificates[0].servedFingerprint, fingerprint);
  assert.equal((await annotationsOf(hpe))['metalctl.dev/tls-pin'], fingerprint);
  cli.changes(hpe);
  assert.match((await bmc('cert', 'install', hpe, file, '--yes')).stdout, /unchanged/);
  assert.deepEqual(cli.changes(hpe), []);
});

test('text of a BMC is data, never a command to the terminal', async () => {
  const manager = emulator.log
    .requests(dell)
    .map(({ path }) => path)
    .find((path) => /Managers\/[^/?]+$/.test(path));
  emulator.control.patch(dell, manager ?? '/redfish/v1/Managers/iDRAC.Embedded.1', {
    Model: hostile,
    FirmwareVersion: hostile,
  });
  for (const words of [
    ['info', dell],
    ['info', dell, '-o', 'json'],
    ['info', dell, '-o', 'csv'],
    ['info', dell, '-o', 'yaml'],
  ]) {
    const { stdout, stderr } = await bmc(...words);
    assert.match(stdout, /red/, 'the payload is there, tame');
    assertTame(stdout.replaceAll('\r\n', '\n'));
    assertTame(stderr);
  }
});

test('nothing is named, or what is not there', async () => {
  await refused(['info'], 2, 'USAGE', /--all/);
  await refused(['info', '-l', '=bad='], 2, 'USAGE');
  await refused(['info', 'bmc-3'], 13, 'NOT_FOUND', /bmc-/);
  await refused(['info', 'server/none'], 13, 'NOT_FOUND');
  const typo = await cli.run(['bmc', 'sesions', 'list', hpe]);
  assert.equal(typo.code, 2);
  assert.match(typo.stderr, /did you mean: bmc sessions/);
});
