/** Every fault that exists: what a client sees, that it is counted, and that healing ends it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { covers } from '../../../../src/sandbox/bmc/faults/rules.js';
import {
  type EmulatedBmc,
  type Emulator,
  type FaultAction,
  type FaultRule,
  presets,
} from '../../../../src/sandbox/bmc/index.js';
import { basic, messageIds, password, type Reply, reset, send, systemPath, withEmulator } from './client.js';
import { SteppedClock } from './stepped-clock.js';

const system = '/redfish/v1/Systems/1';
const systems = '/redfish/v1/Systems';
const memory = `${system}/Memory`;

/** A row: the fault, the path read, and what must be seen. */
type Row = [name: string, action: FaultAction, path: string, see: (reply: Reply) => void];

const statuses = [401, 403, 404, 405, 408, 409, 412, 413, 428, 429, 500, 501, 502, 503, 504];
const statusRows = statuses.map(
  (status): Row => [
    `status ${status}`,
    { kind: 'status', status },
    system,
    (reply) => {
      assert.equal(reply.status, status);
      assert.equal(messageIds(reply).length, 1);
    },
  ],
);

const rows: Row[] = [
  ...statusRows,
  [
    'status with Retry-After and a message of its own',
    { kind: 'status', status: 503, retryAfter: 7, messageId: 'Acme.1.0.Busy', message: 'later' },
    system,
    (reply) => {
      assert.equal(reply.headers['retry-after'], '7');
      assert.deepEqual(messageIds(reply), ['Acme.1.0.Busy']);
    },
  ],
  [
    'status without body',
    { kind: 'status', status: 500, body: false },
    system,
    (reply) => assert.equal(reply.text, ''),
  ],
  [
    'malformed',
    { kind: 'body', how: 'malformed' },
    system,
    ({ json, text }) => assert.ok(!json && text.startsWith('{'), 'not seen'),
  ],
  [
    'truncated',
    { kind: 'body', how: 'truncated' },
    system,
    ({ json, text }) => assert.ok(!json && text.length > 100, 'not seen'),
  ],
  ['empty', { kind: 'body', how: 'empty' }, system, ({ status, text }) => assert.deepEqual([status, text], [200, ''])],
  ['html', { kind: 'body', how: 'html' }, system, ({ headers }) => assert.equal(headers['content-type'], 'text/html')],
  [
    'contentType',
    { kind: 'body', how: 'contentType' },
    system,
    ({ headers }) => assert.equal(headers['content-type'], 'text/plain'),
  ],
  ['bom', { kind: 'body', how: 'bom' }, system, ({ text }) => assert.equal(text.charCodeAt(0), 0xfeff)],
  ['gzip', { kind: 'body', how: 'gzip' }, system, ({ headers }) => assert.equal(headers['content-encoding'], 'gzip')],
  [
    'duplicateKeys',
    { kind: 'body', how: 'duplicateKeys' },
    system,
    ({ text }) => assert.ok(text.split('"Id":').length > 2, 'not seen'),
  ],
  [
    'huge',
    { kind: 'body', how: 'huge', megabytes: 3 },
    system,
    ({ text }) => assert.ok(text.length > 3 * 1024 * 1024, 'not seen'),
  ],
  [
    'nan',
    { kind: 'body', how: 'nan' },
    system,
    ({ json, text }) => assert.ok(!json && text.includes('NaN'), 'not seen'),
  ],
  [
    'stringNumbers',
    { kind: 'body', how: 'stringNumbers' },
    system,
    ({ json }) => assert.equal(json.MemorySummary.TotalSystemMemoryGiB, '256'),
  ],
  ['nullMembers', { kind: 'body', how: 'nullMembers' }, systems, ({ json }) => assert.equal(json.Members, null)],
  [
    'missingRequired',
    { kind: 'body', how: 'missingRequired' },
    system,
    ({ json }) => assert.ok(!json.Id && json.UUID, 'not seen'),
  ],
  [
    'unknownEnums',
    { kind: 'body', how: 'unknownEnums' },
    system,
    ({ json }) => assert.equal(json.PowerState, 'Strange'),
  ],
  [
    'etag mismatch',
    { kind: 'etag', how: 'mismatch' },
    system,
    ({ headers }) => assert.equal(headers.etag, '"0000000000000000"'),
  ],
  [
    'etag missing',
    { kind: 'etag', how: 'missing' },
    system,
    ({ headers, json }) => assert.ok(!headers.etag && !json['@odata.etag'], 'not seen'),
  ],
  ['etag swap', { kind: 'etag', how: 'swap' }, system, ({ headers }) => assert.match(headers.etag ?? '', /^W\//)],
  ['etag gzip', { kind: 'etag', how: 'gzip' }, system, ({ headers }) => assert.match(headers.etag ?? '', /-gzip"$/)],
  [
    'expand ignored',
    { kind: 'expand', how: 'ignored' },
    `${memory}?$expand=.`,
    ({ json }) => assert.deepEqual(Object.keys(json.Members[0]), ['@odata.id']),
  ],
  ['expand 400', { kind: 'expand', how: '400' }, `${memory}?$expand=.`, ({ status }) => assert.equal(status, 400)],
  ['expand 501', { kind: 'expand', how: '501' }, `${memory}?$expand=.`, ({ status }) => assert.equal(status, 501)],
  [
    'expand partial',
    { kind: 'expand', how: 'partial' },
    `${memory}?$expand=.`,
    ({ json }) => assert.deepEqual([json.Members[0].Id, json.Members[1].Id], [undefined, 'DIMM2']),
  ],
  [
    'expand embeddedErrors',
    { kind: 'expand', how: 'embeddedErrors' },
    `${memory}?$expand=.`,
    ({ json }) => assert.ok(json.Members[0].error && json.Members[1].Id, 'not seen'),
  ],
  [
    'paging loop',
    { kind: 'paging', how: 'loop' },
    memory,
    ({ json }) => assert.match(json['Members@odata.nextLink'], /skip=0/),
  ],
  [
    'paging missingNext',
    { kind: 'paging', how: 'missingNext' },
    memory,
    ({ json }) => assert.deepEqual([json.Members.length, json['Members@odata.count']], [1, 8]),
  ],
  [
    'paging deadMembers',
    { kind: 'paging', how: 'deadMembers' },
    memory,
    ({ json }) => assert.match(json.Members.at(-1)['@odata.id'], /gone/),
  ],
  ['powerFlap', { kind: 'state', how: 'powerFlap' }, system, ({ json }) => assert.equal(json.PowerState, 'On')],
];

for (const [name, action, path, see] of rows) {
  test(`${name}: seen, counted, healed`, () =>
    withEmulator({}, async ({ control, log }, bmc) => {
      const id = control.fail({ action });
      see(await send(bmc, path));
      assert.equal(control.struck(id), 1);
      assert.equal(log.requests().at(-1)?.fault, id);
      control.heal(id);
      const healthy = await send(bmc, path);
      assert.equal(healthy.status, 200);
      assert.equal(log.requests().at(-1)?.fault, undefined);
      assert.throws(() => see(healthy), 'the healthy answer looks like the fault');
    }));
}

test('connection closeIdle: no connection is kept', () =>
  withEmulator({}, async ({ control }, bmc) => {
    const headers = { ...basic(), Connection: 'keep-alive' };
    assert.equal((await send(bmc, system, { headers })).headers.connection, 'keep-alive');
    control.fail({ action: { kind: 'connection', how: 'closeIdle' } });
    assert.equal((await send(bmc, system, { headers })).headers.connection, 'close');
  }));

test('etag volatile: no two reads agree', () =>
  withEmulator({}, async ({ control }, bmc) => {
    control.fail({ action: { kind: 'etag', how: 'volatile' } });
    assert.notEqual((await send(bmc, system)).headers.etag, (await send(bmc, system)).headers.etag);
  }));

for (const how of ['reset', 'resetAfter', 'halfClose'] as const) {
  test(`connection ${how}: the answer breaks off, the request was carried out`, () =>
    withEmulator({}, async (emulator, bmc) => {
      const id = emulator.control.fail({ match: { method: 'PATCH' }, action: { kind: 'connection', how, bytes: 20 } });
      await assert.rejects(send(bmc, system, { method: 'PATCH', body: { AssetTag: 'written' } }));
      assert.equal((await send(bmc, system)).json.AssetTag, 'written');
      assert.equal(emulator.control.struck(id), 1);
    }));
}

for (const how of ['noAnswer', 'hang'] as const) {
  test(`connection ${how}: the client waits in vain`, () =>
    withEmulator({}, async ({ control }, bmc) => {
      const id = control.fail({ action: { kind: 'connection', how } });
      await assert.rejects(send(bmc, system, { timeoutMs: 60 }), /no answer/);
      assert.equal(control.struck(id), 1);
      control.heal();
      assert.equal((await send(bmc, system)).status, 200);
    }));
}

test('expand noAnswer strikes only expanded reads', () =>
  withEmulator({}, async ({ control }, bmc) => {
    control.fail({ action: { kind: 'expand', how: 'noAnswer' } });
    await assert.rejects(send(bmc, `${memory}?$expand=.`, { timeoutMs: 60 }), /no answer/);
    assert.equal((await send(bmc, memory)).status, 200);
  }));

test('connection refuse: the port is closed until its time is over', async () => {
  const clock = new SteppedClock();
  await withEmulator({ servers: 2, clock }, async ({ control, bmcs }, bmc) => {
    const rule: FaultRule = {
      match: { bmc: 'bmc-1' },
      when: { forMs: 5_000 },
      action: { kind: 'connection', how: 'refuse' },
    };
    control.fail(rule);
    await assert.rejects(send(bmc, system), { code: 'ECONNREFUSED' });
    assert.equal((await send(bmcs[1] ?? bmc, system)).status, 200);
    await clock.step(5_000);
    assert.equal((await send(bmc, system)).status, 200);
  });
});

test('latency: the answer comes when the clock says so', async () => {
  const clock = new SteppedClock();
  await withEmulator({ clock }, async ({ control }, bmc) => {
    control.fail({ action: { kind: 'latency', ms: { uniform: [1_000, 2_000] } } });
    let isThere = false;
    const reply = send(bmc, system, { timeoutMs: 30_000 }).then((answer) => {
      isThere = true;
      return answer;
    });
    await arrived(clock);
    await clock.step(999);
    assert.equal(isThere, false);
    await clock.step(1_001);
    assert.equal((await reply).status, 200);
  });
});

test('latency per byte: the body drips', async () => {
  const clock = new SteppedClock();
  await withEmulator({ clock }, async ({ control }, bmc) => {
    control.fail({ action: { kind: 'latency', ms: 0, perByteMs: 1 } });
    const reply = send(bmc, system, { timeoutMs: 30_000 });
    await arrived(clock);
    await clock.step(60_000);
    assert.equal((await reply).json.Id, '1');
  });
});

/** Waits until a request has reached the emulator and armed a timer. */
async function arrived(clock: SteppedClock): Promise<void> {
  while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve));
}

const sessionsPath = '/redfish/v1/SessionService/Sessions';
const login = (bmc: EmulatedBmc) =>
  send(bmc, sessionsPath, { method: 'POST', headers: {}, body: { UserName: 'admin', Password: password } });

async function tokenHeaders(bmc: EmulatedBmc): Promise<Record<string, string>> {
  return { 'X-Auth-Token': String((await login(bmc)).headers['x-auth-token']) };
}

const sessionRows: [how: 'expire' | 'expireAfter' | 'tokenIgnored', statuses: number[], afterHealing: number][] = [
  ['expire', [401, 401], 401],
  ['expireAfter', [200, 200, 401], 401],
  ['tokenIgnored', [401, 401], 200],
];
for (const [how, expected, afterHealing] of sessionRows) {
  test(`session ${how}`, () =>
    withEmulator({}, async ({ control }, bmc) => {
      const headers = await tokenHeaders(bmc);
      const once = how === 'expireAfter' ? { when: { first: 1 } } : {};
      control.fail({ ...once, action: { kind: 'session', how, requests: 2 } });
      const seen = [];
      for (const _ of expected) seen.push((await send(bmc, system, { headers })).status);
      assert.deepEqual(seen, expected);
      control.heal();
      assert.equal((await send(bmc, system, { headers })).status, afterHealing);
    }));
}

test('session tableFull and wrongLocation', () =>
  withEmulator({}, async ({ control }, bmc) => {
    control.fail({ id: 'full', action: { kind: 'session', how: 'tableFull' } });
    assert.equal((await login(bmc)).status, 503);
    control.heal('full');
    control.fail({ action: { kind: 'session', how: 'wrongLocation' } });
    const { headers } = await login(bmc);
    assert.equal((await send(bmc, String(headers.location), { method: 'DELETE' })).status, 404);
  }));

test('state powerLost: success is reported and nothing happens', () =>
  withEmulator({}, async ({ control, log, powerState }, bmc) => {
    const id = control.fail({ when: { first: 1 }, action: { kind: 'state', how: 'powerLost' } });
    assert.equal((await reset(bmc, 'On')).status, 204);
    assert.equal(powerState(bmc.name), 'Off');
    assert.deepEqual([control.struck(id), log.powerActions().length], [1, 0]);
    await reset(bmc, 'On');
    assert.equal(powerState(bmc.name), 'PoweringOn');
  }));

test('state gracefulIgnored: only force turns the machine off', async () => {
  const clock = new SteppedClock();
  await withEmulator({ clock, initialPower: 'On' }, async ({ control, powerState }, bmc) => {
    control.fail({ action: { kind: 'state', how: 'gracefulIgnored' } });
    await reset(bmc, 'GracefulShutdown');
    await clock.step(60_000);
    assert.equal(powerState(bmc.name), 'On');
    await reset(bmc, 'ForceOff');
    await clock.step(1_000);
    assert.equal(powerState(bmc.name), 'Off');
  });
});

test('state overrideDropped: the machine boots its disk and the override is gone', async () => {
  const clock = new SteppedClock();
  await withEmulator({ clock, installedDisks: true }, async ({ control, log }, bmc) => {
    control.fail({ action: { kind: 'state', how: 'overrideDropped' } });
    const boot = { BootSourceOverrideEnabled: 'Once', BootSourceOverrideTarget: 'Pxe' };
    await send(bmc, await systemPath(bmc), { method: 'PATCH', body: { Boot: boot } });
    await reset(bmc, 'On');
    await clock.step(23_000);
    assert.deepEqual(
      log
        .actions()
        .filter(({ action }) => action === 'boot')
        .map(({ from, to, cause }) => [from, to, cause]),
      [['Hdd', 'disk', 'boot order']],
    );
    assert.equal((await send(bmc, system)).json.Boot.BootSourceOverrideTarget, 'None');
  });
});

test('state stale: reads go on answering what was', () =>
  withEmulator({}, async ({ control }, bmc) => {
    control.fail({ action: { kind: 'state', how: 'stale' } });
    assert.equal((await send(bmc, system)).json.PowerState, 'Off');
    await reset(bmc, 'On');
    assert.equal((await send(bmc, system)).json.PowerState, 'Off');
    control.heal();
    assert.equal((await send(bmc, system)).json.PowerState, 'PoweringOn');
  }));

test('capacity: requests above the rate are put off', async () => {
  const clock = new SteppedClock();
  await withEmulator({ clock }, async ({ control }, bmc) => {
    control.fail({ action: { kind: 'capacity', perSecond: 2, burst: 2, status: 429 } });
    const statusOf = async () => (await send(bmc, system)).status;
    assert.deepEqual([await statusOf(), await statusOf(), await statusOf()], [200, 200, 429]);
    await clock.step(500);
    assert.deepEqual([await statusOf(), await statusOf()], [200, 429]);
  });
});

/** Rules that match some of six reads: which of them were struck. */
const selections: [name: string, rule: Partial<FaultRule>, struck: number[]][] = [
  ['always', {}, [1, 2, 3, 4, 5, 6]],
  ['nth', { when: { nth: 2 } }, [2]],
  ['first', { when: { first: 3 } }, [1, 2, 3]],
  ['other BMC', { match: { bmc: ['bmc-2', 'rack-*'] } }, []],
  ['name pattern', { match: { bmc: 'bmc-*' } }, [1, 2, 3, 4, 5, 6]],
  ['path', { match: { path: '/redfish/v1/Chassis*' } }, []],
  ['query', { match: { query: '$expand' } }, []],
  ['auth', { match: { auth: 'token' } }, []],
  ['user', { match: { user: 'admin' } }, [1, 2, 3, 4, 5, 6]],
  ['other user', { match: { user: 'operator' } }, []],
  ['header', { match: { headers: { authorization: 'Basic *' } } }, [1, 2, 3, 4, 5, 6]],
  ['other header', { match: { headers: { 'x-auth-token': '?*' } } }, []],
  ['exception', { match: { bmc: 'bmc-*', except: ['bmc-1'] } }, []],
  ['power state', { match: { powerState: 'Off' } }, [1, 2, 3, 4, 5, 6]],
  ['time', { when: { afterMs: 2_000, forMs: 2_000 } }, [3, 4]],
];
for (const [name, rule, struck] of selections) {
  test(`a rule selects by ${name}`, async () => {
    const clock = new SteppedClock();
    await withEmulator({ clock }, async ({ control }, bmc) => {
      control.fail({ ...rule, action: { kind: 'status', status: 500 } });
      const seen = [];
      for (let i = 1; i <= 6; i++) {
        if ((await send(bmc, system, { headers: basic() })).status === 500) seen.push(i);
        await clock.step(1_000);
      }
      assert.deepEqual(seen, struck);
    });
  });
}

test('chance is repeatable by seed', async () => {
  const pattern = (seed: number) =>
    withEmulator({ seed }, async ({ control }: Emulator, bmc) => {
      control.fail({ when: { probability: 0.5 }, action: { kind: 'status', status: 500 } });
      const seen = [];
      for (let i = 0; i < 16; i++) seen.push((await send(bmc, system)).status);
      return seen.join();
    });
  const first = await pattern(3);
  assert.equal(first, await pattern(3));
  assert.notEqual(first, await pattern(4));
  assert.ok(first.includes('500') && first.includes('200'));
});

for (const [name, rules] of Object.entries(presets)) {
  // The rules of `mixed` are those of the others, each for some BMCs; which ones is tested below.
  if (name === 'mixed' || rules.length === 0) continue;
  test(`preset ${name}: every rule strikes within a hundred requests`, () =>
    withEmulator({}, async ({ control }, bmc) => {
      const ids = rules.map((rule) => (isReachable(rule) ? control.fail(rule) : undefined));
      for (let i = 0; i < 33; i++) {
        for (const path of [systems, `${systems}?$expand=.`]) await send(bmc, path).catch(() => undefined);
        await login(bmc).catch(() => undefined);
      }
      for (const id of ids) if (id !== undefined) assert.notEqual(control.struck(id), 0, id);
      // Fleets under chaos can still be found: only a lack of capacity keeps the root from answering.
      if (name !== 'overloaded') assert.equal((await send(bmc, '/redfish/v1', { headers: {} })).status, 200);
    }));
}

/** What these requests can meet: no machine boots, none has a token, and waiting is tested elsewhere. */
const isReachable = ({ action }: FaultRule): boolean =>
  action.kind !== 'latency' && action.kind !== 'state' && !(action.kind === 'session' && action.how === 'expire');

test('preset mixed: half of a rack behaves, and the others misbehave each in a way of their own', () => {
  const kindsOf = (bmc: string): string[] =>
    (presets.mixed ?? [])
      .filter((rule) => covers(rule, { bmc, powerState: 'Off', path: '/redfish/v1/x', method: 'GET' }))
      .map(({ action }) => action.kind);
  const rack = Array.from({ length: 10 }, (_, i) => kindsOf(`bmc-${i + 1}`).join());
  assert.deepEqual(rack.filter((kinds) => kinds === '').length, 5);
  assert.equal(new Set(rack).size, 6);
});
