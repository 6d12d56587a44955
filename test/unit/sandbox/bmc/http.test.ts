/** The Redfish service over real sockets: who may ask, what is answered, and where vendors differ. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { profiles } from '../../../../src/sandbox/bmc/index.js';
import { basic, messageIds, password, reset, send, systemPath, withEmulator } from './client.js';
import { SteppedClock } from './stepped-clock.js';

const sessionsPath = '/redfish/v1/SessionService/Sessions';
const login = (bmc: { url: string }, word = password) =>
  send(bmc, sessionsPath, { method: 'POST', headers: {}, body: { UserName: 'admin', Password: word } });

test('the root is public, everything else wants credentials', () =>
  withEmulator({}, async (_, bmc) => {
    for (const path of ['/redfish', '/redfish/v1', '/redfish/v1/', '/redfish/v1/$metadata', '/redfish/v1/odata']) {
      assert.equal((await send(bmc, path, { headers: {} })).status, 200, path);
    }
    const refused = await send(bmc, '/redfish/v1/Systems', { headers: {} });
    assert.equal(refused.status, 401);
    assert.match(refused.headers['www-authenticate'] ?? '', /^Basic/);
    assert.deepEqual(messageIds(refused), ['Base.1.18.NoValidSession']);
    assert.equal((await send(bmc, '/redfish/v1/Systems', { headers: basic('admin', 'wrong') })).status, 401);
  }));

test('a resource that does not move is answered from memory until anything is written', async () => {
  const clock = new SteppedClock();
  await withEmulator({ clock }, async (emulator, bmc) => {
    const path = '/redfish/v1/UpdateService';
    const read = () => send(bmc, path);
    const [first, second] = [await read(), await read()];
    assert.deepEqual([second.text, second.headers], [first.text, { ...first.headers, date: second.headers.date }]);
    assert.equal(first.headers['content-length'], String(Buffer.byteLength(first.text)));
    assert.equal((await send(bmc, path, { method: 'HEAD' })).headers.etag, first.headers.etag);
    const headers = { ...basic(), 'If-None-Match': String(first.headers.etag) };
    assert.equal((await send(bmc, path, { headers })).status, 304);
    assert.deepEqual(Object.keys((await send(bmc, `${path}?$select=Name`)).json).includes('Status'), false);

    emulator.control.patch(bmc.name, path, { Description: 'Grüße' });
    const changed = await read();
    assert.equal(changed.json.Description, 'Grüße');
    assert.notEqual(changed.headers.etag, first.headers.etag);
    assert.equal((await send(bmc, path, { headers })).status, 200);
    assert.equal((await send(bmc, path, { headers: {} })).status, 401, 'what is kept is kept from strangers too');

    const id = emulator.control.fail({ action: { kind: 'body', how: 'empty' } });
    assert.equal((await read()).text, '');
    emulator.control.heal(id);
    assert.deepEqual((await read()).json, changed.json);
  });
});

test('an expanded answer shows what was written since the last one, and what broke, also where answers are made late', () =>
  withEmulator({}, async ({ control }, bmc) => {
    control.fail({ action: { kind: 'latency', ms: 1 } });
    const storage = async () => (await send(bmc, '/redfish/v1/Systems/1/Storage?$expand=*($levels=2)')).json.Members[0];
    const before = await storage();
    assert.deepEqual(await storage(), before);
    const drive = before.Drives[0];

    control.patch(bmc.name, drive['@odata.id'], { Description: 'Replaced in May' });
    assert.equal((await storage()).Drives[0].Description, 'Replaced in May');

    const id = control.fail({
      match: { bmc: bmc.name },
      action: { kind: 'hardware', how: 'driveFailed', part: drive.Id },
    });
    assert.equal((await storage()).Drives[0].Status.Health, 'Critical');
    assert.equal((await send(bmc, drive['@odata.id'])).json.Status.Health, 'Critical');
    control.heal(id);
    assert.equal((await storage()).Drives[0].Status.Health, 'OK');
  }));

test('a session that timed out is no resource any more', async () => {
  const clock = new SteppedClock();
  await withEmulator({ clock }, async (_, bmc) => {
    const { location } = (await login(bmc)).headers;
    assert.equal((await send(bmc, String(location))).status, 200);
    await clock.step(601_000);
    assert.equal((await send(bmc, String(location))).status, 404);
  });
});

test('a session works until it is ended, and another until it idles too long', async () => {
  const clock = new SteppedClock();
  await withEmulator({ clock }, async (emulator, bmc) => {
    const opened = await login(bmc);
    assert.equal(opened.status, 201);
    const headers = { 'X-Auth-Token': String(opened.headers['x-auth-token']) };
    const location = String(opened.headers.location);
    assert.equal(opened.json['@odata.id'], location);
    assert.equal((await send(bmc, '/redfish/v1/Systems', { headers })).status, 200);
    assert.equal((await send(bmc, sessionsPath, { headers })).json['Members@odata.count'], 1);
    assert.equal((await send(bmc, location, { method: 'DELETE', headers })).status, 204);
    assert.equal((await send(bmc, '/redfish/v1/Systems', { headers })).status, 401);

    const second = { 'X-Auth-Token': String((await login(bmc)).headers['x-auth-token']) };
    await clock.step(599_000);
    assert.equal((await send(bmc, '/redfish/v1/Systems', { headers: second })).status, 200);
    await clock.step(601_000);
    assert.equal((await send(bmc, '/redfish/v1/Systems', { headers: second })).status, 401);
    assert.deepEqual(emulator.log.logins(bmc.name), { ok: 2, failed: 0 });
  });
});

for (const [profile, status, id] of [
  ['dell-idrac9', 503, 'IDRAC.2.8.RAC0218'],
  ['hpe-ilo6', 400, 'iLO.2.24.SessionLimitExceeded'],
  ['lenovo-xcc2', 503, 'Base.1.14.SessionLimitExceeded'],
] as const) {
  test(`${profile}: a full session table answers ${status} ${id}`, () =>
    withEmulator({ vendors: profile }, async (emulator, bmc) => {
      emulator.control.fillSessions(bmc.name);
      const refused = await login(bmc);
      assert.equal(refused.status, status);
      assert.deepEqual(messageIds(refused), [id]);
      emulator.control.endSessions(bmc.name);
      assert.equal((await login(bmc)).status, 201);
    }));
}

test('lenovo: five wrong passwords lock the account, the right one included, for an hour', async () => {
  const clock = new SteppedClock();
  await withEmulator({ vendors: 'lenovo-xcc2', clock }, async (emulator, bmc) => {
    for (let i = 0; i < 5; i++) assert.equal((await login(bmc, 'wrong')).status, 401);
    assert.equal((await login(bmc)).status, 401);
    await clock.step(3_601_000);
    assert.equal((await login(bmc)).status, 201);
    assert.deepEqual(emulator.log.logins(bmc.name), { ok: 1, failed: 6 });
  });
});

test('roles decide who may write', () =>
  withEmulator({}, async (emulator, bmc) => {
    emulator.control.addAccount(bmc.name, { username: 'eve', password: 'pw', role: 'ReadOnly' });
    emulator.control.addAccount(bmc.name, {
      username: 'new',
      password: 'pw',
      role: 'Operator',
      mustChangePassword: true,
    });
    const path = await systemPath(bmc);
    assert.equal((await send(bmc, path, { headers: basic('eve', 'pw') })).status, 200);
    const patch = { method: 'PATCH', headers: basic('eve', 'pw'), body: { AssetTag: 'x' } };
    const refused = await send(bmc, path, patch);
    assert.deepEqual([refused.status, ...messageIds(refused)], [403, 'Base.1.18.InsufficientPrivilege']);
    const mustChange = await send(bmc, path, { headers: basic('new', 'pw') });
    assert.deepEqual([mustChange.status, ...messageIds(mustChange)], [403, 'Base.1.18.PasswordChangeRequired']);
  }));

test('methods, versions and bodies are checked', () =>
  withEmulator({}, async (_, bmc) => {
    const path = await systemPath(bmc);
    const put = await send(bmc, path, { method: 'PUT', body: {} });
    assert.equal(put.status, 405);
    assert.match(String(put.headers.allow), /GET.*PATCH/);
    const options = await send(bmc, path, { method: 'OPTIONS' });
    assert.equal(options.status, 204);
    const head = await send(bmc, path, { method: 'HEAD' });
    assert.deepEqual([head.status, head.text], [200, '']);
    assert.equal((await send(bmc, path, { headers: { ...basic(), 'OData-Version': '3.0' } })).status, 412);
    assert.equal((await send(bmc, '/redfish/v1/Nothing')).status, 404);
    assert.equal((await send(bmc, path, { method: 'PATCH', body: '{' })).status, 400);
    assert.equal((await send(bmc, `${path}/Actions/ComputerSystem.Reset`)).status, 405);
    const unknown = await send(bmc, path, { method: 'PATCH', body: { Colour: 'red' } });
    assert.deepEqual([unknown.status, ...messageIds(unknown)], [400, 'Base.1.18.PropertyUnknown']);
    const partly = await send(bmc, path, { method: 'PATCH', body: { AssetTag: 'A7', Model: 'other' } });
    assert.equal(partly.status, 200);
    assert.equal(partly.json.AssetTag, 'A7');
    assert.match(partly.json['Model@Message.ExtendedInfo'][0].MessageId, /PropertyNotWritable$/);
  }));

test('an ETag changes with the state, and If-Match guards a write', () =>
  withEmulator({}, async (_, bmc) => {
    const path = await systemPath(bmc);
    const first = await send(bmc, path);
    const etag = String(first.headers.etag);
    assert.equal(first.json['@odata.etag'], etag);
    assert.equal((await send(bmc, path, { headers: { ...basic(), 'If-None-Match': etag } })).status, 304);
    const patch = { method: 'PATCH', headers: { ...basic(), 'If-Match': etag }, body: { AssetTag: 'B1' } };
    const changed = await send(bmc, path, patch);
    assert.equal(changed.status, 200);
    assert.notEqual(changed.headers.etag, etag);
    assert.equal((await send(bmc, path, { ...patch, body: { AssetTag: 'B2' } })).status, 412);
    assert.equal((await send(bmc, path, { headers: { ...basic(), 'If-None-Match': etag } })).status, 200);
  }));

test('queries: expand, select, only, filter, top and skip', () =>
  withEmulator({}, async (_, bmc) => {
    const path = await systemPath(bmc);
    const expanded = (await send(bmc, `${path}/Storage?$expand=.($levels=2)`)).json;
    assert.equal(expanded.Members[0].Drives[0].MediaType, 'SSD');
    assert.equal(expanded.Members[0].Volumes.Members.length, 1);
    assert.deepEqual(Object.keys(expanded.Members[0].Links.Enclosures[0]), ['@odata.id']);
    const links = (await send(bmc, `${path}?$expand=~`)).json;
    assert.equal(links.Links.Chassis[0].ChassisType, 'RackMount');
    const chosen = (await send(bmc, `${path}?$select=PowerState,Boot/BootSourceOverrideTarget`)).json;
    assert.deepEqual(
      [chosen.PowerState, chosen.Boot, chosen.Model],
      ['Off', { BootSourceOverrideTarget: 'None' }, undefined],
    );
    assert.equal((await send(bmc, '/redfish/v1/Systems?only')).json.SystemType, 'Physical');
    assert.equal((await send(bmc, `${path}/Memory?$top=3&$skip=6`)).json.Members.length, 2);
    assert.equal((await send(bmc, `${path}/Memory?$filter=Id%20eq%20'DIMM3'`)).json['Members@odata.count'], 1);
    const filtered = async (filter: string): Promise<unknown> =>
      (await send(bmc, `${path}/Memory?$filter=${encodeURIComponent(filter)}`)).json['Members@odata.count'];
    assert.equal(await filtered("not (Id eq 'DIMM3')"), 7);
    assert.equal(await filtered("not (Id eq 'DIMM1' or Id eq 'DIMM2') and Id ne 'DIMM3'"), 5);
    for (const broken of ['not', "(Id eq 'DIMM1'", "Id eq 'DIMM1')", "Id is 'DIMM1'", `${'('.repeat(20)}Id eq 1`]) {
      assert.equal((await send(bmc, `${path}/Memory?$filter=${encodeURIComponent(broken)}`)).status, 400, broken);
    }
    for (const query of ['only', "$filter=Id%20eq%20'1'"]) {
      assert.equal((await send(bmc, `${path}?${query}`)).status, 400, `${query} of what is no collection`);
    }
    assert.equal((await send(bmc, `${path}?$expand=.($levels=7)`)).status, 400);
    assert.equal((await send(bmc, `${path}?$expand=yes`)).status, 400);
    assert.equal((await send(bmc, `${path}?$wish=1`)).status, 501);
    assert.equal((await send(bmc, `${path}?wish=1`)).status, 200);
  }));

const bootOnce = { BootSourceOverrideEnabled: 'Once', BootSourceOverrideTarget: 'Pxe' };

/** [profile, resource below the system, what is sent as Boot, expected status, last word of the first MessageId] */
const bootRows: readonly (readonly [string, string, Record<string, unknown>, number, string?])[] = [
  ['generic', '', bootOnce, 200],
  ['generic', '', { BootSourceOverrideTarget: 'Moon' }, 400, 'PropertyValueNotInList'],
  ['dell-idrac9', '', bootOnce, 200],
  ['dell-idrac10', '', bootOnce, 400, 'PropertyNotWritable'],
  ['dell-idrac10', '/Settings', bootOnce, 200],
  ['hpe-ilo6', '', bootOnce, 200],
  ['hpe-ilo6', '', { ...bootOnce, BootSourceOverrideMode: 'Legacy' }, 400, 'PropertyNotWritable'],
  [
    'hpe-ilo6',
    '',
    { BootSourceOverrideEnabled: 'Disabled', BootSourceOverrideTarget: 'None' },
    400,
    'PropertyValueConflict',
  ],
  ['hpe-ilo6', '', { BootSourceOverrideEnabled: 'Disabled', BootSourceOverrideTarget: 'Pxe' }, 200],
  ['lenovo-xcc2', '', bootOnce, 200],
  ['lenovo-xcc2', '', { ...bootOnce, BootSourceOverrideEnabled: 'Continuous' }, 400, 'PropertyValueNotInList'],
  ['lenovo-xcc2', '', { BootOrder: ['Boot0001'] }, 400, 'PropertyNotWritable'],
  ['lenovo-xcc2', '/Pending', { BootOrder: ['Boot0001', 'Boot0000'] }, 200],
  ['smc-x13', '', bootOnce, 200],
  ['smc-x13', '', { BootSourceOverrideTarget: 'Pxe' }, 400, 'PropertyMissing'],
  ['smc-x10', '', { ...bootOnce, BootSourceOverrideMode: 'UEFI' }, 400, 'PropertyUnknown'],
  ['smc-x10', '', bootOnce, 200],
  ['ami-megarac', '', bootOnce, 400, 'OperationSupportedInFutureStateURI'],
  ['ami-megarac', '/SD', bootOnce, 400, 'PropertyMissing'],
  ['ami-megarac', '/SD', { ...bootOnce, BootSourceOverrideMode: 'UEFI' }, 204],
];

