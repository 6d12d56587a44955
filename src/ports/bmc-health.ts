/** How a machine is: its health in one word, what its sensors say, and what its logs remember. */
import type { SystemUri } from './bmc.js';

/** Status.Health and its roll-up over everything below (`OK`, `Warning`, `Critical`; open). */
export interface HealthInfo {
  readonly health?: string;
  readonly rollup?: string;
  readonly state?: string;
  /** What the service says is wrong (Status.Conditions). */
  readonly conditions: readonly string[];
}

export interface SensorReading {
  readonly name: string;
  /** `Temperature`, `Rotational`, `Power`, `Voltage`, …: ReadingType, or what the old resources imply. */
  readonly kind: string;
  readonly reading?: number;
  /** `Cel`, `RPM`, `W`, `V`, `%`, … as reported. */
  readonly unit?: string;
  readonly health?: string;
  readonly state?: string;
  readonly lowerCritical?: number;
  readonly upperCritical?: number;
}

export interface Health {
  health(uri: SystemUri): Promise<HealthInfo>;
  /** Of the chassis the system is in. Sensors that are absent are left out. */
  sensors(uri: SystemUri): Promise<readonly SensorReading[]>;
}

export interface LogInfo {
  readonly uri: string;
  readonly id: string;
  readonly name?: string;
  readonly owner: 'system' | 'manager' | 'chassis';
  readonly canBeCleared: boolean;
}

export interface LogEntry {
  readonly id: string;
  /** RFC 3339; absent when unreadable. By the clock of the BMC. */
  readonly at?: string;
  readonly severity?: string;
  readonly message: string;
  readonly messageId?: string;
}

/** Log services of a system, its manager and its chassis. */
export interface Logs {
  logs(uri: SystemUri): Promise<readonly LogInfo[]>;
  /** Newest first; at most `most`, 100 if not said. */
  logEntries(log: string, most?: number): Promise<readonly LogEntry[]>;
  /** @throws PermanentError BMC_UNSUPPORTED for logs that cannot be cleared */
  clearLog(log: string): Promise<void>;
}
