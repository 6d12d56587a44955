/** Changing what is on disks: secure erase of drives, and volumes (Drive, Volume, DSP0268). Data are lost. */

import type { SystemUri } from './bmc.js';
import type { TaskInfo } from './bmc-firmware.js';

export interface DriveDetail {
  readonly uri: string;
  readonly name: string;
  readonly serialNumber?: string;
  readonly model?: string;
  readonly capacityBytes?: number;
  readonly mediaType?: string;
  readonly state?: string;
  readonly canBeErased: boolean;
  /** SanitizationTypes offered; empty where the drive does not say. */
  readonly methods: readonly string[];
  /** Volumes it is part of. */
  readonly volumes: readonly string[];
}

export interface VolumeDetail {
  readonly uri: string;
  readonly name: string;
  readonly raidType?: string;
  readonly capacityBytes?: number;
  readonly drives: readonly string[];
}

export interface NewVolume {
  /** Name of a storage subsystem as `storages` tells it. */
  readonly storage: string;
  readonly name?: string;
  /** `RAID0`, `RAID1`, `RAID5`, … */
  readonly raidType: string;
  readonly drives: readonly string[];
  readonly capacityBytes?: number;
}

export interface DiskChanges {
  drives(uri: SystemUri): Promise<readonly DriveDetail[]>;
  /**
   * Erase one drive. Sent once; `OUTCOME_UNKNOWN` leaves the tasks and the drive to tell. Whether the machine may lose its
   * data, and is off, is for the caller to know.
   * @throws PermanentError BMC_UNSUPPORTED · PermanentError BMC_REFUSED
   */
  eraseDrive(drive: string, method?: string): Promise<TaskInfo>;
  volumes(uri: SystemUri): Promise<readonly VolumeDetail[]>;
  createVolume(uri: SystemUri, volume: NewVolume): Promise<TaskInfo>;
  /** Idempotent: a volume that is not there is fine. */
  deleteVolume(volume: string): Promise<TaskInfo>;
}
