/** The port `Bmc` over one Redfish service: operations, with what is remembered between them. */
import { PermanentError } from '../errors/classes.js';
import type {
  Bmc,
  Inspection,
  ManagerInfo,
  Power,
  ProcessorInfo,
  ResetType,
  Restart,
  StorageInfo,
  SystemInfo,
  SystemUri,
} from '../ports/bmc.js';
import { accountsOf } from './operations/accounts.js';
import { biosOf } from './operations/bios.js';
import { bmcSettingsOf } from './operations/bmc-settings.js';
import { bootOverridesOf } from './operations/boot.js';
import { bootOrderOf } from './operations/boot-order.js';
import { certificatesOf } from './operations/certificates.js';
import { consolesOf } from './operations/consoles.js';
import { disksOf } from './operations/disks.js';
import { erasureOf } from './operations/erasure.js';
import { eventStreamOf } from './operations/event-stream.js';
import { firmwareOf } from './operations/firmware.js';
import { healthOf } from './operations/health.js';
import { findManager, readSystems, toManagerInfo, toSystemInfo } from './operations/identity.js';
import { indicatorOf } from './operations/indicator.js';
import { readProcessors, readStorages } from './operations/inventory.js';
import { logsOf } from './operations/logs.js';
import { managerControlOf } from './operations/manager-control.js';
import { mediaOf } from './operations/media.js';
import { inventoryOf } from './operations/parts.js';
import { type Manner, setPower, type Target } from './operations/power.js';
import { PowerMemory } from './operations/power-memory.js';
import { rawOf } from './operations/raw.js';
import type { Reach } from './operations/reach.js';
import { reset } from './operations/reset.js';
import { restart } from './operations/restart.js';
import { subscriptionsOf } from './operations/subscriptions.js';
import { tasksOf } from './operations/tasks.js';
import type { Resources } from './resources.js';
import { ComputerSystem } from './schema/computer-system.js';
import type { JsonObject } from './transport/json.js';
import { comparable, type Path } from './transport/link.js';

/** Links within a system are as good as for ever; a 404 or another machine makes them be read again. */
const linksMs = 3_600_000;

/** How long a question to the manager counts as a look at the whole BMC. */
const lookMs = 60_000;

/** A client with every capability. The core is what reconcilers use all the time; the rest joins it by capability. */
export function openClient(
  resources: Resources,
  managerUUID: string | undefined,
): Bmc & { managerUUID?: string; forgetAll(): void } {
  const core = new Client(resources, managerUUID);
  const reach: Reach = {
    resources,
    managerResource: (maxAgeMs) => core.managerResource(maxAgeMs),
    links: (uri) => core.links(uri),
    changing: (uri, change) => core.changing(uri, change),
  };
  return Object.assign(
    core,
    bootOverridesOf(reach),
    bootOrderOf(reach),
    inventoryOf(reach),
    erasureOf(reach),
    indicatorOf(reach),
    managerControlOf(reach),
    accountsOf(reach),
    subscriptionsOf(reach),
    biosOf(reach),
    bmcSettingsOf(reach),
    firmwareOf(reach),
    tasksOf(reach),
    mediaOf(reach),
    healthOf(reach),
    logsOf(reach),
    consolesOf(reach),
    disksOf(reach),
    certificatesOf(reach),
    eventStreamOf(reach),
    rawOf(reach),
  );
}

class Client implements Inspection, Power, Restart {
  readonly #resources: Resources;
  readonly #memories = new Map<string, PowerMemory>();
  #systems: { readonly list: readonly SystemInfo[]; readonly atMs: number } | undefined;
  /** UUID asked for, and where it was found. */
  readonly #managers = new Map<string, Path>();
  /** When the manager was asked last, and the systems that were spared a question for it. */
  #look = { atMs: Number.NEGATIVE_INFINITY, spared: new Set<SystemUri>() };
  /** Firmware and last start of the manager: with another, its systems may be others. */
  #life: string | undefined;
  managerUUID: string | undefined;

  constructor(resources: Resources, managerUUID: string | undefined) {
    this.#resources = resources;
    this.managerUUID = managerUUID;
  }

  authenticate(): Promise<void> {
    return this.#resources.service.authenticate();
  }

