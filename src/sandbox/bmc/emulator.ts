/** Starts a fleet: BMCs on loopback addresses, one clock, one log, one book of faults. */
import { MetalError, TransientError, UserError } from '../../errors/classes.js';
import { placesFor } from './addresses.js';
import { type EmulatorClock, realClock } from './clock.js';
import { controlOver, type EmulatorControl, machineOf } from './control.js';
import { carryOut, type Scenario } from './control-steps.js';
import { FaultBook, momentOf } from './faults/book.js';
import { type TlsFlaw, tlsFlaws } from './faults/rules.js';
import { converse } from './http/conversation.js';
import { FrontEnd, type TlsMaterial, type Welcome } from './http/front.js';
import { ReadyAnswers } from './http/ready.js';
import type { Account } from './http/sessions.js';
import { EmulatorLog } from './log.js';
import type { NetworkBootOffer } from './machine/types.js';
import { deliverEvent, postJson } from './outbound.js';
import { assignProfiles } from './profiles/index.js';
import { Scheduler } from './scheduler.js';
import { type BmcWorld, VirtualBmc } from './virtual-bmc.js';

/** What to start. */
export interface EmulatorOptions {
  /** How many BMCs. */
  readonly servers: number;
  /** Vendors or profiles with optional weights: `dell,hpe:3,smc-x11`. Default `generic`. */
  readonly vendors?: string;
  /** Serials, MACs, UUIDs and chances follow from it. Default 1. */
  readonly seed?: number;
  /** Factor on all hardware delays. Default 1; 60 makes a minute a second. */
  readonly speed?: number;
  /** Certificate and key for these addresses; absent: plain HTTP. */
  readonly tls?: TlsMaterial;
  /** First address block: BMC n listens on its n-th host address. Default `127.1.0.0`. */
  readonly network?: string;
  /** One address each, or one port each on 127.0.0.1; `auto` takes addresses where the system has them. */
  readonly addressing?: 'auto' | 'ip' | 'port';
  /** Port of all addresses. Default 8443; 0: one free port found for all. With ports each: the first; 0: any. */
  readonly port?: number;
  /** Administrator of every BMC. Default `admin`. */
  readonly username?: string;
  readonly password: string;
  readonly clock?: EmulatorClock;
  /** What the boot network serves a machine right now, by lower-case UUID. Absent: nothing. */
  readonly networkBoot?: (systemUUID: string) => Promise<NetworkBootOffer | undefined>;
  /** Whether disks hold an operating system. Default false: machines fall through to the network. */
  readonly installedDisks?: boolean;
  /** Power state of all machines at the start. Default Off. */
  readonly initialPower?: 'On' | 'Off';
  /** Faults from the start, and what happens at its time. Default: nothing. */
  readonly scenario?: Scenario;
  /** Requests and actions kept in the log. Default 20,000. */
  readonly logSize?: number;
}

/** One BMC of the fleet, as a client finds it. */
export interface EmulatedBmc {
  readonly name: string;
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** `dell`. */
  readonly vendor: string;
  /** `dell-idrac9`. */
  readonly profile: string;
  /** As Redfish shows them. */
  readonly systemUUIDs: string[];
  /** SerialNumber of the first system. */
  readonly serial: string;
}

/** A running fleet. */
export interface Emulator {
  readonly bmcs: readonly EmulatedBmc[];
  /** Ground truth: requests, hardware actions, logins. */
  readonly log: EmulatorLog;
  /** PowerState of a system by id or UUID; of the first system without one. */
  powerState(bmcName: string, system?: string): string;
  readonly control: EmulatorControl;
  close(): Promise<void>;
}

