/** Sensors that wander by seed and clock, and the report of them that is made every minute. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { EmulatedBmc, Emulator } from '../../../../src/sandbox/bmc/index.js';
import { wander } from '../../../../src/sandbox/bmc/wander.js';
import { send, withEmulator } from './client.js';
import { SteppedClock } from './stepped-clock.js';

const sensors = '/redfish/v1/Chassis/1/Sensors';
const telemetry = '/redfish/v1/TelemetryService';
const subscriptions = '/redfish/v1/EventService/Subscriptions';

const reading = async (bmc: EmulatedBmc, id: string): Promise<number> =>
  (await send(bmc, `${sensors}/${id}`)).json.Reading;

/** What a sensor shows every ten seconds, twenty times. */
async function series({ control }: Emulator, bmc: EmulatedBmc, clock: SteppedClock, id: string): Promise<number[]> {
  control.setPower(bmc.name, 'On');
  const shown: number[] = [];
  for (let n = 0; n < 20; n++) {
    shown.push(await reading(bmc, id));
    await clock.step(10_000);
  }
  return shown;
}

const seriesOf = (seed: number, id: string, index = 0): Promise<number[]> => {
  const clock = new SteppedClock();
  return withEmulator({ clock, seed, servers: index + 1 }, (emulator) =>
    series(emulator, emulator.bmcs[index] as EmulatedBmc, clock, id),
  );
};

test('a sensor wanders with the load, within its bounds, and stays where it is between two samples', async () => {
  const power = await seriesOf(1, 'TotalPower');
  assert.ok(new Set(power).size > 10, `it stands still: ${power}`);
  assert.ok(power.every((watts) => watts >= 240 && watts <= 584));
  const clock = new SteppedClock();
  await withEmulator({ clock }, async (_, bmc) => {
    const before = await send(bmc, `${sensors}/TotalPower`);
    await clock.step(9_999);
    assert.deepEqual((await send(bmc, `${sensors}/TotalPower`)).headers.etag, before.headers.etag);
  });
});

test('equal seeds and equal clocks show equal readings; another seed and another BMC others', async () => {
  const [first, again, otherSeed, otherBmc] = await Promise.all([
    seriesOf(7, 'CPU1Temp'),
    seriesOf(7, 'CPU1Temp'),
    seriesOf(8, 'CPU1Temp'),
    seriesOf(7, 'CPU1Temp', 1),
  ]);
  assert.deepEqual(first, again);
  assert.notDeepEqual(first, otherSeed);
  assert.notDeepEqual(first, otherBmc);
});

test('fans stand while a machine is off, and nothing reaches a threshold by wandering', async () => {
  await withEmulator({}, async (_, bmc) => {
    assert.equal(await reading(bmc, 'Fan1'), 0);
    assert.equal((await send(bmc, `${sensors}/CPU1Temp`)).json.Status.Health, 'OK');
  });
  for (let ms = 0; ms < 40 * 3_600_000; ms += 10_000) {
    const at = wander(3, 'load', ms);
    assert.ok(Math.abs(at) <= 1, `${at} at ${ms}`);
    assert.ok(Math.abs(at - wander(3, 'load', ms + 10_000)) < 0.35, `it jumps at ${ms}`);
  }
});

test('a metric report is that of the minute: it stays, and the next has the next number and the readings of then', async () => {
  const clock = new SteppedClock();
  await withEmulator({ clock }, async ({ control }, bmc) => {
    control.setPower(bmc.name, 'On');
    const report = async () => (await send(bmc, `${telemetry}/MetricReports/Environment`)).json;
    const first = await report();
    await clock.step(59_000);
    assert.deepEqual(await report(), first);
    await clock.step(1_000);
    const next = await report();
    assert.deepEqual([first.ReportSequence, next.ReportSequence], ['1', '2']);
    assert.notEqual(first.Timestamp, next.Timestamp);
    for (const { MetricId, MetricValue, MetricProperty } of next.MetricValues) {
      assert.equal(MetricProperty, `${sensors}/${MetricId}#/Reading`);
      assert.equal(Number(MetricValue), await reading(bmc, MetricId));
    }
    assert.equal(next.MetricValues.length, 5);
  });
});

