/** Dell PowerEdge with iDRAC9. */
import type { JsonObject } from '../json.js';
import type { Profile, Quirks, SystemBlueprint } from '../profile.js';
import { root } from '../tree/builder.js';
import { defineProfile, standardQuirks } from './define.js';
import { connectX, dimms, nvme, xeonGold } from './parts.js';

const systemPath = `${root}/Systems/System.Embedded.1`;

const idrac9: Quirks = {
  ...standardQuirks,
  hasContext: true,
  expand: { noLinks: true, links: true, all: true, levels: true, maxLevels: 1 },
  topSkip: true,
  unsupportedQuery: 400,
  neverIsZero: true,
  isBlankBeforePost: true,
  etag: { form: 'strong', isInBody: false, ifMatch: 'optional' },
  sessions: {
    path: `${root}/SessionService/Sessions`,
    max: 8,
    timeoutSeconds: 1800,
    isTimeoutPublished: true,
    full: {
      status: 503,
      messageId: 'IDRAC.2.8.RAC0218',
      message: 'The maximum number of user sessions has been reached.',
    },
  },
  accounts: { model: 'slots', places: 16, minPassword: 4, maxPassword: 40 },
  boot: {
    ...standardQuirks.boot,
    targets: ['None', 'Pxe', 'Floppy', 'Cd', 'Hdd', 'BiosSetup', 'Utilities', 'UefiTarget', 'SDCard', 'UefiHttp'],
    areEnabledValuesPublished: false,
    isCdPhysical: true,
  },
  reset: {
    types: [
      'On',
      'ForceOff',
      'ForceRestart',
      'GracefulRestart',
      'GracefulShutdown',
      'PushPowerButton',
      'Nmi',
      'PowerCycle',
    ],
    publishedAs: 'inline',
    whenPointless: {
      status: 409,
      messageId: 'IDRAC.2.8.PSU501',
      message: 'Server is already in the power state that was asked for.',
    },
    whilePoweringOff: 'conflict',
    onLockedAfterOffMs: 0,
  },
  managerResetTypes: ['GracefulRestart'],
  patchAnswer: 'message',
  actionAnswer: 'noContent',
  baseRegistry: 'Base.1.12',
  update: {
    protocols: ['HTTP', 'NFS', 'CIFS', 'TFTP', 'HTTPS'],
    multipart: `${root}/UpdateService/MultipartUpload`,
    applyTimes: ['Immediate', 'OnReset', 'OnStartUpdateRequest'],
    taskForm: 'location',
    items: {
      BIOS: { id: 'Installed-159-1.8.2__BIOS.Setup.1-1', name: 'BIOS' },
      BMC: { id: 'Installed-25227-6.00.30.00__iDRAC.Embedded.1-1', name: 'Integrated Dell Remote Access Controller' },
    },
    pendingSuffix: '-Available',
    jobIds: true,
    uploadNeedsTag: true,
  },
  media: {
    at: 'manager',
    slots: [
      { id: 'RemovableDisk', types: ['USBStick'], way: 'action' },
      { id: 'CD', types: ['CD', 'DVD'], way: 'action' },
    ],
    lingersMs: 2_000,
  },
  sensors: 'textNumbers',
  log: { at: 'manager', id: 'Sel' },
  console: { host: { Port: 22, SharedWithManagerCLI: true }, serial: ['SSH', 'IPMI'] },
  erase: { methods: ['BlockErase', 'CryptographicErase'], needsOff: true },
  bmcSettings: 'dell',
  erasure: 'dell',
  parts: { pcieAt: 'system', ports: 'NetworkPorts' },
  events: {
    ...standardQuirks.events,
    duplicate: 'PropertyValueModified',
    origin: 'text',
    offset: 'bare',
    sse: { path: `${root}/SSE`, max: 2 },
  },
  led: 'both',
};

