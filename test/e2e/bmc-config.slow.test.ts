/** `metalctl bmc net|time|settings|subscribe|defaults` and `boot once --mode`: what BMCs were asked, told, and left as they were. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { assertTame, startBmcCli } from './bmc-cli.js';

const cli = await startBmcCli();
after(() => cli.close());
const { emulator } = cli.live.sandbox;
const [dell = '', hpe = ''] = cli.names;
const bmc = (...words: string[]) => cli.run(['bmc', ...words]);
const json = async (...words: string[]) => {
  const { stdout, stderr, code } = await bmc(...words, '-o', 'json');
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
};

afterEach(() => {
  emulator.control.heal();
  assert.equal(emulator.control.openSessions(), 0, 'a session was left open');
});

test('net shows names and addresses, and changes only what differs', async () => {
  const { interfaces } = await json('net', 'get', dell);
  assert.ok(interfaces.length > 0 && interfaces[0].ipv4.length > 0);
  cli.changes(dell);
  const wish = ['net', 'set', dell, '--hostname', 'rack3-07', '--ntp', '10.0.0.1,10.0.0.2'];
  assert.match((await bmc(...wish, '--dry-run')).stdout, /would change: host name .* to rack3-07; time servers none/);
  assert.deepEqual(cli.changes(dell), []);
  const changed = await bmc(...wish, '--yes');
  assert.match(changed.stdout, / changed: /, changed.stderr);
  assert.match(cli.changes(dell).join(), /PATCH \S+\/NetworkProtocol$/);
  const now = await json('net', 'get', dell);
  assert.deepEqual([now.hostName, now.ntp], ['rack3-07', { isOn: true, servers: ['10.0.0.1', '10.0.0.2'] }]);
  assert.match((await bmc(...wish)).stdout, /unchanged/);
  assert.deepEqual(cli.changes(dell), []);
});

test('time sync sets a clock that is wrong, and leaves one that is right', async () => {
  assert.match((await bmc('time', 'sync', hpe)).stdout, /right, unchanged/);
  emulator.control.fail({ match: { bmc: hpe }, action: { kind: 'bmc', how: 'clockSkew', seconds: 3600 } });
  cli.changes(hpe);
  const { offSeconds } = await json('time', 'sync', hpe, '--dry-run');
  assert.ok(Math.abs(offSeconds - 3600) < 30, `${offSeconds}`);
  assert.deepEqual(cli.changes(hpe), []);
  assert.match((await bmc('time', 'sync', hpe)).stdout, /was (1h|59m)\S* fast, set/);
  assert.match(cli.changes(hpe).join(), /^PATCH /);
});

test('settings are listed, compared, checked and set once', async () => {
  const { current } = await json('settings', 'get', dell);
  assert.ok(Object.keys(current).length > 5);
  const one = 'SysLog.1.Server1';
  const differs = await bmc('settings', 'diff', dell, `${one}=10.0.0.5`);
  assert.equal(differs.code, 10, differs.stderr);
  assert.match(differs.stdout, new RegExp(`^SETTING .*\\n${one} +- +10\\.0\\.0\\.5`));
  const bad = await bmc('settings', 'set', dell, 'NTPConfigGroup.1.NTPEnable=Perhaps', '--yes');
  assert.match(bad.stderr, /code {2}ATTRIBUTE_INVALID/);
  cli.changes(dell);
  const file = cli.file('bmc.yaml', `${one}: 10.0.0.5\n`);
  assert.equal((await bmc('settings', 'apply', dell, '-f', file, '--yes')).code, 0);
  // An iDRAC10 refuses the first tag.
  assert.match(cli.changes(dell).join(), /^(PATCH \S+,?){1,3}$/);
  assert.equal((await json('settings', 'get', dell, one)).current[one], '10.0.0.5');
  assert.match((await bmc('settings', 'apply', dell, '-f', file)).stdout, /unchanged/);
  assert.deepEqual(cli.changes(dell), []);
  const all = await bmc('settings', 'get', hpe);
  assert.match(all.stderr, /name URIs[\s\S]*code {2}BMC_UNSUPPORTED/);
});

test('subscriptions are shown without their secret, and ended', async () => {
  const body = { Destination: 'https://here.example/events/s3cret', Context: 'audit', Protocol: 'Redfish' };
  const made = ['redfish', 'post', 'EventService/Subscriptions', '--bmc', dell, '--yes', '-d', JSON.stringify(body)];
  assert.equal((await cli.run(made)).code, 0);
  const list = await bmc('subscribe', 'list', dell);
  assert.match(list.stdout, /https:\/\/here\.example\/… +audit +Event/);
  assert.doesNotMatch(list.stdout + (await bmc('subscribe', 'list', dell, '-o', 'json')).stdout, /s3cret/);
  assertTame(list.stdout);
  assert.equal((await bmc('subscribe', 'delete', dell, 'all')).code, 12);
  assert.equal((await bmc('subscribe', 'delete', dell, 'all', '--yes')).code, 0);
  assert.deepEqual((await json('subscribe', 'list', dell)).subscriptions, []);
  assert.match((await bmc('subscribe', 'delete', dell, 'nine', '--yes')).stderr, /code {2}NOT_FOUND/);
});

test('defaults want the name typed, and say what is lost', async () => {
  cli.changes(hpe);
  const asked = await bmc('defaults', hpe, '--yes');
  assert.equal(asked.code, 12, asked.stderr);
  assert.match(
    (await bmc('defaults', hpe, '--keep', 'nothing', '--dry-run')).stdout,
    /would be set back, keeping nothing/,
  );
  assert.deepEqual(cli.changes(hpe), []);
});

test('boot once takes a mode where the BMC can be told one', async () => {
  const server = await cli.serverOf(dell);
  const once = (...words: string[]) => cli.run(['boot', 'once', server, 'pxe', ...words]);
  cli.changes(dell);
  const legacy = await once('--mode', 'legacy');
  assert.equal(legacy.code, 0, legacy.stderr);
  assert.match(cli.changes(dell).join(), /PATCH /);
  const other = await cli.run(['boot', 'once', await cli.serverOf(hpe), 'pxe', '--mode', 'legacy']);
  assert.match(other.stderr, /cannot be chosen for one boot[\s\S]*code {2}BOOT_TARGET_UNSUPPORTED/);
});
