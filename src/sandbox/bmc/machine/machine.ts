/**
 * One ComputerSystem as a state machine: power (emulator.md is its plan: Off, PoweringOn, On, PoweringOff), POST, boot,
 * and the software that runs in the end. It knows nothing of HTTP; the Redfish side reads it and calls `reset`.
 */

import type { BootOptionFacts } from '../tree/system.js';
import { bootDevices } from './boot-devices.js';
import { BootSettings } from './boot-settings.js';
import { NoBoot } from './netboot.js';
import { ProbeAgent, type ProbeHost } from './probe.js';
import {
  type BootState,
  delays,
  type NetworkBootOffer,
  type PowerState,
  type ResetOutcome,
  type ResetType,
  type Running,
} from './types.js';

/** What a machine needs of the world around it. */
export interface MachineHost extends ProbeHost {
  readonly bootOptions: readonly BootOptionFacts[];
  readonly onLockedAfterOffMs: number;
  readonly whilePoweringOff: 'conflict' | 'queue';
  monotonicMs(): number;
  now(): Date;
  /** What the boot network serves; undefined: nothing. */
  networkBoot(): Promise<NetworkBootOffer | undefined>;
  /** Whether a disk holds an operating system. */
  hasInstalledDisk(): boolean;
  /** Image in a virtual drive. */
  insertedMedia(): string | undefined;
  /** Whether `Cd` is the drive in the machine, and so empty. */
  readonly isCdPhysical?: boolean;
  /** Whether the BMC was told to boot its virtual CD once; asking spends it. */
  takesVirtualCd?(): boolean;
  /** An operating system is up, and says so where somebody wants to know. */
  reportBoot(): void;
  /** The firmware starts: what waited for a reset takes effect. */
  onPost(): void;
  record(action: 'power' | 'boot' | 'reset' | 'override' | 'probe', from: string, to: string, cause: string): void;
  /** Called when faults or state want a say; see faults. */
  isLost(what: 'powerCommand' | 'override' | 'graceful'): boolean;
}

export class Machine {
  power: PowerState = 'Off';
  progress: BootState = 'None';
  readonly boot = new BootSettings();
  running: Running | undefined;
  lastResetAt: Date | undefined;
  nmiCount = 0;
  readonly #host: MachineHost;
  readonly #probe: ProbeAgent;
  /** Ends the step under way; every new course of events replaces it. */
  #cancelStep: (() => void) | undefined;
  /** Grows with every new course, so that answers of an older one are recognised as late. */
  #course = 0;
  #offSinceMs = Number.NEGATIVE_INFINITY;
  #onWhenOff = false;

  constructor(host: MachineHost) {
    this.#host = host;
    this.#probe = new ProbeAgent(host);
  }

  /** From power-on until the operating system takes over. */
  get isInPost(): boolean {
    return this.power === 'On' && this.running === undefined && this.progress !== 'OSBootStarted';
  }

  /** The boot order in force, as references of BootOptions. */
  get bootReferences(): readonly string[] {
    return this.boot.order ?? this.#defaultReferences;
  }

  /** The one that waits for the next start, or else that in force. */
  get pendingBootReferences(): readonly string[] {
    const order = this.boot.pending?.order ?? this.bootReferences;
    return order === 'default' ? this.#defaultReferences : order;
  }