for (const [profile, below, boot, status, key] of bootRows) {
  test(`${profile}: PATCH {system}${below} Boot ${JSON.stringify(boot)} is ${status} ${key ?? ''}`, () =>
    withEmulator({ vendors: profile }, async (_, bmc) => {
      const path = `${await systemPath(bmc)}${below}`;
      const send_ = async () => {
        const { etag } = (await send(bmc, path)).headers;
        const headers = { ...basic(), ...(etag && profile !== 'dell-idrac10' ? { 'If-Match': etag } : {}) };
        return send(bmc, path, { method: 'PATCH', headers, body: { Boot: boot } });
      };
      const reply = await send_();
      assert.equal(reply.status, status, reply.text);
      if (key) assert.equal(messageIds(reply)[0]?.split('.').at(-1), key);
    }));
}

test('supermicro: leaving Mode out of the PATCH flips it to Legacy', () =>
  withEmulator({ vendors: 'smc-x13' }, async (_, bmc) => {
    const path = await systemPath(bmc);
    await send(bmc, path, { method: 'PATCH', body: { Boot: bootOnce } });
    assert.equal((await send(bmc, path)).json.Boot.BootSourceOverrideMode, 'Legacy');
  }));

test('hpe: the boot override is frozen during POST', async () => {
  const clock = new SteppedClock();
  await withEmulator({ vendors: 'hpe-ilo6', clock }, async (_, bmc) => {
    const path = await systemPath(bmc);
    await reset(bmc, 'On');
    await clock.step(5_000);
    const refused = await send(bmc, path, { method: 'PATCH', body: { Boot: bootOnce } });
    assert.equal(refused.status, 400);
    assert.deepEqual(messageIds(refused), ['iLO.2.24.UnableToModifyDuringSystemPOST']);
    assert.equal(refused.json.error['@Message.ExtendedInfo'][0].Message, undefined);
  });
});

