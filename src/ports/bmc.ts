/**
 * BMCs as metalctl uses them, split by capability so that a phase asks for the narrowest. Implemented by `redfish/`
 * over DSP0266 and by `test/support/fake-bmc.ts`. Nothing here knows Kubernetes.
 *
 * Failures of every method: `TransientError BMC_UNREACHABLE|BMC_TIMEOUT|BMC_BUSY|BMC_SESSION_LIMIT|BMC_ERROR|BMC_BAD_RESPONSE`
 * · `PermanentError BMC_AUTH_FAILED|BMC_FORBIDDEN|BMC_PASSWORD_CHANGE_REQUIRED|BMC_TLS|BMC_PLAIN_HTTP|BMC_NOT_REDFISH|
 * BMC_HOSTILE_LINK|BMC_RESPONSE_TOO_LARGE|BMC_NOT_FOUND|BMC_REFUSED|
 * BMC_UNSUPPORTED` · `ConflictError BMC_CONFLICT`.
 * A mutating request whose answer was lost is `TransientError OUTCOME_UNKNOWN`: read before repeating.
 */
import type { Secret } from '../lib/secret.js';
import type { Accounts } from './bmc-accounts.js';
import type { Bios, BmcSettings } from './bmc-attributes.js';
import type { Certificates } from './bmc-certificates.js';
import type { Consoles } from './bmc-console.js';
import type { BootOrder, BootOverrides, Indicator, ManagerControl, ResetType, Restart } from './bmc-control.js';
import type { Erasure } from './bmc-erasure.js';
import type { EventStream } from './bmc-events.js';
import type { Firmware, Tasks } from './bmc-firmware.js';
import type { Health, Logs } from './bmc-health.js';
import type { Inventory } from './bmc-inventory.js';
import type { VirtualMedia } from './bmc-media.js';
import type { Raw } from './bmc-raw.js';
import type { DiskChanges } from './bmc-storage.js';
import type { Subscriptions } from './bmc-subscriptions.js';

export type * from './bmc-accounts.js';
export type * from './bmc-attributes.js';
export type * from './bmc-certificates.js';
export type * from './bmc-console.js';
export type * from './bmc-control.js';
export type * from './bmc-erasure.js';
export type * from './bmc-events.js';
export type * from './bmc-firmware.js';
export type * from './bmc-health.js';
export type * from './bmc-inventory.js';
export type * from './bmc-media.js';
export type * from './bmc-raw.js';
export type * from './bmc-storage.js';
export type * from './bmc-subscriptions.js';

/** `@odata.id` of a ComputerSystem, as the service gave it. */
export type SystemUri = string & { readonly __brand: 'SystemUri' };
export const systemUri = (path: string): SystemUri => path as SystemUri;

/** Where a BMC is and how it is entered. Two accesses with the same `id` share one session, queue and breaker. */
export interface BmcAccess {
  /** Stable name, e.g. the BMC object's. */
  readonly id: string;
  /** `https://10.0.0.1:443`: origin only. */
  readonly url: string;
  readonly username: string;
  readonly password: Secret;
  /** Identifies the credential: a refused one is not tried again until this changes. Secret uid and resourceVersion. */
  readonly credentialVersion: string;
  /** SHA-256 of the leaf certificate (lower-case hex, no colons): trusted beside the configured CAs. */
  readonly tlsPin?: string;
  /** Plain `http:` URLs are refused unless a person allowed them. */
  readonly allowPlainHttp?: boolean;
  /** Redfish UUID of the Manager to use; absent: the first manager of the collection. */
  readonly managerUUID?: string;
}

/** ComputerSystem.PowerState; open set. `undefined` in results means the BMC did not say. */
export type PowerState = 'On' | 'Off' | 'PoweringOn' | 'PoweringOff' | 'Paused' | (string & {});

export interface ManagerInfo {
  readonly uri: string;
  readonly uuid?: string;
  readonly manufacturer?: string;
  readonly model?: string;
  readonly partNumber?: string;
  readonly serialNumber?: string;
  readonly firmwareVersion?: string;
  /** Status.State as reported: `Enabled`, … */
  readonly state?: string;
  readonly powerState?: PowerState;
  /** RFC 3339; absent when the manager gives none or an unreadable one. */
  readonly lastResetTime?: string;
}

/** What one GET of a ComputerSystem tells. */
export interface SystemInfo {
  readonly uri: SystemUri;
  /** Lower-case. Absent when the BMC reports none or a nil UUID. */
  readonly uuid?: string;
  readonly manufacturer?: string;
  readonly model?: string;
  readonly sku?: string;
  readonly serialNumber?: string;
  readonly biosVersion?: string;
  readonly powerState?: PowerState;
  readonly indicatorLED?: string;
  /** MemorySummary.TotalSystemMemoryGiB, unrounded. */
  readonly memoryGiB?: number;
  /** Whether the system has Boot.BootSourceOverrideTarget, i.e. is a host and not a baseboard. */
  readonly isBootable: boolean;
  readonly bootOverride?: { readonly enabled?: string; readonly target?: string; readonly mode?: string };
  readonly bootProgress?: string;
  /** Boot.BootOrder as references of BootOptions; absent where the system tells none. */
  readonly bootOrder?: readonly string[];
  /** The answer is older than was asked for: the BMC was spared the question. */
  readonly isSpared?: true;
}

