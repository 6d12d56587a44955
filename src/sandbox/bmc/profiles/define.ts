/** Makes a Profile of a record of differences: defaults of a standard-abiding BMC, a tree, and the vendor's own edits. */
import type { IdentityRules } from '../identity.js';
import type {
  BiosRules,
  ManagerBlueprint,
  MediaRules,
  Profile,
  Quirks,
  SystemBlueprint,
  UpdateRules,
} from '../profile.js';
import { root, TreeBuilder } from '../tree/builder.js';
import { putChassis, putManager } from '../tree/chassis.js';
import { putErasure } from '../tree/erasure.js';
import { putFirmware } from '../tree/firmware.js';
import { putMedia } from '../tree/media.js';
import { putCertificates, putConsoles, putLog, putSensors } from '../tree/monitoring.js';
import { putParts } from '../tree/parts.js';
import { putServiceRoot, type RootFacts } from '../tree/service.js';
import { putManagerSettings, putRegistries } from '../tree/settings.js';
import { putSystem } from '../tree/system.js';
import { putTelemetry } from '../tree/telemetry.js';
import type { Template } from '../tree/template.js';

/** What the standard asks for, with every ability on: the `generic` profile, and the base of all others. */
export const standardQuirks: Quirks & {
  readonly bios: BiosRules;
  readonly update: UpdateRules;
  readonly media: MediaRules;
} = {
  hasContext: false,
  hasTrailingSlashes: false,
  isCaseInsensitive: false,
  expand: { noLinks: true, links: true, all: true, levels: true, maxLevels: 6 },
  select: true,
  only: true,
  filter: true,
  topSkip: true,
  unsupportedQuery: 501,
  pageSize: 1000,
  etag: { form: 'strong', isInBody: true, ifMatch: 'optional' },
  sessions: {
    path: `${root}/SessionService/Sessions`,
    max: 16,
    timeoutSeconds: 600,
    isTimeoutPublished: true,
    full: {
      status: 503,
      messageId: 'Base.1.18.SessionLimitExceeded',
      message: 'The number of sessions is at the limit of the service.',
    },
  },
  accounts: { model: 'post', places: 15, minPassword: 8, maxPassword: 64 },
  boot: {
    targets: ['None', 'Pxe', 'Cd', 'Usb', 'Hdd', 'BiosSetup', 'Diags', 'UefiHttp', 'UefiTarget', 'UefiBootNext'],
    areTargetsPublished: true,
    enabledValues: ['Once', 'Continuous', 'Disabled'],
    areEnabledValuesPublished: true,
    mode: 'writable',
    demands: [],
    writeOverrideAt: 'system',
    writeOrderAt: 'system',
    hasBootOptions: true,
    hasBootProgress: true,
  },
  reset: {
    types: [
      'On',
      'ForceOn',
      'ForceOff',
      'GracefulShutdown',
      'GracefulRestart',
      'ForceRestart',
      'PowerCycle',
      'PushPowerButton',
      'Nmi',
    ],
    publishedAs: 'inline',
    whenPointless: 'noContent',
    whilePoweringOff: 'queue',
    onLockedAfterOffMs: 0,
  },
  managerResetTypes: ['GracefulRestart', 'ForceRestart'],
  patchAnswer: 'body',
  actionAnswer: 'noContent',
  errors: 'standard',
  baseRegistry: 'Base.1.18',
  events: {
    max: 20,
    hasRetryPolicy: true,
    duplicate: 'allowed',
    origin: 'link',
    listKey: 'Events',
    offset: 'colon',
    sse: { path: `${root}/EventService/SSE`, max: 10 },
  },
  bios: {
    path: 'Bios',
    settingsPath: 'Settings',
    registry: 'BiosAttributeRegistry.v1_0_0',
    pending: 'delta',
    publishesApplyTimes: true,
  },
  update: {
    protocols: ['HTTP', 'HTTPS'],
    multipart: `${root}/UpdateService/update-multipart`,
    push: `${root}/UpdateService/update`,
    applyTimes: ['Immediate', 'OnReset', 'OnStartUpdateRequest'],
    taskForm: 'standard',
    items: { BIOS: { id: 'BIOS', name: 'BIOS' }, BMC: { id: 'BMC', name: 'BMC Firmware' } },
    pendingSuffix: '-Staged',
  },
  media: {
    at: 'manager',
    slots: [
      { id: 'CD1', types: ['CD', 'DVD'], way: 'action' },
      { id: 'USB1', types: ['USBStick', 'Floppy'], way: 'action' },
    ],
  },
  sensors: 'sensors',
  log: { at: 'system', id: 'EventLog' },
  console: { host: { Port: 22, SharedWithManagerCLI: true, ConsoleEntryCommand: 'console' }, serial: ['SSH', 'IPMI'] },
  erase: { methods: ['BlockErase', 'CryptographicErase', 'Overwrite'], needsOff: false },
  erasure: 'standard',
  parts: { pcieAt: 'system', ports: 'Ports', cyclesChassis: true },
  bmcSettings: 'none',
  led: 'both',
};

export interface ProfileRecord {
  readonly name: string;
  readonly vendor: string;
  readonly identity: IdentityRules;
  readonly quirks: Quirks;
  readonly systems: readonly SystemBlueprint[];
  readonly managers: readonly ManagerBlueprint[];
  readonly root: RootFacts;
  /** Schema versions of the resources clients look at. */
  readonly schemas: { readonly system: string; readonly manager: string };
  /** Adds or changes what this vendor's documents have of their own. */
  readonly edit?: (tree: TreeBuilder) => void;
}

export function defineProfile(record: ProfileRecord): Profile {
  let template: Template | undefined;
  return {
    name: record.name,
    vendor: record.vendor,
    identity: record.identity,
    quirks: record.quirks,
    systems: record.systems,
    managers: record.managers,
    get template() {
      template ??= buildTemplate(record);
      return template;
    },
  };
}

function buildTemplate(record: ProfileRecord): Template {
  const { quirks, systems, managers } = record;
  const tree = new TreeBuilder(quirks);
  putServiceRoot(tree, quirks, record.root);
  const systemPaths = systems.map((system, n) => putSystem(tree, quirks, n, system, record.schemas.system));
  const managerPaths = managers.map((manager, n) =>
    putManager(tree, quirks, n, manager, systems, record.schemas.manager),
  );
  const chassisPaths = systems.map((system, n) => putChassis(tree, n, system));
  tree.collection(`${root}/Systems`, 'ComputerSystem', systemPaths, 'Computer System Collection');
  tree.collection(`${root}/Managers`, 'Manager', managerPaths, 'Manager Collection');
  tree.collection(`${root}/Chassis`, 'Chassis', chassisPaths, 'Chassis Collection');
  const [system] = systems;
  const [manager] = managers;
  for (const [n, each] of systems.entries()) putParts(tree, quirks, n, each);
  if (system && manager) putFirmware(tree, quirks, system, manager);
  for (const { chassisId, isBootable } of systems) if (isBootable) putSensors(tree, quirks, chassisId);
  putTelemetry(tree, quirks, systems);
  if (system && manager) {
    putLog(tree, quirks, system.id, manager.id);
    putConsoles(tree, quirks, system.id, manager.id);
  }
  if (manager) putCertificates(tree, manager);
  if (system && manager) putMedia(tree, quirks, system.id, manager.id);
  if (manager) putManagerSettings(tree, quirks, manager);
  putRegistries(tree, quirks, systems);
  if (system && manager) putErasure(tree, quirks, system, manager);
  record.edit?.(tree);
  return tree.build();
}
