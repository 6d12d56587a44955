/** The BMCs of a sandbox with their control plane, in this thread or in several. */
import {
  type ControlPlaneOptions,
  type EmulatedBmc,
  type Emulator,
  type EmulatorOptions,
  startControlPlane,
  startEmulator,
  startShardedEmulator,
} from './bmc/index.js';

export interface Rack {
  readonly bmcs: readonly EmulatedBmc[];
  readonly notes: readonly string[];
  readonly controlUrl: string;
  /** The fleet itself where it is in this thread; asking for one in others throws. */
  readonly emulator: Emulator;
  close(): Promise<void>;
}

export interface RackOptions extends Omit<ControlPlaneOptions, 'emulator'> {
  readonly workers: number;
}

/** @throws UserError USAGE · PORT_IN_USE · TransientError UNKNOWN */
export async function startRack(fleet: EmulatorOptions, options: RackOptions): Promise<Rack> {
  if (options.workers > 1) return startThreads(fleet, options);
  const emulator = await startEmulator(fleet);
  const plane = await startControlPlane({ ...options, emulator });
  return {
    bmcs: emulator.bmcs,
    notes: emulator.notes,
    controlUrl: plane.url,
    emulator,
    close: async () => {
      await plane.close();
      await emulator.close();
    },
  };
}

async function startThreads(fleet: EmulatorOptions, options: RackOptions): Promise<Rack> {
  const { clock: _, ...rest } = fleet;
  const sharded = await startShardedEmulator({ ...rest, ...options });
  return {
    bmcs: sharded.bmcs,
    notes: sharded.notes,
    controlUrl: sharded.control.url,
    get emulator(): Emulator {
      throw new TypeError('the BMCs are in other threads: ask the control plane');
    },
    close: () => sharded.close(),
  };
}
