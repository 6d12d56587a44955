/**
 * BMCs behind the port, in memory: stateful power and boot, recorded calls, the next failure per method, and time that
 * moves only with the fake clock.
 */
import { ConflictError, PermanentError } from '../../src/errors/classes.js';
import type { Secret } from '../../src/lib/secret.js';
import type {
  AccountInfo,
  Accounts,
  AttributeCheck,
  AttributeRule,
  AttributeValue,
  AttributeValues,
  Bios,
  Bmc,
  BmcAccess,
  BmcFactory,
  BmcSettings,
  BootTarget,
  CertificateInfo,
  Certificates,
  ConsoleInfo,
  Consoles,
  DiskChanges,
  DriveDetail,
  EventStream,
  Firmware,
  FirmwareItem,
  FirmwareUpdate,
  Health,
  HealthInfo,
  IndicatorState,
  LogEntry,
  LogInfo,
  Logs,
  ManagerInfo,
  MediaSlot,
  PasswordRules,
  PowerState,
  ProcessorInfo,
  ResetType,
  SensorReading,
  StorageInfo,
  SubscriptionInfo,
  Subscriptions,
  SystemInfo,
  SystemUri,
  TaskInfo,
  Tasks,
  UpdateWays,
  VirtualMedia,
  VolumeDetail,
} from '../../src/ports/bmc.js';
import { systemUri } from '../../src/ports/bmc.js';

/** Attributes with their rules: all text, writable and unchecked where a name has none. */
export interface FakeAttributes {
  current: Record<string, AttributeValue>;
  pending: Record<string, AttributeValue>;
  rules: AttributeRule[];
}

export interface FakeMachine {
  manager: ManagerInfo;
  systems: SystemInfo[];
  processors: ProcessorInfo[];
  storages: StorageInfo[];
  /** Power reached at once (default), or kept as it is to play a machine that does not obey. */
  obeys: boolean;
  power: PowerState | undefined;
  bootOnce: BootTarget | undefined;
  bootOrder: readonly string[];
  indicator: IndicatorState;
  /** Accounts with their passwords; `accounts()` tells them without. */
  accounts: (AccountInfo & { password: Secret })[];
  passwordRules: PasswordRules;
  subscriptions: SubscriptionInfo[];
  /** Attributes of the BIOS and of the BMC; the tests give the rules they need. */
  bios: FakeAttributes;
  bmcSettings: FakeAttributes;
  /** Inventory; staged items are those with `isStaged`. */
  firmware: FirmwareItem[];
  updateWays: UpdateWays;
  /** Tasks by URI, newest last: tests move them by hand. */
  tasks: TaskInfo[];
  /** Called with every update that was taken, after its task began. */
  onUpdate: ((update: FirmwareUpdate, task: TaskInfo) => void) | undefined;
  media: MediaSlot[];
  health: HealthInfo;
  sensors: SensorReading[];
  /** Logs with their entries, newest first. */
  logs: (LogInfo & { entries: LogEntry[] })[];
  consoles: ConsoleInfo[];
  drives: DriveDetail[];
  volumes: VolumeDetail[];
  certificates: CertificateInfo[];
  /** What `events` gives; nothing until a test says so. */
  events: EventStream['events'];
  /** How often the BMC itself was restarted. */
  managerResets: number;
  /** Everything asked of this machine, in order: `systems`, `setPower On graceful`, `setBootOnce Pxe`, … */
  readonly calls: string[];
  failNext(method: keyof Bmc, error: Error): void;
}

export interface FakeBmcs extends BmcFactory {
  /** Adds a machine behind the access id (the BMC object's name). */
  add(id: string, machine?: Partial<FakeMachine> & { uuid?: string }): FakeMachine;
  machine(id: string): FakeMachine;
  readonly opened: BmcAccess[];
}

