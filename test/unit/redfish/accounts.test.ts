/** Accounts and subscriptions of every emulated profile through the client, and what a lost answer makes of them. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Secret } from '../../../src/lib/secret.js';
import { profiles } from '../../../src/sandbox/bmc/index.js';
import { bootable, until, withProfile } from './with-profile.js';

const secret = new Secret('Correct-Horse-7');
const next = new Secret('Battery-Staple-8');
const account = { userName: 'operator7', password: secret, roleId: 'Administrator' };
/** AMI's members are read one by one; X10 and X11 know no `$expand`. */
const oneByOne = ['ami-megarac', 'smc-x10', 'smc-x11', 'cisco-cimc', 'fujitsu-irmc', 'huawei-ibmc'];

for (const { name: profile, quirks } of profiles) {
  describe(`accounts of the emulated ${profile}`, () => {
    it('are created, given another password, and deleted, within budget', () =>
      withProfile(profile, async ({ bmc, factory, access, spent }) => {
        await bmc.authenticate();
        const before = await bmc.accounts();
        assert.deepEqual(
          before.map(({ userName }) => userName),
          ['admin'],
        );
        spent();
        const made = await bmc.createAccount(account);
        const creating = spent();
        assert.equal(made.userName, account.userName);
        // Slots: list, refused POST, PATCH (and its ETag).
        const most = oneByOne.includes(profile) ? 4 : quirks.accounts.model === 'slots' ? 5 : 2;
        assert.ok(creating.length <= most, creating.join('\n'));

        const own = { ...access, id: 'own', username: account.userName, password: secret };
        await factory.open(own).authenticate();
        await bmc.setAccountPassword(made.id, next);
        await factory.open({ ...own, id: 'own-2', password: next }).authenticate();
        await assert.rejects(factory.open({ ...own, id: 'own-3' }).authenticate(), { code: 'BMC_AUTH_FAILED' });

        await bmc.deleteAccount(made.id);
        await bmc.deleteAccount(made.id);
        assert.deepEqual(await bmc.accounts(), before);
        await assert.rejects(bmc.setAccountPassword(made.id, next), { code: 'BMC_NOT_FOUND' });
      }));

    it('have rules their passwords keep', () =>
      withProfile(profile, async ({ bmc }) => {
        const { minLength = 0, maxLength = 20, specials } = await bmc.passwordRules();
        assert.ok(minLength >= (profile.startsWith('dell') ? 0 : 8) && maxLength >= 19 && maxLength <= 64);
        assert.ok(specials !== undefined && specials.length > 10);
        const longest = new Secret('Aa1!'.padEnd(maxLength, 'x'));
        await bmc.createAccount({ ...account, password: longest });
        await assert.rejects(bmc.createAccount({ ...account, userName: 'second', password: new Secret('x') }), {
          code: 'BMC_REFUSED',
        });
      }));

    it('are not made twice', () =>
      withProfile(profile, async ({ bmc }) => {
        await bmc.createAccount(account);
        await assert.rejects(bmc.createAccount(account), { code: 'BMC_CONFLICT' });
        assert.equal((await bmc.accounts()).length, 2);
      }));
  });
}

describe('an account whose creation lost its answer', () => {
  const lose = { action: { kind: 'connection', how: 'reset' }, when: { first: 1 } } as const;

  it('is adopted when it was made', () =>
    withProfile('generic', async ({ emulator, bmc, name }) => {
      await bmc.accounts();
      emulator.control.fail({ match: { method: 'POST', path: '*/Accounts' }, ...lose });
      assert.equal((await bmc.createAccount(account)).userName, account.userName);
      const posts = emulator.log
        .requests(name)
        .filter(({ method, path }) => method === 'POST' && /Accounts$/.test(path));
      assert.equal(posts.length, 1);
    }));

  it('is told as unknown when it is not there', () =>
    withProfile('generic', async ({ emulator, bmc }) => {
      await bmc.accounts();
      emulator.control.fail({
        match: { method: 'POST', path: '*/Accounts' },
        action: { kind: 'status', status: 504 },
        when: { first: 1 },
      });
      await assert.rejects(bmc.createAccount(account), { code: 'OUTCOME_UNKNOWN' });
    }));

  it('never tells its password', () =>
    withProfile('generic', async ({ emulator, bmc }) => {
      emulator.control.fail({
        match: { method: 'POST', path: '*/Accounts' },
        action: { kind: 'status', status: 400, message: `the value ${secret.reveal()} is too weak` },
      });
      const error = await bmc.createAccount(account).catch((caught: unknown) => caught as Error & { why: string });
      assert.ok(error instanceof Error);
      assert.match(error.why, /\[redacted\]/);
      assert.doesNotMatch(JSON.stringify(error) + error.why + error.stack, /Correct-Horse/);
    }));
});

