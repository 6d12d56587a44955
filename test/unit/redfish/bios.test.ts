/** BIOS and BMC settings of every emulated profile through the client: read, checked, written, applied, within budget. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Secret } from '../../../src/lib/secret.js';
import { silent } from '../../../src/ports/log.js';
import { createBmcFactory } from '../../../src/redfish/index.js';
import { profiles } from '../../../src/sandbox/bmc/index.js';
import { hastyClock, tinyBmc } from './tiny-bmc.js';
import { bootable, until, withProfile } from './with-profile.js';

const reads = (lines: readonly string[]): number => lines.filter((line) => line.startsWith('GET')).length;
const writes = (lines: readonly string[]): string[] => lines.filter((line) => !line.startsWith('GET'));

for (const { name: profile, quirks } of profiles) {
  describe(`the BIOS of the emulated ${profile}`, () => {
    if (quirks.bios === undefined) {
      it('is told to be unsupported', () =>
        withProfile(profile, async ({ bmc }) => {
          const { uri } = bootable(await bmc.systems());
          await assert.rejects(bmc.biosAttributes(uri), { code: 'BMC_UNSUPPORTED' });
          await assert.rejects(bmc.setBiosAttributes(uri, { BootMode: 'Uefi' }), { code: 'BMC_UNSUPPORTED' });
        }));
      return;
    }

    it('is changed at the next reset, within budget', () =>
      withProfile(profile, async ({ bmc, spent }) => {
        const { uri } = bootable(await bmc.systems());
        const wanted = { ProcVirtualization: 'Disabled', ProcCores: '8', QuietBoot: 'false' };
        const changes = { ProcVirtualization: 'Disabled', ProcCores: 8, QuietBoot: false };
        spent();
        const first = await bmc.checkBiosAttributes(uri, wanted);
        const checking = spent();
        assert.deepEqual(first, { changes, problems: [], warnings: [], needsReset: true });
        // Bios, settings, registry file and body; the list of files where it does not come expanded.
        assert.ok(reads(checking) <= 5 && writes(checking).length === 0, checking.join('\n'));
        assert.deepEqual(await bmc.setBiosAttributes(uri, wanted), { changes, needsReset: true });
        const setting = spent();
        // HPE refuses nothing here because nothing it does not publish is sent; XCC and AMI want a tag, which is known.
        assert.equal(writes(setting).length, profile === 'dell-idrac10' ? 2 : 1, setting.join('\n'));
        const waiting = await bmc.biosAttributes(uri);
        assert.deepEqual(waiting.pending, changes);
        assert.equal(waiting.current.ProcCores, 0);

        spent();
        assert.deepEqual(await bmc.setBiosAttributes(uri, wanted), { changes: {}, needsReset: false });
        const again = spent();
        assert.deepEqual(writes(again), []);
        assert.ok(reads(again) <= 2, again.join('\n'));

        await bmc.setPower(uri, 'On', 'force');
        await until('applied', async () => (await bmc.biosAttributes(uri)).current.ProcCores === 8);
        const { current, pending, lastApply } = await bmc.biosAttributes(uri);
        assert.deepEqual(pending, {});
        assert.equal(current.QuietBoot, false);
        assert.deepEqual(lastApply?.problems, []);
        assert.ok(lastApply?.time);
      }));

    it('refuses what will not do before anything is sent, all at once', () =>
      withProfile(profile, async ({ bmc, spent }) => {
        const { uri } = bootable(await bmc.systems());
        await bmc.biosRegistry(uri);
        spent();
        const wanted = { ProcCores: 7, AssetTag: 'no spaces', InternalDebug: 'Enabled', Nothing: 1, BootMode: 'UEFI' };
        await assert.rejects(bmc.setBiosAttributes(uri, wanted), (error: Error & { code: string; why: string }) => {
          assert.equal(error.code, 'ATTRIBUTE_INVALID');
          for (const name of ['ProcCores', 'AssetTag', 'InternalDebug', 'Nothing'])
            assert.match(error.why, new RegExp(name));
          assert.doesNotMatch(error.why, /BootMode/);
          return true;
        });
        assert.deepEqual(writes(spent()), []);
      }));

    it('goes back to factory settings', () =>
      withProfile(profile, async ({ bmc }) => {
        const { uri } = bootable(await bmc.systems());
        await bmc.setBiosAttributes(uri, { ProcCores: 8 });
        await bmc.resetBios(uri);
        assert.equal((await bmc.biosAttributes(uri)).pending.ProcCores, undefined);
      }));
  });
}

describe('registries', () => {
  it('are read once for all machines of a kind', () =>
    withProfile(
      'dell-idrac9',
      async ({ emulator, factory, access, bmc }) => {
        const { uri } = bootable(await bmc.systems());
        await bmc.checkBiosAttributes(uri, { ProcCores: 8 });
        const second = emulator.bmcs[1];
        assert.ok(second);
        const other = factory.open({ ...access, id: second.name, url: second.url });
        await other.checkBiosAttributes(bootable(await other.systems()).uri, { ProcCores: 8 });
        const asked = emulator.log.requests(second.name).filter(({ path }) => path.includes('Registries'));
        assert.deepEqual(asked, []);
      },
      { servers: 2 },
    ));

  it('that are missing leave the types of current values', () =>
    withProfile('generic', async ({ emulator, bmc }) => {
      emulator.control.fail({ match: { path: '*/Registries*' }, action: { kind: 'status', status: 404 } });
      const { uri } = bootable(await bmc.systems());
      const found = await bmc.checkBiosAttributes(uri, { ProcCores: 'x', AssetTag: 'any thing' });
      assert.deepEqual(found.changes, { AssetTag: 'any thing' });
    }));
});

