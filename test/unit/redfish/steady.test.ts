/** What is spared in the long run: unchanged resources, sessions left behind, and words that a BMC does not send. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { messagesOf, sentenceOf } from '../../../src/redfish/messages.js';
import { profiles } from '../../../src/sandbox/bmc/index.js';
import { bootable, type ProfileWorld, withProfile } from './with-profile.js';

const lastStatus = ({ emulator, name }: Pick<ProfileWorld, 'emulator' | 'name'>) =>
  emulator.log.requests(name).at(-1)?.status;
const untagged = ['smc-x10', 'cisco-cimc'];
const distrusted = ['dell-idrac9', 'dell-idrac10', 'ami-megarac', 'huawei-ibmc'];

describe('a resource that did not change', () => {
  for (const { name: profile } of profiles) {
    it(`is asked for by its tag on the emulated ${profile}, if that can be trusted`, () =>
      withProfile(profile, async (world) => {
        const { bmc, emulator, name } = world;
        const { uri } = bootable(await bmc.systems());
        const first = await bmc.system(uri);
        assert.deepEqual(await bmc.system(uri), first);
        const isSpared = !untagged.includes(profile) && !distrusted.includes(profile);
        assert.equal(lastStatus(world), isSpared ? 304 : 200);
        emulator.control.setPower(name, 'On');
        assert.equal((await bmc.system(uri)).powerState, 'On');
        assert.equal(lastStatus(world), 200);
      }));
  }

  it('is read whole for two minutes after something was done to it', () =>
    withProfile('generic', async (world) => {
      const { bmc, clock } = world;
      const { uri } = bootable(await bmc.systems());
      await bmc.setIndicator(uri, 'Lit');
      await bmc.system(uri);
      await bmc.system(uri);
      assert.equal(lastStatus(world), 200);
      clock.advance(121_000);
      await bmc.system(uri);
      assert.equal(lastStatus(world), 304);
    }));

  it('is read whole every five minutes, should its tag never change', () =>
    withProfile('generic', async (world) => {
      const { bmc, clock } = world;
      const { uri } = bootable(await bmc.systems());
      await bmc.system(uri);
      for (let minute = 0; minute < 5; minute += 1) {
        clock.advance(58_000);
        await bmc.system(uri);
        assert.equal(lastStatus(world), 304);
      }
      clock.advance(58_000);
      await bmc.system(uri);
      assert.equal(lastStatus(world), 200);
    }));
});

describe('a machine at rest', () => {
  const minute = 60_000;
  const system = (uri: string) => `GET ${uri}`;

  it('is spared one question where its manager was asked, and is read when its turn comes again', () =>
    withProfile('generic', async ({ bmc, clock, emulator, name, spent }) => {
      const { uri } = bootable(await bmc.systems());
      await bmc.system(uri);
      clock.advance(minute / 2);
      await bmc.manager();
      spent();
      emulator.control.setPower(name, 'On');
      const spared = await bmc.system(uri, 5_000, 2 * minute);
      assert.deepEqual([spared.isSpared, spared.powerState, spent().length], [true, 'Off', 0]);
      const read = await bmc.system(uri, 5_000, 2 * minute);
      assert.deepEqual([read.isSpared, read.powerState, spent()], [undefined, 'On', [system(uri)]]);
    }));

  it('is not spared without that, beyond its interval, or where nothing old was asked for', () =>
    withProfile('generic', async ({ bmc, clock, spent }) => {
      const { uri } = bootable(await bmc.systems());
      await bmc.system(uri);
      await bmc.manager(10 * minute);
      const asks = async (spareMs: number) => {
        clock.advance(minute / 2);
        spent();
        await bmc.system(uri, 5_000, spareMs);
        return spent().length;
      };
      clock.advance(2 * minute);
      assert.equal(await asks(minute), 1, 'nobody asked the manager');
      clock.advance(2 * minute);
      await bmc.manager();
      assert.equal(await asks(minute), 1, 'what is known is too old');
      await bmc.manager();
      assert.equal(await asks(0), 1, 'its present state was asked for');
    }));

  it('is read again after its BMC told that something changed', () =>
    withProfile('generic', async ({ access, bmc, factory, spent }) => {
      const { uri } = bootable(await bmc.systems());
      await bmc.system(uri);
      await bmc.manager();
      factory.forget('another');
      spent();
      await bmc.system(uri, 5_000, 2 * minute);
      assert.deepEqual(spent(), []);
      factory.forget(access.id);
      await bmc.system(uri, 5_000, 2 * minute);
      assert.deepEqual(spent(), [system(uri)]);
    }));

  it('has the systems it had, until its manager is another', () =>
    withProfile('generic', async ({ bmc, clock, emulator, name, spent }) => {
      const hour = 60 * minute;
      await bmc.manager();
      await bmc.systems(hour);
      clock.advance(hour / 2);
      await bmc.manager();
      spent();
      await bmc.systems(hour);
      assert.deepEqual(spent(), []);
      emulator.control.patch(name, (await bmc.manager()).uri, { FirmwareVersion: '9.9' });
      clock.advance(minute);
      await bmc.manager();
      spent();
      await bmc.systems(hour);
      assert.ok(spent().some((line) => line.startsWith('GET /redfish/v1/Systems')));
    }));
});

describe('a full session table', () => {
  it('is freed of the sessions this process could not end, and of no others', () =>
    withProfile('dell-idrac9', async ({ emulator, factory, access, bmc, name }) => {
      await bmc.authenticate();
      emulator.control.fail({ id: 'logout', match: { method: 'DELETE' }, action: { kind: 'status', status: 500 } });
      factory.open({ ...access, credentialVersion: '2' });
      await new Promise((resolve) => setTimeout(resolve, 50));
      emulator.control.heal('logout');
      emulator.control.fillSessions(name);
      const before = emulator.control.openSessions(name);
      await factory.open({ ...access, credentialVersion: '2' }).authenticate();
      assert.equal(emulator.control.openSessions(name), before);
      const deleted = emulator.log.requests(name).filter(({ method, status }) => method === 'DELETE' && status < 300);
      assert.equal(deleted.length, 1);
    }));
});

describe('messages without words', () => {
  it('get them from the table, with their arguments', () => {
    const ilo = {
      error: {
        code: 'iLO.0.10.ExtendedInfo',
        message: 'See @Message.ExtendedInfo for more information.',
        '@Message.ExtendedInfo': [{ MessageId: 'iLO.2.24.InvalidPasswordLength', MessageArgs: ['8', '39'] }],
      },
    };
    const said = 'InvalidPasswordLength: The password must have between 8 and 39 characters.';
    assert.equal(sentenceOf(messagesOf(ilo)), said);
  });

  it('keep those they have', () => {
    const own = { '@Message.ExtendedInfo': [{ MessageId: 'Base.1.8.MalformedJSON', Message: 'No JSON, sir.' }] };
    assert.equal(messagesOf(own)[0]?.text, 'No JSON, sir.');
  });
});
