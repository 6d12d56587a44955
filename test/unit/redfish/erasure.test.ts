/** Back to the factory, through the client: what is erased is what was named, and it is asked for once. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Secret } from '../../../src/lib/secret.js';
import { profiles } from '../../../src/sandbox/bmc/index.js';
import { bootable, until, withProfile } from './with-profile.js';

const erased = (
  emulator: { log: { actions(name: string): readonly { action: string; to: string }[] } },
  name: string,
) => emulator.log.actions(name).flatMap(({ action, to }) => (action === 'erase' ? [to] : []));

for (const { name: profile, quirks } of profiles) {
  describe(`erasing the emulated ${profile}`, () => {
    it('tells what it offers, takes what was named, and follows it to its end', () =>
      withProfile(profile, async ({ bmc, emulator, name, spent }) => {
        const { uri } = bootable(await bmc.systems());
        const offered = await bmc.systemErasure(uri);
        assert.equal(offered?.way, quirks.erasure);
        if (offered === undefined) {
          await assert.rejects(bmc.eraseSystem(uri, ['UserData']), { code: 'BMC_UNSUPPORTED' });
          return;
        }
        spent();
        let task = await bmc.eraseSystem(uri, ['UserData']);
        assert.equal(spent().filter((line) => line.startsWith('POST')).length, 1);
        await until('erased', async () => {
          task = await bmc.task(task.uri);
          return task.progress === 'completed';
        });
        assert.match(erased(emulator, name).at(-1) ?? '', /UserData|ErasePD/);
        assert.doesNotMatch(erased(emulator, name).at(-1) ?? '', /BIOS|Manager|IDRAC/);
      }));

    it('refuses parts it does not have, and half of what goes only together, without asking', () =>
      withProfile(profile, async ({ bmc, spent }) => {
        const { uri } = bootable(await bmc.systems());
        const offered = await bmc.systemErasure(uri);
        spent();
        await assert.rejects(bmc.eraseSystem(uri, []), { code: 'BMC_UNSUPPORTED' });
        const [half] = offered?.inseparable ?? [];
        if (half !== undefined) await assert.rejects(bmc.eraseSystem(uri, [half]), { why: /together only/ });
        assert.deepEqual(
          spent().filter((line) => line.startsWith('POST')),
          [],
        );
      }));

    it('resets the BMC, storage and volumes, where it has the actions', () =>
      withProfile(profile, async ({ bmc, emulator, name }) => {
        const { uri } = bootable(await bmc.systems());
        const [storage] = (await bmc.storages(uri)).filter(({ drives }) => drives.length > 0);
        const [volume] = await bmc.volumes(uri);
        if (quirks.erasure === undefined) {
          await assert.rejects(bmc.resetManagerToDefaults('ResetAll'), { code: 'RESET_TYPE_UNSUPPORTED' });
          await assert.rejects(bmc.resetStorage(uri, storage?.name ?? 'x'), { code: 'BMC_UNSUPPORTED' });
          return;
        }
        if (volume !== undefined) {
          await bmc.initializeVolume(volume.uri, 'Fast');
          await until('initialized', () => erased(emulator, name).includes('Fast'));
          assert.ok(storage);
          await bmc.resetStorage(uri, storage.name);
          await until('no volumes', async () => (await bmc.volumes(uri)).length === 0);
        }
        await assert.rejects(bmc.resetManagerToDefaults('PreserveNetwork'), { code: 'RESET_TYPE_UNSUPPORTED' });
        // Manager 1.3 of an iLO 5 has no such action; the schema got it with 1.8.
        if (profile === 'hpe-ilo5') return;
        await bmc.resetManagerToDefaults('PreserveNetworkAndUsers');
        assert.equal(erased(emulator, name).at(-1), 'PreserveNetworkAndUsers');
      }));

    it('changes a password of the BIOS without showing it', () =>
      withProfile(profile, async ({ bmc, spent }) => {
        const { uri } = bootable(await bmc.systems());
        spent();
        const change = bmc.changeBiosPassword(uri, {
          name: 'AdminPassword',
          from: new Secret(''),
          to: new Secret('new-1'),
        });
        if (quirks.bios === undefined) {
          await assert.rejects(change, { code: 'BMC_UNSUPPORTED' });
          return;
        }
        await change;
        assert.equal(spent().filter((line) => /ChangePassword/i.test(line)).length, 1);
      }));
  });
}
