/**
 * BMCs behind the port, in memory: stateful power and boot, recorded calls, the next failure per method, and time that
 * moves only with the fake clock.
 */
import { weightOf } from '../../src/lib/rendezvous.js';
import type { Secret } from '../../src/lib/secret.js';
import type {
  AccountInfo,
  AttributeRule,
  AttributeValue,
  Bmc,
  BmcAccess,
  BmcFactory,
  BootOptionInfo,
  BootOverride,
  CertificateInfo,
  ConsoleInfo,
  DriveDetail,
  EventStream,
  FirmwareItem,
  FirmwareUpdate,
  HealthInfo,
  IndicatorState,
  LogEntry,
  LogInfo,
  ManagerInfo,
  MediaSlot,
  PasswordRules,
  PowerState,
  ProcessorInfo,
  ResetType,
  SensorReading,
  StorageInfo,
  SubscriptionInfo,
  SystemErasure,
  SystemInfo,
  SystemUri,
  TaskInfo,
  UpdateWays,
  VolumeDetail,
} from '../../src/ports/bmc.js';
import { systemUri } from '../../src/ports/bmc.js';
import { accountsOf, subscriptionsOf } from './fake-bmc-accounts.js';
import { biosOf, bmcSettingsOf } from './fake-bmc-attributes.js';
import { firmwareOf } from './fake-bmc-firmware.js';
import { bootOverridesOf, erasureOf, type FakeParts, inventoryOf, noParts } from './fake-bmc-parts.js';
import { certificatesOf, disksOf, factsOf, mediaOf } from './fake-bmc-rest.js';

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
  bootOnce: BootOverride['target'] | undefined;
  bootOrder: readonly string[];
  bootOptions: BootOptionInfo[];
  /** Parts of the inventory beside processors and storages. */
  parts: FakeParts;
  /** What can be erased as a whole; undefined: nothing. */
  erasure: SystemErasure | undefined;
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
      bootOptions: [],
      parts: noParts(),
      erasure: undefined,
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
      restart: async (_uri, how) => asked('restart', `restart ${how}`),
      ...bootOverridesOf(target, asked),
      ...inventoryOf(target, asked),
      ...erasureOf(target, asked),
      ...accountsOf(target, asked),
      ...subscriptionsOf(target, asked),
      ...biosOf(target, asked),
      ...bmcSettingsOf(target, asked),
      ...firmwareOf(target, asked),
      ...mediaOf(target, asked),
      ...factsOf(target, asked),
      ...disksOf(target, asked),
      ...certificatesOf(target, asked),
      raw: async ({ method, path }) => {
        asked('raw', `raw ${method} ${path}`);
        const system = target.systems.find(({ uri }) => uri === path);
        if (method !== 'GET' || system === undefined) return { status: 404, headers: {}, bytes: 0 };
        return { status: 200, headers: {}, bytes: 0, etag: `W/"${weightOf(path, JSON.stringify(system))}"` };
      },
      ownSession: () => undefined,
      traffic: () => ({ requests: target.calls.length, bytesIn: 0 }),
      events: (signal) => {
        asked('events');
        return target.events(signal);
      },
    };
  };

  return { add, machine, opened, open, forget: () => undefined, close: async () => undefined };
}

/** Writes a call down, and fails it if the test said so. */
export type Asked = (method: string, words?: string) => void;

function powerAfter(type: ResetType, power: PowerState | undefined): PowerState | undefined {
  if (type === 'On' || type === 'ForceOn') return 'On';
  if (type === 'ForceOff' || type === 'GracefulShutdown') return 'Off';
  if (type === 'PushPowerButton') return power === 'Off' ? 'On' : 'Off';
  return power;
}
