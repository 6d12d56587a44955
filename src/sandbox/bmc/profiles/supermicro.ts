/** Supermicro: X10 (Redfish 1.0.1), X11, X13. */
import type { Profile, Quirks, SystemBlueprint } from '../profile.js';
import { root } from '../tree/builder.js';
import { defineProfile, standardQuirks } from './define.js';
import { dimms, epyc, nvme, sataSsd, x710, xeonGold } from './parts.js';

const { sse: _, ...withoutStreams } = standardQuirks.events;

const x13Quirks: Quirks = {
  ...standardQuirks,
  hasContext: true,
  expand: { noLinks: true, links: true, all: true, levels: true, maxLevels: 3 },
  topSkip: false,
  etag: { form: 'weak', isInBody: true, ifMatch: 'optional' },
  sessions: {
    path: `${root}/SessionService/Sessions`,
    max: 16,
    timeoutSeconds: 300,
    isTimeoutPublished: true,
    full: {
      status: 503,
      messageId: 'Base.1.10.SessionLimitExceeded',
      message: 'The number of sessions is at the limit of the service.',
    },
  },
  accounts: { model: 'post', places: 16, minPassword: 8, maxPassword: 19 },
  boot: {
    ...standardQuirks.boot,
    targets: ['None', 'Pxe', 'Floppy', 'Cd', 'Usb', 'Hdd', 'BiosSetup', 'UsbCd', 'UefiBootNext', 'UefiHttp'],
    modeFlipsToLegacy: true,
    demands: ['BootSourceOverrideEnabled'],
  },
  reset: {
    types: ['On', 'ForceOff', 'GracefulShutdown', 'GracefulRestart', 'ForceRestart', 'Nmi', 'ForceOn', 'PowerCycle'],
    publishedAs: 'actionInfo',
    whenPointless: 'noContent',
    whilePoweringOff: 'queue',
    onLockedAfterOffMs: 0,
  },
  managerResetTypes: ['GracefulRestart'],
  patchAnswer: 'message',
  actionAnswer: 'message',
  console: { serial: ['IPMI'] },
  media: { ...standardQuirks.media, refuses: ['Inserted', 'WriteProtected'] },
  update: {
    ...standardQuirks.update,
    protocols: [],
    multipart: `${root}/UpdateService/upload`,
    applyTimes: ['OnStartUpdateRequest', 'Immediate'],
  },
  baseRegistry: 'Base.1.10',
  events: { ...withoutStreams, duplicate: 'ResourceAlreadyExists' },
  erasure: undefined,
  parts: { pcieAt: 'chassis', ports: 'Ports' },
  licence: {
    paths: /\/(UpdateService|Bios|Storage|Sensors|Thermal)(\/|$)/,
    status: 403,
    messageId: 'SMC.1.0.OemLicenseNotPassed',
    message: 'Not licensed to perform this request. The following licenses SFT-OOB-LIC SFT-DCMS-SINGLE were needed',
  },
  led: 'both',
};

const x13System: SystemBlueprint = {
  id: '1',
  chassisId: '1',
  managerId: '1',
  isBootable: true,
  hardware: {
    manufacturer: 'Supermicro',
    model: 'AS -2015CS-TNR',
    sku: '091715D9',
    family: 'Family',
    biosVendor: 'American Megatrends International, LLC.',
    biosVersion: '1.6',
    biosDate: '09/15/2023',
    boardModel: 'H13SSW',
    processors: epyc,
    dimms: dimms(12, 32),
    nics: x710(['1', '2']),
    controllers: [
      {
        id: 'NVMeSSD',
        name: 'NVMe Storage System',
        drives: [nvme('Disk.Bay.0', 3840), nvme('Disk.Bay.1', 3840)],
        volumes: [],
      },
    ],
  },
  ids: {
    processor: (n) => `${n + 1}`,
    dimm: (n) => `${n + 1}`,
    drivePath: (controller, drive) => `Chassis/${controller}.Group.0.StorageBackplane/Drives/${drive}`,
  },
};

const identity = { oui: 'ac1f6b', serial: { alphabet: '0123456789', length: 9, prefix: 'S' } };
const oem = { Supermicro: { '@odata.type': '#SmcServiceRootExtensions.v1_0_0.ServiceRoot' } };
const manager = { id: '1', name: 'Manager', model: 'ASPEED', hasPowerState: false };

export const smcX13: Profile = defineProfile({
  name: 'smc-x13',
  vendor: 'supermicro',
  identity,
  quirks: x13Quirks,
  root: {
    schema: 'v1_14_0',
    redfishVersion: '1.14.0',
    vendor: 'Supermicro',
    product: x13System.hardware.model,
    uuid: '{{m0.uuid}}',
    oem,
  },
  schemas: { system: 'v1_19_0', manager: 'v1_16_0' },
  managers: [{ ...manager, firmwareVersion: '01.01.47' }],
  systems: [x13System],
});

