/** Switches of a machine and of its BMC: reset types, boot order, identify light, and the BMC's own restart. */
import type { SystemUri } from './bmc.js';

/** Values of ComputerSystem.Reset that callers may ask for (Resource v1_20_0 ResetType). */
export type ResetType =
  | 'On'
  | 'ForceOff'
  | 'ForceOn'
  | 'GracefulShutdown'
  | 'GracefulRestart'
  | 'ForceRestart'
  | 'PowerCycle'
  | 'Nmi'
  | 'PushPowerButton';

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