export function fakeBmcs(): FakeBmcs {
  const machines = new Map<string, FakeMachine & { failures: { method: string; error: Error }[] }>();
  const opened: BmcAccess[] = [];

  const add: FakeBmcs['add'] = (
    id,
    { uuid = `00000000-0000-0000-0000-${id.padStart(12, '0').slice(-12)}`, ...given } = {},
  ) => {
    const failures: { method: string; error: Error }[] = [];
    const machine = {
      manager: {
        uri: '/redfish/v1/Managers/1',
        manufacturer: 'Contoso',
        model: 'BMC',
        firmwareVersion: '1.0',
        state: 'Enabled',
        powerState: 'On',
      },
      systems: [
        {
          uri: systemUri('/redfish/v1/Systems/1'),
          uuid,
          manufacturer: 'Contoso',
          model: 'X1',
          serialNumber: `SN-${id}`,
          memoryGiB: 96,
          isBootable: true,
        },
      ],
      processors: [{ id: 'CPU1', type: 'CPU', totalCores: 16, totalThreads: 32 }],
      storages: [
        { name: 'RAID', drives: [{ name: 'Disk0', capacityBytes: 480_000_000_000, mediaType: 'SSD' }], volumes: [] },
      ],
      obeys: true,
      power: 'Off',
      bootOnce: undefined,
      bootOrder: ['Boot0000', 'Boot0001'],
      indicator: 'Off',
      accounts: [],
      passwordRules: { minLength: 8, maxLength: 20, specials: '!#$%&()*-_' },
      subscriptions: [],
      bios: { current: {}, pending: {}, rules: [] },
      bmcSettings: { current: {}, pending: {}, rules: [] },
      firmware: [],
      updateWays: { pull: { protocols: ['HTTP', 'HTTPS'] }, multipart: true, push: false },
      tasks: [],
      onUpdate: undefined,
      media: [{ uri: '/redfish/v1/Managers/1/VirtualMedia/CD', id: 'CD', types: ['CD', 'DVD'], isInserted: false }],
      health: { health: 'OK', rollup: 'OK', state: 'Enabled', conditions: [] },
      sensors: [],
      logs: [],
      consoles: [],
      drives: [],
      volumes: [],
      certificates: [],
      events: async function* () {},
      managerResets: 0,
      calls: [],
      failures,
      failNext: (method: string, error: Error) => void failures.push({ method, error }),
      ...given,
    } as FakeMachine & { failures: { method: string; error: Error }[] };
    machines.set(id, machine);
    return machine;
  };

  const machine = (id: string) => {
    const found = machines.get(id);
    if (!found) throw new Error(`no fake machine "${id}"`);
    return found;
  };

  const open = (access: BmcAccess): Bmc => {
    opened.push(access);
    const target = machine(access.id);
    const asked = (method: string, words = method) => {
      target.calls.push(words);
      const index = target.failures.findIndex((failure) => failure.method === method);
      const failure = index < 0 ? undefined : target.failures.splice(index, 1)[0];
      if (failure) throw failure.error;
    };
    const shown = (system: SystemInfo): SystemInfo => ({
      ...system,
      ...(target.power === undefined ? {} : { powerState: target.power }),
    });
    return {
      authenticate: async () => asked('authenticate'),
      manager: async () => {
        asked('manager');
        return target.manager;
      },
      systems: async () => {
        asked('systems');
        return target.systems.map(shown);
      },
      system: async (uri: SystemUri) => {
        asked('system');
        const found = target.systems.find((system) => system.uri === uri);
        if (!found) throw new Error(`no system ${uri}`);
        return shown(found);
      },
      processors: async () => {
        asked('processors');
        return target.processors;
      },
      storages: async () => {
        asked('storages');
        return target.storages;
      },
      setPower: async (_uri, to, how) => {
        asked('setPower', `setPower ${to} ${how}`);
        if (target.obeys) target.power = to;
      },
      setBootOnce: async (_uri, boot) => {
        asked('setBootOnce', `setBootOnce ${boot}`);
        target.bootOnce = boot;
      },
      reset: async (_uri, type) => {
        asked('reset', `reset ${type}`);
        if (target.obeys) target.power = powerAfter(type, target.power);
      },
      bootOrder: async () => {
        asked('bootOrder');
        return target.bootOrder;
      },
      setBootOrder: async (_uri, order) => {
        asked('setBootOrder', `setBootOrder ${order.join(',')}`);
        target.bootOrder = [...order];
      },
      setIndicator: async (_uri, to) => {
        asked('setIndicator', `setIndicator ${to}`);
        target.indicator = to;
      },
      resetManager: async (type) => {
        asked('resetManager', `resetManager ${type}`);
        target.managerResets += 1;
      },
      ...accountsOf(target, asked),
      ...subscriptionsOf(target, asked),
      ...biosOf(target, asked),
      ...bmcSettingsOf(target, asked),
      ...firmwareOf(target, asked),
      ...mediaOf(target, asked),
      ...factsOf(target, asked),
      ...disksOf(target, asked),
      ...certificatesOf(target, asked),
      events: (signal) => {
        asked('events');
        return target.events(signal);
      },
    };
  };

  return { add, machine, opened, open, close: async () => undefined };
}

