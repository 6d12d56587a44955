/** HPE ProLiant with iLO 5, 6 and 7. */
import type { JsonObject } from '../json.js';
import type { Profile, Quirks, SystemBlueprint } from '../profile.js';
import { link, root, type TreeBuilder } from '../tree/builder.js';
import { putJsonSchemas } from '../tree/json-schemas.js';
import { bootOptionsOf } from '../tree/system.js';
import { defineProfile, type ProfileRecord, standardQuirks } from './define.js';
import { connectX, dimms, nvme, sasDisk, xeonGold } from './parts.js';

const ilo6: Quirks = {
  ...standardQuirks,
  hasContext: true,
  isCaseInsensitive: true,
  expand: { noLinks: true, links: false, all: false, levels: true, maxLevels: 1 },
  topSkip: false,
  unsupportedQuery: 400,
  etag: { form: 'weak', isInBody: true, ifMatch: 'optional' },
  sessions: {
    path: `${root}/SessionService/Sessions`,
    max: 10,
    timeoutSeconds: 1800,
    isTimeoutPublished: false,
    refusalMs: 10_000,
    full: { status: 400, messageId: 'iLO.2.24.SessionLimitExceeded', message: '' },
  },
  accounts: {
    model: 'post',
    places: 12,
    minPassword: 8,
    maxPassword: 39,
    areBoundsHidden: true,
    areTypesHidden: true,
    hasHpeOem: true,
  },
  boot: {
    ...standardQuirks.boot,
    targets: [
      'None',
      'Cd',
      'Hdd',
      'Usb',
      'SDCard',
      'Utilities',
      'Diags',
      'BiosSetup',
      'Pxe',
      'UefiShell',
      'UefiHttp',
      'UefiTarget',
    ],
    areEnabledValuesPublished: false,
    mode: 'readOnly',
    targetNoneNeedsNoEnabled: true,
    isFrozenDuringPost: true,
  },
  reset: {
    types: ['On', 'ForceOff', 'GracefulShutdown', 'ForceRestart', 'Nmi', 'PushPowerButton', 'GracefulRestart'],
    publishedAs: 'inline',
    whenPointless: { status: 400, messageId: 'iLO.2.24.InvalidOperationForSystemState' },
    whilePoweringOff: 'conflict',
    onLockedAfterOffMs: 0,
    takesActionName: true,
  },
  managerResetTypes: ['ForceRestart', 'GracefulRestart'],
  patchAnswer: 'message',
  actionAnswer: 'message',
  errors: 'ilo',
  baseRegistry: 'Base.1.18',
  hasRegistryStore: true,
  bios: {
    path: 'bios',
    settingsPath: 'settings',
    registry: 'BiosAttributeRegistryU58.v1_2_44',
    pending: 'full',
    publishesApplyTimes: false,
  },
  update: {
    protocols: ['HTTP', 'HTTPS'],
    applyTimes: ['Immediate'],
    taskForm: 'monitorInBody',
    items: { BIOS: { id: '2', name: 'System ROM' }, BMC: { id: '1', name: 'iLO 6' } },
    pendingSuffix: '00',
  },
  media: {
    at: 'manager',
    slots: [
      { id: '1', types: ['Floppy', 'USBStick'], way: 'action' },
      { id: '2', types: ['CD', 'DVD'], way: 'action' },
    ],
  },
  sensors: 'thermal',
  log: { at: 'system', id: 'IML' },
  console: { serial: ['SSH', 'IPMI'] },
  erase: undefined,
  erasure: 'hpe',
  parts: { pcieAt: 'system', ports: 'Ports' },
  bmcSettings: 'perUri',
  licence: { paths: /\/VirtualMedia(\/|$)/, status: 403, messageId: 'iLO.2.24.LicenseKeyRequired', message: '' },
  events: { ...standardQuirks.events, max: 8, hasRetryPolicy: false, duplicate: 'ResourceAlreadyExists' },
  led: 'LocationIndicatorActive',
};

