/** Starts a fleet: BMCs on loopback addresses, one clock, one log, one book of faults. */
import { MetalError, TransientError, UserError } from '../../errors/classes.js';
import { type Addressing, hostSuffix, type OpenPlace, placesFor, routeByHost, routeByPath } from './addresses.js';
import { capturedProfile } from './captured/profile-of.js';
import { type EmulatorClock, ShiftedClock } from './clock.js';
import { controlOver, type EmulatorControl, machineOf } from './control.js';
import { carryOut, type Scenario } from './control-steps.js';
import { FaultBook, momentOf } from './faults/book.js';
import { type TlsFlaw, tlsFlaws } from './faults/rules.js';
import { converse } from './http/conversation.js';
import { FrontEnd, type TlsMaterial, type Welcome } from './http/front.js';
import { ReadyAnswers } from './http/ready.js';
import type { Account } from './http/sessions.js';
import { EmulatorLog } from './log.js';
import { bootFrom } from './machine/netboot.js';
import type { NetworkBootOffer } from './machine/types.js';
import { bootNetwork, deliverEvent, postJson } from './outbound.js';
import type { Profile } from './profile.js';
import { generic } from './profiles/generic.js';
import { assignProfiles, foldersIn } from './profiles/index.js';
import { Scheduler } from './scheduler.js';
import { VirtualBmc } from './virtual-bmc.js';
import type { BmcWorld } from './world.js';

/** What to start. */
export interface EmulatorOptions {
  /** How many BMCs. */
  readonly servers: number;
  /** Only these of them, by index; they are what they would be in the whole fleet. Default: all. */
  readonly share?: { readonly from: number; readonly count: number };
  /** Vendors, profiles or folders of captured trees, with optional weights: `dell,hpe:3,./r750`. Default `generic`. */
  readonly vendors?: string;
  /** Serials, MACs, UUIDs and chances follow from it. Default 1. */
  readonly seed?: number;
  /** Factor on all hardware delays. Default 1; 60 makes a minute a second. */
  readonly speed?: number;
  /** Certificate and key for these addresses; absent: plain HTTP. */
  readonly tls?: TlsMaterial;
  /** First address block: BMC n listens on its n-th host address. Default `127.1.0.0`. */
  readonly network?: string;
  /**
   * One address each; one port each on 127.0.0.1; or one port for all, told apart by the Host header
   * (`bmc-3.bmc.localhost`) or by the path (`/bmc/3/redfish/v1`). `auto` takes addresses where the system has them, and
   * the Host header where it has not enough open files for a listener each.
   */
  readonly addressing?: 'auto' | Addressing['addressing'];
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
  /** What is not as it was asked for, in sentences for who asked. */
  readonly notes: readonly string[];
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

/** Captured trees a list of vendors names, each read once. */
async function capturedIn(vendors: string): Promise<ReadonlyMap<string, Profile>> {
  const folders = [...new Set(foldersIn(vendors))];
  return new Map(await Promise.all(folders.map(async (dir) => [dir, await capturedProfile(dir)] as const)));
}

const tooFewFiles =
  'the limit of open files is too low for a listener each, so one port serves all BMCs by name: raise ulimit -n';

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
  readonly #notes: string[] = [];