type Asked = (method: string, words?: string) => void;

function powerAfter(type: ResetType, power: PowerState | undefined): PowerState | undefined {
  if (type === 'On' || type === 'ForceOn') return 'On';
  if (type === 'ForceOff' || type === 'GracefulShutdown') return 'Off';
  if (type === 'PushPowerButton') return power === 'Off' ? 'On' : 'Off';
  return power;
}

function accountsOf(target: FakeMachine, asked: Asked): Accounts {
  return {
    accounts: async () => {
      asked('accounts');
      return target.accounts.map(({ password: _, ...told }) => told);
    },
    passwordRules: async () => {
      asked('passwordRules');
      return target.passwordRules;
    },
    createAccount: async ({ userName, password, roleId }) => {
      asked('createAccount', `createAccount ${userName} ${roleId}`);
      if (target.accounts.some((account) => account.userName === userName)) {
        throw new ConflictError('BMC_CONFLICT', `creating the account ${userName}`);
      }
      const told = { id: userName, userName, roleId, isEnabled: true };
      target.accounts.push({ ...told, password });
      return told;
    },
    setAccountPassword: async (id, password) => {
      asked('setAccountPassword', `setAccountPassword ${id}`);
      const account = target.accounts.find((known) => known.id === id);
      if (!account) throw new PermanentError('BMC_NOT_FOUND', `changing the password of the account ${id}`);
      account.password = password;
    },
    deleteAccount: async (id) => {
      asked('deleteAccount', `deleteAccount ${id}`);
      target.accounts = target.accounts.filter((account) => account.id !== id);
    },
  };
}

function subscriptionsOf(target: FakeMachine, asked: Asked): Subscriptions {
  return {
    subscriptions: async () => {
      asked('subscriptions');
      return target.subscriptions;
    },
    subscribe: async ({ destination, context, format }) => {
      asked('subscribe', `subscribe ${format} ${context}`);
      const isEqual = (known: SubscriptionInfo): boolean =>
        known.destination === destination && known.context === context && known.format === format;
      const known = target.subscriptions.find(isEqual);
      if (known) return known;
      const numbers = target.subscriptions.map((known) => Number(known.uri.split('/').at(-1)));
      const uri = `/redfish/v1/EventService/Subscriptions/${Math.max(0, ...numbers) + 1}`;
      const subscription = { uri, destination, context, format };
      target.subscriptions.push(subscription);
      return subscription;
    },
    unsubscribe: async (uri) => {
      asked('unsubscribe', `unsubscribe ${uri}`);
      target.subscriptions = target.subscriptions.filter((known) => known.uri !== uri);
    },
  };
}

