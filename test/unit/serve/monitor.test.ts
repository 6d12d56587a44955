/** Health and metrics over real sockets, and the text Prometheus reads. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Server } from '../../../src/api/metal/v1alpha1/index.js';
import { isMetalError } from '../../../src/errors/classes.js';
import { EventMetrics } from '../../../src/serve/events/metrics.js';
import { alertsOf, readingsOf } from '../../../src/serve/events/payload.js';
import { Counter, Histogram, serverMetrics, startHealth, startMetrics } from '../../../src/serve/index.js';
import { metricsText } from '../../../src/serve/monitor/text.js';
import { fakeClock } from '../../support/clock.js';

const closers: (() => Promise<void>)[] = [];
after(async () => void (await Promise.all(closers.map((close) => close()))));
const place = { host: '127.0.0.1', port: 0 };

test('health says ok, or what is wrong', async () => {
  let problem: string | undefined = 'the first lists are not complete';
  const { url, close } = await startHealth(place, { healthz: () => undefined, readyz: () => problem });
  closers.push(close);
  const ask = async (path: string, method = 'GET') => {
    const answer = await fetch(`${url}${path}`, { method });
    return [answer.status, await answer.text()];
  };
  assert.deepEqual(await ask('/healthz'), [200, 'ok\n']);
  assert.deepEqual(await ask('/readyz'), [503, 'the first lists are not complete\n']);
  problem = undefined;
  assert.deepEqual(await ask('/readyz?verbose'), [200, 'ok\n']);
  assert.equal((await ask('/metrics'))[0], 404);
  assert.equal((await ask('/__proto__'))[0], 404);
  assert.equal((await ask('/readyz', 'POST'))[0], 405);
});

test('a port in use is said with the flag that chooses another', async () => {
  const first = await startMetrics(place, () => []);
  closers.push(first.close);
  const port = Number(new URL(first.url).port);
  await assert.rejects(
    startMetrics({ ...place, port }, () => []),
    (error: unknown) => {
      assert.ok(isMetalError(error) && error.code === 'PORT_IN_USE');
      assert.equal(error.message, `port ${port} is in use`);
      assert.deepEqual(error.hints, ['--metrics-address 127.0.0.1:0']);
      return true;
    },
  );
});

test('Servers under upstream’s names, with the states upstream leaves out', async () => {
  const server = {
    metadata: { name: 'a' },
    status: {
      state: 'Parked',
      powerState: 'Off',
      conditions: [{ type: 'Ready', status: 'False', reason: 'x', message: 'free text', lastTransitionTime: '' }],
    },
  } as unknown as Server;
  const { url, close } = await startMetrics(place, () => serverMetrics([server]));
  closers.push(close);
  const answer = await fetch(`${url}/metrics`);
  assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  const lines = (await answer.text()).split('\n');
  assert.ok(lines.includes('# TYPE metal_server_state gauge'));
  assert.ok(lines.includes('metal_server_state{server="a",state="Parked"} 1'));
  assert.equal(lines.filter((line) => line.startsWith('metal_server_state{')).length, 8);
  assert.ok(lines.includes('metal_server_power_state{server="a",power_state="Off"} 1'));
  assert.ok(lines.includes('metal_server_condition_status{server="a",condition_type="Ready",status="False"} 1'));
  assert.ok(!lines.some((line) => line.includes('free text')));
});

test('counters add, histograms accumulate, labels are escaped', () => {
  const counter = new Counter('c_total', 'Counts\nthings.');
  counter.add({ kind: 'a"b\\c\nd' });
  counter.add({ kind: 'a"b\\c\nd' }, 2);
  const histogram = new Histogram('h_seconds', 'Takes.');
  for (const seconds of [0.01, 0.3, 500]) histogram.observe({ kind: 'x' }, seconds);
  assert.equal(
    metricsText([counter.family()]),
    '# HELP c_total Counts\\nthings.\n# TYPE c_total counter\nc_total{kind="a\\"b\\\\c\\nd"} 3\n',
  );
  const lines = metricsText([histogram.family()]).split('\n');
  assert.ok(lines.includes('h_seconds_bucket{kind="x",le="0.025"} 1'));
  assert.ok(lines.includes('h_seconds_bucket{kind="x",le="0.5"} 2'));
  assert.ok(lines.includes('h_seconds_bucket{kind="x",le="+Inf"} 3'));
  assert.ok(lines.includes('h_seconds_count{kind="x"} 3'));
});

test('S-MET-1: after a hostile run a scrape has known names and plain words alone', async () => {
  const hostile = 'x"} 1\nfake_metric{a="hunter2';
  const server = {
    metadata: { name: 'a' },
    status: {
      state: hostile,
      powerState: hostile,
      conditions: [{ type: hostile, status: hostile, reason: hostile, message: 'password=hunter2' }],
    },
  } as unknown as Server;
  const events = new EventMetrics(fakeClock());
  const body = JSON.stringify({ Events: [{ MessageId: hostile, Severity: hostile, OriginOfCondition: hostile }] });
  for (const alert of alertsOf(body)) events.alert('bmc-a', alert);
  const values = [
    { MetricId: hostile, MetricValue: 7, MetricProperty: hostile, Units: hostile, MetricValueKind: hostile },
  ];
  for (const reading of readingsOf(JSON.stringify({ MetricValues: values }))) events.reading('bmc-a', reading);
  const families = () => [...serverMetrics([server]), ...events.families()];
  const { url, close } = await startMetrics(place, families);
  closers.push(close);
  const text = await (await fetch(`${url}/metrics`)).text();
  const known = new Set(families().map(({ name }) => name));
  for (const line of text.split('\n').filter((each) => each !== '' && !each.startsWith('#'))) {
    const [, name = '', labels = ''] = /^([a-z_]+)\{(.*)\} [\d.]+$/.exec(line) ?? [];
    assert.ok(known.has(name), line);
    for (const label of labels.split(',')) assert.match(label, /^[a-z_]+="[\w./#-]*"$/, line);
  }
  assert.doesNotMatch(text, /hunter2|fake_metric/);
});
