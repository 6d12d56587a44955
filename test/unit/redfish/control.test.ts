/** Switches of every emulated profile through the client: resets, boot order, light, the BMC's own restart; then faults. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { profiles } from '../../../src/sandbox/bmc/index.js';
import { bootable, until, withProfile } from './with-profile.js';

const withoutOrder = ['hpe-ilo5', 'smc-x10', 'smc-x11', 'openbmc', 'nvidia-bluefield'];
const resets = (actions: readonly { action: string; to: string }[]): string[] =>
  actions.filter(({ action }) => action === 'reset').map(({ to }) => to);

for (const { name: profile, quirks } of profiles) {
  describe(`switches of the emulated ${profile}`, () => {
    it('sends one reset of the type asked for, and refuses what is not offered without asking', () =>
      withProfile(profile, async ({ emulator, bmc, name, spent }) => {
        const { uri } = bootable(await bmc.systems());
        await bmc.reset(uri, 'On');
        await until('On', () => emulator.powerState(name) === 'On');
        await bmc.reset(uri, 'ForceRestart');
        await until('On again', () => emulator.powerState(name) === 'On');
        spent();
        assert.deepEqual(resets(emulator.log.actions(name)), ['On', 'ForceRestart']);
        const missing = (['PowerCycle', 'ForceOn', 'GracefulShutdown'] as const).find(
          (type) => !quirks.reset.types.includes(type),
        );
        if (missing === undefined) return;
        await assert.rejects(bmc.reset(uri, missing), { code: 'RESET_TYPE_UNSUPPORTED' });
        assert.equal(spent().filter((line) => line.startsWith('POST')).length, 0);
      }));

    it('counts a reset as done whose state is there already', () =>
      withProfile(profile, async ({ emulator, bmc, name }) => {
        const { uri } = bootable(await bmc.systems());
        await bmc.reset(uri, 'ForceOff');
        assert.equal(emulator.powerState(name), 'Off');
        assert.deepEqual(emulator.log.powerActions(name), []);
      }));

    it('changes the boot order where the BMC takes it, and leaves the override alone', () =>
      withProfile(profile, async ({ emulator, bmc, name, spent }) => {
        const system = bootable(await bmc.systems());
        const { uri } = system;
        if (withoutOrder.includes(profile)) {
          await assert.rejects(bmc.setBootOrder(uri, ['Boot0001', 'Boot0000']));
          return;
        }
        const order = await bmc.bootOrder(uri);
        assert.deepEqual(system.bootOrder, order);
        const wanted = [...order].reverse();
        await bmc.setBootOnce(uri, 'Pxe');
        spent();
        await bmc.setBootOrder(uri, wanted);
        // iDRAC10 refuses its own fresh ETag once.
        assert.ok(spent().length <= (profile === 'dell-idrac10' ? 5 : 4));
        await bmc.setPower(uri, 'On', 'force');
        await until('the new order', async () => (await bmc.bootOrder(uri)).join() === wanted.join());
        await until('a boot', () => emulator.log.actions(name).some(({ action }) => action === 'boot'));
        const boot = emulator.log.actions(name).find(({ action }) => action === 'boot');
        assert.match(`${boot?.from} ${boot?.cause}`, /Pxe override/);
        spent();
        await bmc.setBootOrder(uri, wanted);
        assert.deepEqual(
          spent().filter((line) => line.startsWith('PATCH')),
          [],
        );
      }));

    it('lights its light once', () =>
      withProfile(profile, async ({ bmc, spent }) => {
        const { uri } = bootable(await bmc.systems());
        await bmc.setIndicator(uri, 'Lit');
        assert.equal((await bmc.system(uri)).indicatorLED, 'Lit');
        spent();
        await bmc.setIndicator(uri, 'Lit');
        assert.equal(spent().filter((line) => line.startsWith('PATCH')).length, 0);
        await bmc.setIndicator(uri, 'Off');
        assert.equal((await bmc.system(uri)).indicatorLED, 'Off');
      }));

    it('restarts the BMC: it goes away, comes back, and lets us in again', () =>
      withProfile(profile, async ({ emulator, bmc, name, access }) => {
        await bmc.systems();
        await bmc.resetManager('GracefulRestart');
        await until('dark', () => emulator.control.openSessions(name) === 0);
        await until('back', () =>
          fetch(`${access.url}/redfish/v1/`).then(
            ({ status }) => status === 200,
            () => false,
          ),
        );
        assert.ok((await bmc.systems()).length > 0);
        assert.equal(emulator.log.actions(name).filter(({ action }) => action === 'bmc').length, 1);
      }));
  });
}

describe('a reset whose answer is lost', () => {
  it('is told as unknown and never sent again', () =>
    withProfile('generic', async ({ emulator, bmc, name }) => {
      const { uri } = bootable(await bmc.systems());
      await bmc.setPower(uri, 'On', 'force');
      await until('On', () => emulator.powerState(name) === 'On');
      const path = '*ComputerSystem.Reset';
      emulator.control.fail({ match: { method: 'POST', path }, action: { kind: 'connection', how: 'reset' } });
      await assert.rejects(bmc.reset(uri, 'ForceRestart'), { code: 'OUTCOME_UNKNOWN' });
      assert.equal(resets(emulator.log.actions(name)).filter((type) => type === 'ForceRestart').length, 1);
    }));

  it('of the BMC itself is told as unknown and never sent again', () =>
    withProfile('generic', async ({ emulator, bmc, name }) => {
      const path = '*Manager.Reset';
      emulator.control.fail({ match: { method: 'POST', path }, action: { kind: 'connection', how: 'reset' } });
      await assert.rejects(bmc.resetManager('ForceRestart'), { code: 'OUTCOME_UNKNOWN' });
      assert.equal(emulator.log.requests(name).filter(({ path: sent }) => sent.endsWith('Manager.Reset')).length, 1);
    }));
});

describe('writes that a BMC does not like', () => {
  it('are repaired when the ETag went stale', () =>
    withProfile('generic', async ({ emulator, bmc }) => {
      const { uri } = bootable(await bmc.systems());
      emulator.control.fail({
        match: { method: 'PATCH' },
        when: { first: 1 },
        action: { kind: 'status', status: 412 },
      });
      await bmc.setIndicator(uri, 'Lit');
      assert.equal((await bmc.system(uri)).indicatorLED, 'Lit');
    }));

  it('are told in the words of the BMC', () =>
    withProfile('generic', async ({ bmc }) => {
      const { uri } = bootable(await bmc.systems());
      await assert.rejects(bmc.setBootOrder(uri, ['Boot9999']), { code: 'BMC_REFUSED', why: /PropertyValueNotInList/ });
    }));
});
