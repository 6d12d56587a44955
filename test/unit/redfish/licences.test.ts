/** BMCs that sell what others give: the refusal is told as that, once, with what its maker sells. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Bmc, SystemUri } from '../../../src/ports/bmc.js';
import { profiles } from '../../../src/sandbox/bmc/index.js';
import { bootable, withProfile } from './with-profile.js';

const iso = { url: 'https://here.example/x.iso' };
const asked: Readonly<Record<string, readonly ((bmc: Bmc, uri: SystemUri) => Promise<unknown>)[]>> = {
  supermicro: [(bmc, uri) => bmc.biosAttributes(uri), (bmc, uri) => bmc.storages(uri)],
  hpe: [(bmc, uri) => bmc.insertMedia(uri, 'CD', iso)],
};
const sold: Readonly<Record<string, RegExp>> = { supermicro: /SFT-OOB-LIC or SFT-DCMS-SINGLE/, hpe: /iLO Advanced/ };

for (const { name: profile, vendor, quirks } of profiles.filter(({ quirks }) => quirks.licence !== undefined)) {
  describe(`the emulated ${profile} without its licence`, () => {
    it('is told to need one, and not asked twice', () =>
      withProfile(profile, async ({ emulator, bmc, spent }) => {
        const { uri } = bootable(await bmc.systems());
        emulator.control.fail({ action: { kind: 'state', how: 'unlicensed' } });
        for (const ask of asked[vendor] ?? []) {
          spent();
          const error = await ask(bmc, uri).then(
            () => assert.fail('it was done'),
            (caught) => caught,
          );
          assert.deepEqual([error.code, error.class], ['LICENSE_REQUIRED', 'permanent'], error.why);
          assert.match(error.hints.join(), sold[vendor] ?? /^$/);
          assert.equal(spent().filter((line) => quirks.licence?.paths.test(line.split(/[ ?]/)[1] ?? '')).length, 1);
        }
      }));

    it('still tells what it is, and is powered', () =>
      withProfile(profile, async ({ emulator, bmc }) => {
        emulator.control.fail({ action: { kind: 'state', how: 'unlicensed' } });
        const { uri, model } = bootable(await bmc.systems());
        assert.ok(model);
        assert.ok((await bmc.processors(uri)).length > 0);
        await bmc.setPower(uri, 'On', 'force');
      }));
  });
}
