/** Firmware of a machine and its BMC (UpdateService, SoftwareInventory), and the tasks its updates run as (TaskService). */
import type { Secret } from '../lib/secret.js';

export interface FirmwareItem {
  readonly uri: string;
  readonly id: string;
  readonly name: string;
  readonly version?: string;
  readonly isUpdateable?: boolean;
  /** Uploaded and waiting for a reset. */
  readonly isStaged: boolean;
  /** Status.State. */
  readonly state?: string;
  readonly releaseDate?: string;
}

/** What the BMC can be given images by. */
export interface UpdateWays {
  /** It fetches images itself, over these protocols; empty where it does not say. Absent: it cannot. */
  readonly pull?: { readonly protocols: readonly string[] };
  /** Upload with parameters in one request (MultipartHttpPushUri). */
  readonly multipart: boolean;
  /** Bare upload (HttpPushUri). */
  readonly push: boolean;
  readonly maxImageBytes?: number;
}

export type FirmwareImage =
  | {
      readonly kind: 'url';
      readonly url: string;
      /** Default: the scheme of the URL. */
      readonly transferProtocol?: string;
      readonly username?: string;
      readonly password?: Secret;
    }
  | {
      readonly kind: 'file';
      readonly name: string;
      readonly bytes: number;
      /** The content from its beginning; called again if an upload has to be repeated. */
      open(): AsyncIterable<Uint8Array>;
    };

export type FirmwareComponent = 'BIOS' | 'BMC';

export interface FirmwareUpdate {
  readonly image: FirmwareImage;
  /** URIs of what is updated; absent: those of `component`, or the image tells. */
  readonly targets?: readonly string[];
  /** What the image is for; BMCs that cannot tell by the image need it. */
  readonly component?: FirmwareComponent;
  /** Absent: the BMC's own default. */
  readonly applyTime?: 'Immediate' | 'OnReset' | 'OnStartUpdateRequest';
  /** Also to the same or an older version. */
  readonly force?: boolean;
}

export interface TaskInfo {
  /** Where to ask next: a Task, a task monitor or a job. Worth writing down before waiting. */
  readonly uri: string;
  /**
   * `waiting` for a reset of the machine; `gone`: the BMC knows no such task any more, or named none when it took the work,
   * which says nothing about the result: look at what was to be changed.
   */
  readonly progress: 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled' | 'gone';
  /** TaskState or JobState as reported. */
  readonly state?: string;
  readonly percent?: number;
  /** Completed, but with warnings. */
  readonly hasWarnings: boolean;
  /** What the task says, newest last. */
  readonly messages: readonly string[];
}

/** Tasks of a BMC. */
export interface Tasks {
  /** One look at a task by the URI of an earlier answer. */
  task(uri: string): Promise<TaskInfo>;
  /** Every task the BMC remembers. */
  tasks(): Promise<readonly TaskInfo[]>;
}

/** Firmware of one BMC and its machine. */
export interface Firmware {
  firmwareInventory(): Promise<readonly FirmwareItem[]>;
  /** Images of a component that were uploaded and wait for a reset. */
  pendingFirmware(component: FirmwareComponent): Promise<readonly FirmwareItem[]>;
  /** URIs that name a component as the target of an update; empty where the image tells. */
  firmwareTargets(component: FirmwareComponent): Promise<readonly string[]>;
  /** @throws PermanentError BMC_UNSUPPORTED without an update service */
  updateWays(): Promise<UpdateWays>;
  /**
   * Hand over one image. Sent once: a lost answer is TransientError OUTCOME_UNKNOWN, and only the tasks and versions of the
   * BMC tell what became of it. Completes when the BMC took the image, not when it is installed.
   * @throws PermanentError BMC_UNSUPPORTED · TransientError BMC_BUSY while another update runs · PermanentError BMC_REFUSED
   */
  updateFirmware(update: FirmwareUpdate): Promise<TaskInfo>;
  /** Start what was uploaded with `OnStartUpdateRequest` (UpdateService.StartUpdate). */
  startUpdate(): Promise<TaskInfo>;
}