const r750: SystemBlueprint = {
  id: 'System.Embedded.1',
  chassisId: 'System.Embedded.1',
  managerId: 'iDRAC.Embedded.1',
  isBootable: true,
  hardware: {
    manufacturer: 'Dell Inc.',
    model: 'PowerEdge R750',
    sku: '{{s0.serial}}',
    family: 'PowerEdge',
    biosVendor: 'Dell Inc.',
    biosVersion: '1.8.2',
    biosDate: '09/14/2022',
    boardModel: '06V45N',
    processors: xeonGold,
    dimms: dimms(16, 32, 3200),
    nics: connectX(['NIC.Integrated.1-1-1', 'NIC.Integrated.1-2-1']),
    controllers: [
      { id: 'AHCI.Embedded.1-1', name: 'C620 SATA Controller [AHCI mode]', drives: [], volumes: [] },
      {
        id: 'CPU.1',
        name: 'CPU.1',
        drives: [nvme('Disk.Bay.0:Enclosure.Internal.0-1'), nvme('Disk.Bay.1:Enclosure.Internal.0-1')],
        volumes: [
          {
            id: 'Disk.Bay.0:Enclosure.Internal.0-1',
            name: 'SSD 0',
            raidType: 'None',
            capacityBytes: 1_920_000_000_000,
            drives: [0],
          },
        ],
      },
    ],
  },
  ids: {
    processor: (n) => `CPU.Socket.${n + 1}`,
    dimm: (n) => `DIMM.Socket.${n < 8 ? 'A' : 'B'}${(n % 8) + 1}`,
    drivePath: (controller, drive) => `Systems/System.Embedded.1/Storage/${controller}/Drives/${drive}`,
  },
};

const dellRoot: JsonObject = {
  Dell: {
    '@odata.type': '#DellServiceRoot.v1_0_0.DellServiceRoot',
    IsBranded: 0,
    ManagerMACAddress: '{{m0.mac.0.lower}}',
    ServiceTag: '{{s0.serial}}',
  },
};

const identity = { oui: 'b07b25', serial: { alphabet: 'BCDFGHJKLMNPQRSTVWXYZ0123456789', length: 7 } };

export const dellIdrac9: Profile = defineProfile({
  name: 'dell-idrac9',
  vendor: 'dell',
  identity,
  quirks: idrac9,
  root: {
    schema: 'v1_10_0',
    redfishVersion: '1.13.1',
    vendor: 'Dell',
    product: 'Integrated Dell Remote Access Controller',
    oem: dellRoot,
  },
  schemas: { system: 'v1_16_0', manager: 'v1_12_0' },
  managers: [
    {
      id: 'iDRAC.Embedded.1',
      name: 'Manager',
      model: '16G Monolithic',
      manufacturer: null,
      firmwareVersion: '6.00.30.00',
      hasPowerState: true,
    },
  ],
  systems: [r750],
  edit(tree) {
    tree.editAll(/\/FirmwareInventory\//, (doc) => {
      doc.ReleaseDate = '00:00:00Z';
    });
    tree.edit(systemPath, (doc) => {
      doc.Oem = {
        Dell: {
          '@odata.type': '#DellOem.v1_3_0.DellOemResources',
          DellSystem: { Id: 'System.Embedded.1', NodeID: '{{s0.serial}}', MaxCPUSockets: 2, MaxDIMMSlots: 32 },
        },
      };
    });
  },
});

/** iDRAC10 (17G): boot overrides only through the Settings resource, `On` locked after off, no If-Match on actions. */
export const dellIdrac10: Profile = defineProfile({
  name: 'dell-idrac10',
  vendor: 'dell',
  identity,
  quirks: {
    ...idrac9,
    etag: { form: 'strong', isInBody: true, ifMatch: 'staleOnce' },
    boot: {
      ...idrac9.boot,
      areTargetsPublished: false,
      writeOverrideAt: 'settings',
      writeOrderAt: 'settings',
      settingsPath: 'Settings',
    },
    media: {
      at: 'system',
      slots: ['1', '2'].map((id) => ({ id, types: ['CD', 'DVD', 'USBStick'], way: 'action' as const })),
      lingersMs: 2_000,
    },
    reset: { ...idrac9.reset, onLockedAfterOffMs: 15_000, refusesIfMatch: true },
    baseRegistry: 'Base.1.18',
  },
  root: {
    schema: 'v1_17_0',
    redfishVersion: '1.20.1',
    vendor: 'Dell',
    product: 'Integrated Dell Remote Access Controller',
    oem: dellRoot,
  },
  schemas: { system: 'v1_22_1', manager: 'v1_19_1' },
  managers: [
    {
      id: 'iDRAC.Embedded.1',
      name: 'Manager',
      model: '17G Monolithic',
      manufacturer: null,
      firmwareVersion: '1.20.50.50',
      hasPowerState: true,
    },
  ],
  systems: [
    {
      ...r750,
      hardware: {
        ...r750.hardware,
        model: 'PowerEdge R770',
        biosVersion: '1.2.6',
        biosDate: '03/27/2025',
        dimms: dimms(16, 32, 6400),
      },
    },
  ],
});
