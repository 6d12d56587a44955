/** Firmware of every emulated profile through the client: inventory, the ways in, tasks to their end, and what goes wrong. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Bmc, FirmwareImage, TaskInfo } from '../../../src/ports/bmc.js';
import { profiles } from '../../../src/sandbox/bmc/index.js';
import { bootable, type ProfileWorld, until, withProfile } from './with-profile.js';

const image = (name: string, content = 'image'): FirmwareImage => ({
  kind: 'file',
  name,
  bytes: Buffer.byteLength(content),
  async *open() {
    yield Buffer.from(content.slice(0, 2));
    yield Buffer.from(content.slice(2));
  },
});

const url = (name: string): FirmwareImage => ({ kind: 'url', url: `https://images.example/${name}` });

/** Follows a task by the URIs its answers give, as a reconciler would after each restart. */
async function ended(bmc: Bmc, first: TaskInfo): Promise<TaskInfo> {
  let info = first;
  await until('the end of the task', async () => {
    info = await bmc.task(info.uri);
    return info.progress !== 'running';
  });
  return info;
}

const oneByOne = ['ami-megarac', 'smc-x10', 'smc-x11', 'cisco-cimc', 'fujitsu-irmc', 'huawei-ibmc'];

for (const { name: profile, quirks, systems } of profiles) {
  const { update } = quirks;
  const way = update === undefined ? undefined : update.protocols.includes('HTTPS') ? url : image;

  describe(`firmware of the emulated ${profile}`, () => {
    it('is listed within budget', () =>
      withProfile(profile, async ({ bmc, spent }) => {
        await bmc.updateWays();
        spent();
        const items = await bmc.firmwareInventory();
        const most = oneByOne.includes(profile) ? 1 + items.length : 1;
        assert.equal(spent().length, most);
        assert.ok(items.some(({ version }) => version === systems[0]?.hardware.biosVersion));
        assert.deepEqual(await bmc.pendingFirmware('BIOS'), []);
      }));

    if (way === undefined) {
      it('cannot be updated over Redfish, and says so', () =>
        withProfile(profile, async ({ bmc }) => {
          assert.deepEqual(await bmc.updateWays(), { multipart: false, push: false });
          await assert.rejects(bmc.updateFirmware({ image: url('BIOS-2.0.0.bin') }), { code: 'BMC_UNSUPPORTED' });
          await assert.rejects(bmc.updateFirmware({ image: image('BIOS-2.0.0.bin') }), { code: 'BMC_UNSUPPORTED' });
        }));
      return;
    }

    it('of the BIOS is updated, staged, and in force after a reset', () =>
      withProfile(profile, async ({ emulator, bmc, name }) => {
        const { uri } = bootable(await bmc.systems());
        await bmc.setPower(uri, 'On', 'force');
        await until('On', () => emulator.powerState(name) === 'On');
        const begun = await bmc.updateFirmware({ image: way('BIOS_99.1.2.bin') });
        assert.equal(begun.progress, 'running');
        const end = await started(bmc, await ended(bmc, begun), profile);
        assert.equal(end.progress, 'completed', end.messages.join());
        const [pending] = await bmc.pendingFirmware('BIOS');
        assert.equal(pending?.version, '99.1.2');
        assert.notEqual((await bmc.system(uri)).biosVersion, '99.1.2');
        await bmc.reset(uri, 'ForceRestart');
        await until('in force', async () => (await bmc.system(uri)).biosVersion === '99.1.2');
        assert.deepEqual(await bmc.pendingFirmware('BIOS'), []);
      }));

    it('of the BMC is updated; it comes back with the new version', () =>
      withProfile(profile, async ({ bmc, ...world }) => {
        const begun = await bmc.updateFirmware({ image: way('BMC_99.3.4.bin'), targets: ['/redfish/v1/Managers/BMC'] });
        await finish(bmc, begun, profile);
        await back(bmc, world, '99.3.4');
      }));
  });
}

/** Supermicro keeps an upload until it is told to begin. */
async function started(bmc: Bmc, end: TaskInfo, profile: string): Promise<TaskInfo> {
  return profile.startsWith('smc') ? ended(bmc, await bmc.startUpdate()) : end;
}

/** To the end of the task, or to the restart that takes the BMC away. */
async function finish(bmc: Bmc, begun: TaskInfo, profile: string): Promise<void> {
  const tolerant = (task: TaskInfo) => ended(bmc, task).catch(() => task);
  const end = await tolerant(begun);
  if (profile.startsWith('smc')) await tolerant(await bmc.startUpdate().catch(() => end));
}

/** The clock goes on, so that the breaker lets a request through now and then. */
async function back(bmc: Bmc, { emulator, name, clock }: Omit<ProfileWorld, 'bmc'>, version: string): Promise<void> {
  await until('the new version', async () => {
    clock.advance(5000);
    return bmc.manager().then(
      ({ firmwareVersion }) => firmwareVersion === version,
      () => false,
    );
  });
  await until('restarted', () => emulator.log.actions(name).some(({ action }) => action === 'bmc'));
}

