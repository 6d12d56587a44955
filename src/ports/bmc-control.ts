/** Switches of a machine and of its BMC: reset types, boot order, identify light, and the BMC's own restart. */
import type { BootTarget, SystemUri } from './bmc.js';

/** Values of ComputerSystem.Reset that callers may ask for (Resource v1_20_0 ResetType). */
export type ResetType =
  | 'On'
  | 'ForceOff'
  | 'ForceOn'
  | 'GracefulShutdown'
  | 'GracefulRestart'
  | 'ForceRestart'
  | 'PowerCycle'
  | 'FullPowerCycle'
  | 'Nmi'
  | 'PushPowerButton';

/** An override of the boot source, with what its target needs. */
export interface BootOverride {
  readonly target: BootTarget | 'UefiTarget' | 'UefiBootNext' | 'None';
  /** Default `Once`. */
  readonly enabled?: 'Once' | 'Continuous';
  /** Default: UEFI where the BMC wants to be told, else what is in force. */
  readonly mode?: 'UEFI' | 'Legacy';
  /** With `UefiHttp`: what is booted; absent: what DHCP says. May carry a secret, so it is never logged. */
  readonly httpBootUri?: string;
  /** With `UefiTarget`: a UEFI device path. */
  readonly uefiTarget?: string;
  /** With `UefiBootNext`: reference of a boot option. */
  readonly bootNext?: string;
}

/** An entry of the firmware's boot menu (BootOption, DSP0268). */
export interface BootOptionInfo {
  /** `Boot0003`: what a boot order is made of. */
  readonly reference: string;
  readonly name?: string;
  readonly isEnabled?: boolean;
  readonly uefiDevicePath?: string;
  /** `Pxe`, `Hdd`, …: the kind, where the BMC tells. */
  readonly alias?: string;
  /** MAC address in its device path; lower-case, with colons. */
  readonly macAddress?: string;
}

/** Boot overrides of every kind, and the entries they may name. */
export interface BootOverrides {
  /**
   * Set an override and read it back. Idempotent: one in place is not sent.
   * @throws PermanentError BOOT_TARGET_UNSUPPORTED · TransientError BMC_ERROR when the read-back disagrees
   */
  setBootOverride(uri: SystemUri, override: BootOverride): Promise<void>;
  /** Back to the boot order. Idempotent. @throws TransientError BMC_ERROR when the read-back disagrees */
  clearBootOverride(uri: SystemUri): Promise<void>;
  /** The entries of the boot menu; empty where the BMC lists none. */
  bootOptions(uri: SystemUri): Promise<readonly BootOptionInfo[]>;
}

/** Restart of one ComputerSystem by intent. */
export interface Restart {
  /**
   * Restart a running machine: `graceful` by its operating system, `force` at once, `cold` by taking its power away, of the
   * chassis where the system knows no such reset. Sent once.
   * @throws PermanentError RESET_TYPE_UNSUPPORTED · TransientError OUTCOME_UNKNOWN
   */
  restart(uri: SystemUri, how: 'graceful' | 'force' | 'cold'): Promise<void>;
}

/** Persistent boot order of one ComputerSystem (ComputerSystem.Boot.BootOrder, DSP0268). */
export interface BootOrder {
  /**
   * BootOption references in order: `['Boot0001', …]`, without what some BMCs write behind them.
   * @throws PermanentError BMC_UNSUPPORTED where the system has no boot order
   */
  bootOrder(uri: SystemUri): Promise<readonly string[]>;
  /**
   * Replace the whole order; nothing else of Boot is touched. The order in force is not sent. BMCs apply it at once or
   * at the next reset, so a read may still tell the old one.
   * @throws PermanentError BMC_UNSUPPORTED · PermanentError BMC_REFUSED for references the system does not know
   */
  setBootOrder(uri: SystemUri, order: readonly string[]): Promise<void>;
}

/** What an identify light can be asked to show. */
export type IndicatorState = 'Lit' | 'Blinking' | 'Off';

/** Identify light of one ComputerSystem, or of its chassis where the system has none. */
export interface Indicator {
  /**
   * Idempotent. BMCs that know only on and off show `Blinking` as lit.
   * @throws PermanentError BMC_UNSUPPORTED where neither system nor chassis has a light
   */
  setIndicator(uri: SystemUri, to: IndicatorState): Promise<void>;
}

/** Values of Manager.Reset. */
export type ManagerResetType = 'GracefulRestart' | 'ForceRestart';

/** The BMC itself (Manager.Reset, DSP0268). */
export interface ManagerControl {
  /**
   * Restart the BMC; hosts run on. Sent once. Afterwards it is unreachable for a minute or more and all sessions are lost.
   * A manager that knows only a forced restart gets that for a graceful one.
   * @throws PermanentError RESET_TYPE_UNSUPPORTED · TransientError OUTCOME_UNKNOWN
   */
  resetManager(type: ManagerResetType): Promise<void>;
}
