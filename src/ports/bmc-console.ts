/** Facts about consoles: where a person, or `metalctl console`, finds the screen of a machine. */
import type { SystemUri } from './bmc.js';

export interface ConsoleInfo {
  readonly kind: 'serial' | 'shell' | 'graphical';
  /** `SSH`, `IPMI`, `Telnet`, `KVMIP`, …; open. */
  readonly protocol: string;
  readonly isEnabled: boolean;
  readonly port?: number;
  /** What is typed in the BMC's shell to get to the serial console; absent where the port leads there directly. */
  readonly entryCommand?: string;
  /** Keys that leave it, in words. */
  readonly exitKeys?: string;
  readonly maxSessions?: number;
}

export interface Consoles {
  /** Those of the system first, then those of its manager. */
  consoles(uri: SystemUri): Promise<readonly ConsoleInfo[]>;
}
