/** `events --bmc`: what a BMC wrote down itself stands beside the cluster's events, in one line of time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventObject } from '../../../../src/api/kubernetes.js';
import { PermanentError, TransientError } from '../../../../src/errors/classes.js';
import { Exit } from '../../../../src/errors/exit.js';
import { runLine } from '../../../support/run-line.js';
import { type World, world } from '../../../support/world.js';
import { addAvailable } from '../../workflows/support/servers.js';

const log = { uri: '/redfish/v1/Systems/1/LogServices/SEL', id: 'SEL', owner: 'system', canBeCleared: true } as const;
const psu = { id: '7', severity: 'Critical', message: 'Power supply 2 lost\u001b[2J input', messageId: 'PSU0003' };

/** A server whose BMC has a log, and one event about it that came thirteen minutes after the BMC's entry. */
function observed(): { w: World; nowMs: number } {
  const w = world();
  const server = addAvailable(w, 'node1');
  const nowMs = w.clock.now().getTime();
  const ago = (minutes: number): string => new Date(nowMs - minutes * 60_000).toISOString();
  w.bmcs.machine('node1').logs.push({
    ...log,
    entries: [
      { ...psu, at: ago(27) },
      { id: '6', severity: 'OK', message: 'fan is back', at: ago(90) },
    ],
  });
  const { uid } = (w.cluster.peek({ kind: 'Server' } as never, server) as { metadata: { uid: string } }).metadata;
  w.cluster.seed({
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: 'e1', namespace: 'default' },
    eventTime: ago(14),
    type: 'Warning',
    reason: 'ResetFailed',
    note: '503 from Redfish, try 5',
    regarding: { kind: 'Server', name: server, uid },
  } as unknown as EventObject);
  return { w, nowMs };
}
const env = ({ nowMs }: { nowMs: number }) => ({ LANG: 'C.UTF-8', METALCTL_NOW: new Date(nowMs).toISOString() });
const events = (world: ReturnType<typeof observed>, line: string, more: object = {}) => {
  const { w } = world;
  return runLine(`events ${line}`, {
    ports: { clock: w.clock, cluster: w.cluster, bmc: w.bmcs },
    env: env(world),
    ...more,
  });
};
const cells = (text: string): string[] =>
  text
    .trim()
    .split('\n')
    .map((line) => line.split(/ {2,}/).slice(0, 5).join(' '));

test('entries of the BMC and events stand in one line of time, and say who speaks', async () => {
  const { code, stdout } = await events(observed(), 'server/node1-system-0 --bmc');
  assert.equal(code, Exit.OK);
  assert.deepEqual(cells(stdout).slice(1), [
    '90m bmc OK 6 bmc/node1',
    '27m bmc Critical PSU0003 bmc/node1',
    '14m k8s Warning ResetFailed server/node1-system-0',
  ]);
  assert.ok(!stdout.includes('\u001b'));
});

test('--types and --since hold for both; without --bmc nobody logs in', async () => {
  const world = observed();
  const only = async (line: string): Promise<number> =>
    cells((await events(world, `server/node1-system-0 ${line}`)).stdout).length - 1;
  assert.equal(await only('--bmc --types Warning'), 2);
  assert.equal(await only('--bmc --types critical'), 1);
  assert.equal(await only('--bmc --since 20m'), 1);
  const asked = world.w.bmcs.machine('node1').calls.length;
  assert.equal(await only(''), 1);
  assert.equal(world.w.bmcs.machine('node1').calls.length, asked);
});

test('the document keeps events as they are and tells entries apart', async () => {
  const { stdout } = await events(observed(), 'bmc/node1 server/node1-system-0 --bmc -o json');
  const document = JSON.parse(stdout) as {
    items: { reason: string }[];
    bmcLogs: { bmc: string; messageId?: string }[];
  };
  assert.deepEqual(
    document.items.map(({ reason }) => reason),
    ['ResetFailed'],
  );
  assert.deepEqual(
    document.bmcLogs.map(({ bmc, messageId }) => [bmc, messageId]),
    [
      ['node1', 'PSU0003'],
      ['node1', undefined],
    ],
  );
});

test('a BMC that does not answer hides no event, and the exit code tells it', async () => {
  const world = observed();
  world.w.bmcs.machine('node1').failNext('logs', new TransientError('BMC_UNREACHABLE', 'reading logs'));
  const { code, stdout, stderr } = await events(world, 'server/node1-system-0 --bmc');
  assert.equal(code, Exit.BMC_UNREACHABLE, stderr);
  assert.deepEqual(cells(stdout).slice(1), ['14m k8s Warning ResetFailed server/node1-system-0']);
});

test('no fleet is logged into by leaving out a name, and a kind without BMC is refused', async () => {
  const nobody = await events(observed(), '--bmc');
  assert.equal(nobody.code, Exit.USAGE);
  assert.match(nobody.stderr, /--bmc needs to know whose BMC[\s\S]*metalctl events server\/NAME --bmc/);
  const secret = await events(observed(), 'bmcsecret/node1 --bmc');
  assert.equal(secret.code, Exit.USAGE);
  assert.match(secret.stderr, /has no BMC of its own/);
});

test('-w goes on with what the BMC writes down; a BMC that breaks is left and the cluster goes on', async () => {
  const world = observed();
  const machine = world.w.bmcs.machine('node1');
  const ended = new AbortController();
  let [stdout, heard] = ['', ''];
  const drawn = (text: string) => {
    stdout += text;
  };
  const running = events(world, 'server/node1-system-0 --bmc -w', {
    signal: ended.signal,
    drawn,
    heard: (text: string) => {
      heard = `${heard}${text}`;
    },
  });
  const told = async (text: string): Promise<void> => {
    for (let turn = 0; turn < 5_000 && !stdout.includes(text); turn += 1)
      await world.w.clock.tick(stdout === '' ? 0 : 1_000);
  };
  await told('PSU0003');
  machine.logs[0]?.entries.unshift({ id: '8', severity: 'OK', message: 'input is back' });
  await told('input is back');
  assert.equal(stdout.split('input is back').length, 2);
  assert.equal(stdout.split('PSU0003').length, 2);
  machine.failNext('logEntries', new PermanentError('BMC_AUTH_FAILED', 'logging in'));
  for (let turn = 0; turn < 5_000 && !heard.includes('not followed'); turn += 1) await world.w.clock.tick(1_000);
  ended.abort(new Error('SIGINT'));
  const { code, stderr } = await running;
  assert.equal(code, Exit.OK);
  assert.match(stderr, /bmc\/node1: its log is not followed any more/);
});
