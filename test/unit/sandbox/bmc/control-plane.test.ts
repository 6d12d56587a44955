/** The control plane over HTTP: what it lets another process see and do, and whom it refuses. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import {
  type ControlPlane,
  type Emulator,
  startControlPlane,
  startEmulator,
} from '../../../../src/sandbox/bmc/index.js';
import { basic, password, reset, send } from './client.js';
import { SteppedClock } from './stepped-clock.js';

let emulator: Emulator;
let plane: ControlPlane;
const token = 'a token of this test';

before(async () => {
  emulator = await startEmulator({ servers: 2, vendors: 'dell,hpe', password, port: 0, clock: new SteppedClock() });
  const systemUUID = async (name: string) => (name === 'rack-7' ? emulator.bmcs[1]?.systemUUIDs[0] : undefined);
  plane = await startControlPlane({ emulator, token, systemUUID });
});
after(async () => {
  await plane.close();
  await emulator.close();
});

// biome-ignore lint/suspicious/noExplicitAny: documents of many shapes are looked into
type Reply = { status: number; json: any };

function ask(method: string, path: string, body?: unknown, authorization = `Bearer ${token}`): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(plane.url + path, { method, headers: { authorization }, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, json: JSON.parse(text) }));
    });
    sent.on('error', reject);
    sent.end(typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body));
  });
}
const step = (body: unknown): Promise<Reply> => ask('POST', '/steps', body);

test('without the token nothing is told and nothing is done', async () => {
  for (const authorization of ['', 'Bearer wrong', `bearer ${token}`, basic().Authorization ?? '']) {
    assert.equal((await ask('GET', '/bmcs', undefined, authorization)).status, 401);
    assert.equal((await ask('POST', '/steps', { do: 'heal' }, authorization)).status, 401);
  }
});

test('a machine is found by name, address, serial number, UUID, and the name of its Server', async () => {
  const [, second] = emulator.bmcs;
  assert.ok(second);
  const [uuid = ''] = second.systemUUIDs;
  for (const name of ['bmc-2', second.host, second.url, second.serial, uuid, uuid.toUpperCase(), 'rack-7']) {
    const { json } = await ask('GET', `/bmcs?bmc=${encodeURIComponent(name)}`);
    assert.deepEqual([json.bmcs.length, json.bmcs[0].name], [1, 'bmc-2'], name);
  }
  const unknown = await ask('GET', '/bmcs?bmc=rack-8');
  assert.deepEqual([unknown.status, unknown.json.error.code], [404, 'NOT_FOUND']);
  assert.equal((await ask('GET', '/bmcs')).json.bmcs.length, 2);
});

test('steps do to the hardware what they say, and questions tell what became of it', async () => {
  const [first] = emulator.bmcs;
  assert.ok(first);
  const made = await step({ do: 'fail', fault: '503', bmc: first.host });
  assert.equal(made.status, 200);
  assert.equal((await send(first, '/redfish/v1/Systems')).status, 503);
  const { faults } = (await ask('GET', '/faults')).json;
  assert.deepEqual([faults[0].id, faults[0].rule.match.bmc, faults[0].struck], [made.json.id, 'bmc-1', 1]);
  assert.deepEqual((await step({ do: 'heal', bmc: 'bmc-1' })).json.healed, [made.json.id]);
  assert.equal((await send(first, '/redfish/v1/Systems')).status, 200);

  await step({ do: 'power', bmc: 'bmc-1', to: 'On' });
  assert.equal((await ask('GET', '/bmcs?bmc=bmc-1')).json.bmcs[0].powerState, 'On');
  await step({ do: 'patch', bmc: 'bmc-1', path: '/redfish/v1/UpdateService', change: { Description: 'changed' } });
  const resource = await ask('GET', '/resource?bmc=bmc-1&path=/redfish/v1/UpdateService');
  assert.equal(resource.json.resource.Description, 'changed');
  assert.equal((await ask('GET', '/resource?bmc=bmc-1&path=/redfish/v1/Nothing')).json.resource, null);
  await step({ do: 'sessions', bmc: 'bmc-1', to: 'fill' });
  assert.ok((await ask('GET', '/counters?bmc=bmc-1')).json.openSessions > 0);
  await step({ do: 'sessions', bmc: 'bmc-1', to: 'end' });
  assert.equal((await ask('GET', '/counters?bmc=bmc-1')).json.openSessions, 0);
  const before = emulator.control.probeReport('bmc-1');
  await step({ do: 'nic', bmc: 'bmc-1' });
  assert.notDeepEqual(emulator.control.probeReport('bmc-1').nics, before.nics);
  await step({ do: 'restart', bmc: 'bmc-1', darkMs: 1 });
  const { actions } = (await ask('GET', '/actions?bmc=bmc-1')).json;
  assert.deepEqual(
    actions.map(({ action, cause }: { action: string; cause: string }) => [action, cause]),
    [
      ['power', 'control'],
      ['bmc', 'control'],
    ],
  );
  const { requests } = (await ask('GET', '/requests?bmc=bmc-1')).json;
  assert.deepEqual(
    requests.map(({ method, status }: { method: string; status: number }) => [method, status]),
    [
      ['GET', 503],
      ['GET', 200],
    ],
  );
  assert.equal((await ask('GET', '/counters')).json.routes['GET /redfish/v1/Systems'], 2);
});

test('expectations and snapshots pass through it, and what is no step or no number is refused', async () => {
  const { json } = await ask('GET', '/snapshot?bmc=bmc-1');
  assert.deepEqual(Object.keys(json.snapshots), ['bmc-1']);
  await step({ do: 'patch', bmc: 'bmc-1', path: '/redfish/v1/UpdateService', change: { Description: 'to be undone' } });
  assert.equal((await step({ do: 'restore', snapshots: json.snapshots })).status, 200);
  const { resource } = (await ask('GET', '/resource?bmc=bmc-1&path=/redfish/v1/UpdateService')).json;
  assert.notEqual(resource.Description, 'to be undone');
  assert.equal((await step({ do: 'restore', snapshots: { 'bmc-1': {} } })).status, 400);
  assert.deepEqual((await ask('GET', '/expect?bmc=bmc-2&max=0')).json, { broken: [] });
  assert.equal((await ask('GET', '/expect?max=0&path=/nothing')).json.broken.length > 1, true);
  assert.equal((await ask('GET', '/expect?max=few')).status, 400);
});

test('the archive of requests is one that other programs read', async () => {
  const [, first] = emulator.bmcs;
  assert.ok(first);
  emulator.log.reset();
  await send(first, '/redfish/v1/Systems?$expand=.');
  await send(first, '/redfish/v1/Nothing');
  const { log } = (await ask('GET', '/har?bmc=bmc-2')).json;
  assert.equal(log.version, '1.2');
  const [one, other] = log.entries;
  assert.equal(one.request.url, `${first.url}/redfish/v1/Systems?$expand=.`);
  assert.deepEqual(one.request.queryString, [{ name: '$expand', value: '.' }]);
  assert.deepEqual([one.response.status, other.response.status], [200, 404]);
  assert.notEqual(one.connection, other.connection, 'each came on a connection of its own');
  assert.ok(one.response.content.size > 0 && !Number.isNaN(Date.parse(one.startedDateTime)));
  assert.equal(JSON.stringify(log).includes(password), false);
});

test('a sensor beyond its threshold is critical, and crossing it either way is an event', async () => {
  const [, second] = emulator.bmcs;
  assert.ok(second);
  const sensor = async () => {
    const { Members } = (await send(second, '/redfish/v1/Chassis')).json;
    const chassis = (await send(second, Members[0]['@odata.id'])).json;
    const path = chassis.Sensors?.['@odata.id'] ?? chassis.Thermal['@odata.id'];
    const doc = (await send(second, chassis.Sensors ? `${path.replace(/\/$/, '')}/InletTemp` : path)).json;
    const shown = chassis.Sensors ? doc : doc.Temperatures.find((each: { Name: string }) => each.Name === 'InletTemp');
    const reading = Number(shown.Reading ?? shown.ReadingCelsius);
    return [reading >= 20 && reading <= 24 ? 'cool' : reading, shown.Status.Health];
  };
  assert.deepEqual(await sensor(), ['cool', 'OK']);
  await step({ do: 'sensor', bmc: 'bmc-2', sensor: 'InletTemp', reading: 60 });
  assert.deepEqual(await sensor(), [60, 'Critical']);
  await step({ do: 'sensor', bmc: 'bmc-2', sensor: 'InletTemp', reading: 61 });
  await step({ do: 'sensor', bmc: 'bmc-2', sensor: 'InletTemp' });
  assert.deepEqual(await sensor(), ['cool', 'OK']);
  const { LogServices } = (
    await send(second, (await send(second, '/redfish/v1/Managers')).json.Members[0]['@odata.id'])
  ).json;
  const holder =
    LogServices ??
    (await send(second, (await send(second, '/redfish/v1/Systems')).json.Members[0]['@odata.id'])).json.LogServices;
  const [service] = (await send(second, holder['@odata.id'])).json.Members;
  const { Entries } = (await send(second, service['@odata.id'])).json;
  const { Members: entries } = (await send(second, Entries['@odata.id'])).json;
  assert.deepEqual(
    entries.map(({ MessageId }: { MessageId: string }) => MessageId),
    ['SensorEvent.1.0.ReadingAboveUpperCriticalThreshold', 'SensorEvent.1.0.ReadingNoLongerCritical'],
  );
  assert.equal((await step({ do: 'sensor', bmc: 'bmc-2', sensor: 'Mood', reading: 1 })).status, 404);
});

test('an hour passes at once where the clock is the fleet own', async () => {
  const fleet = await startEmulator({ servers: 1, password, port: 0, network: '127.9.1.0' });
  try {
    const [bmc] = fleet.bmcs;
    assert.ok(bmc);
    await reset(bmc, 'On');
    const before = Date.parse((await send(bmc, '/redfish/v1/Managers/BMC')).json.DateTime);
    fleet.control.advance(3_600_000);
    while (fleet.powerState('bmc-1') !== 'On') await new Promise((done) => setTimeout(done, 5));
    const reply = await send(bmc, '/redfish/v1/Managers/BMC');
    assert.ok(Date.parse(reply.json.DateTime) - before >= 3_600_000);
    assert.ok(Math.abs(Date.parse(String(reply.headers.date)) - Date.parse(reply.json.DateTime)) <= 1_000);
  } finally {
    await fleet.close();
  }
  assert.throws(() => emulator.control.advance(1), { code: 'USAGE' });
  assert.equal((await step({ do: 'advance', ms: 1 })).status, 400);
});

test('what is wrong is refused by name and changes nothing', async () => {
  const rows: [status: number, Promise<Reply>, RegExp][] = [
    [400, step('{'), /not JSON/],
    [400, step([]), /an object/],
    [400, step({ do: 'fail', fault: 'gremlins' }), /no fault is called "gremlins"/],
    [400, step({ do: 'fail', rule: { action: { kind: 'body', how: 'odd' } } }), /cannot be "odd"/],
    [404, step({ do: 'power', bmc: 'bmc-9', to: 'On' }), /bmc-9/],
    [413, step({ do: 'fail', fault: 'x'.repeat(17_000_000) }), /too large/],
    [405, ask('DELETE', '/faults'), /DELETE/],
    [404, ask('GET', '/secrets'), /nothing is at/],
  ];
  for (const [status, reply, message] of rows) {
    const { status: found, json } = await reply;
    assert.equal(found, status, String(message));
    assert.match(json.error.message, message);
  }
  assert.deepEqual(emulator.control.faults(), []);
});

test('a scenario happens at its times, and one that names a machine that is not there starts nothing', async () => {
  const clock = new SteppedClock();
  const scenario = {
    faults: [{ id: 'slow', action: { kind: 'status', status: 429 } as const }],
    steps: [
      { afterMs: 10_000, step: { do: 'heal', fault: 'slow' } as const },
      { afterMs: 20_000, step: { do: 'power', bmc: 'bmc-1', to: 'On' } as const },
    ],
  };
  const options = { servers: 1, password, port: 0, network: '127.9.0.0', clock };
  const fleet = await startEmulator({ ...options, scenario });
  try {
    assert.deepEqual([fleet.control.faults().length, fleet.powerState('bmc-1')], [1, 'Off']);
    await clock.step(10_000);
    assert.deepEqual([fleet.control.faults().length, fleet.powerState('bmc-1')], [0, 'Off']);
    await clock.step(10_000);
    assert.equal(fleet.powerState('bmc-1'), 'On');
  } finally {
    await fleet.close();
  }
  const lost = { faults: [], steps: [{ afterMs: 1, step: { do: 'restart', bmc: 'bmc-2' } as const }] };
  await assert.rejects(startEmulator({ ...options, scenario: lost }), { code: 'NOT_FOUND' });
});