test('lenovo demands If-Match; idrac10 refuses a fresh one once and any on an action', async () => {
  await withEmulator({ vendors: 'lenovo-xcc2' }, async (_, bmc) => {
    const reply = await send(bmc, await systemPath(bmc), { method: 'PATCH', body: { Boot: bootOnce } });
    assert.equal(reply.status, 428);
  });
  await withEmulator({ vendors: 'dell-idrac10' }, async (_, bmc) => {
    const path = `${await systemPath(bmc)}/Settings`;
    const patch = async () => {
      const headers = { ...basic(), 'If-Match': String((await send(bmc, path)).headers.etag) };
      return (await send(bmc, path, { method: 'PATCH', headers, body: { Boot: bootOnce } })).status;
    };
    assert.deepEqual([await patch(), await patch()], [412, 200]);
    const target = `${await systemPath(bmc)}/Actions/ComputerSystem.Reset`;
    const headers = { ...basic(), 'If-Match': '"x"' };
    assert.equal((await send(bmc, target, { method: 'POST', headers, body: { ResetType: 'On' } })).status, 412);
  });
});

test('idrac10: an override in Settings reaches the system at the next start', async () => {
  const clock = new SteppedClock();
  await withEmulator({ vendors: 'dell-idrac10', clock }, async (emulator, bmc) => {
    const path = await systemPath(bmc);
    await send(bmc, `${path}/Settings`, { method: 'PATCH', body: { Boot: bootOnce } });
    const target = async (at: string) => (await send(bmc, at)).json.Boot.BootSourceOverrideTarget;
    assert.deepEqual([await target(path), await target(`${path}/Settings`)], ['None', 'Pxe']);
    await reset(bmc, 'On');
    await clock.step(3_000);
    assert.equal(await target(path), 'Pxe');
    await clock.step(20_000);
    assert.equal(await target(path), 'None');
    assert.equal(emulator.log.actions(bmc.name).filter(({ action }) => action === 'override').length, 1);
  });
});