/**
 * Starts a fleet of emulated BMCs.
 * @throws UserError USAGE (options) · UserError PORT_IN_USE · TransientError UNKNOWN (the addresses cannot be bound)
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  if (!(Number.isInteger(options.servers) && options.servers >= 0)) throw new UserError('USAGE', 'servers is no count');
  const fleet = new Fleet(options);
  try {
    await fleet.open();
    const emulator = fleet.emulator();
    fleet.play(emulator);
    return emulator;
  } catch (error) {
    await fleet.close();
    throw error instanceof MetalError ? error : notStarted(error);
  }
}

function notStarted(cause: unknown): MetalError {
  const { code } = cause as NodeJS.ErrnoException;
  const why = code === 'EMFILE' ? 'the limit of open files is too low: ulimit -n' : String((cause as Error).message);
  if (code === 'EADDRINUSE') return new UserError('PORT_IN_USE', 'starting the BMC emulator', { cause, why });
  return new TransientError('UNKNOWN', 'starting the BMC emulator', { cause, why });
}

class Fleet {
  readonly #options: EmulatorOptions;
  readonly #clock: EmulatorClock;
  readonly #log: EmulatorLog;
  readonly #faults: FaultBook;
  readonly #scheduler: Scheduler;
  readonly #front: FrontEnd<VirtualBmc>;
  readonly #bmcs = new Map<string, VirtualBmc>();
  #described: EmulatedBmc[] = [];
  /** BMCs in their own restart. */
  readonly #dark = new Set<VirtualBmc>();
  #requests = 0;

  constructor(options: EmulatorOptions) {
    this.#options = options;
    this.#clock = options.clock ?? realClock;
    this.#log = new EmulatorLog(options.logSize);
    this.#faults = new FaultBook({ monotonicMs: () => this.#clock.monotonicMs(), seed: options.seed ?? 1 });
    this.#scheduler = new Scheduler(this.#clock);
    this.#front = new FrontEnd<VirtualBmc>({
      ...(options.tls ? { tls: options.tls } : {}),
      welcome: (bmc) => this.#welcome(bmc),
      handle: (bmc, request, body, response) => converse(bmc, `r${++this.#requests}`, request, body, response),
    });
  }

  async open(): Promise<void> {
    const { servers, vendors = 'generic', username = 'admin', password } = this.#options;
    const accounts: readonly Account[] = [{ username, password, role: 'Administrator' }];
    const world = this.#world();
    const profiles = assignProfiles(vendors, servers);
    await placesFor(
      this.#options,
      servers,
      async (index, host, port) => {
        const profile = profiles[index];
        if (!profile) return port;
        const name = `bmc-${index + 1}`;
        const bmc = new VirtualBmc({ name, index, profile, host, accounts, faults: this.#faults, world });
        const taken = await this.#front.open(bmc, host, port);
        this.#bmcs.set(name, bmc);
        this.#described[index] = this.#describe(bmc, host, taken);
        if (this.#options.initialPower === 'On') for (const machine of bmc.machines) machine.setPower('On', 'start');
        return taken;
      },
      () => this.#abandon(),
    );
  }

  /** Begins the scenario. @throws UserError NOT_FOUND when it names a BMC that is not there */
  play({ control }: Emulator): void {
    const { faults = [], steps = [] } = this.#options.scenario ?? {};
    for (const { step } of steps) {
      if ('bmc' in step && step.bmc !== undefined) machineOf(this.#bmcs, step.bmc);
    }
    for (const rule of faults) control.fail(rule);
    for (const { afterMs, step } of steps) this.#scheduler.after(afterMs, () => carryOut(control, step));
  }

  emulator(): Emulator {
    const control = controlOver({
      bmcs: this.#bmcs,
      faults: this.#faults,
      openAndShut: () => this.#openAndShut(),
      drop: (bmc) => this.#front.drop(bmc),
      isSecure: this.#front.scheme === 'https',
      afterHardware: (ms, fn) => this.#scheduler.after(ms / (this.#options.speed ?? 1), fn),
      after: (ms, fn) => this.#scheduler.after(ms, fn),
    });
    return {
      bmcs: this.#described,
      log: this.#log,
      powerState: (name, system) => machineOf(this.#bmcs, name, system).power,
      control,
      close: () => this.close(),
    };
  }

  async close(): Promise<void> {
    this.#scheduler.close();
    for (const bmc of this.#bmcs.values()) bmc.close();
    await this.#front.close();
  }

  /** Takes back a half-finished attempt to bind all addresses to one port. */
  #abandon(): void {
    for (const bmc of this.#bmcs.values()) {
      bmc.close();
      this.#front.remove(bmc);
    }
    this.#bmcs.clear();
    this.#described = [];
  }

  #describe(bmc: VirtualBmc, host: string, port: number): EmulatedBmc {
    return {
      name: bmc.name,
      url: `${this.#front.scheme}://${host}:${port}`,
      host,
      port,
      vendor: bmc.profile.vendor,
      profile: bmc.profile.name,
      systemUUIDs: [...bmc.systemUUIDs],
      serial: bmc.identity.fact('s0.serial'),
    };
  }

  #world(): BmcWorld {
    const { speed = 1, seed = 1, networkBoot, installedDisks = false } = this.#options;
    const after = (ms: number, fn: () => void) => this.#scheduler.after(ms / speed, fn);
    return {
      clock: this.#clock,
      log: this.#log,
      seed,
      hardwareMs: () => this.#clock.monotonicMs() * speed,
      after,
      delay: (ms, fn) => this.#scheduler.after(ms, fn),
      networkBoot: async (uuid) => networkBoot?.(uuid),
      post: postJson,
      deliver: deliverEvent,
      hasInstalledDisk: () => installedDisks,
      serveCertificate: (bmc, material) => this.#front.serveWith(bmc, material),
      ready: new ReadyAnswers(),
      goDark: (bmc, ms) => {
        this.#dark.add(bmc);
        this.#front.shut(bmc);
        after(ms, () => {
          this.#dark.delete(bmc);
          this.#openAndShut();
        });
      },
    };
  }

  #welcome(bmc: VirtualBmc): Welcome {
    if (this.#faults.isEmpty) return 'serve';
    const moment = momentOf(bmc);
    const [few] = this.#faults.strikes('bmc', moment, ['fewConnections']);
    if (few && this.#front.connections(bmc) > (few.action.connections ?? 2)) return 'close';
    if (this.#faults.strikes('connection', moment, ['hang']).length > 0) return 'hang';
    return (this.#faults.strikes('connection', moment, tlsFlaws)[0]?.action.how as TlsFlaw | undefined) ?? 'serve';
  }

  /** Closes the ports of BMCs that refuse connections and opens the others. */
  #openAndShut(): void {
    for (const bmc of this.#bmcs.values()) {
      if (this.#dark.has(bmc) || this.#faults.refuses(bmc)) this.#front.shut(bmc);
      // The port was ours a moment ago; if somebody took it, the BMC stays dark, as a dead one would.
      else void this.#front.reopen(bmc).catch(() => {});
    }
  }
}
