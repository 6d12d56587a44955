/**
 * What every operation may cost in requests, and how it is done through the client. Each is asked for when nothing is fresh: the
 * links of the machine are known, as they are for an hour, and whatever changes was last read twenty seconds ago. Counts are the
 * emulator's own; the login is counted once, by itself.
 */
import { Secret } from '../../../src/lib/secret.js';
import type {
  AccountInfo,
  AttributeValue,
  Bmc,
  CertificateInfo,
  DriveDetail,
  LogInfo,
  MediaSlot,
  StorageInfo,
  SubscriptionInfo,
  SystemInfo,
  SystemUri,
  TaskInfo,
  VolumeDetail,
} from '../../../src/ports/bmc.js';

/** What the machine at hand has. */
export interface Shape {
  /** Collections come with their members. */
  readonly expands: boolean;
  /** And these with theirs. */
  readonly isDeep: boolean;
  readonly managers: number;
  readonly systems: number;
  readonly controllers: number;
  readonly drives: number;
  readonly volumes: number;
  /** Places of its AccountService, empty ones included. */
  readonly accounts: number;
  /** Of its firmware inventory. */
  readonly items: number;
  /** Resources with settings of the BMC. */
  readonly settings: number;
  /** A tag has to be read before a write (AMI, Fujitsu, Huawei), or is refused once when it is fresh (iDRAC10). */
  readonly tagReads: number;
  /** What the operation found. */
  readonly found: number;
}

/** What earlier operations found. */
export interface Finds {
  readonly bmc: Bmc;
  readonly uri: SystemUri;
  /** Name and value of a setting of this BMC. */
  readonly setting: readonly [string, AttributeValue];
  /** A certificate in PEM. */
  readonly pem: string;
  /** The first event of the stream at this path. */
  readonly firstEvent: () => Promise<unknown>;
  /** What the first of these rows that found something did find. @throws Missing */
  readonly of: <T>(...rows: string[]) => T;
}

/** What an operation works on is not there, because the BMC or its machine has none. */
export class Missing extends Error {}

/** The first of what an operation found. @throws Missing */
function firstOf<T>({ of }: Finds, row: string, suits: (one: T) => boolean = () => true): T {
  const one = of<readonly T[]>(row).find(suits);
  if (one === undefined) throw new Missing(row);
  return one;
}

export interface Work {
  /** The most it may cost, and the same in words: with `$expand`, and without. */
  readonly words: readonly [expanded: string, plain: string];
  readonly budget: (shape: Shape) => number;
  readonly run: (finds: Finds) => Promise<unknown>;
  /** Comes before it and is not counted. */
  readonly before?: (finds: Finds) => Promise<unknown>;
}

type Run = Work['run'];

const fixed = (most: number, run: Run): Work => ({ words: [`${most}`, `${most}`], budget: () => most, run });

/** Requests, and as many more as tags must be read. */
const write = (most: number, run: Run): Work => ({
  words: [`${most} + tags`, `${most} + tags`],
  budget: ({ tagReads }) => most + tagReads,
  run,
});

/** A collection: itself, and its members one by one where they do not come with it. */
const list = (members: keyof Shape & string, run: Run, more = 0): Work => {
  const word = members === 'found' ? 'members' : members;
  return {
    words: [`${1 + more}`, `${1 + more} + ${word}`],
    budget: (shape) => 1 + more + (shape.expands ? 0 : Number(shape[members])),
    run,
  };
};

/** One account is changed: the list, and the writes. */
const account = (writes: number, run: Run): Work => ({
  words: [`${1 + writes} + tags`, `${1 + writes} + accounts + tags`],
  budget: ({ expands, accounts, tagReads }) => 1 + writes + tagReads + (expands ? 0 : accounts),
  run,
});

/** Every setting lies in a resource, and another one shows what waits. */
const settings = (more: number, run: Run): Work => ({
  words: [`2 a set + ${more}`, `2 a set + ${more}`],
  budget: (shape) => 2 * shape.settings + more,
  run,
});

/** Storage, its drives, and the volumes of each controller. */
const storage: Work = {
  words: ['1 + controllers and their volumes', '1 + controllers, drives and volumes'],
  budget: ({ expands, isDeep, controllers, drives, volumes }) =>
    expands ? 1 + controllers * (isDeep ? 1 : 2) : 1 + 2 * controllers + drives + volumes,
  run: ({ bmc, uri }) => bmc.storages(uri),
};