for (const [profile, status, id] of [
  ['dell-idrac9', 409, 'IDRAC.2.8.PSU501'],
  ['hpe-ilo6', 400, 'iLO.2.24.InvalidOperationForSystemState'],
] as const) {
  test(`${profile}: a pointless reset answers ${status} ${id}`, () =>
    withEmulator({ vendors: profile }, async (emulator, bmc) => {
      const refused = await reset(bmc, 'ForceOff');
      assert.deepEqual([refused.status, ...messageIds(refused)], [status, id]);
      assert.equal(emulator.log.powerActions(bmc.name).length, 0);
    }));
}

test('a wrong reset type and a missing one are told apart', () =>
  withEmulator({}, async (_, bmc) => {
    const path = `${await systemPath(bmc)}/Actions/ComputerSystem.Reset`;
    const post = (body: unknown) => send(bmc, path, { method: 'POST', body });
    assert.match(messageIds(await post({}))[0] ?? '', /ActionParameterMissing$/);
    assert.match(messageIds(await post({ ResetType: 'Explode' }))[0] ?? '', /ActionParameterValueNotInList$/);
    assert.match(messageIds(await post({ ResetType: 'On', Now: true }))[0] ?? '', /ActionParameterUnknown$/);
  }));

test('ilo5 redirects the bare root and ends its links with a slash', () =>
  withEmulator({ vendors: 'hpe-ilo5' }, async (_, bmc) => {
    const bare = await send(bmc, '/redfish/v1');
    assert.deepEqual([bare.status, bare.headers.location], [308, '/redfish/v1/']);
    assert.equal(await systemPath(bmc), '/redfish/v1/Systems/1/');
    assert.equal((await send(bmc, '/redfish/v1/systems/1')).status, 200);
  }));