  get #defaultReferences(): readonly string[] {
    return this.#host.bootOptions.map(({ id }) => id);
  }

  /** ComputerSystem.Reset. */
  reset(type: ResetType, cause: string): ResetOutcome {
    const from = this.power;
    if (this.#host.isLost('powerCommand')) {
      this.#host.record('reset', from, `${type} (lost)`, cause);
      return 'done';
    }
    const outcome = this.#reset(type, cause);
    this.#host.record('reset', from, outcome === 'done' ? type : `${type} (${outcome})`, cause);
    return outcome;
  }

  /** Puts the machine into a state at once, as if it had always been there. For tests and set-up. */
  setPower(to: 'On' | 'Off', cause: string): void {
    this.#begin();
    if (to === 'Off') {
      this.#arriveOff(cause);
      return;
    }
    this.#set('On', cause);
    this.progress = 'OSRunning';
    this.running = { kind: 'disk' };
  }

  /** Ends timers and requests. The machine stays as it is and does nothing any more. */
  close(): void {
    this.#begin();
    this.#probe.stop();
  }

  #reset(type: ResetType, cause: string): ResetOutcome {
    switch (type) {
      case 'On':
      case 'ForceOn':
        return this.#turnOn(cause);
      case 'ForceOff':
        return this.#forceOff(cause);
      case 'GracefulShutdown':
        return this.#shutDown(cause);
      case 'GracefulRestart':
        return this.#restartGracefully(cause);
      case 'ForceRestart':
        return this.#restart(cause, 0);
      case 'PowerCycle':
      case 'FullPowerCycle':
        return this.#restart(cause, delays.cycleOffTime);
      case 'PushPowerButton':
        return this.power === 'Off' ? this.#turnOn(cause) : this.#shutDown(cause);
      case 'Nmi':
        return this.#nmi();
    }
  }

  #turnOn(cause: string): ResetOutcome {
    if (this.power === 'On' || this.power === 'PoweringOn') return 'pointless';
    if (this.power === 'PoweringOff') return this.#turnOnLater();
    if (this.#host.monotonicMs() - this.#offSinceMs < this.#host.onLockedAfterOffMs) return 'locked';
    this.#powerUp(cause);
    return 'done';
  }

  #turnOnLater(): ResetOutcome {
    if (this.#host.whilePoweringOff === 'conflict') return 'busy';
    this.#onWhenOff = true;
    return 'done';
  }

  #forceOff(cause: string): ResetOutcome {
    if (this.power === 'Off') return 'pointless';
    this.#onWhenOff = false;
    this.#powerDown(delays.forceOff, cause);
    return 'done';
  }

  #shutDown(cause: string): ResetOutcome {
    if (this.power === 'Off' || this.power === 'PoweringOff') return 'pointless';
    if (!this.#hasAgent()) return 'ignored';
    this.#powerDown(delays.gracefulOff, cause);
    return 'done';
  }

  #restartGracefully(cause: string): ResetOutcome {
    if (this.power === 'Off') return 'invalid';
    if (this.power !== 'On') return 'busy';
    if (!this.#hasAgent()) return 'ignored';
    this.#powerDown(delays.gracefulRestart, cause, 0);
    return 'done';
  }

  #restart(cause: string, offTimeMs: number): ResetOutcome {
    if (this.power === 'Off') return 'invalid';
    if (this.power === 'PoweringOff') return 'busy';
    this.#powerDown(delays.forceOff, cause, offTimeMs);
    return 'done';
  }

  #nmi(): ResetOutcome {
    if (this.power !== 'On') return 'invalid';
    this.nmiCount++;
    return 'done';
  }

  /** An operating system that hears the power button. */
  #hasAgent(): boolean {
    return this.power === 'On' && this.running !== undefined && !this.#host.isLost('graceful');
  }

  #powerUp(cause: string): void {
    this.#begin();
    this.#onWhenOff = false;
    this.lastResetAt = this.#host.now();
    this.#set('PoweringOn', cause);
    this.#then(delays.poweringOn, () => {
      this.#set('On', cause);
      this.#post(0);
    });
  }

  #powerDown(ms: number, cause: string, restartAfterMs?: number): void {
    this.#begin();
    this.#leaveSoftware();
    this.#set('PoweringOff', cause);
    this.#then(ms, () => {
      this.#arriveOff(cause);
      if (restartAfterMs === undefined && !this.#onWhenOff) return;
      this.#then(restartAfterMs ?? 0, () => this.#powerUp(cause));
    });
  }

  #arriveOff(cause: string): void {
    this.#leaveSoftware();
    this.progress = 'None';
    this.#offSinceMs = this.#host.monotonicMs();
    this.#set('Off', cause);
  }

  #leaveSoftware(): void {
    this.#probe.stop();
    this.running = undefined;
  }

  #post(stage: number): void {
    const stages = [
      'PrimaryProcessorInitializationStarted',
      'MemoryInitializationStarted',
      'BusInitializationStarted',
      'SystemHardwareInitializationComplete',
    ] as const;
    const state = stages[stage];
    if (stage === 0) {
      this.boot.applyPending();
      this.#host.onPost();
    }
    if (!state) {
      this.#startBoot();
      return;
    }
    this.progress = state;
    this.#then(delays.post / stages.length, () => this.#post(stage + 1));
  }

  #startBoot(): void {
    if (this.#host.isLost('override')) this.boot.consume();
    if (this.#host.takesVirtualCd?.() === true && this.#host.insertedMedia() !== undefined) {
      this.#loadFrom('Cd', { kind: 'media' }, 'virtual CD once');
      return;
    }
    const target = this.boot.effectiveTarget();
    const cause = target ? `override ${this.boot.override.enabled}` : 'boot order';
    const devices = bootDevices(target, this.boot, this.#host.bootOptions);
    if (this.boot.consume()) this.#host.record('override', 'Once', 'Disabled', `boot of ${target ?? 'none'}`);
    void this.#tryDevices(devices, cause, this.#course);
  }

  async #tryDevices(devices: readonly string[], cause: string, course: number): Promise<void> {
    for (const device of devices) {
      const found = await this.#tryDevice(device);
      // The power may have gone while the boot network thought about it.
      if (course !== this.#course) return;
      if (found === 'setup') return this.#enterSetup(cause);
      if (found) return this.#loadFrom(device, found, cause);
    }
    this.#host.record('boot', 'none', 'no boot device', cause);
    this.#then(delays.bootRetry, () => this.#startBoot());
  }

  async #tryDevice(device: string): Promise<Running | 'setup' | undefined> {
    if (device === 'BiosSetup') return 'setup';
    if (device === 'Pxe' || device === 'UefiHttp')
      return this.#host.networkBoot().catch((error) => this.#noBoot(device, error));
    if (device === 'Cd' && this.#host.isCdPhysical) return undefined;
    if (device === 'Cd' || device === 'Usb') return this.#host.insertedMedia() ? { kind: 'media' } : undefined;
    if (device === 'Hdd') return this.#host.hasInstalledDisk() ? { kind: 'disk' } : undefined;
    return undefined;
  }

  /** A boot server that fails is seen; a network that serves nothing is how most are. */
  #noBoot(device: string, error: unknown): undefined {
    if (error instanceof NoBoot) this.#host.record('boot', device, 'failed', error.message);
  }

  #enterSetup(cause: string): void {
    this.progress = 'SetupEntered';
    this.#host.record('boot', 'BiosSetup', 'setup', cause);
  }

  #loadFrom(device: string, what: Running, cause: string): void {
    this.progress = 'OSBootStarted';
    this.#host.record('boot', device, what.kind === 'os' ? `os ${what.image}` : what.kind, cause);
    this.#then(delays.osBoot, () => this.#enter(what));
  }

  #enter(what: Running): void {
    this.progress = 'OSRunning';
    this.running = what;
    if (what.kind === 'probe') this.#probe.start(what.registryUrl, what.serverUUID);
    if (what.kind === 'os' || what.kind === 'disk') this.#host.reportBoot();
  }

  #set(to: PowerState, cause: string): void {
    const from = this.power;
    this.power = to;
    if (from !== to) this.#host.record('power', from, to, cause);
  }

  /** Starts a new course of events; whatever was to come of the old one does not. */
  #begin(): void {
    this.#course++;
    this.#cancelStep?.();
    this.#cancelStep = undefined;
  }

  #then(ms: number, step: () => void): void {
    this.#cancelStep = this.#host.after(ms, step);
  }
}
