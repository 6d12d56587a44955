/** BMCs of which less is known: Cisco CIMC, Fujitsu iRMC, Huawei iBMC, and NVIDIA's BlueField. */
import type { Profile, Quirks, SystemBlueprint } from '../profile.js';
import { root } from '../tree/builder.js';
import { defineProfile, type ProfileRecord, standardQuirks } from './define.js';
import { bmcweb } from './openbmc.js';
import { connectX, dimms, nvme, sataSsd, x710, xeonGold } from './parts.js';

const server = (ids: { system: string; manager: string; chassis: string }, hardware: object): SystemBlueprint => ({
  id: ids.system,
  chassisId: ids.chassis,
  managerId: ids.manager,
  isBootable: true,
  hardware: {
    manufacturer: '',
    model: '',
    sku: '',
    family: 'Server',
    biosVendor: 'American Megatrends International, LLC.',
    biosVersion: '4.2.1',
    biosDate: '03/02/2023',
    boardModel: 'Board',
    processors: xeonGold,
    dimms: dimms(8, 32, 3200),
    nics: x710(['NIC0', 'NIC1']),
    controllers: [{ id: 'RAID', name: 'RAID', drives: [sataSsd('Disk0'), sataSsd('Disk1')], volumes: [] }],
    ...hardware,
  },
  ids: {
    processor: (n) => `CPU${n + 1}`,
    dimm: (n) => `DIMM${n + 1}`,
    drivePath: (controller, drive) => `Systems/${ids.system}/Storage/${controller}/Drives/${drive}`,
  },
});

const modest: Quirks = {
  ...standardQuirks,
  hasContext: true,
  expand: undefined,
  select: false,
  only: false,
  filter: false,
  erasure: undefined,
  parts: { pcieAt: 'chassis', ports: 'NetworkPorts' },
};

const record = (
  name: string,
  vendor: string,
  product: string,
  oem: ProfileRecord['root']['oem'],
): Pick<ProfileRecord, 'name' | 'vendor' | 'root' | 'schemas'> => ({
  name,
  vendor,
  root: {
    schema: 'v1_5_0',
    redfishVersion: '1.11.0',
    vendor,
    product,
    uuid: '{{m0.uuid}}',
    ...(oem === undefined ? {} : { oem }),
  },
  schemas: { system: 'v1_13_0', manager: 'v1_9_0' },
});

/** Power readings as text; the id of the system is long. */
export const ciscoCimc: Profile = defineProfile({
  ...record('cisco-cimc', 'cisco', 'UCSC-C220-M6S', { Cisco: {} }),
  identity: { oui: '5c710d', serial: { alphabet: '0123456789ABCDEFGHJKLMNPRSTUVWXYZ', length: 7, prefix: 'WZP2' } },
  quirks: { ...modest, sensors: 'textNumbers', etag: { form: 'none', isInBody: false, ifMatch: 'off' } },
  managers: [{ id: 'CIMC', name: 'CIMC', model: 'CIMC', firmwareVersion: '4.2(3b)', hasPowerState: true }],
  systems: [
    server(
      { system: 'WZP26330JXY', manager: 'CIMC', chassis: '1' },
      {
        manufacturer: 'Cisco Systems Inc',
        model: 'UCSC-C220-M6S',
        sku: 'UCSC-C220-M6S',
        biosVendor: 'Cisco Systems, Inc.',
      },
    ),
  ],
});

/** PATCH demands If-Match. */
export const fujitsuIrmc: Profile = defineProfile({
  ...record('fujitsu-irmc', 'fujitsu', 'PRIMERGY RX2540 M6', { ts_fujitsu: {} }),
  identity: { oui: '901b0e', serial: { alphabet: '0123456789', length: 6, prefix: 'MACM' } },
  quirks: { ...modest, etag: { form: 'strong', isInBody: true, ifMatch: 'required' } },
  managers: [{ id: 'iRMC', name: 'iRMC', model: 'iRMC S6', firmwareVersion: '3.45P', hasPowerState: true }],
  systems: [
    server(
      { system: '0', manager: 'iRMC', chassis: '0' },
      { manufacturer: 'FUJITSU', model: 'PRIMERGY RX2540 M6', sku: 'S26361-K1655-V101', boardModel: 'D3891-A1' },
    ),
  ],
});

/** PATCH demands If-Match; tags are weak. */
export const huaweiIbmc: Profile = defineProfile({
  ...record('huawei-ibmc', 'huawei', '2288H V5', { Huawei: {} }),
  identity: { oui: 'ec5623', serial: { alphabet: '0123456789ABCDEFGHJKLMNPQRSTUVWXYZ', length: 12, prefix: '21023' } },
  quirks: { ...modest, etag: { form: 'weak', isInBody: true, ifMatch: 'required' }, sensors: 'thermal' },
  managers: [{ id: '1', name: '1', model: 'iBMC', firmwareVersion: '6.41', hasPowerState: true }],
  systems: [
    server(
      { system: '1', manager: '1', chassis: '1' },
      { manufacturer: 'Huawei', model: '2288H V5', sku: 'BC11SPSCC0', biosVendor: 'INSYDE Corp.' },
    ),
  ],
});

/** A DPU: no lists of certificates, and its protocols nested once more. */
export const nvidiaBluefield: Profile = defineProfile({
  name: 'nvidia-bluefield',
  vendor: 'nvidia',
  identity: { oui: '946dae', serial: { alphabet: '0123456789ABCDEFGHJKLMNPQRSTUVWXYZ', length: 8, prefix: 'MT22' } },
  quirks: { ...bmcweb, accounts: { model: 'post', places: 15, minPassword: 13, maxPassword: 20 } },
  root: {
    schema: 'v1_15_0',
    redfishVersion: '1.17.0',
    vendor: 'Nvidia',
    product: 'BlueField-3 DPU',
    uuid: '{{m0.uuid}}',
  },
  schemas: { system: 'v1_22_0', manager: 'v1_14_0' },
  managers: [
    {
      id: 'Bluefield_BMC',
      name: 'OpenBmc Manager',
      model: 'OpenBmc',
      firmwareVersion: 'BF-24.04',
      hasPowerState: true,
    },
  ],
  systems: [
    server(
      { system: 'Bluefield', manager: 'Bluefield_BMC', chassis: 'Card1' },
      {
        manufacturer: 'Nvidia',
        model: 'BlueField-3 DPU',
        sku: '900-9D3B6-00CV-AA0',
        processors: {
          ...xeonGold,
          count: 1,
          coresEach: 16,
          threadsEach: 16,
          model: 'Cortex-A78AE',
          architecture: 'ARM',
        },
        nics: connectX(['eth0', 'eth1']),
        controllers: [{ id: 'NVMe', name: 'NVMe', drives: [nvme('nvme0', 128)], volumes: [] }],
      },
    ),
  ],
  edit(tree) {
    tree.editAll(/\/Volumes$/, (doc) => {
      doc.Members = null;
    });
    tree.edit(`${root}/UpdateService`, (doc) => {
      const target = `${root}/UpdateService/Actions/UpdateService.SimpleUpdate`;
      doc.Actions = {
        '#UpdateService.SimpleUpdate': { target, 'TransferProtocol@Redfish.AllowableValues': [['SCP']] },
      };
    });
  },
});
