/** `metalctl bmc credentials` and `bmc users` as a process: what is written, what BMCs take, and what never shows. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { BMC, BMCSecret, BMCUser } from '../../src/api/metal/v1alpha1/index.js';
import { Secret } from '../../src/lib/secret.js';
import { openShell } from '../support/process.js';
import { startBmcCli } from './bmc-cli.js';

const cli = await startBmcCli();
after(() => cli.close());
const { emulator } = cli.live.sandbox;
const { cluster, bmcs } = cli.live.ports;
const [dell = '', hpe = ''] = cli.names;
const bmc = (...words: string[]) => cli.run(['bmc', ...words]);
const refused = async (words: readonly string[], exit: number, code: string, text = /./) => {
  const ended = await bmc(...words);
  assert.equal(ended.code, exit, ended.stderr);
  assert.match(ended.stderr, new RegExp(`code(?: {2}|":")${code}`));
  assert.match(ended.stderr, text);
  return ended;
};
const decode = (text = '') => Buffer.from(text, 'base64').toString('utf8');
const secretOf = async (name: string) => {
  const object = await cluster.get(BMC, { name });
  const secret = await cluster.get(BMCSecret, { name: object?.spec?.bmcSecretRef.name ?? '' });
  return { name: secret?.metadata.name, password: decode(secret?.data?.password) };
};
let tries = 0;
const takes = async (name: string, password: string, username = 'admin') => {
  const found = emulator.bmcs.find((each) => each.name === name);
  tries += 1;
  const access = {
    id: `try-${tries}`,
    url: found?.url ?? '',
    username,
    password: new Secret(password),
    credentialVersion: '1',
  };
  const isTaken = await bmcs
    .open(access)
    .authenticate()
    .then(
      () => true,
      () => false,
    );
  emulator.control.endSessions(name);
  return isTaken;
};

afterEach(() => {
  emulator.control.heal();
  assert.equal(emulator.control.openSessions(), 0, 'a session was left open');
});

test('a credential is tested once, and shown without its password', async () => {
  const { stdout } = await bmc('credentials', 'test', '--all', '-o', 'json');
  assert.deepEqual(
    JSON.parse(stdout).items.map(({ bmc: name, role }: { bmc: string; role: string }) => [name, role]),
    [
      [dell, 'Administrator'],
      [hpe, 'Administrator'],
    ],
  );
  const shown = await bmc('credentials', 'show', hpe, '-o', 'json');
  assert.equal(JSON.parse(shown.stdout).password, '<redacted>');
  for (const words of [
    ['show', hpe, '--reveal'],
    ['show', hpe, '--reveal', '-o', 'json'],
  ])
    await refused(['credentials', ...words], 12, 'NEEDS_INPUT', /terminal only/);
});

test('rotation asks, plans without touching, and gives every BMC a password of its own', async () => {
  const before = [await secretOf(dell), await secretOf(hpe)];
  cli.changes(dell);
  await refused(['credentials', 'rotate', '--all'], 12, 'CONFIRM_REQUIRED', /PLAN {2}2 BMCs, 10 at a time, no reboot/);
  assert.equal((await bmc('credentials', 'rotate', '--all', '--dry-run')).code, 0);
  assert.deepEqual(cli.changes(dell), []);
  assert.deepEqual([await secretOf(dell), await secretOf(hpe)], before);
  const { code, stdout, stderr } = await bmc('credentials', 'rotate', '--all', '--yes', '-o', 'json', '-vvv');
  assert.equal(code, 0, stderr);
  const now = [await secretOf(dell), await secretOf(hpe)];
  for (const [at, name] of [dell, hpe].entries()) {
    const { password } = now[at] ?? { password: '' };
    assert.ok(password.length >= 20);
    assert.ok(!(stdout + stderr).includes(password), 'the new password shows');
    assert.ok(await takes(name, password));
    assert.equal(await takes(name, before[at]?.password ?? ''), false);
    assert.equal(await cluster.get(BMCSecret, { name: before[at]?.name ?? '' }), undefined, 'the old secret is left');
  }
  assert.notEqual(now[0]?.password, now[1]?.password);
  assert.deepEqual(
    JSON.parse(stdout).items.map(({ outcome }: { outcome: string }) => outcome),
    ['rotated', 'rotated'],
  );
  await cli.live.pass();
  assert.equal((await cluster.get(BMC, { name: hpe }))?.status?.state, 'Enabled', 'reconcilers go on with the new one');
  for (const { name } of emulator.bmcs) emulator.control.endSessions(name);
});

test('one that cannot keeps its password, the others go on, and the fix is named', async () => {
  const before = await secretOf(dell);
  emulator.control.fail({ match: { bmc: dell, method: 'PATCH' }, action: { kind: 'status', status: 400 } });
  const { code, stdout, stderr } = await bmc('credentials', 'rotate', '--all', '--yes', '-o', 'json');
  assert.equal(code, 17, stderr);
  assert.deepEqual(
    JSON.parse(stdout).items.map(({ outcome }: { outcome: string }) => outcome),
    ['failed', 'rotated'],
  );
  assert.deepEqual(await secretOf(dell), before);
  emulator.control.heal();
  assert.ok(await takes(dell, before.password));
  await refused(['credentials', 'rotate', dell, '--length', '4', '--yes'], 2, 'USAGE');
});

test('cli.md §18.9: killed in the middle, the next run finishes with the password the BMC took', async () => {
  emulator.control.fail({ match: { bmc: hpe, method: 'PATCH' }, action: { kind: 'latency', ms: 700 } });
  const shell = openShell(cli.environment as Record<string, string>);
  const running = shell.start(['bmc', 'credentials', 'rotate', hpe, '--yes']);
  for (let round = 0; round < 400; round += 1) {
    const annotations = (await cluster.get(BMC, { name: hpe }))?.metadata.annotations ?? {};
    if (
      annotations['metalctl.dev/credential-rotation'] !== undefined &&
      (await cluster.list(BMCSecret)).items.length === 3
    )
      break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  running.kill('SIGKILL');
  await running.ended;
  await shell.close();
  emulator.control.heal();
  assert.equal((await cluster.list(BMCSecret)).items.length, 3, 'both passwords are kept');
  await new Promise((resolve) => setTimeout(resolve, 800));
  emulator.control.endSessions(hpe);
  const again = await bmc('credentials', 'rotate', hpe, '--yes', '-o', 'json');
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stderr, /finishes 1 that were interrupted/);
  assert.equal(JSON.parse(again.stdout).items[0].outcome, 'finished');
  assert.equal((await cluster.list(BMCSecret)).items.length, 2);
  assert.ok(await takes(hpe, (await secretOf(hpe)).password));
});

test('cli.md §18.9: Ctrl-C says what was done, that nothing is half done, and how to go on', async () => {
  emulator.control.fail({ match: { method: 'GET' }, action: { kind: 'latency', ms: 300 } });
  const shell = openShell(cli.environment as Record<string, string>);
  const running = shell.start(['bmc', 'credentials', 'rotate', dell, hpe, '--yes', '--wave', '1']);
  await running.until(/recorded/);
  running.kill('SIGINT');
  const { code, stderr } = await running.ended;
  await shell.close();
  emulator.control.heal();
  assert.equal(code, 130, stderr);
  assert.match(stderr, /stopped: \d rotated, \d kept the old password, nothing is half done/);
  assert.match(stderr, /to go on: metalctl bmc credentials rotate .*bmc-2/);
  for (const name of [dell, hpe]) assert.ok(await takes(name, (await secretOf(name)).password), name);
  assert.equal((await cluster.list(BMCSecret)).items.length, 2);
});

test('another password is taken over after its login is proven', async () => {
  const old = await secretOf(hpe);
  emulator.control.setCredentials(hpe, 'admin', 'Changed-By-Hand-1');
  const wrong = cli.file('wrong', 'Not-This-One-1');
  await refused(['credentials', 'set', hpe, '--password-file', wrong, '--yes'], 19, 'BMC_AUTH_FAILED');
  assert.deepEqual(await secretOf(hpe), old);
  await refused(['credentials', 'set', hpe, '--yes'], 2, 'USAGE', /--password-stdin/);
  const right = cli.file('right', 'Changed-By-Hand-1\n');
  const { code, stdout, stderr } = await bmc('credentials', 'set', hpe, '--password-file', right, '--yes', '-vvv');
  assert.equal(code, 0, stderr);
  assert.ok(!(stdout + stderr).includes('Changed-By-Hand-1'));
  assert.equal((await secretOf(hpe)).password, 'Changed-By-Hand-1');
  assert.equal((await cluster.list(BMCSecret)).items.length, 2);
});

test('accounts are listed with the objects behind them; wanted ones become objects', async () => {
  const add = await bmc('users', 'add', hpe, 'monitoring', '--role', 'ReadOnly', '--rotate', '30d');
  assert.equal(add.code, 0, add.stderr);
  const user = await cluster.get(BMCUser, { name: `${hpe}-monitoring` });
  assert.deepEqual(user?.spec, {
    userName: 'monitoring',
    roleID: 'ReadOnly',
    bmcRef: { name: hpe },
    rotationPeriod: '2592000s',
  });
  assert.match((await bmc('users', 'add', hpe, 'monitoring', '--role', 'ReadOnly')).stdout, /unchanged/);
  await refused(['users', 'add', hpe, 'monitoring', '--role', 'Operator'], 16, 'ALREADY_EXISTS', /users role/);
  await refused(['users', 'add', hpe, 'x', '--secret', 'none'], 13, 'NOT_FOUND');
  const { accounts } = JSON.parse((await bmc('users', 'list', hpe, '-o', 'json')).stdout);
  assert.equal(accounts.find(({ userName }: { userName: string }) => userName === 'admin').isOwn, true);
  assert.match((await bmc('users', 'role', hpe, 'monitoring', 'Operator', '--yes')).stdout, /made Operator/);
  assert.equal((await cluster.get(BMCUser, { name: `${hpe}-monitoring` }))?.spec?.roleID, 'Operator');
  assert.equal((await bmc('users', 'delete', hpe, 'monitoring', '--yes')).code, 0);
});

test('accounts without an object are changed on the BMC, and never the one metalctl enters with', async () => {
  emulator.control.addAccount(hpe, { username: 'guest', password: 'Guest-Password-1', role: 'ReadOnly' });
  cli.changes(hpe);
  await refused(['users', 'delete', hpe, 'admin', '--yes'], 2, 'USAGE', /metalctl enters/);
  await refused(['users', 'role', hpe, 'admin', 'ReadOnly', '--yes'], 2, 'USAGE');
  await refused(['users', 'enable', hpe, 'admin', '--disable', '--yes'], 2, 'USAGE');
  await refused(['users', 'delete', hpe, 'gest', '--yes'], 13, 'NOT_FOUND', /guest/);
  await refused(['users', 'delete', hpe, 'guest'], 12, 'CONFIRM_REQUIRED');
  await refused(['users', 'role', hpe, 'guest', 'Operator'], 12, 'CONFIRM_REQUIRED');
  await refused(['users', 'enable', hpe, 'guest', '--disable'], 12, 'CONFIRM_REQUIRED');
  assert.equal((await bmc('users', 'enable', hpe, 'guest', '--disable', '--dry-run')).code, 0);
  assert.deepEqual(cli.changes(hpe), []);
  const disabled = await bmc('users', 'enable', hpe, 'guest', '--disable', '--yes');
  assert.equal(disabled.code, 0, disabled.stderr);
  assert.equal(cli.changes(hpe).length, 1);
  const role = await bmc('users', 'role', hpe, 'guest', 'Operator', '--yes');
  assert.equal(role.code, 0, role.stderr);
  assert.match((await bmc('users', 'role', hpe, 'guest', 'Operator', '--yes')).stdout, /unchanged/);
  assert.equal((await bmc('users', 'delete', hpe, 'guest', '--yes')).code, 0);
  const { accounts } = JSON.parse((await bmc('users', 'list', hpe, '-o', 'json')).stdout);
  assert.ok(!accounts.some(({ userName }: { userName: string }) => userName === 'guest'));
});