/** Names without a rule do not exist, once there are rules; Enumerations take their listed names. */
function checkFake({ current, pending, rules }: FakeAttributes, wanted: AttributeValues): AttributeCheck {
  const differing = Object.entries(wanted).filter(([name, value]) => ({ ...current, ...pending })[name] !== value);
  const ruleOf = (name: string) => rules.find((rule) => rule.name === name);
  const problems = Object.entries(wanted).flatMap(([name, value]) => {
    const rule = ruleOf(name);
    if (rule === undefined) return rules.length === 0 ? [] : [{ name, why: 'the BMC knows no such attribute' }];
    const isListed = rule.values === undefined || rule.values.some((known) => known.name === value);
    return isListed ? [] : [{ name, why: 'it is not in the list' }];
  });
  const needsReset = differing.some(([name]) => ruleOf(name)?.needsReset ?? true);
  return { changes: Object.fromEntries(differing), problems, warnings: [], needsReset };
}

function setFake(attributes: FakeAttributes, wanted: AttributeValues) {
  const { changes, problems, needsReset } = checkFake(attributes, wanted);
  const why = problems.map((problem) => `${problem.name}: ${problem.why}`).join('; ');
  if (problems.length > 0) throw new PermanentError('ATTRIBUTE_INVALID', 'setting attributes', { why });
  Object.assign(needsReset ? attributes.pending : attributes.current, changes);
  return { changes, needsReset };
}

function biosOf(target: FakeMachine, asked: Asked): Bios {
  return {
    biosAttributes: async () => {
      asked('biosAttributes');
      return { current: { ...target.bios.current }, pending: { ...target.bios.pending } };
    },
    biosRegistry: async () => {
      asked('biosRegistry');
      return target.bios.rules;
    },
    checkBiosAttributes: async (_uri, wanted) => {
      asked('checkBiosAttributes');
      return checkFake(target.bios, wanted);
    },
    setBiosAttributes: async (_uri, wanted) => {
      asked('setBiosAttributes', `setBiosAttributes ${Object.keys(wanted).join(',')}`);
      return setFake(target.bios, wanted);
    },
    resetBios: async () => asked('resetBios'),
  };
}

function bmcSettingsOf(target: FakeMachine, asked: Asked): BmcSettings {
  const only = (all: AttributeValues, names: readonly string[]) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
  return {
    bmcAttributes: async (names) => {
      asked('bmcAttributes');
      const { current, pending } = target.bmcSettings;
      return { current: only(current, names), pending: only(pending, names) };
    },
    checkBmcAttributes: async (wanted) => {
      asked('checkBmcAttributes');
      return checkFake(target.bmcSettings, wanted);
    },
    setBmcAttributes: async (wanted) => {
      asked('setBmcAttributes', `setBmcAttributes ${Object.keys(wanted).join(',')}`);
      return setFake(target.bmcSettings, wanted);
    },
  };
}

function firmwareOf(target: FakeMachine, asked: Asked): Firmware & Tasks {
  const begin = (): TaskInfo => {
    const uri = `/redfish/v1/TaskService/Tasks/${target.tasks.length + 1}`;
    const task: TaskInfo = { uri, progress: 'running', state: 'Running', percent: 0, hasWarnings: false, messages: [] };
    target.tasks.push(task);
    return task;
  };
  return {
    firmwareInventory: async () => {
      asked('firmwareInventory');
      return target.firmware;
    },
    pendingFirmware: async (component) => {
      asked('pendingFirmware', `pendingFirmware ${component}`);
      return target.firmware.filter(({ isStaged, id }) => isStaged && id.includes(component));
    },
    updateWays: async () => {
      asked('updateWays');
      return target.updateWays;
    },
    updateFirmware: async (update) => {
      asked('updateFirmware', `updateFirmware ${update.image.kind === 'url' ? update.image.url : update.image.name}`);
      const task = begin();
      target.onUpdate?.(update, task);
      return task;
    },
    startUpdate: async () => {
      asked('startUpdate');
      return begin();
    },
    task: async (uri) => {
      asked('task', `task ${uri}`);
      const gone: TaskInfo = { uri, progress: 'gone', hasWarnings: false, messages: [] };
      return target.tasks.find((task) => task.uri === uri) ?? gone;
    },
    tasks: async () => {
      asked('tasks');
      return target.tasks;
    },
  };
}

