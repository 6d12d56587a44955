/** Memory, network, PCIe, trust and chassis of every emulated profile through the client: equal to what it is built of. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toMac } from '../../../src/redfish/operations/network.js';
import { profiles } from '../../../src/sandbox/bmc/index.js';
import { bootable, withProfile } from './with-profile.js';

for (const { name: profile, quirks, systems } of profiles) {
  const hardware = systems.find(({ isBootable }) => isBootable)?.hardware;
  describe(`the parts of the emulated ${profile}`, () => {
    it('are those it is built of, each list for the fewest requests', () =>
      withProfile(profile, async ({ bmc, emulator, name, spent }) => {
        assert.ok(hardware);
        const { uri } = bootable(await bmc.systems());
        spent();
        const memory = await bmc.memory(uri);
        const memoryRequests = spent().length;
        const nics = await bmc.networkInterfaces(uri);
        const nicRequests = spent().length;
        assert.equal(memory.length, hardware.dimms.count);
        assert.ok(memory.every(({ capacityMiB, type }) => capacityMiB === hardware.dimms.capacityMiB && type));
        assert.equal(nics.length, hardware.nics.length);
        const shown = emulator.control.resource(
          name,
          `${uri.replace(/\/$/, '')}/EthernetInterfaces/${hardware.nics[0]?.id}`,
        );
        assert.equal(nics[0]?.macAddress, String(shown?.MACAddress).toLowerCase());
        const expands = quirks.expand !== undefined && profile !== 'ami-megarac';
        assert.ok(memoryRequests <= (expands ? 1 : 1 + memory.length));
        assert.ok(nicRequests <= (expands ? 1 : 1 + nics.length));
      }));

    it('tell adapters with the addresses of their ports, PCIe devices, and where it stands', () =>
      withProfile(profile, async ({ bmc }) => {
        const { uri } = bootable(await bmc.systems());
        const nics = await bmc.networkInterfaces(uri);
        const adapters = await bmc.networkAdapters(uri);
        const devices = await bmc.pcieDevices(uri);
        const [chassis] = await bmc.chassis(uri);
        const trust = await bmc.trust(uri);
        assert.equal(chassis?.powerState, 'Off');
        if (quirks.parts === undefined) {
          assert.deepEqual([adapters, devices, trust], [[], [], { modules: [] }]);
          return;
        }
        const macs = adapters.flatMap(({ ports }) => ports.flatMap(({ macAddresses }) => macAddresses));
        assert.deepEqual(macs.sort(), nics.map(({ macAddress }) => macAddress).sort());
        assert.ok(adapters.every(({ ports }) => ports.every(({ speedMbps }) => speedMbps !== undefined)));
        assert.equal(devices.length, adapters.length);
        assert.equal(chassis?.location?.rack, 'A07');
        assert.deepEqual(trust.secureBoot, { isEnabled: false, current: 'Disabled', mode: 'UserMode' });
        assert.equal(trust.modules[0]?.type, 'TPM2_0');
      }));
  });
}

describe('MAC addresses', () => {
  const table: [string | undefined, string | undefined][] = [
    ['AA-BB-CC-00-11-22', 'aa:bb:cc:00:11:22'],
    ['aabbcc001122', 'aa:bb:cc:00:11:22'],
    ['00:00:00:00:00:00', undefined],
    ['N/A', undefined],
    [undefined, undefined],
  ];
  for (const [text, mac] of table) it(`${text}: ${mac}`, () => assert.equal(toMac(text), mac));
});
