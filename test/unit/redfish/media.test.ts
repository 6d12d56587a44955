/** Virtual media of every emulated profile through the client: inserted, booted from, ejected; with the least that it takes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Secret } from '../../../src/lib/secret.js';
import { profiles } from '../../../src/sandbox/bmc/index.js';
import { bootable, until, withProfile } from './with-profile.js';

/** Slow enough for the delays of media to pass on the client's clock, which does not wait. */
const speed = 20_000;
const image = { url: 'https://boot.example/media/one-time-token/boot.iso' };
const other = { url: 'https://boot.example/media/other/other.iso' };

for (const { name: profile, quirks } of profiles) {
  describe(`virtual media of the emulated ${profile}`, () => {
    if (quirks.media === undefined) {
      it('is told to be missing', () =>
        withProfile(profile, async ({ bmc }) => {
          const { uri } = bootable(await bmc.systems());
          await assert.rejects(bmc.insertMedia(uri, 'CD', image), { code: 'BMC_UNSUPPORTED' });
        }));
      return;
    }

    it('is inserted once, booted from, exchanged and ejected', () =>
      withProfile(
        profile,
        async ({ emulator, bmc, name, spent }) => {
          const { uri } = bootable(await bmc.systems());
          spent();
          const slot = await bmc.insertMedia(uri, 'CD', image);
          const posts = spent().filter((line) => !line.startsWith('GET'));
          assert.ok(posts.length <= 4, posts.join('\n'));
          assert.deepEqual([slot.isInserted, slot.image], [true, image.url]);
          await bmc.insertMedia(uri, 'CD', image);
          assert.deepEqual(
            spent().filter((line) => !line.startsWith('GET')),
            [],
          );

          await bmc.setBootOnce(uri, 'Cd');
          await bmc.setPower(uri, 'On', 'force');
          await until('a boot', () => emulator.log.actions(name).some(({ action }) => action === 'boot'));
          const boot = emulator.log.actions(name).find(({ action }) => action === 'boot');
          assert.deepEqual([boot?.from, boot?.to], ['Cd', 'media']);

          const next = await bmc.insertMedia(uri, 'CD', other);
          assert.equal(next.image, other.url);
          for (const { uri: place, isInserted } of await bmc.mediaSlots(uri))
            if (isInserted) await bmc.ejectMedia(place);
          await bmc.ejectMedia(next.uri);
          assert.ok((await bmc.mediaSlots(uri)).every(({ isInserted }) => !isInserted));
        },
        { speed },
      ));
  });
}

describe('virtual media that does not do as told', () => {
  it('is told when the image never appears', () =>
    withProfile(
      'generic',
      async ({ bmc }) => {
        const { uri } = bootable(await bmc.systems());
        await assert.rejects(bmc.insertMedia(uri, 'CD', image), { code: 'BMC_ERROR', why: /does not show/ });
      },
      { speed: 0.001 },
    ));

  it('is found inserted after an answer was lost', () =>
    withProfile(
      'generic',
      async ({ emulator, bmc, name }) => {
        const { uri } = bootable(await bmc.systems());
        emulator.control.fail({
          match: { method: 'POST', path: '*InsertMedia' },
          action: { kind: 'connection', how: 'reset' },
        });
        await bmc.insertMedia(uri, 'CD', image).catch((error) => assert.equal(error.code, 'OUTCOME_UNKNOWN'));
        assert.equal((await bmc.insertMedia(uri, 'CD', image)).image, image.url);
        const sent = emulator.log.requests(name).filter(({ path }) => path.endsWith('InsertMedia'));
        assert.equal(sent.length, 1);
      },
      { speed },
    ));

  it('is tried again while the BMC still ejects', () =>
    withProfile(
      'generic',
      async ({ emulator, bmc }) => {
        const { uri } = bootable(await bmc.systems());
        emulator.control.fail({
          match: { method: 'POST', path: '*InsertMedia' },
          action: { kind: 'status', status: 500 },
          when: { first: 2 },
        });
        assert.equal((await bmc.insertMedia(uri, 'CD', image)).isInserted, true);
      },
      { speed },
    ));

  it('never tells the URL of the image, nor its password', () =>
    withProfile('generic', async ({ emulator, bmc }) => {
      const { uri } = bootable(await bmc.systems());
      const message = `cannot fetch ${image.url} with Pa55-word`;
      emulator.control.fail({
        match: { method: 'POST', path: '*InsertMedia' },
        action: { kind: 'status', status: 400, message },
      });
      const login = { username: 'reader', password: new Secret('Pa55-word') };
      const error = await bmc.insertMedia(uri, 'CD', { ...image, ...login }).catch((caught) => caught);
      assert.doesNotMatch(JSON.stringify(error) + error.why + error.stack, /one-time-token|Pa55/);
    }));
});
