/** A BMC that does what the standard says: the reference for clients, and the target of the protocol validator. */
import type { Profile } from '../profile.js';
import { defineProfile, standardQuirks } from './define.js';
import { connectX, dimms, nvme, xeonGold } from './parts.js';

export const generic: Profile = defineProfile({
  name: 'generic',
  vendor: 'generic',
  identity: { oui: '02a1b2', serial: { alphabet: '0123456789ABCDEF', length: 8, prefix: 'SIM' } },
  quirks: {
    ...standardQuirks,
    bmcSettings: 'attributes',
    // What DMTF's use cases expect of a restart; those of vendors refuse it.
    reset: { ...standardQuirks.reset, restartsWhenOff: true },
  },
  root: {
    schema: 'v1_17_0',
    redfishVersion: '1.20.0',
    vendor: 'Contoso',
    product: 'Emulated Rack Server',
    uuid: '{{m0.uuid}}',
  },
  schemas: { system: 'v1_22_0', manager: 'v1_19_0' },
  managers: [
    {
      id: 'BMC',
      name: 'Manager',
      model: 'Emulated BMC',
      manufacturer: 'Contoso',
      firmwareVersion: '2.14.0',
      hasPowerState: true,
    },
  ],
  systems: [
    {
      id: '1',
      chassisId: '1',
      managerId: 'BMC',
      isBootable: true,
      hardware: {
        manufacturer: 'Contoso',
        model: 'Rack Server 3500',
        sku: 'CRS-3500',
        family: 'Rack Server',
        biosVendor: 'Contoso',
        biosVersion: '1.4.0',
        biosDate: '04/01/2025',
        boardModel: 'CRS-3500-MB',
        processors: xeonGold,
        dimms: dimms(8, 32),
        nics: connectX(['NIC1', 'NIC2']),
        controllers: [
          {
            id: 'NVMe1',
            name: 'NVMe Backplane',
            drives: [nvme('Drive1'), nvme('Drive2')],
            volumes: [{ id: '1', name: 'System', raidType: 'RAID1', capacityBytes: 1_920_000_000_000, drives: [0, 1] }],
          },
        ],
      },
      ids: {
        processor: (n) => `CPU${n + 1}`,
        dimm: (n) => `DIMM${n + 1}`,
        drivePath: (controller, drive) => `Systems/1/Storage/${controller}/Drives/${drive}`,
      },
    },
  ],
});