const named = (name: string, content: string) => ({
  kind: 'file' as const,
  name,
  bytes: content.length,
  async *open() {
    yield Buffer.from(content);
  },
});
const first = new Secret('Correct-Horse-7');
const next = new Secret('Battery-Staple-8');
const own = new Secret('emulator-password-1');
const userName = 'operator7';
const iso = { url: 'https://here.example/x.iso' };
const hook = { destination: 'https://here.example/x', context: 'c', format: 'Event' as const };

const accountOf = ({ of }: Finds): string => of<AccountInfo>('createAccount').id;
const volumeOf = (finds: Finds): string => firstOf<VolumeDetail>(finds, 'volumes').uri;
const logOf = (finds: Finds): string => firstOf<LogInfo>(finds, 'logs').uri;
const storageOf = (finds: Finds): string =>
  firstOf<StorageInfo>(finds, 'storages', ({ drives }) => drives.length > 0).name;

/**
 * In this order, because each uses what the ones before it have found. A row is called like its method; in brackets stands what
 * makes it another row.
 */
export const works = {
  // who it is
  authenticate: fixed(2, ({ bmc }) => bmc.authenticate()),
  manager: list('managers', ({ bmc }) => bmc.manager()),
  systems: list('systems', ({ bmc }) => bmc.systems()),
  'manager (at rest)': fixed(1, ({ bmc }) => bmc.manager()),
  system: fixed(1, ({ bmc, uri }) => bmc.system(uri)),

  // what it is made of
  processors: list('found', ({ bmc, uri }) => bmc.processors(uri)),
  storages: storage,
  memory: list('found', ({ bmc, uri }) => bmc.memory(uri)),
  networkInterfaces: list('found', ({ bmc, uri }) => bmc.networkInterfaces(uri)),
  networkAdapters: {
    words: ['2 + 2 an adapter', '2 + 3 an adapter + 2 a port'],
    budget: ({ expands, found }) => 2 + found * (expands ? 2 : 7),
    run: ({ bmc, uri }) => bmc.networkAdapters(uri),
  },
  pcieDevices: {
    words: ['1 + devices', '2 + devices'],
    budget: ({ expands, found }) => (expands ? 1 : 2) + found,
    run: ({ bmc, uri }) => bmc.pcieDevices(uri),
  },
  trust: fixed(1, ({ bmc, uri }) => bmc.trust(uri)),
  chassis: {
    words: ['1 each', '1 each'],
    budget: ({ found }) => found,
    run: ({ bmc, uri }) => bmc.chassis(uri),
  },

  // how it is
  health: fixed(1, ({ bmc, uri }) => bmc.health(uri)),
  sensors: {
    words: ['2', '2 + sensors'],
    budget: ({ expands, found }) => (expands ? 2 : 2 + found),
    run: ({ bmc, uri }) => bmc.sensors(uri),
  },
  logs: {
    words: ['3', '3 + logs'],
    budget: ({ expands, found }) => 3 + (expands ? 0 : found),
    run: ({ bmc, uri }) => bmc.logs(uri),
  },
  logEntries: list('found', (finds) => finds.bmc.logEntries(logOf(finds)), 1),
  clearLog: fixed(1, (finds) => finds.bmc.clearLog(logOf(finds))),
  consoles: fixed(2, ({ bmc, uri }) => bmc.consoles(uri)),

  // what it boots
  bootOptions: list('found', ({ bmc, uri }) => bmc.bootOptions(uri), 1),
  bootOrder: fixed(1, ({ bmc, uri }) => bmc.bootOrder(uri)),
  setBootOrder: write(3, ({ bmc, uri, of }) =>
    bmc.setBootOrder(uri, [...of<readonly string[]>('bootOrder')].reverse()),
  ),
  setBootOnce: write(3, ({ bmc, uri }) => bmc.setBootOnce(uri, 'Pxe')),
  'setBootOnce (just read)': {
    ...write(2, ({ bmc, uri }) => bmc.setBootOnce(uri, 'Hdd')),
    before: ({ bmc, uri }) => bmc.system(uri),
  },
  setBootOverride: write(3, ({ bmc, uri }) =>
    bmc.setBootOverride(uri, { target: 'UefiHttp', httpBootUri: 'https://here.example/x.efi' }),
  ),
  clearBootOverride: {
    words: ['3 + tags; with settings of the BMC 2 a set more', '3 + tags'],
    budget: ({ settings, tagReads }) => 3 + (settings > 1 ? 2 * settings : 0) + tagReads,
    run: ({ bmc, uri }) => bmc.clearBootOverride(uri),
  },
  setIndicator: write(2, ({ bmc, uri }) => bmc.setIndicator(uri, 'Lit')),

  // who may enter
  accounts: list('accounts', ({ bmc }) => bmc.accounts(), 1),
  passwordRules: fixed(1, ({ bmc }) => bmc.passwordRules()),
  createAccount: account(2, ({ bmc }) => bmc.createAccount({ userName, password: first, roleId: 'ReadOnly' })),
  setAccountPassword: account(1, (finds) => finds.bmc.setAccountPassword(accountOf(finds), next)),
  setAccountRole: account(1, (finds) => finds.bmc.setAccountRole(accountOf(finds), 'Operator')),
  admits: fixed(2, ({ bmc }) => bmc.admits(userName, next)),
  deleteAccount: account(2, (finds) => finds.bmc.deleteAccount(accountOf(finds))),
  changeOwnPassword: account(1, ({ bmc }) => bmc.changeOwnPassword(own)),

  // what it tells by itself
  subscribe: list('found', ({ bmc }) => bmc.subscribe(hook), 2),
  subscriptions: list('found', ({ bmc }) => bmc.subscriptions()),
  unsubscribe: fixed(1, ({ bmc, of }) => bmc.unsubscribe(of<SubscriptionInfo>('subscribe').uri)),
  events: fixed(2, ({ firstEvent }) => firstEvent()),

  // how it is set
  biosAttributes: fixed(2, ({ bmc, uri }) => bmc.biosAttributes(uri)),
  biosRegistry: {
    words: ['3', '4'],
    budget: ({ expands }) => (expands ? 3 : 4),
    run: ({ bmc, uri }) => bmc.biosRegistry(uri),
  },
  checkBiosAttributes: fixed(2, ({ bmc, uri }) => bmc.checkBiosAttributes(uri, { ProcCores: 8 })),
  setBiosAttributes: write(3, ({ bmc, uri }) => bmc.setBiosAttributes(uri, { ProcCores: 8 })),
  'setBiosAttributes (just checked)': {
    ...write(1, ({ bmc, uri }) => bmc.setBiosAttributes(uri, { ProcCores: 16 })),
    before: ({ bmc, uri }) => bmc.checkBiosAttributes(uri, { ProcCores: 16 }),
  },
  changeBiosPassword: fixed(2, ({ bmc, uri }) =>
    bmc.changeBiosPassword(uri, { name: 'AdminPassword', from: new Secret(''), to: next }),
  ),
  resetBios: fixed(2, ({ bmc, uri }) => bmc.resetBios(uri)),
  bmcAttributes: settings(0, ({ bmc, setting }) => bmc.bmcAttributes([setting[0]])),
  checkBmcAttributes: settings(2, ({ bmc, setting }) => bmc.checkBmcAttributes(Object.fromEntries([setting]))),
  setBmcAttributes: {
    ...settings(1, ({ bmc, setting }) => bmc.setBmcAttributes(Object.fromEntries([setting]))),
    words: ['2 a set + 1 + tags', '2 a set + 1 + tags'],
    budget: (shape) => 2 * shape.settings + 1 + shape.tagReads,
  },

  // what it plugs in
  mediaSlots: { ...list('found', ({ bmc, uri }) => bmc.mediaSlots(uri), 1) },
  insertMedia: {
    words: ['2 + 4 tries + a look at each slot + 6 looks', '2 + slots + 4 tries + a look at each slot + 6 looks'],
    budget: ({ expands }) => (expands ? 14 : 16),
    run: ({ bmc, uri }) => bmc.insertMedia(uri, 'CD', iso),
  },
  'setBootOnce (virtual CD)': {
    words: ['3 + tags; by settings of the BMC 5 + 2 a set + tags', '3 + tags'],
    budget: ({ settings, tagReads }) => (settings > 1 ? 5 + 2 * settings : 3) + tagReads,
    run: ({ bmc, uri }) => bmc.setBootOnce(uri, 'Cd'),
  },
  ejectMedia: {
    words: ['2 + 5 looks', '2 + 5 looks'],
    budget: () => 7,
    run: ({ bmc, of }) => bmc.ejectMedia(of<MediaSlot>('insertMedia').uri),
  },

  // its disks
  drives: {
    words: ['1 + controllers', '1 + controllers and drives'],
    budget: ({ expands, controllers, drives }) => 1 + controllers + (expands ? 0 : drives),
    run: ({ bmc, uri }) => bmc.drives(uri),
  },
  volumes: {
    words: ['1 + controllers', '1 + 2 a controller + volumes'],
    budget: ({ expands, controllers, volumes }) => 1 + (expands ? controllers : 2 * controllers + volumes),
    run: ({ bmc, uri }) => bmc.volumes(uri),
  },
  initializeVolume: fixed(2, (finds) => finds.bmc.initializeVolume(volumeOf(finds), 'Fast')),
  deleteVolume: fixed(1, (finds) => finds.bmc.deleteVolume(volumeOf(finds))),
  resetStorage: list('controllers', (finds) => finds.bmc.resetStorage(finds.uri, storageOf(finds)), 1),
  eraseDrive: fixed(2, (finds) => finds.bmc.eraseDrive(firstOf<DriveDetail>(finds, 'drives').uri)),
  createVolume: list(
    'controllers',
    (finds) =>
      finds.bmc.createVolume(finds.uri, {
        storage: storageOf(finds),
        raidType: 'RAID0',
        drives: finds.of<readonly DriveDetail[]>('drives').map(({ uri }) => uri),
      }),
    1,
  ),
  systemErasure: fixed(1, ({ bmc, uri }) => bmc.systemErasure(uri)),
  eraseSystem: fixed(1, ({ bmc, uri }) => bmc.eraseSystem(uri, ['UserData'])),

  // its power
  setPower: fixed(3, ({ bmc, uri }) => bmc.setPower(uri, 'On', 'graceful')),
  reset: fixed(2, ({ bmc, uri }) => bmc.reset(uri, 'Nmi')),
  restart: fixed(2, ({ bmc, uri }) => bmc.restart(uri, 'force')),
  'setPower (just read)': {
    ...fixed(1, ({ bmc, uri }) => bmc.setPower(uri, 'Off', 'force')),
    before: ({ bmc, uri }) => bmc.system(uri),
  },

  // its firmware
  updateWays: fixed(1, ({ bmc }) => bmc.updateWays()),
  firmwareInventory: list('items', ({ bmc }) => bmc.firmwareInventory()),
  pendingFirmware: list('items', ({ bmc }) => bmc.pendingFirmware('BIOS')),
  firmwareTargets: list('items', ({ bmc }) => bmc.firmwareTargets('BIOS')),
  updateFirmware: fixed(2, ({ bmc }) =>
    bmc.updateFirmware({ image: { kind: 'url', url: 'https://here.example/BIOS_1.2.3.bin' } }),
  ),
  'updateFirmware (upload)': fixed(3, ({ bmc }) => bmc.updateFirmware({ image: named('BIOS_9.9.9.bin', 'image') })),
  task: fixed(2, ({ bmc, of }) => bmc.task(of<TaskInfo>('updateFirmware', 'updateFirmware (upload)').uri)),
  tasks: list('found', ({ bmc }) => bmc.tasks(), 1),
  startUpdate: fixed(2, ({ bmc }) => bmc.startUpdate()),

  // its certificates
  certificates: list('found', ({ bmc }) => bmc.certificates(), 1),
  generateSigningRequest: fixed(2, ({ bmc }) => bmc.generateSigningRequest({ commonName: 'b.example' })),
  replaceCertificate: fixed(1, (finds) =>
    finds.bmc.replaceCertificate(firstOf<CertificateInfo>(finds, 'certificates').uri, finds.pem),
  ),

  // what people write themselves
  'raw (read)': fixed(1, ({ bmc }) => bmc.raw({ method: 'GET', path: '/redfish/v1/Chassis' })),
  'raw (change)': fixed(1, ({ bmc, uri }) => bmc.raw({ method: 'PATCH', path: uri, body: { AssetTag: 'x' } })),

  // itself
  resetManagerToDefaults: fixed(1, ({ bmc }) => bmc.resetManagerToDefaults('PreserveNetworkAndUsers')),
  resetManager: fixed(2, ({ bmc }) => bmc.resetManager('GracefulRestart')),
} satisfies Record<string, Work>;

export type WorkName = keyof typeof works;

/** The first machine that can boot, as `systems` told it. */
export const hostIn = (systems: readonly SystemInfo[]): SystemUri =>
  (systems.find(({ isBootable }) => isBootable) as SystemInfo).uri;