const olderHardware = (model: string, board: string, bios: string): SystemBlueprint => ({
  ...x13System,
  hardware: {
    ...x13System.hardware,
    model,
    boardModel: board,
    biosVersion: bios,
    processors: { ...xeonGold, count: 1, model: 'Intel(R) Xeon(R) processor' },
    dimms: dimms(4, 16, 2666),
    controllers: [{ id: 'HBA', name: 'SATA Controller', drives: [sataSsd('Disk.0'), sataSsd('Disk.1')], volumes: [] }],
  },
});

/** Late X11: PATCH without Mode flips to Legacy, no query parameters, Manager.Reset takes `{}`. */
export const smcX11: Profile = defineProfile({
  name: 'smc-x11',
  vendor: 'supermicro',
  identity,
  quirks: {
    ...x13Quirks,
    expand: undefined,
    select: false,
    only: false,
    filter: false,
    unsupportedQuery: 'ignore',
    boot: {
      ...x13Quirks.boot,
      areEnabledValuesPublished: false,
      hasBootProgress: false,
      hasBootOptions: false,
      writeOrderAt: 'nowhere',
    },
    reset: { ...x13Quirks.reset, publishedAs: 'inline' },
    managerResetTypes: [],
    update: undefined,
    sensors: 'thermal',
    erase: undefined,
    licence: {
      paths: /\/(Bios|Storage)(\/|$)/,
      status: 400,
      messageId: 'SMC.1.0.SupermicroLicenseNotActivated',
      message: 'This function needs the licence SFT-OOB-LIC.',
    },
    baseRegistry: 'Base.1.4',
    led: 'IndicatorLED',
  },
  root: { schema: 'v1_5_2', redfishVersion: '1.8.0', vendor: 'Supermicro', uuid: '{{m0.uuid}}', oem },
  schemas: { system: 'v1_5_2', manager: 'v1_4_3' },
  managers: [{ ...manager, firmwareVersion: '01.74.02' }],
  systems: [olderHardware('SYS-1029P-WTR', 'X11DDW-L', '3.4')],
});

/** X10: Redfish 1.0.1. No Mode, odd boot targets, no vendor in the root, a UUID made of a MAC address, no disks. */
export const smcX10: Profile = defineProfile({
  name: 'smc-x10',
  vendor: 'supermicro',
  identity: { ...identity, isUuidFromMac: true, isUuidUpperCase: true },
  quirks: {
    ...x13Quirks,
    expand: undefined,
    select: false,
    only: false,
    filter: false,
    unsupportedQuery: 'ignore',
    etag: { form: 'none', isInBody: false, ifMatch: 'off' },
    boot: {
      ...x13Quirks.boot,
      targets: [
        'None',
        'Pxe',
        'Hdd',
        'Diags',
        'CD/DVD',
        'BiosSetup',
        'FloppyRemovableMedia',
        'UsbKey',
        'UsbHdd',
        'UsbFloppy',
        'UsbCd',
        'UefiUsbKey',
        'UefiCd',
        'UefiHdd',
        'UefiUsbHdd',
        'UefiUsbCd',
      ],
      areEnabledValuesPublished: false,
      mode: 'absent',
      modeFlipsToLegacy: false,
      demands: [],
      hasBootOptions: false,
      hasBootProgress: false,
      writeOrderAt: 'nowhere',
    },
    accounts: { ...x13Quirks.accounts, schema: 'v1_0_0' },
    reset: {
      ...x13Quirks.reset,
      types: ['On', 'ForceOff', 'GracefulShutdown', 'GracefulRestart', 'ForceRestart', 'Nmi', 'ForceOn'],
      publishedAs: 'inline',
    },
    managerResetTypes: [],
    bios: undefined,
    licence: undefined,
    sensors: 'thermal',
    erasure: undefined,
    parts: undefined,
    erase: undefined,
    media: undefined,
    update: undefined,
    baseRegistry: 'Base.1.0',
    led: 'IndicatorLED',
  },
  root: { schema: 'v1_1_0', redfishVersion: '1.0.1', uuid: '{{m0.uuid}}', oem: {} },
  schemas: { system: 'v1_3_0', manager: 'v1_3_2' },
  managers: [{ ...manager, firmwareVersion: '4.0' }],
  systems: [olderHardware('Super Server', 'X10SDV-4C-TLN4F', '1.2')],
  edit(tree) {
    tree.edit(`${root}/Systems/1`, (doc) => {
      doc.SKU = 'To be filled by O.E.M.';
      doc.SerialNumber = '          ';
    });
    tree.removeAll(/\/Storage\/|\/Drives\//);
    tree.collection(`${root}/Systems/1/Storage`, 'Storage', []);
  },
});