const gen11: SystemBlueprint = {
  id: '1',
  chassisId: '1',
  managerId: '1',
  isBootable: true,
  hardware: {
    manufacturer: 'HPE',
    model: 'ProLiant DL380 Gen11',
    sku: 'P52560-B21',
    family: 'ProLiant',
    biosVendor: 'HPE',
    biosVersion: 'U58 v2.44 (01/17/2025)',
    biosDate: '01/17/2025',
    boardModel: 'ProLiant DL380 Gen11',
    processors: { ...xeonGold, manufacturer: 'Intel(R) Corporation', model: 'INTEL(R) XEON(R) GOLD 6530' },
    dimms: dimms(8, 64),
    nics: connectX(['1', '2'], { slot: 2 }),
    controllers: [
      {
        id: 'DE00A000',
        name: 'HPE MR416i-o Gen11',
        drives: [nvme('2', 3840), nvme('3', 3840)],
        volumes: [
          { id: '239', name: 'LogicalDrive1', raidType: 'RAID1', capacityBytes: 3_840_000_000_000, drives: [0, 1] },
        ],
      },
    ],
  },
  ids: {
    processor: (n) => `${n + 1}`,
    dimm: (n) => `proc${n < 4 ? 1 : 2}dimm${(n % 4) + 1}`,
    drivePath: (controller, drive) => `Chassis/${controller}/Drives/${drive}`,
  },
};

const iloRoot = (generation: string) => ({
  Hpe: {
    '@odata.type': '#HpeiLOServiceExt.v2_7_0.HpeiLOServiceExt',
    Manager: [{ ManagerType: generation, ManagerFirmwareVersion: '1.66', HostName: '{{hostname}}' }],
    Moniker: { PRODGEN: generation, VENDABR: 'HPE', VENDNAM: 'Hewlett-Packard Enterprise' },
  },
});

/** What HPE adds to systems, BIOS and accounts. */
const putHpe = (tree: TreeBuilder): void => {
  tree.edit(`${root}/Systems/1`, (doc) => {
    doc.Oem = { Hpe: { '@odata.type': '#HpeComputerSystemExt.v2_14_0.HpeComputerSystemExt', PostState: 'PowerOff' } };
  });
  putBootSettings(tree);
  // The bounds iLO hides at the standard's place.
  tree.edit(`${root}/AccountService`, (doc) => {
    const bounds = { MinPasswordLength: ilo6.accounts.minPassword };
    doc.Oem = { Hpe: { '@odata.type': '#HpeiLOAccountService.v2_5_0.HpeiLOAccountService', ...bounds } };
  });
  tree.editAll(/\/VirtualMedia\/[^/]+$/, (doc, path) => {
    const action = (name: string): JsonObject => {
      const full = `HpeiLOVirtualMedia.${name}VirtualMedia`;
      return { [`#${full}`]: { target: `${path}/Actions/Oem/Hpe/${full}` } };
    };
    const own = { '@odata.type': '#HpeiLOVirtualMedia.v2_2_0.HpeiLOVirtualMedia', BootOnNextServerReset: false };
    doc.Oem = { Hpe: { ...own, Actions: { ...action('Insert'), ...action('Eject') } } };
  });
  // HPE's programs ask it what a property may be before they write one.
  putJsonSchemas(tree, [`${root}/Systems/1`, `${root}/Managers/1`]);
};

/** The order of boot as the BIOS keeps it, in names of its own; HPE's programs look here. */
function putBootSettings(tree: TreeBuilder): void {
  const bios = `${root}/Systems/1/bios`;
  const sources = bootOptionsOf(gen11.hardware).map(({ id, name, device, nic }) => ({
    BootOptionNumber: id.slice('Boot'.length),
    BootString: name,
    StructuredBootString: nic === undefined ? 'HD.SD.1.2' : `NIC.Slot.2.${nic + 1}.${device}`,
  }));
  const path = tree.put(`${bios}/oem/hpe/boot`, 'HpeServerBootSettings.v2_3_0', {
    Name: 'Boot Order Current Settings',
    BootSources: sources,
    PersistentBootConfigOrder: sources.map(({ StructuredBootString: name }) => name),
  });
  tree.edit(bios, (doc) => {
    doc.Oem = { Hpe: { '@odata.type': '#HpeBiosExt.v2_0_1.HpeBiosExt', Links: { Boot: link(path) } } };
  });
}

