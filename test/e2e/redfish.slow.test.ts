/** `metalctl redfish` as a process: what people read, what BMCs were asked, and that every session ends. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { openShell } from '../support/process.js';
import { assertTame, hostile, startBmcCli } from './bmc-cli.js';

const cli = await startBmcCli();
after(() => cli.close());
const { emulator } = cli.live.sandbox;
const [dell = '', hpe = ''] = cli.names;
const system = '/redfish/v1/Systems/1';
const redfish = (...words: string[]) => cli.run(['redfish', ...words, '--bmc', hpe]);
const refused = async (words: readonly string[], exit: number, code: string, fix = /./) => {
  const { code: status, stdout, stderr } = await cli.run(['redfish', ...words]);
  assert.equal(status, exit, stderr);
  assert.equal(stdout, '');
  assert.match(stderr, new RegExp(`code {2}${code} `));
  assert.match(stderr, fix);
};

afterEach(() => assert.equal(emulator.control.openSessions(), 0, 'a session was left open'));

test('a resource is a table for people and itself for programs', async () => {
  const table = await redfish('get', 'Systems/1');
  assert.match(table.stdout, /^MEMBER +VALUE\n/);
  assert.match(table.stdout, /^Boot\.BootSourceOverrideTarget +None$/m);
  const json = JSON.parse((await redfish('get', 'Systems/1', '-o', 'json')).stdout);
  assert.equal(json['@odata.id'], system);
  assert.equal(json.apiVersion, undefined);
  const one = await redfish('get', `${system}/`, '-o', 'jsonpath={.Boot.BootSourceOverrideTarget}');
  assert.equal(one.stdout, 'None');
});

test('a server is the BMC behind it, and one dialogue is one session', async () => {
  cli.asked(hpe);
  await cli.run([
    'redfish',
    'get',
    'Systems',
    '--server',
    await cli.serverOf(hpe),
    '--follow',
    'Members',
    '-o',
    'json',
  ]);
  const asked = cli.asked(hpe);
  assert.equal(asked.filter((line) => line.startsWith('POST ')).length, 1, asked.join('\n'));
  assert.equal(asked.filter((line) => line.startsWith('DELETE ')).length, 1, asked.join('\n'));
});

test('links are followed and properties selected', async () => {
  const followed = JSON.parse((await redfish('get', 'Systems', '--follow', 'Members', '-o', 'json')).stdout);
  assert.equal(followed.Members[0].Id, '1');
  const expanded = await redfish('get', 'Systems', '--expand', '1', '-o', 'json');
  assert.equal(JSON.parse(expanded.stdout).Members[0].Id, '1');
  const selected = JSON.parse((await redfish('get', 'Systems/1', '--select', 'Id,AssetTag', '-o', 'json')).stdout);
  assert.equal(selected.SerialNumber, undefined);
});

test('headers are shown, and none that lets anybody in', async () => {
  const { stdout } = await redfish('head', 'Systems/1', '-o', 'json');
  const { headers, status } = JSON.parse(stdout);
  assert.equal(status, 200);
  assert.match(headers.etag, /"/);
  assert.equal(headers['x-auth-token'], undefined);
});

test('a change is asked about, names who is behind the BMC, and is sent once with a fresh tag', async () => {
  const data = ['-d', '{"AssetTag":"A-1"}'];
  cli.changes(hpe);
  const asked = await redfish('patch', 'Systems/1', ...data);
  assert.equal(asked.code, 12);
  assert.match(asked.stderr, new RegExp(`server/${await cli.serverOf(hpe)} is `));
  const dry = await redfish('patch', 'Systems/1', ...data, '--dry-run', '-o', 'json');
  assert.deepEqual(JSON.parse(dry.stdout).body, { AssetTag: 'A-1' });
  assert.deepEqual(cli.changes(hpe), [], 'nothing was confirmed yet');
  const done = await redfish('patch', 'Systems/1', ...data, '--yes', '-o', 'json');
  assert.equal(done.code, 0, done.stderr);
  assert.deepEqual(cli.changes(hpe), [`PATCH ${system}`]);
  assert.equal(emulator.control.resource(hpe, system)?.AssetTag, 'A-1');
});

test('a tag of yesterday is a conflict, and nothing is sent without it', async () => {
  cli.changes(hpe);
  await refused(
    ['patch', 'Systems/1', '--bmc', hpe, '-d', '{"AssetTag":"A-2"}', '--etag', '"old"', '--yes'],
    16,
    'REDFISH_412',
    /--etag auto/,
  );
  assert.deepEqual(cli.changes(hpe), [`PATCH ${system}`]);
  assert.equal(emulator.control.resource(hpe, system)?.AssetTag, 'A-1');
});

test('firmware that compares tags wrongly is written to all the same, because nothing changed meanwhile', async () => {
  const fault = emulator.control.fail({
    match: { bmc: dell, method: 'PATCH' },
    action: { kind: 'etag', how: 'mismatch' },
  });
  const words = ['redfish', 'patch', 'Systems/System.Embedded.1', '--bmc', dell, '-d', '{"AssetTag":"A-3"}', '--yes'];
  const { code, stderr } = await cli.run(words);
  emulator.control.heal(fault);
  assert.equal(code, 0, stderr);
});

test('S-RAW-1: what decides who may enter is refused, however it is spelled', async () => {
  cli.changes(hpe);
  for (const path of [
    'AccountService/Accounts/1',
    'accountservice/accounts/1',
    '%41ccountService/Accounts/1',
    '%2541ccountService/Accounts/1',
    'SessionService/Sessions/1',
    'CertificateService',
    'Managers/1/NetworkProtocol/HTTPS/Certificates/1',
    'Managers/iDRAC.Embedded.1/Accounts/2',
  ]) {
    await refused(['delete', path, '--bmc', hpe, '--yes'], 12, 'REDFISH_SENSITIVE', /--allow-sensitive/);
  }
  assert.deepEqual(cli.changes(hpe), []);
  assert.equal(
    emulator.log.requests(hpe).some(({ method, path }) => method === 'DELETE' && /account/i.test(path)),
    false,
  );
});

test('what is allowed on purpose goes through, and no password is shown in the plan', async () => {
  const body = '{"UserName":"raw7","Password":"Canary-Raw-77!","RoleId":"ReadOnly"}';
  const words = ['post', 'AccountService/Accounts', '-d', body, '--allow-sensitive', '--yes', '-vvv'];
  const { code, stdout, stderr } = await redfish(...words);
  assert.equal(code, 0, stderr);
  assert.ok(!(stdout + stderr).includes('Canary-Raw-77!'));
});

test('what resets or erases wants the name of the BMC', async () => {
  cli.changes(hpe);
  const words = ['post', 'Systems/1/Bios/Actions/Bios.ResetBios', '--bmc', hpe];
  await refused([...words, '--yes'], 12, 'CONFIRM_REQUIRED', new RegExp(`--confirm ${hpe}`));
  assert.deepEqual(cli.changes(hpe), []);
});

test('paths stay on the BMC, and bad input is told before anything is asked', async () => {
  cli.asked(hpe);
  for (const path of ['/etc/passwd', '../x', 'Systems/../../x', 'https://evil/redfish/v1', '//evil/redfish', 'a\\b']) {
    await refused(['get', path, '--bmc', hpe], 2, 'USAGE');
  }
  await refused(['get', 'Systems'], 2, 'USAGE', /--bmc NAME/);
  await refused(['get', 'Systems', '--bmc', hpe, '--server', 'x'], 2, 'USAGE');
  await refused(['get', 'Systems', '--host', '-oProxyCommand=x', '--bmc-secret', hpe], 2, 'USAGE');
  await refused(['get', 'Systems', '--host', 'h/x', '--bmc-secret', hpe], 2, 'USAGE');
  await refused(['get', 'Systems', '--host', '127.0.0.1'], 2, 'USAGE', /--bmc-password-file/);
  await refused(['patch', 'Systems/1', '--bmc', hpe], 2, 'USAGE', /-d/);
  await refused(['patch', 'Systems/1', '--bmc', hpe, '-d', '{oops'], 2, 'USAGE');
  await refused(['patch', 'Systems/1', '--bmc', hpe, '-d', '@/nowhere'], 13, 'FILE_NOT_FOUND');
  await refused(['find', '--bmc', hpe], 2, 'USAGE', /--property/);
  assert.deepEqual(cli.asked(hpe), []);
  await refused(['get', 'Systems', '--bmc', 'no-such'], 13, 'NOT_FOUND');
  await refused(['get', 'Systems/9', '--bmc', hpe], 13, 'BMC_NOT_FOUND');
});

test('a BMC outside the cluster is asked by its address', async () => {
  const found = emulator.bmcs.find(({ name }) => name === hpe);
  const words = ['redfish', 'ls', 'Systems', '--host', `${found?.host}:${found?.port}`, ...cli.account, '-o', 'name'];
  assert.equal((await cli.run(words)).stdout, `${system}\n`);
});

test('a tree ends with what it took, and find finds', async () => {
  cli.asked(hpe);
  const { stdout, code } = await redfish('tree', 'Systems', '--depth', '2');
  const took = cli.asked(hpe).length - 1;
  assert.equal(code, 0);
  const [, requests] = /(\d+) requests, \d+ bytes\n$/.exec(stdout) ?? [];
  assert.equal(Number(requests), took, 'the logout comes after the count');
  assert.match(stdout, /^\/redfish\/v1\/Systems {2}ComputerSystemCollection\n {2}1 {2}ComputerSystem\n/);
  const { hits } = JSON.parse((await redfish('find', 'Systems/1', '--property', 'Serial*', '-o', 'json')).stdout);
  assert.ok(hits.some(({ path }: { path: string }) => path === system));
});

test('text of a BMC is data, never a command to the terminal', async () => {
  emulator.control.patch(hpe, system, { AssetTag: hostile, [`Oem${hostile}`]: hostile });
  for (const words of [
    ['get', 'Systems/1'],
    ['get', 'Systems/1', '-o', 'json'],
    ['get', 'Systems/1', '-o', 'yaml'],
    ['get', 'Systems/1', '-o', 'csv'],
    ['get', 'Systems/1', '-o', 'jsonpath={.AssetTag}'],
    ['find', 'Systems', '--property', 'AssetTag'],
    ['tree', 'Systems'],
  ]) {
    const { stdout, stderr } = await redfish(...words);
    assertTame(stdout.replaceAll('\r\n', '\n'));
    assertTame(stderr);
  }
  const { AssetTag } = JSON.parse((await redfish('get', 'Systems/1', '-o', 'json')).stdout);
  assert.equal(AssetTag, hostile, 'JSON keeps the data');
  emulator.control.patch(hpe, system, { AssetTag: '' });
});

test('a task is waited for, and ends the command as it ends', async () => {
  const image = JSON.stringify({ ImageURI: 'https://images.example/ilo7_1.17.fwpkg', TransferProtocol: 'HTTPS' });
  const post = ['post', 'UpdateService/Actions/UpdateService.SimpleUpdate', '-d', image, '--yes', '--wait-task'];
  const good = await redfish(...post, '-o', 'json', '--timeout', '60s');
  assert.equal(good.code, 0, good.stderr);
  assert.equal(JSON.parse(good.stdout).task.progress, 'completed');
  const { tasks } = JSON.parse((await redfish('task', 'list', '-o', 'json')).stdout);
  assert.ok(tasks.length > 0);
  const waited = await redfish('task', 'wait', tasks[0].uri, '-o', 'name');
  assert.equal(waited.code, 0, waited.stderr);
  emulator.control.fail({ match: { bmc: hpe }, action: { kind: 'update', how: 'verifyFailed' } });
  const failed = await redfish(...post);
  emulator.control.heal();
  assert.equal(failed.code, 4, failed.stderr);
  assert.match(failed.stderr, /code {2}FAILED_STATE/);
});

test('conformance says what holds and what does not', async () => {
  const fine = await cli.run(['redfish', 'conformance', hpe, '--quick', '-o', 'json']);
  assert.equal(fine.code, 0, fine.stdout);
  const report = JSON.parse(fine.stdout);
  assert.equal(report.failed, 0);
  emulator.control.patch(hpe, '/redfish/v1/Systems', { 'Members@odata.count': 7 });
  const wrong = await cli.run(['redfish', 'conformance', hpe]);
  emulator.control.patch(hpe, '/redfish/v1/Systems', { 'Members@odata.count': 1 });
  assert.equal(wrong.code, 15, wrong.stdout + wrong.stderr);
  assert.match(wrong.stdout, /^C033 +fail .*Systems \(7, not 1\)/m);
});

test('a recorded command leaves its dialogue without secrets, and replay serves it', async () => {
  const folder = join(cli.environment.HOME ?? '', 'trace');
  const recorded = await cli.run([
    'redfish',
    'record',
    folder,
    '--',
    'redfish',
    'get',
    'Systems/1',
    '--bmc',
    hpe,
    '-o',
    'json',
  ]);
  assert.equal(recorded.code, 0, recorded.stderr);
  const files = readdirSync(folder);
  assert.deepEqual(files, [`${hpe}.jsonl`]);
  const text = files.map((file) => readFileSync(join(folder, file), 'utf8')).join('');
  const password = cli.live.sandbox.bmcPassword;
  for (const secret of [password, Buffer.from(password).toString('base64'), encodeURIComponent(password), '"admin"'])
    assert.ok(!text.includes(secret), secret);
  const shell = openShell(cli.environment as Record<string, string>);
  const replay = shell.start(['redfish', 'replay', folder, '-o', 'json']);
  await replay.until(/"exchanges"/);
  const { bmcs, caFile } = JSON.parse(replay.stdout);
  const words = ['redfish', 'get', 'Systems/1', '--host', new URL(bmcs[0].url).host, ...cli.account, '-o', 'json'];
  const again = await cli.run(words, { env: { METALCTL_BMC_CA: caFile } });
  replay.kill('SIGTERM');
  await replay.ended;
  await shell.close();
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual(JSON.parse(again.stdout), JSON.parse(recorded.stdout));
  assert.equal(
    (await cli.run(['redfish', 'record', folder, '--', 'redfish', 'get', 'Nowhere', '--bmc', hpe])).code,
    13,
  );
  assert.equal((await cli.run(['redfish', 'record', folder, '--', 'no-such-program'])).code, 13);
});

test('an interrupted walk closes its session', async () => {
  const slow = emulator.control.fail({ match: { bmc: hpe, method: 'GET' }, action: { kind: 'latency', ms: 150 } });
  const { code } = await cli.run(['redfish', 'tree', '--bmc', hpe], { stopAfterMs: 2_000 });
  emulator.control.heal(slow);
  assert.equal(code, 130);
});
