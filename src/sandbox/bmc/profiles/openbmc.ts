/** OpenBMC's bmcweb, plain and as NVIDIA ships it on GB200 with a baseboard beside the host. */
import type { Profile, Quirks, SystemBlueprint } from '../profile.js';
import { root } from '../tree/builder.js';
import { defineProfile, standardQuirks } from './define.js';
import { connectX, dimms, epyc, nvme, x710 } from './parts.js';

/** What all BMCs with bmcweb share. */
export const bmcweb: Quirks = {
  ...standardQuirks,
  expand: { noLinks: true, links: true, all: true, levels: true, maxLevels: 6 },
  filter: false,
  etag: { form: 'strong', isInBody: false, ifMatch: 'off' },
  sessions: {
    ...standardQuirks.sessions,
    max: 64,
    timeoutSeconds: 1800,
    full: {
      status: 503,
      messageId: 'Base.1.16.SessionLimitExceeded',
      message: 'The number of sessions is at the limit of the service.',
    },
  },
  boot: {
    ...standardQuirks.boot,
    targets: ['None', 'Pxe', 'Hdd', 'Cd', 'Diags', 'BiosSetup', 'Usb'],
    mode: 'writable',
    hasBootOptions: false,
    writeOrderAt: 'nowhere',
  },
  reset: {
    types: ['On', 'ForceOff', 'ForceOn', 'ForceRestart', 'GracefulRestart', 'GracefulShutdown', 'PowerCycle', 'Nmi'],
    publishedAs: 'actionInfo',
    whenPointless: 'noContent',
    whilePoweringOff: 'queue',
    onLockedAfterOffMs: 0,
  },
  update: { ...standardQuirks.update, protocols: [], applyTimes: ['OnReset', 'Immediate'], forgetsTasks: true },
  media: {
    at: 'manager',
    slots: [
      { id: 'Slot_0', types: ['CD', 'USBStick'], way: 'none' },
      { id: 'Slot_1', types: ['CD', 'USBStick'], way: 'action' },
    ],
    demands: ['TransferProtocolType'],
  },
  erasure: undefined,
  console: { host: { Port: 2200, SharedWithManagerCLI: false }, serial: ['SSH', 'IPMI'] },
  patchAnswer: 'noContent',
  actionAnswer: 'noContent',
  baseRegistry: 'Base.1.16',
  led: 'LocationIndicatorActive',
};

const host: SystemBlueprint = {
  id: 'system',
  chassisId: 'chassis',
  managerId: 'bmc',
  isBootable: true,
  hardware: {
    manufacturer: 'Quanta Computer Inc',
    model: 'QuantaGrid D54Q-2U',
    sku: '20S5CMA0ST0',
    family: 'QuantaGrid',
    biosVendor: 'Insyde Corp.',
    biosVersion: '3A16.Q402',
    biosDate: '11/20/2023',
    boardModel: 'S5C-MB',
    processors: epyc,
    dimms: dimms(16, 32),
    nics: x710(['eth0', 'eth1']),
    controllers: [{ id: '1', name: 'Storage', drives: [nvme('nvme0'), nvme('nvme1')], volumes: [] }],
  },
  ids: {
    processor: (n) => `cpu${n}`,
    dimm: (n) => `dimm${n}`,
    drivePath: (controller, drive) => `Systems/system/Storage/${controller}/Drives/${drive}`,
  },
};

export const openbmc: Profile = defineProfile({
  name: 'openbmc',
  vendor: 'openbmc',
  identity: { oui: '0007ba', serial: { alphabet: '0123456789ABCDEFGHJKLMNPQRSTUVWXYZ', length: 8, prefix: 'QTF' } },
  quirks: bmcweb,
  root: { schema: 'v1_15_0', redfishVersion: '1.17.0', uuid: '{{m0.uuid}}' },
  schemas: { system: 'v1_22_0', manager: 'v1_14_0' },
  managers: [
    { id: 'bmc', name: 'OpenBmc Manager', model: 'OpenBmc', firmwareVersion: '2.14.0-dev', hasPowerState: true },
  ],
  systems: [host],
});

