/**
 * One emulated BMC: a profile, an identity, its machines, and only the differences from the shared documents. Reading
 * a resource fills the template in, lays the differences over it and lets behaviours compute what moves.
 */

import { virtualCdOnce } from './attributes.js';
import type { Behaviour } from './behaviours/behaviour.js';
import { behaviourOf } from './behaviours/index.js';
import { applyPending } from './behaviours/settings.js';
import { bootableImage, type Medium } from './behaviours/virtual-media.js';
import type { EmulatorClock } from './clock.js';
import { EventBus } from './events/bus.js';
import { powerHappening } from './events/event.js';
import { asBlank } from './faults/blank.js';
import type { FaultBook } from './faults/book.js';
import { withBrokenParts } from './faults/hardware.js';
import { matchesGlob } from './faults/rules.js';
import { Updater } from './firmware/updater.js';
import type { Work } from './firmware/work.js';
import { etagOf } from './http/etag.js';
import type { ReadyAnswers } from './http/ready.js';
import { type Account, SessionTable } from './http/sessions.js';
import { Identity } from './identity.js';
import { type JsonObject, mergeInto, objectAt, stringAt } from './json.js';
import type { EmulatorLog } from './log.js';
import { Machine, type MachineHost } from './machine/machine.js';
import { probeData } from './machine/probe-data.js';
import type { NetworkBootOffer } from './machine/types.js';
import type { Profile, SystemBlueprint } from './profile.js';
import { hash32 } from './random.js';
import { root } from './tree/builder.js';
import { schemaPlace } from './tree/json-schemas.js';
import { bootOptionsOf } from './tree/system.js';
import { fill, normalPath, typeOf } from './tree/template.js';

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

export interface MachinePlace {
  readonly machine: Machine;
  readonly blueprint: SystemBlueprint;
  /** The path is that of the settings resource. */
  readonly isSettings: boolean;
}

export interface Differences {
  readonly patches: Map<string, JsonObject>;
  readonly extras: Map<string, JsonObject>;
  readonly removed: Set<string>;
  readonly numbers: Map<string, number>;
}

export class VirtualBmc {
  readonly name: string;
  readonly index: number;
  readonly profile: Profile;
  readonly identity: Identity;
  readonly sessions: SessionTable;
  readonly faults: FaultBook;
  readonly world: BmcWorld;
  /** One per system of the profile, in order. Baseboards have one too; nobody can reset it. */
  readonly machines: readonly Machine[];
  /** When the BMC itself started. */
  startedAt: Date;
  /** Paths whose next If-Match is refused although fresh, and those that had it; see IfMatchRule `staleOnce`. */
  readonly staleSeen = new Set<string>();
  /** How many members a collection ever had, so that ids do not come back. */
  readonly #numbers = new Map<string, number>();
  /** What is in virtual media slots, by path. */
  readonly media = new Map<string, Medium>();
  /** What sensors were made to show, by their id. */
  readonly readings = new Map<string, number>();
  /** Tasks under their own path and that of their monitor. */
  readonly works = new Map<string, Work>();
  /** Key of the last signing request, until its certificate comes. */
  pendingKey: string | undefined;
  readonly #removed = new Set<string>();
  #updater: Updater | undefined;
  #events: EventBus | undefined;
  /** Attributes that wait, by the resource they belong to; and what became of those that waited. */
  readonly pending = new Map<string, JsonObject>();
  readonly applied = new Map<string, JsonObject>();
  /** Grows with every write, so that answers kept from before are not given again. */
  generation = 0;
  #patches: Map<string, JsonObject> | undefined;
  #extras: Map<string, JsonObject> | undefined;