  constructor(options: EmulatorOptions) {
    this.#options = options;
    this.#clock = options.clock ?? new ShiftedClock();
    this.#log = new EmulatorLog(options.logSize);
    this.#faults = new FaultBook({ monotonicMs: () => this.#clock.monotonicMs(), seed: options.seed ?? 1 });
    this.#scheduler = new Scheduler(this.#clock);
    this.#front = new FrontEnd<VirtualBmc>({
      ...(options.tls ? { tls: options.tls } : {}),
      welcome: (bmc) => this.#welcome(bmc),
      handle: (bmc, request, body, response, prefix) =>
        converse(bmc, `r${++this.#requests}`, request, body, response, prefix),
    });
  }

  async open(): Promise<void> {
    const { servers, vendors = 'generic', username = 'admin', password } = this.#options;
    const accounts: readonly Account[] = [{ username, password, role: 'Administrator' }];
    const world = this.#world();
    const profiles = assignProfiles(vendors, servers, await capturedIn(vendors));
    const { from, count } = this.#options.share ?? { from: 0, count: servers };
    const build = (index: number, host: string): VirtualBmc => {
      const profile = profiles[index] ?? generic;
      const name = `bmc-${index + 1}`;
      const bmc = new VirtualBmc({ name, index, profile, host, accounts, faults: this.#faults, world });
      this.#bmcs.set(name, bmc);
      if (this.#options.initialPower === 'On') for (const machine of bmc.machines) machine.setPower('On', 'start');
      return bmc;
    };
    const { addressing = 'auto' } = this.#options;
    if (addressing === 'host' || addressing === 'path') return this.#openLobby(addressing, build);
    const each: OpenPlace = async (index, host, port) => {
      const bmc = build(index, host);
      const taken = await this.#front.open(bmc, host, port);
      this.#described[index - from] = this.#describe(bmc, `${host}:${taken}`, host, taken);
      return taken;
    };
    try {
      await placesFor({ ...this.#options, addressing }, { from, count }, each, () => this.#abandon());
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EMFILE' || addressing !== 'auto') throw error;
      this.#abandon();
      await this.#openLobby('host', build);
      this.#notes.push(tooFewFiles);
    }
  }

  /** All BMCs behind one port. */
  async #openLobby(by: 'host' | 'path', build: (index: number, host: string) => VirtualBmc): Promise<void> {
    const host = '127.0.0.1';
    const all = Array.from({ length: this.#options.servers }, (_, index) => build(index, host));
    const route = by === 'host' ? routeByHost(this.#bmcs) : routeByPath(all);
    const names = [`*.${hostSuffix}`, 'localhost', host];
    const port = await this.#front.openLobby(host, this.#options.port ?? 8443, names, route);
    this.#described = all.map((bmc, index) => {
      const place = by === 'host' ? `${bmc.name}.${hostSuffix}:${port}` : `${host}:${port}/bmc/${index + 1}`;
      return this.#describe(bmc, place, host, port);
    });
  }

  /** Begins the scenario. @throws UserError NOT_FOUND when it names a BMC that is not there */
  play({ control }: Emulator): void {
    const { faults = [], steps: all = [] } = this.#options.scenario ?? {};
    const steps = all.filter(({ step }) => !('bmc' in step && this.#isElsewhere(step.bmc)));
    for (const { step } of steps) {
      if ('bmc' in step && step.bmc !== undefined) machineOf(this.#bmcs, step.bmc);
    }
    for (const rule of faults) control.fail(rule);
    for (const { afterMs, step } of steps) this.#scheduler.after(afterMs, () => carryOut(control, step));
  }

  /** Whether a BMC of the fleet is in another share of it. */
  #isElsewhere(name: string | undefined): boolean {
    const number = Number(/^bmc-(\d+)$/.exec(name ?? '')?.[1]);
    return (
      !this.#bmcs.has(name ?? '') && number >= 1 && number <= this.#options.servers && this.#options.share !== undefined
    );
  }

  emulator(): Emulator {
    const control = controlOver({
      bmcs: this.#bmcs,
      faults: this.#faults,
      openAndShut: () => this.#openAndShut(),
      drop: (bmc) => this.#front.drop(bmc),
      connections: (bmc) => this.#front.connections(bmc),
      ...(this.#clock.advance ? { advance: (ms) => this.#clock.advance?.(ms) } : {}),
      isSecure: this.#front.scheme === 'https',
      afterHardware: (ms, fn) => this.#scheduler.after(ms / (this.#options.speed ?? 1), fn),
      after: (ms, fn) => this.#scheduler.after(ms, fn),
    });
    return {
      bmcs: this.#described,
      notes: this.#notes,
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

  #describe(bmc: VirtualBmc, place: string, host: string, port: number): EmulatedBmc {
    return {
      name: bmc.name,
      url: `${this.#front.scheme}://${place}`,
      host,
      port,
      vendor: bmc.profile.vendor,
      profile: bmc.profile.name,
      systemUUIDs: [...bmc.systemUUIDs],
      serial: bmc.identity.fact('s0.serial'),
    };
  }

  #world(): BmcWorld {
    const { speed = 1, seed = 1, networkBoot, installedDisks = false, scenario } = this.#options;
    const { server, registry } = scenario?.boot ?? {};
    const after = (ms: number, fn: () => void) => this.#scheduler.after(ms / speed, fn);
    return {
      clock: this.#clock,
      log: this.#log,
      seed,
      hardwareMs: () => this.#clock.monotonicMs() * speed,
      after,
      delay: (ms, fn) => this.#scheduler.after(ms, fn),
      networkBoot: async (uuid) => (server === undefined ? networkBoot?.(uuid) : bootFrom(server, uuid, bootNetwork)),
      ...(registry === undefined ? {} : { bootRegistry: registry }),
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