const ilo = (generation: string, firmwareVersion: string): ProfileRecord => ({
  name: '',
  vendor: 'hpe',
  identity: { oui: '5ced8c', serial: { alphabet: '0123456789ABCDEFGHJKLMNPQRSTVWXYZ', length: 6, prefix: 'CZJ0' } },
  quirks: ilo6,
  root: {
    schema: 'v1_13_0',
    redfishVersion: '1.20.0',
    vendor: 'HPE',
    product: gen11.hardware.model,
    uuid: '{{m0.uuid}}',
    oem: iloRoot(generation),
  },
  schemas: { system: 'v1_18_0', manager: 'v1_19_1' },
  managers: [{ id: '1', name: 'Manager', model: generation, firmwareVersion, hasPowerState: false }],
  systems: [gen11],
  edit: putHpe,
});

export const hpeIlo6: Profile = defineProfile({ ...ilo('iLO 6', 'iLO 6 v1.66'), name: 'hpe-ilo6' });

const gen12: SystemBlueprint = {
  ...gen11,
  hardware: { ...gen11.hardware, model: 'ProLiant Compute DL380 Gen12', biosVersion: 'U68 v1.20 (05/02/2025)' },
};

/** iLO 7: the FirmwareVersion is a bare number. */
export const hpeIlo7: Profile = defineProfile({
  ...ilo('iLO 7', '1.16.00'),
  name: 'hpe-ilo7',
  root: { ...ilo('iLO 7', '').root, product: gen12.hardware.model, redfishVersion: '1.22.0' },
  systems: [gen12],
});

const gen10: SystemBlueprint = {
  ...gen11,
  hardware: {
    ...gen11.hardware,
    model: 'ProLiant DL380 Gen10',
    sku: '868703-B21',
    biosVersion: 'U30 v2.36 (07/16/2020)',
    biosDate: '07/16/2020',
    boardModel: 'ProLiant DL380 Gen10',
    dimms: dimms(8, 32, 3200),
    controllers: [
      { id: 'DE009000', name: 'HPE Smart Array P408i-a SR Gen10', drives: [sasDisk('0'), sasDisk('1')], volumes: [] },
    ],
  },
};

/** iLO 5: trailing slashes, no `$select` and no `only`, an old list of resets without GracefulShutdown. */
export const hpeIlo5: Profile = defineProfile({
  ...ilo('iLO 5', 'iLO 5 v1.40'),
  name: 'hpe-ilo5',
  quirks: {
    ...ilo6,
    hasTrailingSlashes: true,
    select: false,
    only: false,
    filter: false,
    unsupportedQuery: 'ignore',
    boot: { ...ilo6.boot, writeOrderAt: 'nowhere', hasBootProgress: false, hasBootOptions: false },
    reset: { ...ilo6.reset, types: ['On', 'ForceOff', 'ForceRestart', 'Nmi', 'PushPowerButton'] },
    baseRegistry: 'Base.1.4',
    parts: { pcieAt: 'system', ports: 'NetworkPorts' },
    led: 'IndicatorLED',
  },
  root: {
    schema: 'v1_3_1',
    redfishVersion: '1.6.0',
    product: gen10.hardware.model,
    uuid: '{{m0.uuid}}',
    oem: iloRoot('iLO 5'),
  },
  schemas: { system: 'v1_4_0', manager: 'v1_3_3' },
  systems: [gen10],
  edit(tree) {
    putHpe(tree);
    // Drives of Gen10 report health but no State.
    tree.editAll(/\/Drives\//, (doc) => {
      doc.Status = { Health: 'OK' };
    });
  },
});
