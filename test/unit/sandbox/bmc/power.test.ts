/** The power machine under a stepped clock: every reset in every state. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Machine, type MachineHost } from '../../../../src/sandbox/bmc/machine/machine.js';
import type { NetworkBootOffer, ResetType } from '../../../../src/sandbox/bmc/machine/types.js';
import { SteppedClock } from './stepped-clock.js';

interface Rig {
  readonly clock: SteppedClock;
  readonly machine: Machine;
  readonly records: string[];
  readonly posts: string[];
}

function rig({ speed = 1, ...options }: Partial<MachineHost> & { offer?: NetworkBootOffer; speed?: number } = {}): Rig {
  const clock = new SteppedClock();
  const records: string[] = [];
  const posts: string[] = [];
  const machine = new Machine({
    bootOptions: [
      { id: 'Boot0000', name: 'disk', device: 'Hdd' },
      { id: 'Boot0001', name: 'pxe', device: 'Pxe', nic: 0 },
    ],
    onLockedAfterOffMs: 0,
    whilePoweringOff: 'conflict',
    monotonicMs: () => clock.monotonicMs(),
    now: () => clock.now(),
    after: (ms, fn) => clock.after(ms / speed, fn),
    delay: (ms, fn) => clock.after(ms, fn),
    networkBoot: async () => options.offer,
    hasInstalledDisk: () => false,
    onPost: () => {},
    insertedMedia: () => undefined,
    reportBoot: () => {},
    record: (action, from, to, cause) => records.push(`${action} ${from}→${to} ${cause}`),
    isLost: () => false,
    post: async (url) => {
      posts.push(url);
      return 201;
    },
    probeData: () => ({}),
    recordProbe: () => {},
    probeFault: () => undefined,
    ...options,
  });
  return { clock, machine, records, posts };
}

const os: NetworkBootOffer = { kind: 'os', image: 'debian' };

/** Brings a fresh machine into a state. */
const arrangements: Record<string, (rig: Rig) => Promise<void>> = {
  Off: async () => {},
  PoweringOn: async ({ machine, clock }) => {
    machine.reset('On', 'set-up');
    await clock.step(1_000);
  },
  'On in POST': async ({ machine, clock }) => {
    machine.reset('On', 'set-up');
    await clock.step(5_000);
  },
  'On with OS': async ({ machine, clock }) => {
    machine.reset('On', 'set-up');
    await clock.step(62_000);
  },
  PoweringOff: async (rig) => {
    await arrangements['On with OS']?.(rig);
    rig.machine.reset('GracefulShutdown', 'set-up');
    await rig.clock.step(1_000);
  },
};

const rows: [from: string, type: ResetType, outcome: string, afterMs: number, power: string][] = [
  ['Off', 'On', 'done', 0, 'PoweringOn'],
  ['Off', 'On', 'done', 2_000, 'On'],
  ['Off', 'ForceOn', 'done', 2_000, 'On'],
  ['Off', 'PushPowerButton', 'done', 2_000, 'On'],
  ['Off', 'ForceOff', 'pointless', 9_000, 'Off'],
  ['Off', 'GracefulShutdown', 'pointless', 9_000, 'Off'],
  ['Off', 'GracefulRestart', 'invalid', 9_000, 'Off'],
  ['Off', 'ForceRestart', 'invalid', 9_000, 'Off'],
  ['Off', 'PowerCycle', 'invalid', 9_000, 'Off'],
  ['Off', 'Nmi', 'invalid', 9_000, 'Off'],
  ['PoweringOn', 'On', 'pointless', 1_000, 'On'],
  ['PoweringOn', 'ForceOff', 'done', 1_000, 'Off'],
  ['PoweringOn', 'GracefulShutdown', 'ignored', 9_000, 'On'],
  ['PoweringOn', 'GracefulRestart', 'busy', 1_000, 'On'],
  ['On in POST', 'On', 'pointless', 1_000, 'On'],
  ['On in POST', 'GracefulShutdown', 'ignored', 9_000, 'On'],
  ['On in POST', 'ForceOff', 'done', 999, 'PoweringOff'],
  ['On in POST', 'ForceOff', 'done', 1_000, 'Off'],
  ['On with OS', 'GracefulShutdown', 'done', 7_999, 'PoweringOff'],
  ['On with OS', 'GracefulShutdown', 'done', 8_000, 'Off'],
  ['On with OS', 'PushPowerButton', 'done', 8_000, 'Off'],
  ['On with OS', 'GracefulRestart', 'done', 10_000, 'PoweringOn'],
  ['On with OS', 'GracefulRestart', 'done', 12_000, 'On'],
  ['On with OS', 'ForceRestart', 'done', 3_000, 'On'],
  ['On with OS', 'PowerCycle', 'done', 5_999, 'Off'],
  ['On with OS', 'PowerCycle', 'done', 8_000, 'On'],
  ['On with OS', 'Nmi', 'done', 0, 'On'],
  ['PoweringOff', 'On', 'busy', 7_000, 'Off'],
  ['PoweringOff', 'ForceOff', 'done', 1_000, 'Off'],
  ['PoweringOff', 'GracefulShutdown', 'pointless', 7_000, 'Off'],
  ['PoweringOff', 'ForceRestart', 'busy', 7_000, 'Off'],
];

for (const [from, type, outcome, afterMs, power] of rows) {
  test(`${from}: ${type} is ${outcome}, and after ${afterMs} ms the machine is ${power}`, async () => {
    const all = rig({ offer: os });
    await arrangements[from]?.(all);
    assert.equal(all.machine.reset(type, 'r1'), outcome);
    await all.clock.step(afterMs);
    assert.equal(all.machine.power, power);
  });
}

