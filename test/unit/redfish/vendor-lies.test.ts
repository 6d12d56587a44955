/** What single vendors' BMCs make others believe, and the records that know better: each lie is the emulator's. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Secret } from '../../../src/lib/secret.js';
import { systemUri } from '../../../src/ports/bmc.js';
import { silent } from '../../../src/ports/log.js';
import { createBmcFactory } from '../../../src/redfish/index.js';
import { sharedClock } from './shared-clock.js';
import { hastyClock, system, tinyBmc } from './tiny-bmc.js';
import { bootable, type ProfileWorld, until, withProfile } from './with-profile.js';

describe('a machine behind an iDRAC9 that never ran', () => {
  it('is known by its maker, and tells its parts after its first start', () =>
    withProfile('dell-idrac9', async ({ emulator, bmc, name }) => {
      emulator.control.fail({ action: { kind: 'state', how: 'neverStarted' } });
      const blank = bootable(await bmc.systems());
      assert.equal(blank.manufacturer, 'Dell Inc.');
      assert.equal(blank.memoryGiB, undefined, 'no memory is not a memory of nothing');
      assert.deepEqual((await bmc.system(blank.uri)).manufacturer, 'Dell Inc.');
      assert.deepEqual(await bmc.processors(blank.uri), []);
      assert.deepEqual(await bmc.memory(blank.uri), []);

      await bmc.setPower(blank.uri, 'On', 'force');
      await until('On', () => emulator.powerState(name) === 'On');
      const known = await bmc.system(blank.uri);
      assert.ok((known.memoryGiB ?? 0) > 0);
      assert.ok(known.model);
      assert.ok((await bmc.processors(blank.uri)).length > 0);
    }));
});

describe('the firmware of an iDRAC9', () => {
  it('has no date where it writes zeros', () =>
    withProfile('dell-idrac9', async ({ emulator, bmc, name }) => {
      const items = await bmc.firmwareInventory();
      assert.equal(emulator.control.resource(name, items[0]?.uri ?? '')?.ReleaseDate, '00:00:00Z');
      assert.ok(items.every(({ releaseDate }) => releaseDate === undefined));
    }));
});

describe('a wrong password at an iLO', () => {
  it('is refused after ten seconds, once, and is not taken for silence', () => {
    const clock = sharedClock();
    return withProfile(
      'hpe-ilo6',
      async ({ emulator, factory, access, name }) => {
        const wrong = { ...access, id: 'wrong', password: new Secret('not-the-password') };
        let code: unknown;
        const asked = [1, 2, 3].map(() =>
          factory
            .open(wrong)
            .authenticate()
            .catch((error) => {
              code = error.code;
            }),
        );
        await until('the login is sent', () => emulator.log.logins(name).failed === 1);
        clock.advance(9_000);
        await new Promise((resolve) => setTimeout(resolve, 20));
        assert.equal(code, undefined, 'it is still thinking');
        clock.advance(1_000);
        await Promise.all(asked);
        assert.equal(code, 'BMC_AUTH_FAILED');
        assert.equal(emulator.log.logins(name).failed, 1);
      },
      { clock, speed: 1 },
    );
  });
});

describe('collections of an AMI MegaRAC', () => {
  it('are rid of members that belong elsewhere, without reading them', () =>
    withProfile('ami-megarac', async ({ emulator, bmc, spent }) => {
      const { uri } = bootable(await bmc.systems());
      const before = [await bmc.processors(uri), await bmc.memory(uri), await bmc.firmwareInventory()];
      emulator.control.fail({ action: { kind: 'paging', how: 'strayMembers' } });
      spent();
      assert.deepEqual([await bmc.processors(uri), await bmc.memory(uri), await bmc.firmwareInventory()], before);
      assert.ok(spent().every((line) => !line.includes('/Chassis/')));
      assert.equal((await bmc.systems()).length, 1);
    }));
});

describe('a boot order with names behind its references', () => {
  it('is read and written as references: Boot0019: Ubuntu is Boot0019', async () => {
    const tiny = await tinyBmc();
    const factory = createBmcFactory({ clock: hastyClock(), log: silent });
    try {
      const path = '/redfish/v1/Systems/1';
      const named = { ...system, Boot: { ...system.Boot, BootOrder: ['Boot0019: Ubuntu', 'Boot0001: PXE, slot 1'] } };
      tiny.tree.set(path, named);
      const access = { id: 'rubin', url: tiny.url, username: 'admin', credentialVersion: '1', allowPlainHttp: true };
      const bmc = factory.open({ ...access, password: new Secret(tiny.password) });
      assert.deepEqual(await bmc.bootOrder(systemUri(path)), ['Boot0019', 'Boot0001']);
      await bmc.setBootOrder(systemUri(path), ['Boot0001', 'Boot0019']);
      const sent = tiny.log.find(({ method }) => method === 'PATCH');
      assert.deepEqual(JSON.parse(sent?.body ?? '{}').Boot.BootOrder, ['Boot0001', 'Boot0019']);
      const writes = tiny.log.length;
      await bmc.setBootOrder(systemUri(path), ['Boot0001', 'Boot0019']);
      assert.ok(tiny.log.slice(writes).every(({ method }) => method === 'GET'));
    } finally {
      await factory.close();
      await tiny.close();
    }
  });
});

for (const profile of ['dell-idrac9', 'dell-idrac10']) {
  describe(`a virtual CD of the emulated ${profile}`, () => {
    const image = { url: 'https://boot.example/rescue.iso' };
    const boots = (world: ProfileWorld) =>
      world.emulator.log.actions(world.name).filter(({ action }) => action === 'boot');

    it('is booted once by settings of the BMC, because Cd is the drive in the machine', () =>
      withProfile(
        profile,
        async (world) => {
          const { bmc } = world;
          const { uri } = bootable(await bmc.systems());
          await bmc.insertMedia(uri, 'CD', image);
          await bmc.setBootOnce(uri, 'Cd');
          assert.equal((await bmc.system(uri)).bootOverride?.enabled, 'Disabled');
          world.spent();
          await bmc.setBootOnce(uri, 'Cd');
          assert.ok(
            world.spent().every((line) => line.startsWith('GET')),
            'what is set already is not set again',
          );
          await bmc.setPower(uri, 'On', 'force');
          await until('a boot', () => boots(world).length > 0);
          assert.deepEqual([boots(world)[0]?.from, boots(world)[0]?.to], ['Cd', 'media']);

          await bmc.reset(uri, 'ForceRestart');
          await until('another boot', () => boots(world).length > 1);
          assert.notEqual(boots(world)[1]?.to, 'media', 'once is once');
        },
        { speed: 20_000 },
      ));

    it('is not booted once the override is cleared', () =>
      withProfile(
        profile,
        async (world) => {
          const { bmc } = world;
          const { uri } = bootable(await bmc.systems());
          await bmc.insertMedia(uri, 'CD', image);
          await bmc.setBootOnce(uri, 'Cd');
          await bmc.clearBootOverride(uri);
          world.spent();
          await bmc.clearBootOverride(uri);
          assert.ok(
            world.spent().every((line) => line.startsWith('GET')),
            'what is cleared already is not cleared again',
          );
          await bmc.setPower(uri, 'On', 'force');
          await until('a boot', () => boots(world).length > 0);
          assert.notEqual(boots(world)[0]?.to, 'media');
        },
        { speed: 20_000 },
      ));

    it('that is not there leaves Cd what it is', () =>
      withProfile(profile, async ({ bmc }) => {
        const { uri } = bootable(await bmc.systems());
        await bmc.setBootOnce(uri, 'Cd');
      }));
  });
}