describe('uploads', () => {
  for (const profile of ['dell-idrac9', 'dell-idrac10', 'lenovo-xcc2', 'openbmc', 'generic', 'ami-megarac']) {
    it(`reach the emulated ${profile} whole`, () =>
      withProfile(profile, async ({ emulator, bmc, name }) => {
        const content = `EMULATED-FIRMWARE BIOS 7.8.9\n${'x'.repeat(3_000_000)}`;
        const begun = await bmc.updateFirmware({ image: image('any "name"\r\n.bin', content) });
        assert.equal((await ended(bmc, begun)).progress, 'completed');
        const taken = emulator.log.actions(name).filter(({ action }) => action === 'update');
        assert.match(String(taken[0]?.to), /^7\.8\.9 \(install\)/);
      }));
  }

  it('go bare where there is no other way, for the targets written beforehand', () =>
    withProfile('generic', async ({ emulator, bmc, name, spent }) => {
      emulator.control.patch(name, '/redfish/v1/UpdateService', { MultipartHttpPushUri: null });
      const targets = ['/redfish/v1/UpdateService/FirmwareInventory/BMC'];
      await bmc.authenticate();
      spent();
      await bmc.updateFirmware({ image: image('x.bin', 'content'), targets });
      const lines = spent().filter((line) => !line.startsWith('GET'));
      assert.deepEqual(lines, [
        'PATCH /redfish/v1/UpdateService',
        'POST /redfish/v1/UpdateService/update',
        'PATCH /redfish/v1/UpdateService',
      ]);
      const [taken] = emulator.log.actions(name).filter(({ action }) => action === 'update');
      assert.equal(taken?.from, 'BMC');
      const service = emulator.control.resource(name, '/redfish/v1/UpdateService');
      assert.equal(service?.HttpPushUriTargetsBusy, false);
    }));

  it('that are too large are not begun', () =>
    withProfile('generic', async ({ emulator, bmc, name, spent }) => {
      emulator.control.patch(name, '/redfish/v1/UpdateService', { MaxImageSizeBytes: 3 });
      await assert.rejects(bmc.updateFirmware({ image: image('x.bin') }), { code: 'BMC_UNSUPPORTED', why: /3/ });
      assert.ok(spent().every((line) => !line.startsWith('POST /redfish/v1/UpdateService')));
    }));
});

describe('an update that goes wrong', () => {
  const update = { image: url('BIOS-2.0.0.bin') };
  const struckBy = (how: 'verifyFailed' | 'stuck' | 'lost' | 'unchanged') =>
    ({ action: { kind: 'update', how } }) as const;

  for (const profile of ['generic', 'dell-idrac9', 'lenovo-xcc2']) {
    it(`fails with its reason on the emulated ${profile}`, () =>
      withProfile(profile, async ({ emulator, bmc }) => {
        emulator.control.fail(struckBy('verifyFailed'));
        const end = await ended(bmc, await bmc.updateFirmware(update));
        assert.equal(end.progress, 'failed');
        assert.match(end.messages.join(), /could not be verified/);
      }));
  }

  it('stays under way for as long as it hangs', () =>
    withProfile('generic', async ({ emulator, bmc }) => {
      emulator.control.fail(struckBy('stuck'));
      const begun = await bmc.updateFirmware(update);
      await until('40 %', async () => (await bmc.task(begun.uri)).percent === 40);
      assert.equal((await bmc.task(begun.uri)).progress, 'running');
    }));

  it('is gone when the BMC forgot it', () =>
    withProfile('generic', async ({ emulator, bmc }) => {
      emulator.control.fail(struckBy('lost'));
      const begun = await bmc.updateFirmware(update);
      await until('gone', async () => (await bmc.task(begun.uri)).progress === 'gone');
    }));

  it('is refused while another one runs', () =>
    withProfile('generic', async ({ emulator, bmc }) => {
      emulator.control.fail(struckBy('stuck'));
      await bmc.updateFirmware(update);
      await assert.rejects(bmc.updateFirmware(update), { code: 'BMC_BUSY' });
    }));

  it('is never sent twice when the answer is lost, and found among the tasks', () =>
    withProfile('generic', async ({ emulator, bmc, name }) => {
      emulator.control.fail({
        match: { method: 'POST', path: '*SimpleUpdate' },
        action: { kind: 'connection', how: 'reset' },
      });
      await assert.rejects(bmc.updateFirmware(update), { code: 'OUTCOME_UNKNOWN' });
      const sent = emulator.log.requests(name).filter(({ path }) => path.endsWith('SimpleUpdate'));
      assert.equal(sent.length, 1);
      assert.equal((await bmc.tasks()).length, 1);
    }));

  it('is not begun over a protocol the BMC lacks', () =>
    withProfile('generic', async ({ bmc }) => {
      const image: FirmwareImage = { kind: 'url', url: 'nfs://images.example/x' };
      await assert.rejects(bmc.updateFirmware({ image }), { code: 'BMC_UNSUPPORTED', why: /HTTP, HTTPS, not NFS/ });
    }));
});