test('a BMC that restarts refuses connections, forgets sessions and leaves the host alone', async () => {
  const clock = new SteppedClock();
  await withEmulator({ clock, initialPower: 'On' }, async (emulator, bmc) => {
    await login(bmc);
    const target = '/redfish/v1/Managers/BMC/Actions/Manager.Reset';
    assert.equal((await send(bmc, target, { method: 'POST', body: { ResetType: 'GracefulRestart' } })).status, 204);
    await clock.step(1_000);
    await assert.rejects(send(bmc, '/redfish/v1'), { code: 'ECONNREFUSED' });
    await clock.step(60_000);
    assert.equal((await send(bmc, '/redfish/v1/')).status, 200);
    assert.equal(emulator.control.openSessions(), 0);
    assert.equal(emulator.powerState(bmc.name), 'On');
  });
});

for (const profile of profiles) {
  test(`${profile.name}: every link leads somewhere, every document names itself`, () =>
    withEmulator({ vendors: profile.name, addressing: 'port' }, async (emulator, bmc) => {
      const seen = new Set<string>();
      const todo = ['/redfish/v1/'];
      for (let path = todo.pop(); path !== undefined; path = todo.pop()) {
        const key = path.replace(/#.*$/, '').replace(/\/$/, '');
        if (seen.has(key)) continue;
        seen.add(key);
        const doc = emulator.control.resource(bmc.name, key);
        assert.ok(doc, `${path} is missing`);
        assert.equal(String(doc['@odata.id']).replace(/\/$/, ''), key);
        assert.equal(JSON.stringify(doc).includes('{{'), false, `${path} is not filled in`);
        for (const [, target] of JSON.stringify(doc).matchAll(/"(?:@odata\.id|@Redfish\.ActionInfo)":"([^"]+)"/g)) {
          if (target) todo.push(target);
        }
      }
      assert.ok(seen.size > 20, `only ${seen.size} documents`);
    }));
}

for (const [vendors, never] of [
  ['dell-idrac9', '0000-00-00T00:00:00+00:00'],
  ['generic', undefined],
] as const) {
  test(`${vendors}: a machine that was never reset says so as its vendor does`, () =>
    withEmulator({ vendors, clock: new SteppedClock() }, async (_, bmc) => {
      const path = await systemPath(bmc);
      assert.equal((await send(bmc, path)).json.LastResetTime, never);
      await reset(bmc, 'On');
      assert.match((await send(bmc, path)).json.LastResetTime, /^2025-/);
    }));
}