describe('BIOS settings over a bad line', () => {
  it('are written once when the answer is lost', () =>
    withProfile('generic', async ({ emulator, bmc, name }) => {
      const { uri } = bootable(await bmc.systems());
      emulator.control.fail({
        match: { method: 'PATCH' },
        when: { first: 1 },
        action: { kind: 'connection', how: 'reset' },
      });
      await bmc.setBiosAttributes(uri, { ProcCores: 8 });
      assert.equal(emulator.log.requests(name).filter(({ method }) => method === 'PATCH').length, 1);
      assert.deepEqual((await bmc.biosAttributes(uri)).pending, { ProcCores: 8 });
    }));

  it('show as not applied when the firmware ignored them', () =>
    withProfile('generic', async ({ emulator, bmc, name }) => {
      const { uri } = bootable(await bmc.systems());
      await bmc.setBiosAttributes(uri, { ProcCores: 8 });
      emulator.control.fail({ action: { kind: 'state', how: 'settingsIgnored' } });
      await bmc.setPower(uri, 'On', 'force');
      await until('On', () => emulator.powerState(name) === 'On');
      await until('applied', async () => (await bmc.biosAttributes(uri)).lastApply !== undefined);
      assert.equal((await bmc.biosAttributes(uri)).current.ProcCores, 0);
    }));
});

