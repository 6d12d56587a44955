/** The event receiver: who is heard, what is counted, and that nothing is believed. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { silent } from '../../../src/ports/log.js';
import { startEvents } from '../../../src/serve/index.js';
import { metricsText } from '../../../src/serve/monitor/text.js';
import { fakeClock } from '../../support/clock.js';

const clock = fakeClock();
const told: string[] = [];
const known = new Map([
  ['bmc-a', '127.0.0.1'],
  ['bmc-b', '127.0.0.1'],
  ['bmc-far', '10.9.9.9'],
  ['bmc-nat', 'any'],
]);
const listener = await startEvents({
  host: '127.0.0.1',
  port: 0,
  clock,
  log: silent,
  key: Buffer.alloc(32, 7),
  addressOf: (bmc) => known.get(bmc),
  onEvent: (bmc) => told.push(bmc),
});
after(() => listener.close());

const post = async (path: string, body: unknown, method = 'POST') => {
  const sent = method === 'GET' ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const answer = await fetch(`${listener.url}${path}`, { method, ...sent });
  await answer.text();
  return answer.status;
};
const lines = () =>
  metricsText(listener.metrics.families())
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
const alert = (more: object = {}) => ({
  Events: [
    {
      MessageId: 'ResourceEvent.1.0.PowerOff',
      MessageSeverity: 'Critical',
      OriginOfCondition: { '@odata.id': '/redfish/v1/Systems/1' },
      ...more,
    },
  ],
});

test('an event of a known BMC brings its visit forward and is counted', async () => {
  assert.equal(await post(listener.pathFor('bmc-a', 'Event'), alert()), 200);
  assert.deepEqual(told.splice(0), ['bmc-a']);
  assert.deepEqual(lines(), [
    'redfish_event_alert_total{hostname="bmc-a",severity="Critical",message_id="ResourceEvent.1.0.PowerOff",component="1"} 1',
  ]);
  assert.equal(await post(listener.pathFor('bmc-nat', 'Event'), {}), 200);
  assert.deepEqual(told.splice(0), ['bmc-nat']);
});

test('nobody else is heard: a wrong secret, another BMC’s, an unknown name, another address', async () => {
  const path = listener.pathFor('bmc-a', 'Event');
  const forged = [
    path.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    path.replace('bmc-a', 'bmc-b'),
    listener.pathFor('bmc-gone', 'Event'),
    listener.pathFor('bmc-far', 'Event'),
    '/serverevents/alerts/bmc-a',
    '/serverevents/alerts/../alerts/bmc-a',
  ];
  for (const each of forged) assert.equal(await post(each, alert()), 404, each);
  assert.deepEqual(told, []);
});

test('wrong methods, no JSON and large bodies are refused', async () => {
  const path = listener.pathFor('bmc-a', 'Event');
  assert.equal(await post(path, '', 'GET'), 405);
  assert.equal(await post(path, '{'), 400);
  assert.equal(await post(path, 'x'.repeat(1_100_000)), 413);
  assert.deepEqual(told, []);
});

test('readings keep their BMC, numbers and text alike, for ten minutes; free text reaches no label', async () => {
  const report = (value: unknown) => ({
    MetricValues: [{ MetricId: 'CPU1Temp', MetricValue: value, MetricProperty: '/redfish/v1/Chassis/1#/T' }],
  });
  assert.equal(await post(listener.pathFor('bmc-a', 'MetricReport'), report('41.5')), 200);
  assert.equal(await post(listener.pathFor('bmc-b', 'MetricReport'), report(43)), 200);
  assert.equal(
    await post(listener.pathFor('bmc-b', 'MetricReport'), { MetricValues: [{ MetricId: 'x', MetricValue: 'hot' }] }),
    200,
  );
  const readings = () => lines().filter((line) => line.startsWith('redfish_monitor_reading'));
  assert.deepEqual(readings(), [
    'redfish_monitor_reading{hostname="bmc-a",metric_id="CPU1Temp",type="Temperature",unit="",origin_context="/redfish/v1/Chassis/1#/T"} 41.5',
    'redfish_monitor_reading{hostname="bmc-b",metric_id="CPU1Temp",type="Temperature",unit="",origin_context="/redfish/v1/Chassis/1#/T"} 43',
  ]);
  assert.deepEqual(told, [], 'a report triggers nothing');
  await clock.tick(600_001);
  assert.deepEqual(readings(), []);
  const hostile = alert({ MessageId: 'a"b\n# HELP', MessageSeverity: '<script>', OriginOfCondition: 7 });
  await post(listener.pathFor('bmc-a', 'Event'), hostile);
  assert.ok(
    lines().includes(
      'redfish_event_alert_total{hostname="bmc-a",severity="other",message_id="other",component="system"} 1',
    ),
  );
});

test('the number of series is bounded, whatever is sent', async () => {
  for (let batch = 0; batch < 12; batch += 1) {
    const Events = Array.from({ length: 256 }, (_, index) => ({ MessageId: `M.${batch}.${index}`, Severity: 'OK' }));
    await post(listener.pathFor('bmc-a', 'Event'), { Events });
  }
  assert.ok(lines().length <= 2_010, `${lines().length} series`);
});