test('progress walks through POST to the running system', async () => {
  const { machine, clock } = rig({ offer: os });
  machine.reset('On', 'r1');
  const seen = [machine.progress];
  for (const ms of [2_000, 5_000, 5_000, 5_000, 5_000, 40_000]) {
    await clock.step(ms);
    seen.push(machine.progress);
  }
  assert.deepEqual(seen, [
    'None',
    'PrimaryProcessorInitializationStarted',
    'MemoryInitializationStarted',
    'BusInitializationStarted',
    'SystemHardwareInitializationComplete',
    'OSBootStarted',
    'OSRunning',
  ]);
});

test('a queued On starts the machine as soon as it is off', async () => {
  const all = rig({ offer: os, whilePoweringOff: 'queue' });
  await arrangements.PoweringOff?.(all);
  assert.equal(all.machine.reset('On', 'r1'), 'done');
  await all.clock.step(7_000);
  assert.equal(all.machine.power, 'PoweringOn');
});

test('On is locked for a while after power-off where the profile says so', async () => {
  const all = rig({ offer: os, onLockedAfterOffMs: 15_000 });
  await arrangements['On with OS']?.(all);
  all.machine.reset('ForceOff', 'r1');
  await all.clock.step(1_000);
  assert.equal(all.machine.reset('On', 'r2'), 'locked');
  await all.clock.step(15_000);
  assert.equal(all.machine.reset('On', 'r3'), 'done');
});

test('with no boot device the firmware tries again until the network serves something', async () => {
  let offer: NetworkBootOffer | undefined;
  const { machine, clock, records } = rig({ networkBoot: async () => offer });
  machine.reset('On', 'r1');
  await clock.step(22_000);
  assert.equal(machine.progress, 'SystemHardwareInitializationComplete');
  offer = os;
  await clock.step(30_000);
  assert.equal(machine.progress, 'OSBootStarted');
  assert.deepEqual(
    records.filter((line) => line.startsWith('boot')),
    ['boot none→no boot device boot order', 'boot Pxe→os debian boot order'],
  );
});

test('Once is spent by the boot that used it, also when that boot found nothing', async () => {
  const { machine, clock, records } = rig();
  machine.boot.override = { ...machine.boot.override, enabled: 'Once', target: 'Pxe' };
  machine.reset('On', 'r1');
  await clock.step(21_000);
  assert.equal(machine.boot.override.enabled, 'Once');
  await clock.step(1_000);
  assert.deepEqual([machine.boot.override.enabled, machine.boot.override.target], ['Disabled', 'None']);
  assert.ok(records.includes('override Once→Disabled boot of Pxe'));
});

test('Continuous outlives boots; Disabled is ignored', async () => {
  const all = rig({ offer: os, hasInstalledDisk: () => true });
  all.machine.boot.override = { ...all.machine.boot.override, enabled: 'Continuous', target: 'Pxe' };
  await arrangements['On with OS']?.(all);
  assert.equal(all.machine.boot.override.enabled, 'Continuous');
  assert.equal(all.machine.running?.kind, 'os');
  all.machine.boot.override = { ...all.machine.boot.override, enabled: 'Disabled' };
  all.machine.reset('ForceRestart', 'r2');
  await all.clock.step(65_000);
  assert.equal(all.machine.running?.kind, 'disk');
});

test('BiosSetup stays in setup and never runs a system', async () => {
  const { machine, clock } = rig({ offer: os });
  machine.boot.override = { ...machine.boot.override, enabled: 'Once', target: 'BiosSetup' };
  machine.reset('On', 'r1');
  await clock.step(200_000);
  assert.deepEqual([machine.progress, machine.running], ['SetupEntered', undefined]);
});

test('an answer of the boot network that comes after power-off starts nothing', async () => {
  let serve: (offer: NetworkBootOffer) => void = () => {};
  const { machine, clock } = rig({ networkBoot: () => new Promise((resolve) => (serve = resolve)) });
  machine.reset('On', 'r1');
  await clock.step(22_000);
  machine.reset('ForceOff', 'r2');
  serve(os);
  await clock.step(100_000);
  assert.deepEqual([machine.power, machine.running], ['Off', undefined]);
});

const probe: NetworkBootOffer = { kind: 'probe', registryUrl: 'http://registry/t0', serverUUID: 'u-1' };

test('the probe registers when its system runs, again every 30 s, and stops with the power', async () => {
  const all = rig({ offer: probe });
  await arrangements['On with OS']?.(all);
  assert.deepEqual(all.posts, ['http://registry/t0/register']);
  await all.clock.step(60_000);
  assert.equal(all.posts.length, 3);
  all.machine.reset('ForceOff', 'r2');
  await all.clock.step(300_000);
  assert.equal(all.posts.length, 3);
});

test('however fast the hardware, a probe repeats itself once a second at most: the registry is a real one', async () => {
  const all = rig({ offer: probe, speed: 1_000 });
  await arrangements['On with OS']?.(all);
  const before = all.posts.length;
  await all.clock.step(3_000);
  assert.equal(all.posts.length - before, 3);
});

test('the probe backs off exponentially while the registry refuses, and recovers', async () => {
  const at: number[] = [];
  let status = 503;
  const all = rig({ offer: probe, post: async () => at.push(all.clock.monotonicMs()) && status });
  await arrangements['On with OS']?.(all);
  await all.clock.step(15_000);
  assert.deepEqual(at, [62_000, 63_000, 65_000, 69_000, 77_000]);
  status = 201;
  await all.clock.step(46_000);
  assert.deepEqual(at.slice(5), [93_000, 123_000]);
});

test('closing leaves no timer behind', async () => {
  const all = rig({ offer: probe });
  await arrangements['On with OS']?.(all);
  await all.clock.step(31_000);
  all.machine.close();
  assert.equal(all.clock.waiting, 0);
});
