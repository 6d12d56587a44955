/** Credentials are spent once: single-flight logins, one new login, no second try of a refused password. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { inspect } from 'node:util';
import { Secret } from '../../../src/lib/secret.js';
import { type BmcAccess, type BmcFactory, systemUri } from '../../../src/ports/bmc.js';
import { silent } from '../../../src/ports/log.js';
import { createBmcFactory } from '../../../src/redfish/index.js';
import { extended, hastyClock, reply, type TinyBmc, tinyBmc } from './tiny-bmc.js';

const one = systemUri('/redfish/v1/Systems/1');
const isLogin = (line: string): boolean => line.startsWith('POST') && line.endsWith('/Sessions');

describe('the session with a BMC', () => {
  let bmc: TinyBmc;
  let factory: BmcFactory;
  let clock: ReturnType<typeof hastyClock>;

  const access = (more: Partial<BmcAccess> = {}): BmcAccess => ({
    id: 'bmc-1',
    url: bmc.url,
    username: 'admin',
    password: new Secret('correct horse'),
    credentialVersion: 'v1',
    allowPlainHttp: true,
    ...more,
  });
  const logins = (): number => bmc.lines().filter(isLogin).length;

  beforeEach(async () => {
    bmc = await tinyBmc();
    clock = hastyClock();
    factory = createBmcFactory({ clock, log: silent });
  });
  afterEach(async () => {
    await factory.close();
    await bmc.close();
  });

  it('tries a wrong password once, however many ask, and again only when it changed', async () => {
    bmc.password = 'another';
    const refused = { code: 'BMC_AUTH_FAILED', class: 'permanent' };
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => factory.open(access()).systems()));
    assert.ok(results.every(({ status }) => status === 'rejected'));
    for (let pass = 0; pass < 100; pass += 1) await assert.rejects(factory.open(access()).system(one), refused);
    assert.equal(logins(), 1);
    await factory.open(access({ password: new Secret('another'), credentialVersion: 'v2' })).systems();
    assert.equal(logins(), 2);
  });

  it('logs in once for all who ask at the same time', async () => {
    const client = factory.open(access());
    await Promise.all([client.system(one), client.manager(), client.systems(), client.health(one)]);
    assert.equal(logins(), 1);
  });

  it('logs in once more when the token expired, and replays the request', async () => {
    const client = factory.open(access());
    await client.system(one);
    bmc.tokens.clear();
    const results = await Promise.all([client.system(one), client.manager(), client.systems()]);
    assert.equal(results[0]?.model, 'X1');
    assert.equal(logins(), 2);
  });

  it('relies on no session that lay unused for most of its life, once one has ended by itself', async () => {
    const root = bmc.tree.get('/redfish/v1') as Record<string, unknown>;
    const service = '/redfish/v1/SessionService';
    root.SessionService = { '@odata.id': service };
    bmc.tree.set(service, { '@odata.id': service, SessionTimeout: 300 });
    const client = factory.open(access());
    const spent = async (idleMs: number): Promise<string[]> => {
      clock.advance(idleMs);
      const before = bmc.log.length;
      await client.system(one);
      return bmc.lines().slice(before);
    };
    const read = 'GET /redfish/v1/Systems/1';
    const login = `POST ${service}/Sessions`;
    await client.system(one);
    assert.deepEqual(await spent(299_000), [read], 'nothing is known, and nothing asked');
    bmc.tokens.clear();
    assert.deepEqual(await spent(301_000), [read, login, `GET ${service}`, read]);
    assert.deepEqual(await spent(230_000), [read], 'below 80 %');
    assert.deepEqual(await spent(240_000), [login, read], 'at 80 %');
    bmc.tokens.clear();
    assert.deepEqual(await spent(1_000), [read, login, read], 'the time-out is asked for once');
  });

  it('stops for good when a fresh token is refused too', async () => {
    bmc.handler = ({ url }, response) =>
      url.startsWith('/redfish/v1/Systems') ? reply(response, 401, extended('NoValidSession')) : undefined;
    const client = factory.open(access());
    await assert.rejects(client.systems(), { code: 'BMC_AUTH_FAILED' });
    await assert.rejects(client.systems(), { code: 'BMC_AUTH_FAILED' });
    assert.equal(logins(), 2);
  });

  for (const status of [404, 405, 501]) {
    it(`uses Basic where sessions are answered by ${status}`, async () => {
      bmc.handler = ({ method, url }, response) =>
        isLogin(`${method} ${url}`) ? reply(response, status, extended('OperationNotAllowed')) : undefined;
      const client = factory.open(access());
      assert.equal((await client.system(one)).model, 'X1');
      await client.authenticate();
      await client.system(one);
      assert.equal(logins(), 1);
    });
  }

  it('uses Basic without a login where the root knows no sessions', async () => {
    const root = bmc.tree.get('/redfish/v1') as Record<string, unknown>;
    root.Links = {};
    await factory.open(access()).authenticate();
    assert.equal(logins(), 0);
    assert.deepEqual(bmc.lines(), ['GET /redfish/v1/', 'GET /redfish/v1/Systems']);
  });

  it('uses Basic while the session table is full, and asks for a session again later', async () => {
    let isFull = true;
    bmc.handler = ({ method, url }, response) =>
      isFull && isLogin(`${method} ${url}`) ? reply(response, 503, extended('SessionLimitExceeded')) : undefined;
    const client = factory.open(access());
    await client.system(one);
    await client.system(one);
    assert.equal(logins(), 1);
    isFull = false;
    clock.advance(301_000);
    await client.system(one);
    assert.equal(logins(), 2);
    assert.equal(bmc.log.at(-1)?.headers.authorization, undefined);
  });

  it('tries a wrong password by Basic once', async () => {
    bmc.password = 'another';
    bmc.handler = ({ method, url }, response) => (isLogin(`${method} ${url}`) ? reply(response, 405) : undefined);
    await assert.rejects(factory.open(access()).system(one), { code: 'BMC_AUTH_FAILED' });
    await assert.rejects(factory.open(access()).system(one), { code: 'BMC_AUTH_FAILED' });
    assert.equal(bmc.log.filter(({ headers }) => headers.authorization !== undefined).length, 1);
  });

  it('tells a password that must be changed apart', async () => {
    bmc.handler = ({ method, url }, response) =>
      isLogin(`${method} ${url}`) ? reply(response, 403, extended('PasswordChangeRequired')) : undefined;
    await assert.rejects(factory.open(access()).system(one), { code: 'BMC_PASSWORD_CHANGE_REQUIRED' });
    await assert.rejects(factory.open(access()).system(one), { code: 'BMC_PASSWORD_CHANGE_REQUIRED' });
    assert.equal(logins(), 1);
  });

  it('ends the old session when the credential changes', async () => {
    await factory.open(access()).system(one);
    await factory.open(access({ credentialVersion: 'v2' })).system(one);
    assert.ok(bmc.lines().includes('DELETE /redfish/v1/SessionService/Sessions/1'));
    assert.equal(logins(), 2);
  });

  it('looks with a new credential at once, however fresh what it remembers: a corrected secret brings a BMC back', async () => {
    await factory.open(access()).manager();
    const renewed = factory.open(access({ credentialVersion: 'v2' }));
    await renewed.manager(600_000);
    assert.equal(logins(), 2);
    await renewed.manager(600_000);
    assert.equal(logins(), 2);
  });

  it('repeats no password and no token in any error, even when the BMC does', async () => {
    const canary = 'canary-Pa55"word\\1234';
    bmc.handler = ({ method, url, body }, response) =>
      isLogin(`${method} ${url}`)
        ? reply(response, 401, extended(`No${canary}`, `bad: ${JSON.parse(body).Password}`))
        : undefined;
    const error = await factory
      .open(access({ password: new Secret(canary) }))
      .systems()
      .catch((caught: unknown) => caught);
    assert.doesNotMatch(
      inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error),
      /canary-Pa55|word.{1,4}1234/,
    );
    assert.match(String((error as { why?: string }).why), /redacted/);
  });
});
