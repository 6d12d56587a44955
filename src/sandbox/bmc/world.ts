/** What a BMC has of the emulator it stands in: time, log, network, and those who listen. */
import type { EmulatorClock } from './clock.js';
import type { ReadyAnswers } from './http/ready.js';
import type { JsonObject } from './json.js';
import type { EmulatorLog } from './log.js';
import type { NetworkBootOffer } from './machine/types.js';
import type { VirtualBmc } from './virtual-bmc.js';

/** What the emulator lends each BMC. */
export interface BmcWorld {
  readonly clock: EmulatorClock;
  readonly log: EmulatorLog;
  readonly seed: number;
  /** Hardware time gone by: clock time at the speed of the emulator. */
  hardwareMs(): number;
  /** Runs `fn` after `ms` of hardware time. */
  after(ms: number, fn: () => void): () => void;
  /** Runs `fn` after `ms` of clock time, whatever the speed. */
  delay(ms: number, fn: () => void): () => void;
  networkBoot(systemUUID: string): Promise<NetworkBootOffer | undefined>;
  post(url: string, body: JsonObject, signal: AbortSignal): Promise<number>;
  /** Who is told that an operating system is up; absent: nobody. */
  readonly bootRegistry?: string;
  /** POST of an event to a subscriber, whose certificate nobody checks (VerifyCertificate is false by default). */
  deliver(url: string, body: JsonObject, signal: AbortSignal): Promise<number>;
  hasInstalledDisk(bmc: string): boolean;
  /** From the next connection on this certificate is served. */
  serveCertificate(bmc: VirtualBmc, material: { readonly cert: string; readonly key: string }): void;
  /** Connections of this BMC are dropped and refused for `ms` of hardware time. */
  goDark(bmc: VirtualBmc, ms: number): void;
  /** Answers kept as they are sent; absent: none are. */
  readonly ready?: ReadyAnswers;
}