describe('settings of the BMC', () => {
  for (const profile of ['dell-idrac9', 'dell-idrac10']) {
    it(`of the emulated ${profile} go to the set they belong to`, () =>
      withProfile(profile, async ({ bmc, spent }) => {
        const wanted = { 'SysLog.1.SysLogEnable': 'Enabled', 'LCD.1.UserDefinedString': 'rack 7' };
        assert.deepEqual((await bmc.bmcAttributes(Object.keys(wanted))).current, {
          'SysLog.1.SysLogEnable': 'Disabled',
          'LCD.1.UserDefinedString': '',
        });
        spent();
        assert.deepEqual(await bmc.setBmcAttributes(wanted), { changes: wanted, needsReset: true });
        const sent = writes(spent()).filter((line) => line.includes('DellAttributes'));
        assert.deepEqual(new Set(sent).size, 2, sent.join('\n'));
        assert.deepEqual((await bmc.bmcAttributes(Object.keys(wanted))).current, wanted);
        assert.deepEqual((await bmc.setBmcAttributes(wanted)).changes, {});
        const refused = await bmc.checkBmcAttributes({ 'Info.1.Product': 'x', 'WebServer.1.Timeout': 5 });
        assert.deepEqual(refused.problems.map(({ name }) => name).sort(), ['Info.1.Product', 'WebServer.1.Timeout']);
      }));
  }

  it('shown by other names on an iDRAC are recognised by both', () =>
    withProfile('dell-idrac9', async ({ bmc }) => {
      assert.deepEqual((await bmc.setBmcAttributes({ 'NIC.1.Selection': 'LOM1' })).changes, { 'NIC.1.Selection': '2' });
      assert.equal((await bmc.bmcAttributes(['NIC.1.Selection'])).current['NIC.1.Selection'], 'LOM1');
      assert.deepEqual((await bmc.setBmcAttributes({ 'NIC.1.Selection': '2' })).changes, {});
    }));

  it('of a BMC that shows them on its manager wait for its restart where they say so', () =>
    withProfile('generic', async ({ emulator, bmc, name }) => {
      const { needsReset } = await bmc.setBmcAttributes({ SyslogServer: 'log.example', WebServer: 'Disabled' });
      assert.equal(needsReset, true);
      const state = await bmc.bmcAttributes(['SyslogServer', 'WebServer']);
      assert.deepEqual(state, {
        current: { SyslogServer: 'log.example', WebServer: 'Enabled' },
        pending: { WebServer: 'Disabled' },
      });
      emulator.control.restartBmc(name, 10);
      await until('back', () =>
        bmc
          .authenticate()
          .then(() => true)
          .catch(() => false),
      );
      assert.equal((await bmc.bmcAttributes(['WebServer'])).current.WebServer, 'Disabled');
    }));

  for (const profile of ['hpe-ilo5', 'hpe-ilo6', 'lenovo-xcc2']) {
    it(`of the emulated ${profile} are resources, and those of accounts are not among them`, () =>
      withProfile(profile, async ({ bmc, spent }) => {
        const key = 'PATCH /redfish/v1/Managers/1/NetworkProtocol';
        const wanted = { [key]: '{"NTP": {"ProtocolEnabled": true}}' };
        assert.deepEqual((await bmc.setBmcAttributes(wanted)).changes, wanted);
        spent();
        assert.deepEqual(await bmc.checkBmcAttributes(wanted), {
          changes: {},
          problems: [],
          warnings: [],
          needsReset: false,
        });
        for (const uri of [
          'AccountService/Accounts/1',
          'SessionService',
          'accountservice',
          '%41ccountService/Accounts/1',
        ]) {
          const hostile = { [`PATCH /redfish/v1/${uri}`]: '{"Enabled": false}' };
          await assert.rejects(bmc.setBmcAttributes(hostile), { code: 'BMC_FORBIDDEN' });
        }
        await assert.rejects(bmc.setBmcAttributes({ 'DELETE /redfish/v1/x': '{}' }), { code: 'ATTRIBUTE_INVALID' });
        await assert.rejects(bmc.setBmcAttributes({ [key]: 'no json' }), { code: 'ATTRIBUTE_INVALID' });
        assert.deepEqual(writes(spent()), []);
      }));
  }

  for (const profile of ['smc-x13', 'openbmc', 'ami-megarac']) {
    it(`of the emulated ${profile} do not exist`, () =>
      withProfile(profile, async ({ bmc }) => {
        assert.deepEqual(await bmc.bmcAttributes([]), { current: {}, pending: {} });
        await assert.rejects(bmc.bmcAttributes(['x']), { code: 'BMC_UNSUPPORTED' });
      }));
  }
});

describe('values that are taken only together', () => {
  it('are written as they are with the one that changes', async () => {
    const bmc = await tinyBmc();
    const place = '/redfish/v1/Systems/1/Bios';
    const order = { BootTypeOrder0: 'HardDiskDrive', BootTypeOrder1: 'PXE', Other: 'x' };
    Object.assign(bmc.tree.get('/redfish/v1') ?? {}, { Oem: { Huawei: {} } });
    Object.assign(bmc.tree.get('/redfish/v1/Systems/1') ?? {}, { Bios: { '@odata.id': place } });
    bmc.tree.set(place, { '@odata.id': place, Id: 'Bios', Attributes: order });
    const factory = createBmcFactory({ clock: hastyClock(), log: silent });
    try {
      const access = { id: 'b', url: bmc.url, username: 'admin', credentialVersion: '1', allowPlainHttp: true };
      const client = factory.open({ ...access, password: new Secret(bmc.password) });
      const { uri } = bootable(await client.systems());
      const { changes } = await client.setBiosAttributes(uri, { BootTypeOrder0: 'DVDROMDrive' });
      assert.deepEqual(changes, { BootTypeOrder0: 'DVDROMDrive' });
      const sent = bmc.log.find(({ method }) => method === 'PATCH');
      const { Attributes } = JSON.parse(sent?.body ?? '{}') as { Attributes: object };
      assert.deepEqual(Attributes, { BootTypeOrder0: 'DVDROMDrive', BootTypeOrder1: 'PXE' });
    } finally {
      await factory.close();
      await bmc.close();
    }
  });
});