  async manager(maxAgeMs = 0): Promise<ManagerInfo> {
    const { asked } = this.#resources;
    const { json } = await this.managerResource(maxAgeMs);
    if (this.#resources.asked > asked) this.#look = { atMs: this.#now(), spared: new Set() };
    const manager = toManagerInfo(json, (await this.#resources.service.known()).vendor);
    const life = `${manager.firmwareVersion} ${manager.lastResetTime}`;
    if (life !== this.#life) this.#systems = undefined;
    this.#life = life;
    return manager;
  }

  async managerResource(maxAgeMs = 0): Promise<{ path: Path; json: JsonObject }> {
    await this.#resources.service.known();
    const key = this.managerUUID ?? '';
    const path = this.#managers.get(key);
    if (path !== undefined) return { path, json: await this.#json(path, maxAgeMs) };
    const json = await findManager(this.#resources, this.managerUUID);
    const found = this.#resources.service.path(json['@odata.id']);
    this.#resources.keep(found, { json });
    this.#managers.set(key, found);
    return { path: found, json };
  }

  async systems(maxAgeMs = 0): Promise<readonly SystemInfo[]> {
    const remembered = this.#systems;
    if (remembered !== undefined && maxAgeMs > 0 && this.#now() - remembered.atMs <= maxAgeMs) return remembered.list;
    const list = await readSystems(this.#resources);
    this.#systems = { list, atMs: this.#now() };
    for (const system of list) this.#memory(system.uri).observe(system.powerState);
    return list;
  }

  async system(uri: SystemUri, maxAgeMs = 0, spareMs = 0): Promise<SystemInfo> {
    const path = this.#resources.service.path(uri);
    const isOnlyOld = !this.#resources.knows(path, maxAgeMs) && this.#resources.knows(path, spareMs);
    const isSpared = isOnlyOld && this.#spares(uri);
    const json = await this.#json(path, isSpared ? spareMs : maxAgeMs);
    const system = { ...toSystemInfo(json, (await this.#resources.service.known()).vendor), uri };
    this.#memory(uri).observe(system.powerState);
    return isSpared ? { ...system, isSpared } : system;
  }

  /** Once for each question to the manager. */
  #spares(uri: SystemUri): boolean {
    const { atMs, spared } = this.#look;
    if (this.#now() - atMs > lookMs || spared.has(uri)) return false;
    spared.add(uri);
    return true;
  }

  /** Something changed on the BMC, nobody knows what. */
  forgetAll(): void {
    this.#systems = undefined;
    this.#resources.forgetAll();
  }

  #now(): number {
    return this.#resources.service.options.clock.monotonicMs();
  }

  async processors(uri: SystemUri): Promise<readonly ProcessorInfo[]> {
    return readProcessors(this.#resources, await this.links(uri));
  }

  async storages(uri: SystemUri): Promise<readonly StorageInfo[]> {
    return readStorages(this.#resources, await this.links(uri));
  }

  setPower(uri: SystemUri, to: Target, how: Manner): Promise<void> {
    return this.changing(uri, (path) => setPower(this.#resources, path, this.#memory(uri), to, how));
  }

  reset(uri: SystemUri, type: ResetType): Promise<void> {
    return this.changing(uri, (path) => reset(this.#resources, path, this.#memory(uri), type));
  }

  restart(uri: SystemUri, how: 'graceful' | 'force' | 'cold'): Promise<void> {
    return this.changing(uri, (path) => restart(this.#resources, path, this.#memory(uri), how));
  }

  async changing<T>(uri: SystemUri, change: (path: Path) => Promise<T>): Promise<T> {
    await this.#resources.service.known();
    this.#systems = undefined;
    return change(this.#resources.service.path(uri));
  }

  async links(uri: SystemUri): Promise<ComputerSystem> {
    await this.#resources.service.known();
    return ComputerSystem.parse(await this.#json(this.#resources.service.path(uri), linksMs));
  }

  /** A resource that vanished takes everything learned about the BMC's shape with it. */
  async #json(path: Path, maxAgeMs: number) {
    try {
      await this.#resources.service.known();
      return (await this.#resources.get(path, maxAgeMs)).json;
    } catch (error) {
      if (error instanceof PermanentError && error.code === 'BMC_NOT_FOUND') this.#forget(path);
      throw error;
    }
  }

  #forget(path: Path): void {
    this.#resources.forget(path);
    this.#managers.clear();
    this.#systems = undefined;
  }

  #memory(uri: string): PowerMemory {
    const key = comparable(uri);
    const memory = this.#memories.get(key) ?? new PowerMemory(this.#resources.service.options.clock);
    this.#memories.set(key, memory);
    return memory;
  }
}
