/** `power cycle|reset|nmi|push`, `boot`, `locate` and `inventory` as a process: what was asked of whom, and how often. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { Server, ServerClaim } from '../../src/api/metal/v1alpha1/index.js';
import { openShell } from '../support/process.js';
import { assertTame, hostile, startBmcCli } from './bmc-cli.js';

const cli = await startBmcCli();
after(() => cli.close());
const { emulator } = cli.live.sandbox;
const { cluster } = cli.live.ports;
const [dell = '', hpe = ''] = cli.names;
const free = await cli.serverOf(dell);
const held = await cli.serverOf(hpe);
await cluster.create(ServerClaim, {
  apiVersion: 'metal.ironcore.dev/v1alpha1',
  kind: 'ServerClaim',
  metadata: { namespace: 'default', name: 'db' },
  spec: { power: 'On', image: 'os:1', serverRef: { name: held } },
} as ServerClaim);
await cli.live.pass({ settle: true });
for (const name of cli.names) {
  emulator.control.endSessions(name);
  cli.changes(name);
}

const json = async (...words: string[]) => {
  const { stdout, stderr, code } = await cli.run([...words, '-o', 'json']);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
};
const refused = async (words: readonly string[], exit: number, code: string, text = /./) => {
  const ended = await cli.run(words);
  assert.equal(ended.code, exit, ended.stderr);
  assert.match(ended.stderr, new RegExp(`code {2}${code} `));
  assert.match(ended.stderr, text);
};
const server = async (name: string) => (await cluster.get(Server, { name })) as Server;
const operationOf = async (name: string) => (await server(name)).metadata.annotations?.['metal.ironcore.dev/operation'];
const lift = (name: string) =>
  cluster.patch(Server, { name }, { metadata: { annotations: { 'metal.ironcore.dev/operation': null } } }, 'merge');

afterEach(() => {
  emulator.control.heal();
  assert.equal(emulator.control.openSessions(), 0, 'a session was left open');
});

test('a restart of a held server is asked about, and asked of the operator once', async () => {
  await refused(['power', 'reset', held], 12, 'CONFIRM_REQUIRED', /Reserved by default\/db/);
  assert.match(
    (await cli.run(['power', 'reset', held, '--dry-run'])).stdout,
    /would be asked for graceful-restart-server/,
  );
  assert.equal(await operationOf(held), undefined);
  assert.equal((await cli.run(['power', 'reset', held, '--force', '--yes'])).code, 0);
  assert.equal(await operationOf(held), 'hard-restart-server');
  assert.match((await cli.run(['power', 'reset', held, '--force', '--yes'])).stdout, /unchanged/);
  await refused(['power', 'cycle', held, '--yes'], 16, 'CONFLICT', /hard-restart-server/);
  assert.deepEqual(cli.changes(hpe), [], 'no BMC was told by the command');
  await lift(held);
});

test('what the operator has no word for is told to the BMC, once, if the system knows it', async () => {
  await refused(['power', 'nmi', held], 12, 'CONFIRM_REQUIRED');
  assert.deepEqual(cli.changes(hpe), []);
  assert.equal((await cli.run(['power', 'nmi', held, '--yes'])).code, 0);
  assert.equal(cli.changes(hpe).length, 1);
  assert.equal(emulator.log.powerActions(hpe).filter(({ to }) => to === 'Nmi').length, 1);
  await refused(['power', 'reset', held, '--type', 'Suspend', '--yes'], 14, 'RESET_TYPE_UNSUPPORTED', /ForceRestart/);
  assert.deepEqual(cli.changes(hpe), []);
  const pushed = await cli.run(['power', 'push', free, '--dry-run']);
  assert.match(pushed.stdout, /would be told PushPowerButton/);
});

test('boot shows what the BMC says, and sets the next boot without asking', async () => {
  const report = await json('boot', 'show', free);
  assert.ok(report.order.length > 1);
  assert.equal(report.options[0].reference.startsWith('Boot'), true);
  cli.changes(dell);
  assert.match((await cli.run(['boot', 'once', free, 'pxe', '--dry-run'])).stdout, /would boot Pxe once/);
  assert.deepEqual(cli.changes(dell), []);
  const once = await cli.run(['boot', 'once', free, 'pxe', '--reset']);
  assert.equal(once.code, 0, once.stderr);
  assert.match(once.stdout, /it is off: at its next power on/);
  // iDRAC10 shows an override that waits in its settings object only.
  assert.equal(cli.changes(dell).length, 1, 'the override was sent once');
  assert.equal(await operationOf(free), undefined, 'a machine that is off is not restarted');
  await refused(['boot', 'once', free, 'tape'], 2, 'USAGE', /pxe/);
});

test('a restart into something else asks when a claim holds the server', async () => {
  await refused(['boot', 'once', held, 'bios', '--reset'], 12, 'CONFIRM_REQUIRED', /Reserved by default\/db/);
  assert.equal((await cli.run(['boot', 'once', held, 'bios', '--reset', '--yes'])).code, 0);
  assert.equal(await operationOf(held), 'graceful-restart-server');
  await lift(held);
});

test('the boot order is wanted on the Server, by reference or name', async () => {
  const { order } = await json('boot', 'order', free);
  const [first, second] = order.map(({ reference }: { reference: string }) => reference);
  const { name } = order[1];
  await refused(['boot', 'order', held, '--set', second], 12, 'CONFIRM_REQUIRED');
  await refused(['boot', 'order', free, '--set', 'Boot9999'], 2, 'USAGE', /Boot0/);
  const set = await json('boot', 'order', free, '--set', name);
  assert.deepEqual(
    set.order.slice(0, 2).map(({ reference }: { reference: string }) => reference),
    [second, first],
  );
  assert.deepEqual(
    (await server(free)).spec?.bootOrder?.slice(0, 2).map(({ device }) => device),
    [second, first],
  );
  assert.equal((await json('boot', 'order', free, '--set', name)).outcome, 'unchanged');
});

test('virtual media go in and out, and a token in their URL is not shown', async () => {
  const url = 'http://127.0.0.1/rescue.iso?token=CANARY-77';
  await refused(['boot', 'media', held, 'insert', url], 12, 'CONFIRM_REQUIRED');
  await refused(['boot', 'media', held, 'insert', 'rescue.iso'], 2, 'USAGE');
  await refused(['boot', 'media', held, 'burn'], 2, 'USAGE', /insert/);
  cli.changes(hpe);
  const inserted = await cli.run(['boot', 'media', held, 'insert', url, '--yes']);
  assert.equal(inserted.code, 0, inserted.stderr);
  const listed = await cli.run(['boot', 'media', held, 'list', '-o', 'json']);
  for (const { stdout, stderr } of [inserted, listed]) assert.ok(!(stdout + stderr).includes('CANARY'));
  const slot = JSON.parse(listed.stdout).slots.find(({ isInserted }: { isInserted: boolean }) => isInserted);
  assert.match(slot.image, /rescue\.iso\?…$/);
  assert.equal((await cli.run(['boot', 'media', held, 'eject', slot.id, '--yes'])).code, 0);
  assert.match((await cli.run(['boot', 'media', held, 'eject'])).stdout, /unchanged/);
  await refused(['boot', 'media', held, 'eject', 'A:'], 13, 'NOT_FOUND', new RegExp(slot.id));
});

test('the boot configuration is shown; another image is wanted of the claim', async () => {
  assert.equal((await json('boot', 'config', held)).spec.image, 'os:1');
  await refused(['boot', 'config', held, '--image', 'os:2'], 12, 'CONFIRM_REQUIRED', /default\/db/);
  assert.equal((await cli.run(['boot', 'config', held, '--image', 'os:2', '--yes'])).code, 0);
  const claim = await cluster.get(ServerClaim, { namespace: 'default', name: 'db' });
  assert.equal(claim?.spec?.image, 'os:2');
  assert.match((await cli.run(['boot', 'config', held, '--image', 'os:2'])).stdout, /unchanged/);
  await refused(['boot', 'config', free, '--image', 'os:2'], 16, 'CONFLICT', /metalctl claim/);
});

test('a light is wanted on the Server and told at once; Ctrl-C ends what was for a while', async () => {
  const lit = await cli.run(['locate', held]);
  assert.match(lit.stdout, /shows Lit/, lit.stderr);
  assert.equal((await server(held)).spec?.indicatorLED, 'Lit');
  assert.match((await cli.run(['locate', held, 'on'])).stdout, /unchanged/);
  assert.equal((await cli.run(['locate', '--all', 'off', '-o', 'name'])).code, 0);
  assert.equal((await server(held)).spec?.indicatorLED, 'Off');
  const shell = openShell(cli.environment as Record<string, string>);
  const running = shell.start(['locate', free, 'blink', '--for', '10m']);
  await running.until(/Ctrl-C/);
  assert.equal((await server(free)).spec?.indicatorLED, 'Blinking');
  running.kill('SIGINT');
  const { code } = await running.ended;
  await shell.close();
  assert.equal(code, 130);
  assert.equal((await server(free)).spec?.indicatorLED, 'Off');
  emulator.control.fail({ match: { bmc: hpe }, action: { kind: 'connection', how: 'refuse' } });
  const away = await cli.run(['locate', held]);
  assert.equal(away.code, 0, away.stderr);
  assert.match(away.stdout, /will show Lit: the operator carries it out/);
});

test('inventory is listed, counted, and compared without asking a BMC', async () => {
  cli.asked(dell);
  const report = await json('inventory');
  assert.deepEqual(
    report.items.map(({ server: name }: { server: string }) => name),
    [free, held].sort(),
  );
  assert.ok(report.items[0].cores > 0 && report.items[0].memoryBytes > 0);
  const { groups } = await json('inventory', '--group-by', 'vendor');
  assert.deepEqual(
    groups.map(({ vendor, count }: { vendor: string; count: number }) => [vendor, count]),
    [
      ['Dell Inc.', 1],
      ['HPE', 1],
    ],
  );
  assert.match(
    (await cli.run(['inventory', '--group-by', 'model'])).stdout,
    /^MODEL +COUNT +CORES +MEMORY +DISKS +FREE +BIOS VERSIONS\n/,
  );
  await refused(['inventory', '--group-by', 'colour'], 2, 'USAGE', /model/);
  const now = cli.file('now.json', JSON.stringify(report));
  assert.equal((await cli.run(['inventory', '--diff', now])).code, 0);
  const [first, second] = report.items;
  const other = cli.file(
    'then.json',
    JSON.stringify({
      ...report,
      items: [
        { ...first, serial: 'OLD' },
        { ...second, uuid: 'gone', server: 'gone' },
      ],
    }),
  );
  const diff = await cli.run(['inventory', '--diff', other, '-o', 'json']);
  assert.equal(diff.code, 10, diff.stderr);
  const { differences } = JSON.parse(diff.stdout);
  assert.deepEqual(
    differences.map(({ change, member }: { change: string; member: string }) => `${change}${member}`).sort(),
    ['+', '-', '~serial'],
  );
  await refused(
    ['inventory', '--diff', cli.file('x.json', '{"kind":"List"}')],
    2,
    'SNAPSHOT_INCOMPLETE',
    /inventory -o json/,
  );
  await refused(['inventory', '--diff', cli.file('y.json', 'no')], 2, 'MANIFEST_INVALID');
  await refused(['inventory', 'nobody'], 13, 'NOT_FOUND');
  assert.deepEqual(cli.asked(dell), []);
});

test('text of a BMC is data, never a command to the terminal', async () => {
  const options = `${(await server(free)).spec?.systemURI}/BootOptions/Boot0000`;
  emulator.control.patch(dell, options, { DisplayName: hostile });
  await cluster.patch(Server, { name: free }, { status: { model: hostile } }, 'merge', { subresource: 'status' });
  for (const words of [
    ['boot', 'order', free],
    ['boot', 'show', free],
    ['boot', 'show', free, '-o', 'json'],
    ['inventory'],
    ['inventory', '-o', 'csv'],
  ]) {
    const { stdout, stderr } = await cli.run(words);
    assert.match(stdout, /red/, words.join(' '));
    assertTame(stdout.replaceAll('\r\n', '\n') + stderr);
  }
});