test('a definition that is switched off makes no more reports', async () => {
  const clock = new SteppedClock();
  await withEmulator({ clock }, async (_, bmc) => {
    const report = async () => (await send(bmc, `${telemetry}/MetricReports/Environment`)).json.ReportSequence;
    assert.equal(await report(), '1');
    const path = `${telemetry}/MetricReportDefinitions/Environment`;
    const off = await send(bmc, path, { method: 'PATCH', body: { MetricReportDefinitionEnabled: false } });
    assert.equal(off.status, 200);
    await clock.step(120_000);
    assert.equal(await report(), '1');
  });
});

test('who subscribes to metric reports is sent one every minute, who subscribes to events none; without any, nothing is made', async () => {
  const received: { path: string; body: { ReportSequence?: string; Context?: string } }[] = [];
  const receiver = createServer(async (request, response) => {
    let text = '';
    for await (const part of request) text += part;
    received.push({ path: request.url ?? '', body: JSON.parse(text) });
    response.end();
  });
  await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
  const { port } = receiver.address() as AddressInfo;
  const clock = new SteppedClock();
  await withEmulator({ clock }, async (_, bmc) => {
    const subscribe = (EventFormatType: string) => {
      const body = { Destination: `http://127.0.0.1:${port}/${EventFormatType}`, Protocol: 'Redfish', Context: 'rack' };
      return send(bmc, subscriptions, { method: 'POST', body: { ...body, EventFormatType } });
    };
    const arrived = async (count: number) => {
      while (received.length < count) await new Promise((soon) => setImmediate(soon));
      return received.map(({ path, body }) => `${path} ${body.ReportSequence} ${body.Context}`);
    };
    await subscribe('Event');
    const idle = clock.waiting;
    const { headers } = await subscribe('MetricReport');
    await clock.step(60_000);
    await arrived(1);
    await clock.step(60_000);
    assert.deepEqual(await arrived(2), ['/MetricReport 1 rack', '/MetricReport 2 rack']);
    await send(bmc, headers.location ?? '', { method: 'DELETE' });
    await clock.step(120_000);
    assert.deepEqual([received.length, clock.waiting], [2, idle]);
  });
  receiver.closeAllConnections();
  await new Promise((closed) => receiver.close(closed));
});

test('the metrics of old firmware point into its lists', () =>
  withEmulator({ vendors: 'hpe-ilo6' }, async ({ control }, bmc) => {
    control.setPower(bmc.name, 'On');
    const { MetricValues } = (await send(bmc, `${telemetry}/MetricReports/Environment/`)).json;
    for (const { MetricValue, MetricProperty } of MetricValues) {
      const [path = '', pointer = ''] = MetricProperty.split('#');
      const [, list = '', at = '', name = ''] = pointer.split('/');
      assert.equal(String((await send(bmc, path)).json[list][at][name]), MetricValue);
    }
  }));

test("reports of an iDRAC tell times as their schema wants: the offset without a colon is its events' alone", () =>
  withEmulator({ vendors: 'dell-idrac10' }, async (_, bmc) => {
    const report = (await send(bmc, `${telemetry}/MetricReports/Environment`)).json;
    assert.match(report.Timestamp, /T[\d:]{8}\+00:00$/);
    assert.match(report.MetricValues[0].Timestamp, /T[\d:]{8}\+00:00$/);
  }));

test('a service root too old to know telemetry has none', () =>
  withEmulator({ vendors: 'smc-x10' }, async (_, bmc) => {
    assert.equal((await send(bmc, '/redfish/v1')).json.TelemetryService, undefined);
    assert.equal((await send(bmc, telemetry)).status, 404);
  }));
