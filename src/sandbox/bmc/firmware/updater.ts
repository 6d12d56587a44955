/** Installs images: one at a time, in a task, with the version in force at the end, after a reset, or never. */
import type { JsonObject } from '../json.js';
import { root } from '../tree/builder.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import type { Component, Image } from './image.js';
import { Work } from './work.js';

const inventoryPath = `${root}/UpdateService/FirmwareInventory`;
const durationMs = 60_000;
/** A BMC with new firmware needs longer to come back. */
const darkMs = 60_000;

export type ApplyTime = 'Immediate' | 'OnReset' | 'OnStartUpdateRequest';

interface Waiting {
  readonly image: Image;
  readonly path: string;
}

export class Updater {
  readonly #bmc: VirtualBmc;
  #current: Work | undefined;
  /** Images that wait for a reset, by component. */
  readonly #staged = new Map<Component, Waiting>();
  /** Uploaded, and waiting for StartUpdate. */
  #uploaded: Image | undefined;

  constructor(bmc: VirtualBmc) {
    this.#bmc = bmc;
  }

  get isBusy(): boolean {
    return this.#current !== undefined && !this.#current.isOver;
  }

  /** Starts installing, or keeps the image for StartUpdate. */
  take(image: Image, applyTime: ApplyTime | undefined): Work {
    if (applyTime === 'OnStartUpdateRequest') this.#uploaded = image;
    return this.#begin(image, applyTime, applyTime === 'OnStartUpdateRequest' ? 'keep' : 'install');
  }

  /** StartUpdate; undefined when nothing was uploaded. */
  start(): Work | undefined {
    const image = this.#uploaded;
    if (!image) return undefined;
    this.#uploaded = undefined;
    return this.#begin(image, 'Immediate', 'install');
  }

  /** A machine starts: its BIOS image takes over. */
  applyStaged(): void {
    const waiting = this.#staged.get('BIOS');
    if (!waiting) return;
    this.#staged.delete('BIOS');
    this.#bmc.own.drop(waiting.path);
    this.#putInForce(waiting.image);
  }

  #begin(image: Image, applyTime: ApplyTime | undefined, what: 'install' | 'keep'): Work {
    const { update } = this.#bmc.profile.quirks;
    const fault = this.#bmc.faults.update(this.#bmc);
    this.#bmc.recordUpdate(image.component, `${image.version} (${what})`);
    this.#current = new Work(this.#bmc, {
      name: `Update of ${image.component}`,
      durationMs,
      ...(fault === 'stuck' ? { stopsAt: 4 } : {}),
      ...(update?.jobIds ? { idPrefix: 'JID_' } : {}),
      onDone: () => {
        if (image.isBad || fault === 'verifyFailed') return `The image ${image.name} could not be verified.`;
        if (what === 'install' && fault !== 'unchanged') this.#install(image, applyTime);
        if (fault === 'lost') this.#bmc.world.after(1, () => this.#current?.forget());
        return undefined;
      },
    });
    return this.#current;
  }

  #install(image: Image, applyTime: ApplyTime | undefined): void {
    if (image.component === 'BMC') {
      this.#putInForce(image);
      this.#bmc.world.after(2_000, () => {
        if (this.#bmc.profile.quirks.update?.forgetsTasks) this.#current?.forget();
        this.#bmc.restart('firmware', darkMs);
      });
      return;
    }
    const isOff = this.#bmc.machines[0]?.power === 'Off';
    if (isOff && applyTime !== 'OnReset') this.#putInForce(image);
    else this.#stage(image);
  }

  /** An item of its own in the inventory until the next reset. */
  #stage(image: Image): void {
    const { items, pendingSuffix } = this.#itemsOf();
    const item = items[image.component];
    const path = `${inventoryPath}/${item.id}${pendingSuffix}`;
    this.#bmc.own.put(path, {
      '@odata.id': path,
      '@odata.type': '#SoftwareInventory.v1_8_0.SoftwareInventory',
      Id: `${item.id}${pendingSuffix}`,
      Name: item.name,
      Version: image.version,
      Updateable: true,
      Staged: true,
      Status: { State: 'StandbyOffline', Health: 'OK' },
    });
    this.#staged.set(image.component, { image, path });
  }

  #putInForce({ component, version }: Image): void {
    const { systems, managers } = this.#bmc.profile;
    this.#bmc.patch(`${inventoryPath}/${this.#itemsOf().items[component].id}`, { Version: version });
    const owner = component === 'BIOS' ? `Systems/${systems[0]?.id ?? ''}` : `Managers/${managers[0]?.id ?? ''}`;
    const change: JsonObject = component === 'BIOS' ? { BiosVersion: version } : { FirmwareVersion: version };
    this.#bmc.patch(`${root}/${owner}`, change);
    this.#bmc.recordUpdate(component, version);
  }

  #itemsOf() {
    const { update } = this.#bmc.profile.quirks;
    return {
      items: update?.items ?? { BIOS: { id: 'BIOS', name: 'BIOS' }, BMC: { id: 'BMC', name: 'BMC' } },
      pendingSuffix: update?.pendingSuffix ?? '-Staged',
    };
  }
}
