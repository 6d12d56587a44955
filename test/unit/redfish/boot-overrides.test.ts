/** Boot overrides beyond the one-time network boot, cleared again, and restarts by intent, on every emulated profile. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { profiles } from '../../../src/sandbox/bmc/index.js';
import { bootable, until, withProfile } from './with-profile.js';

for (const { name: profile, quirks } of profiles) {
  describe(`boot overrides of the emulated ${profile}`, () => {
    it('are set, shown, not sent again, and cleared', () =>
      withProfile(profile, async ({ bmc, spent }) => {
        const { uri } = bootable(await bmc.systems());
        const override = { target: 'Hdd' } as const;
        await bmc.setBootOverride(uri, override);
        spent();
        await bmc.setBootOverride(uri, override);
        const isShownAtTheSystem = (await bmc.system(uri)).bootOverride?.target === 'Hdd';
        const patches = spent().filter((line) => line.startsWith('PATCH')).length;
        assert.equal(patches, isShownAtTheSystem ? 0 : 1);
        await bmc.clearBootOverride(uri);
        assert.notEqual((await bmc.system(uri)).bootOverride?.enabled, 'Once');
        spent();
        await bmc.clearBootOverride(uri);
        assert.equal(spent().filter((line) => line.startsWith('PATCH')).length, 0);
      }));

    it('last where the BMC knows Continuous, and say what it knows where not', () =>
      withProfile(profile, async ({ bmc }) => {
        const { uri } = bootable(await bmc.systems());
        const forGood = bmc.setBootOverride(uri, { target: 'Pxe', enabled: 'Continuous' });
        if (!quirks.boot.enabledValues.includes('Continuous')) {
          await assert.rejects(forGood, { code: 'BOOT_TARGET_UNSUPPORTED' });
          return;
        }
        await forGood;
      }));

    it('are in the mode asked for where it can be chosen for one boot', () =>
      withProfile(profile, async ({ bmc, emulator, name }) => {
        const { uri } = bootable(await bmc.systems());
        const set = bmc.setBootOverride(uri, { target: 'Pxe', mode: 'Legacy' });
        if (quirks.boot.mode === 'absent' || quirks.boot.mode === 'readOnly') {
          await assert.rejects(set, { code: 'BOOT_TARGET_UNSUPPORTED' });
          return;
        }
        await set;
        const place = quirks.boot.writeOverrideAt === 'settings' ? `${uri}/${quirks.boot.settingsPath}` : uri;
        const boot = emulator.control.resource(name, place)?.Boot as { BootSourceOverrideMode?: string };
        assert.equal(boot.BootSourceOverrideMode, 'Legacy');
      }));

    it('lead to a URI where UefiHttp is offered', () =>
      withProfile(profile, async ({ bmc, emulator, name }) => {
        const { uri } = bootable(await bmc.systems());
        const httpBootUri = 'http://boot.example/x.efi';
        const set = bmc.setBootOverride(uri, { target: 'UefiHttp', httpBootUri });
        if (!quirks.boot.targets.includes('UefiHttp')) {
          await assert.rejects(set, { code: 'BOOT_TARGET_UNSUPPORTED' });
          return;
        }
        await set;
        const place = quirks.boot.writeOverrideAt === 'settings' ? `${uri}/${quirks.boot.settingsPath}` : uri;
        const boot = emulator.control.resource(name, place)?.Boot as { HttpBootUri?: string };
        assert.equal(boot.HttpBootUri, httpBootUri);
      }));

    it('can name the entries of its menu', () =>
      withProfile(profile, async ({ bmc }) => {
        const { uri } = bootable(await bmc.systems());
        const options = await bmc.bootOptions(uri);
        assert.equal(options.length > 0, quirks.boot.hasBootOptions);
        const network = options.find(({ macAddress }) => macAddress !== undefined);
        assert.equal(network !== undefined, quirks.boot.hasBootOptions);
        const macs = (await bmc.networkInterfaces(uri)).map(({ macAddress }) => macAddress);
        assert.ok(options.every(({ macAddress }) => macAddress === undefined || macs.includes(macAddress)));
      }));

    it('restart by intent with what the BMC has, once', () =>
      withProfile(profile, async ({ bmc, emulator, name }) => {
        const { uri } = bootable(await bmc.systems());
        emulator.control.setPower(name, 'On');
        await bmc.restart(uri, 'force');
        const { types } = quirks.reset;
        const resets = () => emulator.log.actions(name).filter(({ action }) => action === 'reset');
        assert.deepEqual(
          resets().map(({ to }) => to),
          [types.includes('ForceRestart') ? 'ForceRestart' : 'PowerCycle'],
        );
        await until('On again', () => emulator.powerState(name) === 'On');
        const cold = bmc.restart(uri, 'cold');
        if (!types.includes('PowerCycle') && quirks.parts?.cyclesChassis !== true) {
          await assert.rejects(cold, { code: 'RESET_TYPE_UNSUPPORTED' });
          return;
        }
        await cold;
        assert.equal(resets().at(-1)?.to, 'PowerCycle');
      }));
  });
}
