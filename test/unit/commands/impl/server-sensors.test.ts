/** What the sensors of a server are asked, and when: while somebody looks, every ten seconds, over one session. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sensorLines, sensorsOf, sensorWatch } from '../../../../src/commands/impl/server-sensors.js';
import { PermanentError, TransientError } from '../../../../src/errors/classes.js';
import type { SensorLine } from '../../../../src/ui/server/model.js';
import { world } from '../../../support/world.js';
import { addAvailable } from '../../workflows/support/servers.js';

function watched() {
  const w = world();
  const name = addAvailable(w, 'node1');
  const machine = w.bmcs.machine('node1');
  machine.sensors = [{ name: 'Inlet', kind: 'Temperature', reading: 31.04, unit: 'Cel', health: 'OK' }];
  const open = async (port: string) => (port === 'bmc' ? w.bmcs : w.cluster);
  const run = { open, signal: new AbortController().signal, out: { times: { nowMs: 0 } } };
  const told: (readonly SensorLine[] | undefined)[] = [];
  const watch = sensorWatch(sensorsOf(run as never, name), w.clock, (lines) => void told.push(lines));
  const asked = (): number => machine.calls.filter((call) => call.startsWith('sensors')).length;
  return { w, machine, told, watch, asked };
}

test('every ten seconds while somebody looks, at once when somebody begins to, and never otherwise', async () => {
  const { w, told, watch, asked } = watched();
  await w.clock.tick(30_000);
  assert.equal(asked(), 0);
  watch.look(true);
  await w.clock.tick(0);
  assert.deepEqual(told, [[{ name: 'Inlet', reading: '31 C', health: 'ok' }]]);
  await w.clock.tick(30_000);
  assert.equal(asked(), 4);
  watch.look(false);
  await w.clock.tick(60_000);
  assert.equal(asked(), 4);
  assert.equal(w.clock.pending(), 0);
});

test('the BMC is opened once, however often it is read', async () => {
  const { w, watch, machine } = watched();
  watch.look(true);
  await w.clock.tick(50_000);
  assert.equal(w.bmcs.opened.length, 1);
  assert.equal(machine.calls.filter((call) => !call.startsWith('sensors')).length, 1);
});

test('a BMC that does not answer is asked ever more seldom, and as before when it does', async () => {
  const { w, told, watch, machine, asked } = watched();
  for (const _ of [1, 2]) machine.failNext('sensors', new TransientError('BMC_UNREACHABLE', 'reading sensors'));
  watch.look(true);
  await w.clock.tick(0);
  assert.deepEqual(told, [undefined]);
  await w.clock.tick(20_000);
  assert.equal(told.length, 2);
  await w.clock.tick(39_000);
  assert.equal(told.length, 2);
  await w.clock.tick(1_000);
  assert.equal((told.at(-1) ?? []).length, 1);
  await w.clock.tick(10_000);
  assert.equal(told.length, 4);
  assert.ok(asked() >= 2);
});

test('a refused login is not tried again, not even when somebody looks again', async () => {
  const { w, told, watch, machine } = watched();
  machine.failNext('sensors', new PermanentError('BMC_AUTH_FAILED', 'logging in'));
  watch.look(true);
  await w.clock.tick(600_000);
  watch.look(false);
  watch.look(true);
  await w.clock.tick(600_000);
  assert.deepEqual(told, [undefined]);
});

test('what needs a look stands first, then how hot, then what it takes; fans that are well are counted', () => {
  const lines = sensorLines([
    { name: '12V', kind: 'Voltage', reading: 12.02, unit: 'V', health: 'OK' },
    { name: 'Fan 1', kind: 'Rotational', reading: 9000, unit: 'RPM', health: 'OK' },
    { name: 'Fan 2', kind: 'Rotational', reading: 0, unit: 'RPM', health: 'Critical' },
    { name: 'PSU1', kind: 'Power', reading: 412, unit: 'W', health: 'OK' },
    { name: 'CPU1', kind: 'Temperature', reading: 64, unit: 'Cel' },
    { name: 'CPU2', kind: 'Temperature', reading: 99, unit: 'Cel', health: 'OK', upperCritical: 95 },
    { name: 'System Inlet', kind: 'Temperature', reading: 31, unit: 'Cel', health: 'OK' },
    { name: 'PSU2', kind: 'Power', health: 'Warning', state: 'UnavailableOffline' },
    { name: 'nothing', kind: 'Temperature' },
  ]);
  assert.deepEqual(
    lines.map(({ name, reading, health }) => `${name} ${reading} ${health}`),
    [
      'Fan 2 0 RPM CRITICAL',
      'CPU2 99 C PAST ITS LIMIT',
      'PSU2 UnavailableOffline WARNING',
      'System Inlet 31 C ok',
      'CPU1 64 C -',
      'PSU1 412 W ok',
      'Fans 1 of 2 ok',
      '12V 12 V ok',
    ],
  );
});