export interface ProcessorInfo {
  readonly id: string;
  readonly type?: string;
  readonly architecture?: string;
  readonly instructionSet?: string;
  readonly manufacturer?: string;
  readonly model?: string;
  readonly maxSpeedMHz?: number;
  readonly totalCores?: number;
  readonly totalThreads?: number;
}

export interface DriveInfo {
  readonly name: string;
  readonly mediaType?: string;
  readonly formFactor?: string;
  readonly capacityBytes?: number;
  readonly vendor?: string;
  readonly model?: string;
  readonly state?: string;
}

export interface VolumeInfo {
  readonly name: string;
  readonly capacityBytes?: number;
  readonly state?: string;
  readonly raidType?: string;
}

export interface StorageInfo {
  readonly name: string;
  readonly state?: string;
  readonly drives: readonly DriveInfo[];
  readonly volumes: readonly VolumeInfo[];
}

/** Reading who answers: the BMC itself and its systems. */
export interface Inspection {
  /** The manager chosen by `managerUUID`, else the first. `maxAgeMs` accepts a remembered answer that young. */
  manager(maxAgeMs?: number): Promise<ManagerInfo>;
  /** All systems, in collection order, bootable or not. */
  systems(maxAgeMs?: number): Promise<readonly SystemInfo[]>;
  /**
   * One system; `maxAgeMs` accepts a remembered answer that young (default 0: ask). Where the manager was asked just
   * now for its own sake, `spareMs` accepts an older one, once: a BMC at rest has one question for each look.
   */
  system(uri: SystemUri, maxAgeMs?: number, spareMs?: number): Promise<SystemInfo>;
  processors(uri: SystemUri): Promise<readonly ProcessorInfo[]>;
  storages(uri: SystemUri): Promise<readonly StorageInfo[]>;
}

/** Power of one ComputerSystem (ComputerSystem.Reset, DSP0268). */
export interface Power {
  /**
   * Ask for a state. Safe to repeat; asking for the present state, or for one the system is moving to, sends nothing.
   * Does not wait for the state to be reached.
   * @throws PermanentError RESET_TYPE_UNSUPPORTED
   */
  setPower(uri: SystemUri, to: 'On' | 'Off', how: 'graceful' | 'force'): Promise<void>;
  /**
   * Send one reset of exactly this type. Not idempotent: a lost answer is told, never followed by a second request.
   * Refused resets whose state is there already count as done.
   * @throws PermanentError RESET_TYPE_UNSUPPORTED · TransientError OUTCOME_UNKNOWN
   */
  reset(uri: SystemUri, type: ResetType): Promise<void>;
}

/** Boot source of one ComputerSystem (ComputerSystem.Boot, DSP0268). */
export interface Boot {
  /**
   * Override the boot source for the next boot only, and read it back. Idempotent: an override already in place is not sent.
   * @throws PermanentError BOOT_TARGET_UNSUPPORTED · TransientError BMC_ERROR when the read-back disagrees
   */
  setBootOnce(uri: SystemUri, target: BootTarget): Promise<void>;
}

export type BootTarget = 'Pxe' | 'UefiHttp' | 'Hdd' | 'Cd' | 'Usb' | 'BiosSetup' | 'Diags';

/** One BMC, all capabilities. */
export interface Bmc
  extends Inspection,
    Power,
    Boot,
    BootOrder,
    BootOverrides,
    Restart,
    Inventory,
    Erasure,
    Indicator,
    ManagerControl,
    Accounts,
    Subscriptions,
    Bios,
    BmcSettings,
    Firmware,
    Tasks,
    VirtualMedia,
    Health,
    Logs,
    Consoles,
    DiskChanges,
    Certificates,
    EventStream,
    Raw {
  /** Prove that the credentials are accepted. At most one login per session lifetime; otherwise answers from memory. */
  authenticate(): Promise<void>;
}

/** Opens BMCs. Opening sends nothing; the first call does. */
export interface BmcFactory {
  open(access: BmcAccess): Bmc;
  /** The BMC of this id has told that something changed: what is remembered of it counts no more. */
  forget(id: string): void;
  /** Ends sessions and connections of all BMCs, within `deadlineMs`. */
  close(deadlineMs?: number): Promise<void>;
}

/** What an address tells without credentials: TCP, TLS, GET /redfish/v1/. */
export interface ProbeAnswer {
  readonly redfishVersion?: string;
  readonly vendor?: string;
  readonly product?: string;
  readonly serviceUUID?: string;
  /** SHA-256 of the leaf certificate, lower-case hex; absent over plain HTTP. */
  readonly fingerprint?: string;
  /** When that certificate ends, RFC 3339. */
  readonly certificateEnds?: string;
  /** Whether the configured CAs verify the certificate. */
  readonly isTrusted: boolean;
  /** Why not, in words. */
  readonly trustError?: string;
  readonly hasSystems: boolean;
}

/** Identification of unknown addresses. Sends no credential byte (security: discovery phase 1). */
export interface Identification {
  /**
   * @throws TransientError BMC_UNREACHABLE (closed port, no answer) · PermanentError BMC_NOT_REDFISH (open, not Redfish)
   * · PermanentError BMC_PLAIN_HTTP (answers plain HTTP on an https URL)
   */
  identify(url: string, options: { readonly timeoutMs: number; readonly signal?: AbortSignal }): Promise<ProbeAnswer>;
}