describe('a password that must be changed first', () => {
  for (const profile of ['generic', 'openbmc', 'hpe-ilo6']) {
    it(`is changed on the emulated ${profile}, and then lets us in`, () =>
      withProfile(profile, async ({ emulator, factory, access, name }) => {
        const fresh = {
          username: 'fresh',
          password: 'Initial-Pass-1',
          role: 'Administrator',
          mustChangePassword: true,
        };
        emulator.control.addAccount(name, fresh);
        const own = { ...access, id: 'fresh', username: 'fresh', password: new Secret(fresh.password) };
        const bmc = factory.open(own);
        await assert.rejects(bmc.systems(), { code: 'BMC_PASSWORD_CHANGE_REQUIRED' });
        await bmc.changeOwnPassword(next);
        const renewed = factory.open({ ...own, password: next, credentialVersion: '2' });
        assert.ok((await renewed.systems()).length > 0);
      }));
  }

  it('is changed as any other where it need not be', () =>
    withProfile('dell-idrac9', async ({ factory, access, bmc }) => {
      await bmc.changeOwnPassword(next);
      await factory.open({ ...access, id: 'again', password: next }).authenticate();
    }));
});

describe('a BMC whose accounts live in slots', () => {
  it('tells when all are taken', () =>
    withProfile('dell-idrac9', async ({ emulator, bmc, name }) => {
      for (let slot = 3; slot <= 16; slot += 1) {
        emulator.control.addAccount(name, { username: `user${slot}`, password: 'Some-Pass-1', role: 'ReadOnly', slot });
      }
      await assert.rejects(bmc.createAccount(account), { code: 'BMC_REFUSED', why: /16 slots/ });
    }));
});

/** Receives events until told to refuse them. */
function receiver() {
  const bodies: { Context?: string; Events?: { MessageId: string; OriginOfCondition: unknown }[] }[] = [];
  const state = { status: 204, bodies, attempts: 0 };
  const server: Server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    state.attempts += 1;
    if (state.status < 300) bodies.push(JSON.parse(text));
    response.writeHead(state.status).end();
  });
  return {
    ...state,
    state,
    open: () => new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done())),
    url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/events/alerts/secret-path`,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

describe('subscriptions', () => {
  let target: ReturnType<typeof receiver>;
  beforeEach(async () => {
    target = receiver();
    await target.open();
  });
  afterEach(() => target.close());

  for (const { name: profile } of profiles) {
    it(`of the emulated ${profile} are made once, delivered and ended`, () =>
      withProfile(profile, async ({ bmc, spent }) => {
        const wanted = { destination: target.url(), context: 'metalctl', format: 'Event' } as const;
        const made = await bmc.subscribe(wanted);
        assert.deepEqual(await bmc.subscribe(wanted), made);
        assert.deepEqual(await bmc.subscriptions(), [{ ...wanted, uri: made.uri }]);
        const { uri } = bootable(await bmc.systems());
        await bmc.setPower(uri, 'On', 'force');
        await until('events', () => target.bodies.length >= 2);
        const [first] = target.bodies;
        assert.equal(first?.Context, 'metalctl');
        assert.match(String(first?.Events?.[0]?.MessageId), /ResourcePoweringOn$/);
        assert.match(JSON.stringify(first?.Events?.[0]?.OriginOfCondition), /Systems/);
        await bmc.unsubscribe(made.uri);
        await bmc.unsubscribe(made.uri);
        assert.deepEqual(await bmc.subscriptions(), []);
        assert.ok(spent().every((line) => !line.includes('secret-path')));
      }));
  }

  it('are adopted when the answer to their creation was lost', () =>
    withProfile('dell-idrac9', async ({ emulator, bmc }) => {
      emulator.control.fail({
        match: { method: 'POST', path: '*/Subscriptions' },
        action: { kind: 'connection', how: 'reset' },
        when: { first: 1 },
      });
      const wanted = { destination: target.url(), context: 'metalctl', format: 'MetricReport' } as const;
      const made = await bmc.subscribe(wanted);
      assert.equal(made.destination, wanted.destination);
      assert.equal((await bmc.subscriptions()).length, 1);
    }));

  it('are told to be unsupported where the service is off', () =>
    withProfile('generic', async ({ emulator, bmc, name }) => {
      emulator.control.patch(name, '/redfish/v1/EventService', { ServiceEnabled: false });
      await assert.rejects(bmc.subscribe({ destination: target.url(), context: 'x', format: 'Event' }), {
        code: 'BMC_UNSUPPORTED',
      });
    }));

  it('end by themselves when nobody takes their events', () =>
    withProfile('generic', async ({ bmc }) => {
      await bmc.subscribe({ destination: target.url(), context: 'metalctl', format: 'Event' });
      target.state.status = 500;
      const { uri } = bootable(await bmc.systems());
      await bmc.setPower(uri, 'On', 'force');
      await until('terminated', async () => (await bmc.subscriptions()).length === 0);
      assert.equal(target.state.attempts, 4, 'one attempt and three more');
    }));
});
