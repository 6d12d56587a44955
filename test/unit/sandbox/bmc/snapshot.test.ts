/** A BMC put back to where it was, a change that a task makes, and expectations held against what was asked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { send, withEmulator } from './client.js';
import { SteppedClock } from './stepped-clock.js';

const system = '/redfish/v1/Systems/1';

test('a BMC goes back to its snapshot: resources, settings that wait, boot, media and power', async () => {
  await withEmulator({ clock: new SteppedClock(), servers: 2 }, async ({ control, powerState }, bmc) => {
    const bios = `${system}/Bios/Settings`;
    const before = await send(bmc, bios);
    const [attribute = ''] = Object.keys((await send(bmc, `${system}/Bios`)).json.Attributes);
    const kept = JSON.stringify(control.snapshot());
    const untouched = control.resource('bmc-2', system);

    control.patch('bmc-1', system, { AssetTag: 'changed' });
    control.setPower('bmc-1', 'On');
    await send(bmc, system, {
      method: 'PATCH',
      body: { Boot: { BootSourceOverrideEnabled: 'Once', BootSourceOverrideTarget: 'Pxe' } },
    });
    const made = await send(bmc, '/redfish/v1/AccountService/Accounts', {
      method: 'POST',
      body: { UserName: 'second', Password: 'Str0ng-Passw0rd', RoleId: 'ReadOnly' },
    });
    assert.equal(made.status, 201);
    const changed = control.resource('bmc-1', system);
    assert.equal(changed?.AssetTag, 'changed');
    assert.doesNotMatch(JSON.stringify(control.snapshot()), /Passw0rd/);
    const later = JSON.stringify(control.snapshot('bmc-1'));

    control.restore(JSON.parse(kept));
    assert.equal(powerState('bmc-1'), 'Off');
    const shown = (await send(bmc, system)).json;
    assert.notEqual(shown.AssetTag, 'changed');
    assert.equal(shown.Boot.BootSourceOverrideEnabled, 'Disabled');
    assert.deepEqual((await send(bmc, bios)).json, before.json);
    assert.ok(attribute !== '');

    control.restore(JSON.parse(later));
    assert.equal(powerState('bmc-1'), 'On');
    const again = (await send(bmc, system)).json;
    assert.deepEqual([again.AssetTag, again.Boot.BootSourceOverrideTarget], ['changed', 'Pxe']);
    assert.deepEqual(control.resource('bmc-2', system), untouched);
  });
});

test('a snapshot of another kind of BMC is refused, and nothing is changed', async () => {
  await withEmulator({ clock: new SteppedClock(), servers: 2, vendors: 'dell,hpe' }, async ({ control }) => {
    const { 'bmc-1': dell } = control.snapshot();
    control.patch('bmc-1', '/redfish/v1/UpdateService', { Description: 'changed' });
    assert.throws(() => control.restore({ 'bmc-1': dell, 'bmc-2': dell }), { code: 'USAGE' });
    assert.throws(() => control.restore({ 'bmc-1': { profile: dell?.profile } }), { code: 'USAGE' });
    assert.equal(control.resource('bmc-1', '/redfish/v1/UpdateService')?.Description, 'changed');
    control.restore({ 'bmc-9': dell });
  });
});

test('a PATCH may be taken on and done by a task, whose end tells what was wrong with it', async () => {
  const clock = new SteppedClock();
  await withEmulator({ clock }, async ({ control }, bmc) => {
    control.fail({ action: { kind: 'state', how: 'patchAsTask' } });
    const taken = await send(bmc, system, { method: 'PATCH', body: { AssetTag: 'rack 7' } });
    assert.equal(taken.status, 202);
    const monitor = String(taken.headers.location);
    assert.equal((await send(bmc, monitor)).status, 202);
    assert.notEqual((await send(bmc, system)).json.AssetTag, 'rack 7');
    await clock.step(11_000);
    assert.equal((await send(bmc, system)).json.AssetTag, 'rack 7');
    assert.ok([200, 204].includes((await send(bmc, monitor)).status));

    const refused = await send(bmc, system, { method: 'PATCH', body: { SerialNumber: 'mine' } });
    await clock.step(11_000);
    const task = (await send(bmc, refused.json['@odata.id'])).json;
    assert.equal(task.TaskState, 'Exception');
    assert.match(JSON.stringify(task.Messages), /SerialNumber/);
    control.heal();
    assert.notEqual((await send(bmc, system, { method: 'PATCH', body: { AssetTag: 'x' } })).status, 202);
  });
});

test('what was asked is held against what was expected: how much, and of what', async () => {
  await withEmulator({ clock: new SteppedClock(), servers: 2 }, async ({ log, bmcs }, bmc) => {
    await send(bmc, '/redfish/v1/Systems?$select=Name');
    await send(bmc, system);
    assert.deepEqual(log.expectRequests({ max: 2, paths: ['/redfish/v1/Systems*'] }), []);
    assert.deepEqual(log.expectRequests({ max: 1, paths: ['GET /redfish/v1/Systems', `PATCH ${system}`] }), [
      '2 requests, and at most 1 were expected',
      `bmc-1 was asked GET ${system}, which was not expected`,
    ]);
    assert.deepEqual(log.expectRequests({ bmc: bmcs[1]?.name ?? '', max: 0, paths: [] }), []);
    log.reset();
    assert.deepEqual(log.expectRequests({ max: 0, paths: [] }), []);
  });
});
