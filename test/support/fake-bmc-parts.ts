/** Boot overrides, inventory and erasure of the fake BMC. */
import { PermanentError } from '../../src/errors/classes.js';
import type {
  Boot,
  BootOverrides,
  ChassisInfo,
  Erasure,
  Inventory,
  MemoryModule,
  NetworkAdapterInfo,
  NetworkInterfaceInfo,
  PcieDeviceInfo,
  TaskInfo,
  TrustInfo,
} from '../../src/ports/bmc.js';
import type { Asked, FakeMachine } from './fake-bmc.js';

export interface FakeParts {
  memory: MemoryModule[];
  networkInterfaces: NetworkInterfaceInfo[];
  networkAdapters: NetworkAdapterInfo[];
  pcieDevices: PcieDeviceInfo[];
  trust: TrustInfo;
  chassis: ChassisInfo[];
}

export const noParts = (): FakeParts => ({
  memory: [],
  networkInterfaces: [],
  networkAdapters: [],
  pcieDevices: [],
  trust: { modules: [] },
  chassis: [],
});

export function bootOverridesOf(target: FakeMachine, asked: Asked): Boot & BootOverrides {
  return {
    setBootOnce: async (_uri, boot) => {
      asked('setBootOnce', `setBootOnce ${boot}`);
      target.bootOnce = boot;
    },
    setBootOverride: async (_uri, { target: boot, enabled = 'Once' }) => {
      asked('setBootOverride', `setBootOverride ${boot} ${enabled}`);
      target.bootOnce = boot;
    },
    clearBootOverride: async () => {
      asked('clearBootOverride');
      target.bootOnce = undefined;
    },
    bootOptions: async () => {
      asked('bootOptions');
      return target.bootOptions;
    },
  };
}

export function inventoryOf({ parts }: FakeMachine, asked: Asked): Inventory {
  const told =
    <K extends keyof FakeParts>(part: K) =>
    async (): Promise<FakeParts[K]> => {
      asked(part);
      return parts[part];
    };
  return {
    memory: told('memory'),
    networkInterfaces: told('networkInterfaces'),
    networkAdapters: told('networkAdapters'),
    pcieDevices: told('pcieDevices'),
    trust: told('trust'),
    chassis: told('chassis'),
  };
}

const done = (uri: string): TaskInfo => ({ uri, progress: 'completed', hasWarnings: false, messages: [] });

export function erasureOf(target: FakeMachine, asked: Asked): Erasure {
  return {
    systemErasure: async () => {
      asked('systemErasure');
      return target.erasure;
    },
    eraseSystem: async (uri, parts) => {
      asked('eraseSystem', `eraseSystem ${parts.join(',')}`);
      if (!parts.every((part) => target.erasure?.parts.includes(part))) {
        throw new PermanentError('BMC_UNSUPPORTED', 'erasing the machine');
      }
      return done(uri);
    },
    resetManagerToDefaults: async (type) => asked('resetManagerToDefaults', `resetManagerToDefaults ${type}`),
    resetStorage: async (uri, storage) => {
      asked('resetStorage', `resetStorage ${storage}`);
      return done(uri);
    },
    initializeVolume: async (volume, type) => {
      asked('initializeVolume', `initializeVolume ${volume} ${type}`);
      return done(volume);
    },
  };
}
