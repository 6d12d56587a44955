/**
 * BMCs behind the port, in memory: stateful power and boot, recorded calls, the next failure per method, and time that
 * moves only with the fake clock.
 */
import type {
  Bmc,
  BmcAccess,
  BmcFactory,
  BootTarget,
  ManagerInfo,
  PowerState,
  ProcessorInfo,
  StorageInfo,
  SystemInfo,
  SystemUri,
} from '../../src/ports/bmc.js';
import { systemUri } from '../../src/ports/bmc.js';

export interface FakeMachine {
  manager: ManagerInfo;
  systems: SystemInfo[];
  processors: ProcessorInfo[];
  storages: StorageInfo[];
  /** Power reached at once (default), or kept as it is to play a machine that does not obey. */
  obeys: boolean;
  power: PowerState | undefined;
  bootOnce: BootTarget | undefined;
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
    };
  };

  return { add, machine, opened, open, close: async () => undefined };
}