  constructor(options: {
    name: string;
    index: number;
    profile: Profile;
    host: string;
    accounts: readonly Account[];
    faults: FaultBook;
    world: BmcWorld;
  }) {
    const { profile, world, index } = options;
    this.name = options.name;
    this.index = index;
    this.profile = profile;
    this.world = world;
    this.faults = options.faults;
    this.identity = new Identity({ seed: world.seed, index, rules: profile.identity, host: options.host });
    this.sessions = new SessionTable({
      rules: profile.quirks.sessions,
      clock: world.clock,
      salt: hash32(`sessions/${index}`, world.seed),
      accounts: options.accounts,
    });
    this.machines = profile.systems.map((blueprint, n) => new Machine(this.#hostOf(blueprint, n)));
    this.startedAt = world.clock.now();
  }

  /** UUIDs as Redfish shows them, in the order of the profile. */
  get systemUUIDs(): readonly string[] {
    return this.profile.systems.map((_, n) => this.identity.fact(`s${n}.uuid`));
  }

  /** The document at a path without its ETag; undefined when there is none. */
  read(path: string): JsonObject | undefined {
    const doc = this.stored(path);
    if (doc === undefined || this.faults.isOnlyDelay) return doc;
    const key = this.locate(path);
    const whole = withBrokenParts(this, key, doc);
    return whole && asBlank(this, key, whole);
  }

  /** The document at a path, were all parts whole. */
  stored(path: string): JsonObject | undefined {
    const key = this.locate(path);
    if (this.#removed.has(key)) return undefined;
    const extra = this.#extras?.get(key);
    const shared = extra ? undefined : this.profile.template.get(key);
    if (!extra && !shared) return this.#member(key);
    const doc = extra ? structuredClone(extra) : fill(shared ?? {}, (name) => this.identity.fact(name));
    const patch = this.#patches?.get(key);
    if (patch) mergeInto(doc, patch);
    this.behaviour(doc)?.compute?.(this, key, doc);
    return doc;
  }

  #member(path: string): JsonObject | undefined {
    const collection = this.profile.template.get(path.slice(0, path.lastIndexOf('/')));
    return collection && this.behaviour(collection)?.member?.(this, path);
  }

  /** What the resource does; on a read-only tree, only sessions live. */
  behaviour(doc: JsonObject): Behaviour | undefined {
    const type = typeOf(doc);
    return this.profile.isReadOnly && !type.startsWith('Session') ? undefined : behaviourOf(type);
  }

  /** The document as a client gets it: with `@odata.etag` where the profile writes one. */
  show(path: string): JsonObject | undefined {
    const doc = this.read(path);
    if (!doc || !this.profile.quirks.etag.isInBody) return doc;
    const etag = this.etag(doc);
    return etag ? { ...doc, '@odata.etag': etag } : doc;
  }

  etag(doc: JsonObject): string | undefined {
    return etagOf(this.profile.quirks.etag.form, doc);
  }

  /** Where this BMC itself keeps the schema of a document, if it does. */
  schemaOf(doc: JsonObject): string | undefined {
    const place = schemaPlace(stringAt(doc, '@odata.type') ?? '');
    return this.profile.template.get(place) === undefined ? undefined : `${place}/`;
  }

  /** The path as the tables spell it. */
  locate(path: string): string {
    const key = normalPath(path);
    return this.profile.quirks.isCaseInsensitive && !this.#extras?.has(key) ? this.profile.template.spelling(key) : key;
  }

  /** Whether a document stays as it is until something is written: it is stored, and nothing computes it. */
  isStill(path: string, doc: JsonObject): boolean {
    const behaviour = this.behaviour(doc);
    const isStored = this.#extras?.has(path) || this.profile.template.get(path) !== undefined;
    return isStored && !behaviour?.compute && !behaviour?.answer;
  }

  /** Lays a change over a document; it stays until the emulator ends. */
  patch(path: string, change: JsonObject): void {
    this.generation++;
    this.#patches ??= new Map();
    const key = this.locate(path);
    this.#patches.set(key, mergeInto(this.#patches.get(key) ?? {}, change));
  }

  /** Adds or replaces a document of this BMC alone. */
  put(path: string, doc: JsonObject): void {
    this.generation++;
    this.#extras ??= new Map();
    this.#extras.set(path, doc);
  }

  drop(path: string): void {
    this.generation++;
    this.#extras?.delete(path);
    this.#patches?.delete(path);
  }

  /** Takes a document away for good, also one that all BMCs of the profile share. */
  remove(path: string): void {
    this.drop(path);
    this.#removed.add(path);
  }

  isRemoved(path: string): boolean {
    return this.#removed.has(path);
  }

  /** Paths of documents of a type that this BMC alone has. */
  ownPaths(type: string): readonly string[] {
    return [...(this.#extras ?? [])].filter(([, doc]) => typeOf(doc) === type).map(([path]) => path);
  }

  /** Paths of documents of this BMC alone directly below a collection. */
  below(collection: string): readonly string[] {
    const prefix = `${collection}/`;
    const own = [...(this.#extras?.keys() ?? [])];
    return own.filter((path) => path.startsWith(prefix) && !path.slice(prefix.length).includes('/'));
  }

  /** A number no member of the collection had before, from 1. */
  nextNumber(collection: string): number {
    const number = (this.#numbers.get(collection) ?? 0) + 1;
    this.#numbers.set(collection, number);
    return number;
  }

  /** What sets it apart from its profile. */
  get differences(): Differences {
    const [patches, extras] = [this.#patches ?? new Map(), this.#extras ?? new Map()];
    return { patches, extras, removed: this.#removed, numbers: this.#numbers };
  }

  /** Other differences from now on. */
  set differences({ patches, extras, removed, numbers }: Differences) {
    this.generation++;
    this.#patches = patches;
    this.#extras = extras;
    this.#removed.clear();
    for (const path of removed) this.#removed.add(path);
    // Numbers given meanwhile do not come back: a client may remember them.
    for (const [collection, number] of numbers) {
      this.#numbers.set(collection, Math.max(number, this.#numbers.get(collection) ?? 0));
    }
  }

  get updater(): Updater {
    this.#updater ??= new Updater(this);
    return this.#updater;
  }

  /** Writes down what became of the data of a drive. */
  recordErase(drive: string, to: string): void {
    const { clock, log } = this.world;
    log.addAction({
      at: clock.now(),
      bmc: this.name,
      system: drive,
      action: 'erase',
      from: 'data',
      to,
      cause: 'erase',
    });
  }

  /** Writes down what firmware was taken, and what came into force. */
  recordUpdate(component: string, to: string): void {
    const { clock, log } = this.world;
    const system = `${root}/UpdateService`;
    log.addAction({ at: clock.now(), bmc: this.name, system, action: 'update', from: component, to, cause: 'update' });
  }

  /** Its events; made when first asked for, because most BMCs of a large fleet have nobody listening. */
  get events(): EventBus {
    this.#events ??= new EventBus(this);
    return this.#events;
  }

  /** The machine behind the path of a ComputerSystem or of its settings resource. */
  machineAt(path: string): MachinePlace | undefined {
    const { systems, quirks } = this.profile;
    for (const [n, blueprint] of systems.entries()) {
      const system = `${root}/Systems/${blueprint.id}`;
      const machine = this.machines[n];
      if (!machine) continue;
      if (path === system) return { machine, blueprint, isSettings: false };
      if (path === `${system}/${quirks.boot.settingsPath}`) return { machine, blueprint, isSettings: true };
    }
    return undefined;
  }

  /** The machine of a system id or UUID; of the first system without one. */
  machine(system?: string): Machine | undefined {
    if (system === undefined) return this.machines[0];
    const wanted = system.toLowerCase();
    const at = this.profile.systems.findIndex(
      ({ id }, n) => id.toLowerCase() === wanted || this.identity.uuid(`s${n}.uuid`) === wanted,
    );
    return this.machines[at];
  }

  /** Another network card: the port of a system, its first without one, gets a new MAC address. */
  replaceNic(port: number, system?: string): void {
    const at = system === undefined ? 0 : this.profile.systems.findIndex(({ id }) => id === system);
    this.identity.replaceMac(`s${at}`, port);
    this.generation++;
    const origin = `${root}/Systems/${this.profile.systems[at]?.id ?? ''}`;
    const messageId = 'ResourceEvent.1.3.ResourceChanged';
    this.events.publish({ messageId, message: `A network card of ${origin} was replaced.`, args: [origin], origin });
  }

  /** What the discovery image finds on a system, its first without one. */
  probeReport(system?: string): JsonObject {
    const at = Math.max(
      0,
      this.profile.systems.findIndex(({ id }) => id === system),
    );
    const blueprint = this.profile.systems[at];
    return blueprint ? this.#probeDataOf(blueprint, at) : {};
  }

  #probeDataOf({ hardware }: SystemBlueprint, n: number): JsonObject {
    const pulled = this.faults.hardware(this).filter(({ how }) => how === 'drivePulled');
    return probeData({
      hardware,
      identity: this.identity,
      owner: `s${n}`,
      now: this.world.clock.now(),
      isPulled: (drive) => pulled.some(({ part = '*' }) => matchesGlob(part, drive)),
    });
  }

  /** The BMC restarts: sessions are lost, connections dropped and refused for a while; hosts run on. */
  restart(cause: string, darkMs = 30_000): void {
    const { world } = this;
    const manager = `${root}/Managers/${this.profile.managers[0]?.id ?? ''}`;
    world.log.addAction({
      at: world.clock.now(),
      bmc: this.name,
      system: manager,
      action: 'bmc',
      from: 'Enabled',
      to: 'Restarting',
      cause,
    });
    this.sessions.endAll();
    for (const path of this.below(this.profile.quirks.sessions.path)) this.drop(path);
    this.startedAt = world.clock.now();
    applyPending(this, manager);
    world.goDark(this, darkMs);
  }

  close(): void {
    this.#events?.close();
    for (const machine of this.machines) machine.close();
  }

  #takesVirtualCd(): boolean {
    if (this.profile.quirks.bmcSettings !== 'dell') return false;
    const [manager] = this.profile.managers;
    const path = `${root}/Managers/${manager?.id}/Oem/Dell/DellAttributes/iDRAC.Embedded.1`;
    const { device, once } = virtualCdOnce;
    const attributes = objectAt(this.stored(path) ?? {}, 'Attributes');
    if (attributes[device] !== 'VCD-DVD' || attributes[once] !== 'Enabled') return false;
    this.patch(path, { Attributes: { [device]: 'Normal', [once]: 'Disabled' } });
    return true;
  }

  /** The installed system's `POST /bootstate`: once, as the service of an image does it. */
  async #reportBoot(n: number, record: MachineHost['record']): Promise<void> {
    const { bootRegistry: registry, post } = this.world;
    if (registry === undefined) return;
    const body = { systemUUID: this.identity.uuid(`s${n}.uuid`), booted: true };
    const url = `${registry.replace(/\/$/, '')}/bootstate`;
    const status = await post(url, body, AbortSignal.timeout(10_000)).catch(() => 'failed');
    record('probe', 'OSRunning', String(status), 'bootstate');
  }

  #hostOf(blueprint: SystemBlueprint, n: number): MachineHost {
    const { world, name, faults } = this;
    const system = `${root}/Systems/${blueprint.id}`;
    const record: MachineHost['record'] = (action, from, to, cause) => {
      world.log.addAction({ at: world.clock.now(), bmc: name, system, action, from, to, cause });
      if (action === 'power') this.events.publish(powerHappening(system, to));
    };
    return {
      bootOptions: blueprint.bootOptions ?? bootOptionsOf(blueprint.hardware),
      onLockedAfterOffMs: this.profile.quirks.reset.onLockedAfterOffMs,
      whilePoweringOff: this.profile.quirks.reset.whilePoweringOff,
      monotonicMs: () => world.hardwareMs(),
      now: () => world.clock.now(),
      after: (ms, fn) => world.after(ms, fn),
      delay: (ms, fn) => world.delay(ms, fn),
      networkBoot: () => world.networkBoot(this.identity.uuid(`s${n}.uuid`)),
      insertedMedia: () => bootableImage(this),
      isCdPhysical: this.profile.quirks.boot.isCdPhysical === true,
      takesVirtualCd: () => this.#takesVirtualCd(),
      reportBoot: () => void this.#reportBoot(n, record),
      onPost: () => {
        applyPending(this, system);
        if (n === 0) this.#updater?.applyStaged();
      },
      hasInstalledDisk: () => world.hasInstalledDisk(name),
      record,
      isLost: (what) => faults.state(this, what),
      post: (url, body, signal) => world.post(url, body, signal),
      probeData: () => this.#probeDataOf(blueprint, n),
      recordProbe: (status) => record('probe', 'OSRunning', String(status), 'probe'),
      probeFault: () => faults.probe(this),
    };
  }
}
