/** The client from end to end against a tiny BMC: what is sent, how often, and what comes back. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Secret } from '../../../src/lib/secret.js';
import { type BmcAccess, type BmcFactory, systemUri } from '../../../src/ports/bmc.js';
import { silent } from '../../../src/ports/log.js';
import { createBmcFactory } from '../../../src/redfish/index.js';
import type { Stats } from '../../../src/redfish/stats.js';
import { settle } from '../../support/clock.js';
import { extended, hastyClock, manager, reply, system, type TinyBmc, tinyBmc } from './tiny-bmc.js';

const one = systemUri('/redfish/v1/Systems/1');

describe('a BMC over Redfish', () => {
  let bmc: TinyBmc;
  let factory: BmcFactory & { stats(): Readonly<Stats> };
  let clock: ReturnType<typeof hastyClock>;

  const access = (more: Partial<BmcAccess> = {}): BmcAccess => ({
    id: 'bmc-1',
    url: bmc.url,
    username: 'admin',
    password: new Secret(bmc.password),
    credentialVersion: 'v1',
    allowPlainHttp: true,
    ...more,
  });

  beforeEach(async () => {
    bmc = await tinyBmc();
    clock = hastyClock();
    factory = createBmcFactory({ clock, log: silent });
  });
  afterEach(async () => {
    await factory.close();
    await bmc.close();
  });

  it('enters with two requests, and then never logs in again', async () => {
    const client = factory.open(access());
    await client.authenticate();
    assert.deepEqual(bmc.lines(), ['GET /redfish/v1/', 'POST /redfish/v1/SessionService/Sessions']);
    await client.authenticate();
    await factory.open(access()).authenticate();
    assert.equal(factory.stats().logins, 1);
    assert.equal(bmc.log.length, 2);
    assert.equal(bmc.log[0]?.headers.authorization, undefined);
  });

  it('shares one login among those who come at the same time', async () => {
    const client = factory.open(access());
    await Promise.all([client.systems(), client.manager(), client.authenticate(), client.system(one)]);
    assert.equal(bmc.lines().filter((line) => line.startsWith('POST')).length, 1);
    assert.equal(bmc.lines().filter((line) => line === 'GET /redfish/v1/').length, 1);
  });

  it('tells systems and manager as they are', async () => {
    const client = factory.open(access());
    assert.deepEqual(await client.systems(), [
      {
        uri: '/redfish/v1/Systems/1',
        uuid: system.UUID,
        manufacturer: 'Contoso',
        model: 'X1',
        serialNumber: 'SN1',
        powerState: 'Off',
        memoryGiB: 96,
        isBootable: true,
        bootOverride: { enabled: 'Disabled', target: 'None', mode: 'UEFI' },
      },
    ]);
    assert.deepEqual(await client.manager(), {
      uri: '/redfish/v1/Managers/1',
      uuid: manager.UUID,
      firmwareVersion: '1.0',
      state: 'Enabled',
    });
  });

  it('spends one request on a steady state, and none on a young answer', async () => {
    const client = factory.open(access());
    await client.systems();
    const before = bmc.log.length;
    await client.system(one);
    assert.deepEqual(bmc.lines().slice(before), ['GET /redfish/v1/Systems/1']);
    await client.system(one, 5000);
    await client.systems(5000);
    assert.equal(bmc.log.length, before + 1);
  });

  it('makes one request of many equal ones at the same time', async () => {
    const client = factory.open(access());
    await client.authenticate();
    await Promise.all(Array.from({ length: 10 }, () => client.system(one)));
    assert.equal(bmc.lines().filter((line) => line === 'GET /redfish/v1/Systems/1').length, 1);
  });

  it('powers on with one POST when the state is young, and not again while that is under way', async () => {
    bmc.handler = ({ method, url }, response) =>
      method === 'POST' && url.endsWith('.Reset') ? reply(response, 204) : undefined;
    const client = factory.open(access());
    await client.systems();
    const before = bmc.log.length;
    await client.setPower(one, 'On', 'graceful');
    assert.deepEqual(bmc.lines().slice(before), ['POST /redfish/v1/Systems/1/Actions/ComputerSystem.Reset']);
    assert.equal(bmc.log.at(-1)?.body, '{"ResetType":"On"}');
    assert.equal(bmc.log.at(-1)?.headers['if-match'], undefined);
    await client.setPower(one, 'On', 'graceful');
    assert.deepEqual(bmc.lines().slice(before + 1), ['GET /redfish/v1/Systems/1']);
    clock.advance(61_000);
    await client.setPower(one, 'On', 'graceful');
    assert.equal(bmc.lines().filter((line) => line.endsWith('.Reset')).length, 2);
  });

  it('powers on again when the state was reached and lost meanwhile', async () => {
    const client = factory.open(access());
    await client.setPower(one, 'On', 'graceful');
    assert.equal((await client.system(one)).powerState, 'On');
    (bmc.tree.get('/redfish/v1/Systems/1') as { PowerState: string }).PowerState = 'Off';
    await client.system(one);
    await client.setPower(one, 'On', 'graceful');
    assert.equal(bmc.lines().filter((line) => line.endsWith('.Reset')).length, 2);
  });

  it('sends nothing when the state is there, and nothing when no reset type does', async () => {
    const client = factory.open(access());
    await client.setPower(one, 'Off', 'graceful');
    assert.equal(bmc.lines().filter((line) => line.endsWith('.Reset')).length, 0);
    const machine = bmc.tree.get('/redfish/v1/Systems/1') as typeof system;
    machine.PowerState = 'On';
    machine.Actions['#ComputerSystem.Reset']['ResetType@Redfish.AllowableValues'] = ['ForceRestart'];
    clock.advance(6000);
    await assert.rejects(client.setPower(one, 'Off', 'force'), { code: 'RESET_TYPE_UNSUPPORTED' });
    assert.equal(bmc.lines().filter((line) => line.endsWith('.Reset')).length, 0);
  });

  it('does not press twice when the answer was lost: it looks, and says that it does not know', async () => {
    let presses = 0;
    bmc.handler = ({ url }, response) => {
      if (!url.endsWith('.Reset')) return undefined;
      presses += 1;
      response.destroy();
      return true;
    };
    const client = factory.open(access());
    await assert.rejects(client.setPower(one, 'On', 'graceful'), { code: 'OUTCOME_UNKNOWN', class: 'transient' });
    await assert.rejects(client.setPower(one, 'On', 'graceful'), { code: 'OUTCOME_UNKNOWN' });
    assert.equal(presses, 1);
    (bmc.tree.get('/redfish/v1/Systems/1') as { PowerState: string }).PowerState = 'PoweringOn';
    await client.setPower(one, 'On', 'graceful');
    assert.equal(presses, 1);
  });

  it('takes a lost answer for success when the state shows it', async () => {
    bmc.handler = ({ url }, response) => {
      if (!url.endsWith('.Reset')) return undefined;
      (bmc.tree.get('/redfish/v1/Systems/1') as { PowerState: string }).PowerState = 'On';
      response.destroy();
      return true;
    };
    await factory.open(access()).setPower(one, 'On', 'graceful');
  });

  it('boots from the network once with one PATCH and one look, and not twice', async () => {
    const client = factory.open(access());
    await client.systems();
    const before = bmc.log.length;
    await client.setBootOnce(one, 'Pxe');
    assert.deepEqual(bmc.lines().slice(before), ['PATCH /redfish/v1/Systems/1', 'GET /redfish/v1/Systems/1']);
    assert.deepEqual(JSON.parse(bmc.log[before]?.body ?? ''), {
      Boot: { BootSourceOverrideEnabled: 'Once', BootSourceOverrideTarget: 'Pxe' },
    });
    await client.setBootOnce(one, 'Pxe');
    assert.equal(bmc.log.length, before + 2);
    await assert.rejects(client.setBootOnce(one, 'Cd'), { code: 'BOOT_TARGET_UNSUPPORTED' });
  });

  it('believes an override that the BMC keeps for good', async () => {
    bmc.handler = ({ method }, response) => {
      if (method !== 'PATCH') return undefined;
      const boot = { BootSourceOverrideEnabled: 'Continuous', BootSourceOverrideTarget: 'Pxe' };
      bmc.tree.set('/redfish/v1/Systems/1', { ...structuredClone(system), Boot: boot });
      return reply(response, 204);
    };
    await factory.open(access()).setBootOnce(one, 'Pxe');
    assert.equal(bmc.lines().filter((line) => line.startsWith('PATCH')).length, 1);
  });

  it('does not believe an override that does not read back', async () => {
    bmc.handler = ({ method }, response) => (method === 'PATCH' ? reply(response, 204) : undefined);
    await assert.rejects(factory.open(access()).setBootOnce(one, 'Pxe'), { code: 'BMC_ERROR', class: 'transient' });
  });

  it('writes the override to the settings object when the system refuses it', async () => {
    const machine = bmc.tree.get('/redfish/v1/Systems/1') as Record<string, unknown>;
    machine['@Redfish.Settings'] = { SettingsObject: { '@odata.id': '/redfish/v1/Systems/1/Settings' } };
    bmc.tree.set('/redfish/v1/Systems/1/Settings', { '@odata.id': '/redfish/v1/Systems/1/Settings', Boot: {} });
    bmc.handler = ({ method, url }, response) =>
      method === 'PATCH' && url.endsWith('/1') ? reply(response, 400, extended('PropertyNotWritable')) : undefined;
    await factory.open(access()).setBootOnce(one, 'Pxe');
    assert.deepEqual(bmc.lines().slice(-2), [
      'PATCH /redfish/v1/Systems/1/Settings',
      'GET /redfish/v1/Systems/1/Settings',
    ]);
  });

  it('climbs the ETag ladder: weak, strong, fresh, none', async () => {
    const tags: (string | undefined)[] = [];
    bmc.handler = ({ method, headers }, response) => {
      if (method === 'GET') response.setHeader('etag', 'W/"1"');
      if (method !== 'PATCH') return undefined;
      tags.push(headers['if-match']);
      return headers['if-match'] === undefined ? undefined : reply(response, 412, extended('PreconditionFailed'));
    };
    await factory.open(access()).setBootOnce(one, 'Pxe');
    assert.deepEqual(tags, ['W/"1"', '"1"', undefined]);
  });

  it('fetches an ETag when one is demanded', async () => {
    const tags: (string | undefined)[] = [];
    bmc.handler = ({ method, headers, url }, response) => {
      if (method === 'GET' && tags.length > 0 && url.endsWith('/1')) response.setHeader('etag', '"7"');
      if (method !== 'PATCH') return undefined;
      tags.push(headers['if-match']);
      return headers['if-match'] === undefined ? reply(response, 428, extended('PreconditionRequired')) : undefined;
    };
    await factory.open(access()).setBootOnce(one, 'Pxe');
    assert.deepEqual(tags, [undefined, '"7"']);
  });

  it('ends its session at the end', async () => {
    const client = factory.open(access());
    await client.authenticate();
    await factory.close();
    assert.equal(bmc.lines().at(-1), 'DELETE /redfish/v1/SessionService/Sessions/1');
    for (let wait = 0; wait < 100 && bmc.connections() > 0; wait += 1) await settle(1);
    assert.equal(bmc.connections(), 0);
  });

  it('refuses plain HTTP that nobody allowed, before a single byte', async () => {
    const client = factory.open(access({ allowPlainHttp: false }));
    await assert.rejects(client.systems(), { code: 'BMC_PLAIN_HTTP', class: 'permanent' });
    assert.equal(bmc.log.length, 0);
  });
});
