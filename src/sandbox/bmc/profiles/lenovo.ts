/** Lenovo ThinkSystem with XCC2. */
import type { Profile } from '../profile.js';
import { root } from '../tree/builder.js';
import { defineProfile, standardQuirks } from './define.js';
import { dimms, sataSsd, x710, xeonGold } from './parts.js';

const { bios: standardBios } = standardQuirks;

export const lenovoXcc2: Profile = defineProfile({
  name: 'lenovo-xcc2',
  vendor: 'lenovo',
  identity: {
    oui: '6c92cf',
    serial: { alphabet: '0123456789ABCDEFGHJKLMNPRTUVWXYZ', length: 6, prefix: 'J9' },
    isUuidUpperCase: true,
  },
  quirks: {
    ...standardQuirks,
    hasContext: true,
    expand: { noLinks: true, links: true, all: true, levels: true, maxLevels: 2 },
    etag: { form: 'strong', isInBody: true, ifMatch: 'required' },
    sessions: {
      path: `${root}/SessionService/Sessions`,
      max: 16,
      timeoutSeconds: 300,
      isTimeoutPublished: true,
      full: {
        status: 503,
        messageId: 'Base.1.14.SessionLimitExceeded',
        message: 'The number of sessions is at the limit of the service.',
      },
      lockout: { threshold: 5, seconds: 3600 },
    },
    boot: {
      ...standardQuirks.boot,
      targets: ['None', 'Pxe', 'Cd', 'Usb', 'Hdd', 'BiosSetup', 'Diags', 'UefiTarget', 'UefiHttp'],
      enabledValues: ['Once', 'Disabled'],
      writeOverrideAt: 'system',
      writeOrderAt: 'settings',
      settingsPath: 'Pending',
    },
    reset: {
      ...standardQuirks.reset,
      types: ['On', 'Nmi', 'GracefulShutdown', 'GracefulRestart', 'ForceOn', 'ForceOff', 'ForceRestart'],
    },
    patchAnswer: 'body',
    baseRegistry: 'Base.1.14',
    bios: { ...standardBios, settingsPath: 'Pending', pending: 'full' },
    update: {
      protocols: ['HTTPS', 'SFTP', 'TFTP'],
      multipart: '/mfwupdate',
      push: '/fwupdate',
      applyTimes: ['Immediate', 'OnReset'],
      taskForm: 'body',
      items: { BIOS: { id: 'UEFI', name: 'Firmware:UEFI' }, BMC: { id: 'BMC-Primary', name: 'Firmware:BMC' } },
      pendingSuffix: '-PENDING',
      handsOverToJob: true,
      monitorForgets: true,
    },
    media: {
      at: 'manager',
      slots: ['EXT1', 'EXT2', 'Remote1'].map((id) => ({ id, types: ['CD', 'DVD', 'USBStick'], way: 'patch' as const })),
    },
    log: { at: 'system', id: 'PlatformLog' },
    console: { serial: ['SSHLenovo', 'IPMI'] },
    bmcSettings: 'perUri',
    events: {
      ...standardQuirks.events,
      sse: { path: `${root}/EventService/ServerSentEvent`, max: 2 },
    },
    erasure: undefined,
    led: 'IndicatorLED',
  },
  root: {
    schema: 'v1_11_0',
    redfishVersion: '1.15.0',
    vendor: 'Lenovo',
    product: 'ThinkSystem SR650 V3',
    uuid: '{{s0.uuid}}',
  },
  schemas: { system: 'v1_18_0', manager: 'v1_15_0' },
  managers: [
    {
      id: '1',
      name: 'Manager',
      model: 'Lenovo XClarity Controller 2',
      manufacturer: 'Lenovo',
      firmwareVersion: 'ESX321F 3.60 2024-02-23',
      hasPowerState: true,
    },
  ],
  systems: [
    {
      id: '1',
      chassisId: '1',
      managerId: '1',
      isBootable: true,
      hardware: {
        manufacturer: 'Lenovo',
        model: 'ThinkSystem SR650 V3',
        sku: '7D76CTO1WW',
        family: 'ThinkSystem',
        biosVendor: 'Lenovo',
        biosVersion: 'ESE122L-3.10',
        biosDate: '02/14/2024',
        boardModel: 'SB27B31174',
        processors: { ...xeonGold, manufacturer: 'Intel(R) Corporation' },
        dimms: dimms(16, 32),
        nics: x710(['NIC1', 'NIC2', 'NIC3', 'NIC4'], { linked: 2 }),
        controllers: [
          {
            id: 'RAID_Slot1',
            name: 'ThinkSystem RAID 940-8i',
            drives: [sataSsd('Disk.0'), sataSsd('Disk.1')],
            volumes: [{ id: '0', name: 'VD_0', raidType: 'RAID1', capacityBytes: 480_000_000_000, drives: [0, 1] }],
          },
        ],
      },
      ids: {
        processor: (n) => `${n + 1}`,
        dimm: (n) => `${n + 1}`,
        drivePath: (controller, drive) => `Systems/1/Storage/${controller}/Drives/${drive}`,
      },
    },
  ],
  edit(tree) {
    tree.edit(root, (doc) => {
      doc.Oem = { Lenovo: { '@odata.type': '#LenovoServiceRoot.v1_0_0.LenovoServiceRootProperties' } };
    });
  },
});
