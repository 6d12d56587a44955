/** Manners towards one BMC: closed windows are kept, dead ones left alone, writes sent alone, all BMCs bounded. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Secret } from '../../../src/lib/secret.js';
import { type BmcFactory, systemUri } from '../../../src/ports/bmc.js';
import { silent } from '../../../src/ports/log.js';
import { createBmcFactory, type Limits } from '../../../src/redfish/index.js';
import { extended, hastyClock, reply, type TinyBmc, tinyBmc } from './tiny-bmc.js';

const one = systemUri('/redfish/v1/Systems/1');

describe('manners towards a BMC', () => {
  let bmc: TinyBmc;
  let factory: BmcFactory;
  let clock: ReturnType<typeof hastyClock>;

  const open = (id = 'b', limits: Partial<Limits> = {}) => {
    factory = createBmcFactory({ clock, log: silent, limits, random: () => 0.5 });
    const access = { id, url: bmc.url, username: 'admin', credentialVersion: '1', allowPlainHttp: true };
    return factory.open({ ...access, password: new Secret(bmc.password) });
  };

  beforeEach(async () => {
    bmc = await tinyBmc();
    clock = hastyClock();
  });
  afterEach(async () => {
    await factory.close(100);
    await bmc.close();
  });

  it('sends nothing while a Retry-After runs, and tells the caller how long', async () => {
    const client = open();
    await client.authenticate();
    bmc.handler = (_request, response) => reply(response, 503, extended('GeneralError'), { 'retry-after': '90' });
    await assert.rejects(client.system(one), { code: 'BMC_BUSY', retryAfterMs: 90_000 });
    const before = bmc.log.length;
    for (let visit = 0; visit < 20; visit += 1) await assert.rejects(client.system(one), { code: 'BMC_BUSY' });
    assert.equal(bmc.log.length, before);
    bmc.handler = undefined;
    clock.advance(91_000);
    assert.equal((await client.system(one)).model, 'X1');
  });

  it('waits a short Retry-After out', async () => {
    const client = open();
    await client.authenticate();
    let isBusy = true;
    bmc.handler = (_request, response) => {
      if (!isBusy) return undefined;
      isBusy = false;
      return reply(response, 429, extended('GeneralError'), { 'retry-after': '7' });
    };
    assert.equal((await client.system(one)).model, 'X1');
    assert.deepEqual(clock.slept, [7000]);
  });

  it('leaves a dead BMC alone, and comes back after one anonymous probe', async () => {
    const client = open();
    await client.authenticate();
    bmc.handler = (_request, response) => {
      response.destroy();
      return true;
    };
    await assert.rejects(client.system(one), { code: 'BMC_UNREACHABLE' });
    await assert.rejects(client.system(one), { code: 'BMC_UNREACHABLE' });
    const before = bmc.log.length;
    for (let visit = 0; visit < 20; visit += 1) await assert.rejects(client.system(one), { code: 'BMC_UNREACHABLE' });
    assert.equal(bmc.log.length, before);
    clock.advance(31_000);
    await assert.rejects(client.system(one), { code: 'BMC_UNREACHABLE' });
    assert.deepEqual(bmc.lines().slice(before), ['GET /redfish/v1/']);
    assert.equal(bmc.log.at(-1)?.headers['x-auth-token'], undefined);
    bmc.handler = undefined;
    clock.advance(61_000);
    assert.equal((await client.system(one)).model, 'X1');
    assert.deepEqual(bmc.lines().slice(before + 1), ['GET /redfish/v1/', 'GET /redfish/v1/Systems/1']);
  });

  it('keeps at most two requests in flight, and a write alone', async () => {
    const client = open();
    await client.systems();
    let reading = 0;
    let mostReading = 0;
    let besideWrite = 0;
    bmc.handler = ({ method, url }, response) => {
      if (method !== 'GET') besideWrite = Math.max(besideWrite, reading);
      if (method !== 'GET') return undefined;
      reading += 1;
      mostReading = Math.max(mostReading, reading);
      setTimeout(() => {
        reading -= 1;
        reply(response, 200, bmc.tree.get(url) ?? { '@odata.id': url });
      }, 10);
      return true;
    };
    const reads = Array.from({ length: 12 }, (_, n) => client.system(systemUri(`/redfish/v1/Systems/${n}`)));
    await Promise.all([...reads, client.setPower(one, 'On', 'graceful'), client.setBootOnce(one, 'Pxe')]);
    assert.equal(mostReading, 2);
    assert.equal(besideWrite, 0);
    assert.ok(bmc.connections() <= 2, `${bmc.connections()} connections`);
  });
});