function mediaOf(target: FakeMachine, asked: Asked): VirtualMedia {
  const put = (uri: string, change: Partial<MediaSlot>): void => {
    target.media = target.media.map((slot) => (slot.uri === uri ? { ...slot, ...change } : slot));
  };
  return {
    mediaSlots: async () => {
      asked('mediaSlots');
      return target.media;
    },
    insertMedia: async (_uri, kind, { url }) => {
      asked('insertMedia', `insertMedia ${kind}`);
      const wanted = kind === 'CD' ? 'CD' : 'USBStick';
      const slot = target.media.find(({ types }) => types.includes(wanted));
      if (!slot) throw new PermanentError('BMC_UNSUPPORTED', 'inserting virtual media');
      put(slot.uri, { isInserted: true, image: url });
      return { ...slot, isInserted: true, image: url };
    },
    ejectMedia: async (uri) => {
      asked('ejectMedia', `ejectMedia ${uri}`);
      target.media = target.media.map(({ image, ...slot }) =>
        slot.uri === uri ? { ...slot, isInserted: false } : { ...slot, ...(image === undefined ? {} : { image }) },
      );
    },
  };
}

function factsOf(target: FakeMachine, asked: Asked): Health & Logs & Consoles {
  return {
    health: async () => {
      asked('health');
      return target.health;
    },
    sensors: async () => {
      asked('sensors');
      return target.sensors;
    },
    logs: async () => {
      asked('logs');
      return target.logs.map(({ entries: _, ...log }) => log);
    },
    logEntries: async (uri, most = 100) => {
      asked('logEntries', `logEntries ${uri}`);
      return target.logs.find((log) => log.uri === uri)?.entries.slice(0, most) ?? [];
    },
    clearLog: async (uri) => {
      asked('clearLog', `clearLog ${uri}`);
      for (const log of target.logs) if (log.uri === uri) log.entries = [];
    },
    consoles: async () => {
      asked('consoles');
      return target.consoles;
    },
  };
}

/** Work on disks is over at once. */
const done = (uri: string): TaskInfo => ({
  uri,
  progress: 'completed',
  percent: 100,
  hasWarnings: false,
  messages: [],
});

function disksOf(target: FakeMachine, asked: Asked): DiskChanges {
  return {
    drives: async () => {
      asked('drives');
      return target.drives;
    },
    eraseDrive: async (uri, method) => {
      asked('eraseDrive', ['eraseDrive', uri, method].filter(Boolean).join(' '));
      return done(uri);
    },
    volumes: async () => {
      asked('volumes');
      return target.volumes;
    },
    createVolume: async (_uri, { name = 'Volume', raidType, drives }) => {
      asked('createVolume', `createVolume ${raidType}`);
      const uri = `/redfish/v1/Systems/1/Storage/1/Volumes/${target.volumes.length + 1}`;
      target.volumes.push({ uri, name, raidType, drives });
      return done(uri);
    },
    deleteVolume: async (uri) => {
      asked('deleteVolume', `deleteVolume ${uri}`);
      target.volumes = target.volumes.filter((volume) => volume.uri !== uri);
      return done(uri);
    },
  };
}

function certificatesOf(target: FakeMachine, asked: Asked): Certificates {
  return {
    certificates: async () => {
      asked('certificates');
      return target.certificates;
    },
    generateSigningRequest: async ({ commonName }) => {
      asked('generateSigningRequest', `generateSigningRequest ${commonName}`);
      return '-----BEGIN CERTIFICATE REQUEST-----\n-----END CERTIFICATE REQUEST-----\n';
    },
    replaceCertificate: async (uri) => {
      asked('replaceCertificate', `replaceCertificate ${uri}`);
      return done(uri);
    },
  };
}
