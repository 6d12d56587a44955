/**
 * One emulated BMC: a profile, an identity, its machines, and only the differences from the shared documents. Reading
 * a resource fills the template in, lays the differences over it and lets behaviours compute what moves.
 */

import type { Behaviour } from './behaviours/behaviour.js';
import { behaviourOf } from './behaviours/index.js';
import { applyPending } from './behaviours/settings.js';
import type { Medium } from './behaviours/virtual-media.js';
import { EventBus } from './events/bus.js';
import { asBlank } from './faults/blank.js';
import type { FaultBook } from './faults/book.js';
import { withBrokenParts } from './faults/hardware.js';
import { Updater } from './firmware/updater.js';
import type { Work } from './firmware/work.js';
import { etagOf } from './http/etag.js';
import { type Account, SessionTable } from './http/sessions.js';
import { Identity } from './identity.js';
import { type JsonObject, mergeInto, stringAt } from './json.js';
import type { ActionEntry } from './log.js';
import { hostOf, probeDataOf } from './machine/host.js';
import { Machine } from './machine/machine.js';
import { OwnDocuments } from './own-documents.js';
import type { Profile, SystemBlueprint } from './profile.js';
import { hash32 } from './random.js';
import { Telemetry } from './telemetry.js';
import { root } from './tree/builder.js';
import { schemaPlace } from './tree/json-schemas.js';
import { fill, normalPath, typeOf } from './tree/template.js';
import type { BmcWorld } from './world.js';

export interface MachinePlace {
  readonly machine: Machine;
  readonly blueprint: SystemBlueprint;
  /** The path is that of the settings resource. */
  readonly isSettings: boolean;
}

export class VirtualBmc {
  readonly name: string;
  readonly index: number;
  readonly profile: Profile;
  readonly identity: Identity;
  readonly sessions: SessionTable;
  readonly faults: FaultBook;
  readonly world: BmcWorld;
  /** What sets it apart from its profile. */
  readonly own = new OwnDocuments();
  /** One per system of the profile, in order. Baseboards have one too; nobody can reset it. */
  readonly machines: readonly Machine[];
  /** When the BMC itself started. */
  startedAt: Date;
  /** Paths whose next If-Match is refused although fresh, and those that had it; see IfMatchRule `staleOnce`. */
  readonly staleSeen = new Set<string>();
  /** What is in virtual media slots, by path. */
  readonly media = new Map<string, Medium>();
  /** What sensors were made to show, by their id. */
  readonly readings = new Map<string, number>();
  /** Tasks under their own path and that of their monitor. */
  readonly works = new Map<string, Work>();
  /** Key of the last signing request, until its certificate comes. */
  pendingKey: string | undefined;
  #updater: Updater | undefined;
  #events: EventBus | undefined;
  #telemetry: Telemetry | undefined;
  /** Attributes that wait, by the resource they belong to; and what became of those that waited. */
  readonly pending = new Map<string, JsonObject>();
  readonly applied = new Map<string, JsonObject>();

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
    this.machines = profile.systems.map((blueprint, n) => new Machine(hostOf(this, blueprint, n)));
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
    if (this.own.isRemoved(key)) return undefined;
    const extra = this.own.get(key);
    const shared = extra ? undefined : this.profile.template.get(key);
    if (!extra && !shared) return this.#member(key);
    const doc = extra ? structuredClone(extra) : fill(shared ?? {}, (name) => this.identity.fact(name));
    const patch = this.own.change(key);
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
    return this.profile.quirks.isCaseInsensitive && !this.own.has(key) ? this.profile.template.spelling(key) : key;
  }

  /** Whether a document stays as it is until something is written: it is stored, and nothing computes it. */
  isStill(path: string, doc: JsonObject): boolean {
    const behaviour = this.behaviour(doc);
    const isStored = this.own.has(path) || this.profile.template.get(path) !== undefined;
    return isStored && !behaviour?.compute && !behaviour?.answer;
  }

  /** Lays a change over a document; it stays until the emulator ends. */
  patch(path: string, change: JsonObject): void {
    this.own.patch(this.locate(path), change);
  }

  /** Grows with every write, so that answers kept from before are not given again. */
  get generation(): number {
    return this.own.generation;
  }

  /** What takes firmware; made when first asked for. */
  get updater(): Updater {
    this.#updater ??= new Updater(this);
    return this.#updater;
  }

  /** The same, unless nothing was ever updated. */
  get startedUpdater(): Updater | undefined {
    return this.#updater;
  }

  /** Writes down what was done to it, now. */
  record(action: Omit<ActionEntry, 'at' | 'bmc'>): void {
    this.world.log.addAction({ at: this.world.clock.now(), bmc: this.name, ...action });
  }

  /** Writes down what became of the data of a drive. */
  recordErase(drive: string, to: string): void {
    this.record({ system: drive, action: 'erase', from: 'data', to, cause: 'erase' });
  }

  /** Writes down what firmware was taken, and what came into force. */
  recordUpdate(component: string, to: string): void {
    const system = `${root}/UpdateService`;
    this.record({ system, action: 'update', from: component, to, cause: 'update' });
  }

  /** Its events; made when first asked for, because most BMCs of a large fleet have nobody listening. */
  get events(): EventBus {
    this.#events ??= new EventBus(this);
    return this.#events;
  }

  /** Its metric report; made when first asked for. */
  get telemetry(): Telemetry {
    this.#telemetry ??= new Telemetry(this);
    return this.#telemetry;
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
    this.own.generation++;
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
    return blueprint ? probeDataOf(this, blueprint, at) : {};
  }

  /** The BMC restarts: sessions are lost, connections dropped and refused for a while; hosts run on. */
  restart(cause: string, darkMs = 30_000): void {
    const manager = `${root}/Managers/${this.profile.managers[0]?.id ?? ''}`;
    this.record({ system: manager, action: 'bmc', from: 'Enabled', to: 'Restarting', cause });
    this.sessions.endAll();
    for (const path of this.own.below(this.profile.quirks.sessions.path)) this.own.drop(path);
    this.startedAt = this.world.clock.now();
    applyPending(this, manager);
    this.world.goDark(this, darkMs);
  }

  close(): void {
    this.#events?.close();
    for (const machine of this.machines) machine.close();
  }
}
