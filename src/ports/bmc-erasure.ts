/** Back to the factory: settings of the BMC, of storage controllers, and whole machines. Data and settings are lost. */

import type { SystemUri } from './bmc.js';
import type { TaskInfo } from './bmc-firmware.js';

/** Parts of a machine that can be erased at once; DecommissionType of ComputerSystem v1_23_0. */
export type ErasePart =
  | 'UserData'
  | 'ManagerConfig'
  | 'BIOSConfig'
  | 'NetworkConfig'
  | 'StorageConfig'
  | 'Logs'
  | 'TPM';

export interface SystemErasure {
  /** The standard's Decommission, iLO's SecureSystemErase, or iDRAC's SystemErase. */
  readonly way: 'standard' | 'hpe' | 'dell';
  readonly parts: readonly ErasePart[];
  /** Parts that go only together: one of them takes the others along. */
  readonly inseparable: readonly ErasePart[];
}

/** Erasing more than one drive. Each request is sent once; whether it may be is for the caller to know. */
export interface Erasure {
  /** What the BMC offers for the whole machine; undefined where it offers nothing. */
  systemErasure(uri: SystemUri): Promise<SystemErasure | undefined>;
  /**
   * Erase these parts of a machine, and no others: parts that cannot be told apart must all be named.
   * @throws PermanentError BMC_UNSUPPORTED · PermanentError BMC_REFUSED · TransientError OUTCOME_UNKNOWN
   */
  eraseSystem(uri: SystemUri, parts: readonly ErasePart[]): Promise<TaskInfo>;
  /**
   * Settings of the BMC back to the factory's (Manager.ResetToDefaults). With `ResetAll` our account is gone too.
   * @throws PermanentError RESET_TYPE_UNSUPPORTED · TransientError OUTCOME_UNKNOWN
   */
  resetManagerToDefaults(type: 'ResetAll' | 'PreserveNetwork' | 'PreserveNetworkAndUsers'): Promise<void>;
  /** A storage controller back to the factory's settings, its volumes with it (Storage.ResetToDefaults). */
  resetStorage(uri: SystemUri, storage: string): Promise<TaskInfo>;
  /** Overwrite a volume, its beginning or all of it (Volume.Initialize). */
  initializeVolume(volume: string, type: 'Fast' | 'Slow'): Promise<TaskInfo>;
}
