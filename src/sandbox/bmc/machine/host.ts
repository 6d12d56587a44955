/** What a machine has of the BMC it belongs to: attributes that wait, media, faults, the log, and what the network offers. */
import { virtualCdOnce } from '../attributes.js';
import { applyPending } from '../behaviours/settings.js';
import { bootableImage } from '../behaviours/virtual-media.js';
import { powerHappening } from '../events/event.js';
import { matchesGlob } from '../faults/rules.js';
import { type JsonObject, objectAt } from '../json.js';
import type { SystemBlueprint } from '../profile.js';
import { root } from '../tree/builder.js';
import { bootOptionsOf } from '../tree/system.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import type { MachineHost } from './machine.js';
import { probeData } from './probe-data.js';

/** The surroundings of the n-th machine of a BMC. */
export function hostOf(bmc: VirtualBmc, blueprint: SystemBlueprint, n: number): MachineHost {
  const { world, name, faults } = bmc;
  const { reset, boot } = bmc.profile.quirks;
  const system = `${root}/Systems/${blueprint.id}`;
  const record = recorder(bmc, system);
  return {
    bootOptions: blueprint.bootOptions ?? bootOptionsOf(blueprint.hardware),
    onLockedAfterOffMs: reset.onLockedAfterOffMs,
    whilePoweringOff: reset.whilePoweringOff,
    monotonicMs: () => world.hardwareMs(),
    now: () => world.clock.now(),
    after: (ms, fn) => world.after(ms, fn),
    delay: (ms, fn) => world.delay(ms, fn),
    networkBoot: () => world.networkBoot(bmc.identity.uuid(`s${n}.uuid`)),
    insertedMedia: () => bootableImage(bmc),
    isCdPhysical: boot.isCdPhysical === true,
    takesVirtualCd: () => takesVirtualCd(bmc),
    reportBoot: () => void reportBoot(bmc, n, record),
    onPost: () => {
      applyPending(bmc, system);
      if (n === 0) bmc.startedUpdater?.applyStaged();
    },
    hasInstalledDisk: () => world.hasInstalledDisk(name),
    record,
    isLost: (what) => faults.state(bmc, what),
    post: (url, body, signal) => world.post(url, body, signal),
    probeData: () => probeDataOf(bmc, blueprint, n),
    recordProbe: (status) => record('probe', 'OSRunning', String(status), 'probe'),
    probeFault: () => faults.probe(bmc),
  };
}

/** Writes down what a system did; who subscribed hears of its power. */
function recorder(bmc: VirtualBmc, system: string): MachineHost['record'] {
  return (action, from, to, cause) => {
    bmc.record({ system, action, from, to, cause });
    if (action === 'power') bmc.events.publish(powerHappening(system, to));
  };
}

/** What the discovery image finds on the n-th system. */
export function probeDataOf(bmc: VirtualBmc, { hardware }: SystemBlueprint, n: number): JsonObject {
  const pulled = bmc.faults.hardware(bmc).filter(({ how }) => how === 'drivePulled');
  return probeData({
    hardware,
    identity: bmc.identity,
    owner: `s${n}`,
    now: bmc.world.clock.now(),
    isPulled: (drive) => pulled.some(({ part = '*' }) => matchesGlob(part, drive)),
  });
}

/** Whether attributes of an iDRAC ask for one boot from its virtual CD; asked once, they no longer do. */
function takesVirtualCd(bmc: VirtualBmc): boolean {
  if (bmc.profile.quirks.bmcSettings !== 'dell') return false;
  const [manager] = bmc.profile.managers;
  const path = `${root}/Managers/${manager?.id}/Oem/Dell/DellAttributes/iDRAC.Embedded.1`;
  const { device, once } = virtualCdOnce;
  const attributes = objectAt(bmc.stored(path) ?? {}, 'Attributes');
  if (attributes[device] !== 'VCD-DVD' || attributes[once] !== 'Enabled') return false;
  bmc.patch(path, { Attributes: { [device]: 'Normal', [once]: 'Disabled' } });
  return true;
}

/** The installed system's `POST /bootstate`: once, as the service of an image does it. */
async function reportBoot(bmc: VirtualBmc, n: number, record: MachineHost['record']): Promise<void> {
  const { bootRegistry: registry, post } = bmc.world;
  if (registry === undefined) return;
  const body = { systemUUID: bmc.identity.uuid(`s${n}.uuid`), booted: true };
  const url = `${registry.replace(/\/$/, '')}/bootstate`;
  const status = await post(url, body, AbortSignal.timeout(10_000)).catch(() => 'failed');
  record('probe', 'OSRunning', String(status), 'bootstate');
}