const grace: SystemBlueprint = {
  id: 'System_0',
  chassisId: 'BMC_0',
  managerId: 'BMC_0',
  isBootable: true,
  hardware: {
    ...host.hardware,
    manufacturer: 'NVIDIA',
    model: 'GB200 NVL',
    sku: '699-2G548-1201-800',
    family: 'GB200',
    biosVendor: 'NVIDIA',
    biosVersion: '02.03.19',
    biosDate: '02/19/2025',
    boardModel: 'PG548',
    processors: {
      count: 2,
      manufacturer: 'NVIDIA',
      vendorId: 'ARM',
      model: 'Grace A02',
      architecture: 'ARM',
      instructionSet: 'ARM-A64',
      coresEach: 72,
      threadsEach: 72,
      maxSpeedMHz: 3438,
    },
    dimms: {
      count: 2,
      capacityMiB: 480 * 1024,
      type: 'LPDDR5',
      speedMHz: 6400,
      manufacturer: 'NVIDIA',
      partNumber: 'LPDDR5',
    },
    nics: connectX(['eth0', 'eth1', 'eth2', 'eth3'], { linked: 2 }),
    controllers: [{ id: '1', name: 'Storage', drives: [nvme('nvme0', 3840)], volumes: [] }],
  },
  ids: {
    processor: (n) => `CPU_${n}`,
    dimm: (n) => `CPU_${n}_LP5`,
    drivePath: (controller, drive) => `Systems/System_0/Storage/${controller}/Drives/${drive}`,
  },
};

/** The GPU baseboard: a ComputerSystem by type, without boot target and without reset. */
const baseboard: SystemBlueprint = {
  ...grace,
  id: 'HGX_Baseboard_0',
  chassisId: 'HGX_BMC_0',
  managerId: 'HGX_BMC_0',
  isBootable: false,
  hardware: {
    ...grace.hardware,
    model: '',
    nics: [],
    controllers: [],
    processors: {
      ...grace.hardware.processors,
      count: 4,
      model: 'NVIDIA GB200',
      coresEach: 0,
      threadsEach: 0,
      maxSpeedMHz: 2062,
    },
  },
  ids: {
    processor: (n) => `GPU_${n}`,
    dimm: (n) => `GPU_${n}_DRAM_0`,
    drivePath: (controller, drive) => `Systems/HGX_Baseboard_0/Storage/${controller}/Drives/${drive}`,
  },
};

/** Two systems and two managers; Manufacturer and Model of the host are not said. */
export const nvidiaGb200: Profile = defineProfile({
  name: 'nvidia-gb200',
  vendor: 'nvidia',
  identity: { oui: '3c6d66', serial: { alphabet: '0123456789', length: 9, prefix: '1642' } },
  quirks: {
    ...bmcweb,
    accounts: { model: 'post', places: 15, minPassword: 13, maxPassword: 64 },
    filter: false,
    topSkip: true,
    boot: {
      ...bmcweb.boot,
      writeOverrideAt: 'either',
      writeOrderAt: 'settings',
      settingsPath: 'Settings',
      hasBootOptions: true,
    },
    events: { ...bmcweb.events, lacks: ['MemberId', 'EventType'] },
    media: { ...standardQuirks.media, demands: ['TransferProtocolType', 'UserName', 'Password'] },
    led: 'both',
  },
  root: {
    schema: 'v1_15_0',
    redfishVersion: '1.17.0',
    vendor: 'NVIDIA',
    product: 'GB200 NVL',
    uuid: '{{m0.uuid}}',
  },
  schemas: { system: 'v1_22_0', manager: 'v1_14_0' },
  managers: [
    { id: 'BMC_0', name: 'OpenBmc Manager', model: 'P3809', firmwareVersion: 'GB200Nvl-25.03-A', hasPowerState: true },
    { id: 'HGX_BMC_0', name: 'HGX Manager', model: 'HGX', firmwareVersion: 'GB200Nvl-25.03-A', hasPowerState: true },
  ],
  systems: [grace, baseboard],
  edit(tree) {
    tree.edit(`${root}/Systems/System_0`, (doc) => {
      doc.Manufacturer = null;
      doc.Model = null;
    });
    tree.edit(`${root}/Systems`, (doc) => {
      if (Array.isArray(doc.Members)) doc.Members = [...doc.Members].reverse();
    });
    tree.editAll(/HGX_Baseboard_0\/Processors\/GPU/, (doc) => {
      doc.ProcessorType = 'GPU';
      doc.ProcessorArchitecture = null;
      doc.InstructionSet = null;
    });
  },
});
