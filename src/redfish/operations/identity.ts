/** Who answers: the manager and its systems, from one request each where the service expands. */
import { PermanentError } from '../../errors/classes.js';
import { type ManagerInfo, type SystemInfo, systemUri } from '../../ports/bmc.js';
import type { Resources } from '../resources.js';
import { ComputerSystem } from '../schema/computer-system.js';
import { Manager } from '../schema/manager.js';
import { isObject, type JsonObject } from '../transport/json.js';
import type { Vendor } from '../vendors/vendor.js';
import { orderOf } from './boot-order.js';
import { present } from './present.js';

/** All systems in collection order, each remembered under its own URI. */
export async function readSystems(resources: Resources): Promise<SystemInfo[]> {
  const { root, vendor } = await resources.service.known();
  const members = await resources.members(root.Systems);
  for (const json of members) resources.keep(String(json['@odata.id']), { json, ...embeddedEtag(json) });
  return members.map((json) => toSystemInfo(json, vendor));
}

/** The manager with this UUID, or the first. @throws PermanentError BMC_NOT_FOUND */
export async function findManager(resources: Resources, uuid: string | undefined): Promise<JsonObject> {
  const { root } = await resources.service.known();
  const members = await resources.members(root.Managers);
  const wanted = uuid?.toLowerCase();
  const found = members.find((json) => wanted === undefined || toUuid(Manager.parse(json).UUID) === wanted);
  if (found !== undefined) return found;
  throw new PermanentError('BMC_NOT_FOUND', 'looking for the manager', {
    why: wanted === undefined ? 'the BMC lists none' : `none of ${members.length} has the UUID ${wanted}`,
    context: { bmc: resources.service.options.access.id },
  });
}

/** Most managers leave their manufacturer null; then it is the vendor's. */
export function toManagerInfo(json: JsonObject, vendor: Vendor): ManagerInfo {
  const manager = Manager.parse(json);
  const info = present({
    uuid: toUuid(manager.UUID),
    manufacturer: manager.Manufacturer ?? vendor.manufacturer,
    model: manager.Model,
    partNumber: manager.PartNumber,
    serialNumber: manager.SerialNumber,
    firmwareVersion: manager.FirmwareVersion,
    state: manager.Status?.State,
    powerState: manager.PowerState,
    lastResetTime: toTime(manager.LastResetTime),
  });
  return { uri: manager['@odata.id'] ?? '', ...info };
}

/** A host that never ran is of its BMC's maker, where that is so, and its memory is unknown rather than none. */
export function toSystemInfo(json: JsonObject, vendor: Vendor): SystemInfo {
  const system = ComputerSystem.parse(json);
  const memoryGiB = system.MemorySummary?.TotalSystemMemoryGiB;
  const { Boot } = system;
  const info = present({
    uuid: toUuid(system.UUID),
    manufacturer: system.Manufacturer ?? (vendor.isBlankBeforePost ? vendor.manufacturer : undefined),
    model: system.Model,
    sku: system.SKU,
    serialNumber: system.SerialNumber,
    biosVersion: system.BiosVersion,
    powerState: system.PowerState,
    indicatorLED: system.IndicatorLED ?? toLed(system.LocationIndicatorActive),
    memoryGiB: vendor.isBlankBeforePost && memoryGiB === 0 ? undefined : memoryGiB,
    bootProgress: system.BootProgress?.LastState,
    bootOverride: Boot === undefined ? undefined : toOverride(Boot),
    bootOrder: orderOf(system)?.references,
  });
  return {
    uri: systemUri(system['@odata.id'] ?? ''),
    isBootable: Boot?.BootSourceOverrideTarget !== undefined,
    ...info,
  };
}

const toOverride = (boot: NonNullable<ComputerSystem['Boot']>) =>
  present({
    enabled: boot.BootSourceOverrideEnabled,
    target: boot.BootSourceOverrideTarget,
    mode: boot.BootSourceOverrideMode ?? undefined,
  });

/** IndicatorLED is deprecated; newer BMCs only tell whether the location indicator is lit. */
const toLed = (active: boolean | undefined): string | undefined =>
  active === undefined ? undefined : active ? 'Lit' : 'Off';

/** Lower-case; nil and all-ones stand for "none", and so does what is more than a word: it ends in units and URLs. */
function toUuid(uuid: string | undefined): string | undefined {
  const lower = uuid?.toLowerCase();
  return lower === undefined || !/^[\w-]{1,64}$/.test(lower) || /^[0-]+$/.test(lower) || /^[f-]+$/.test(lower)
    ? undefined
    : lower;
}

/** RFC 3339, or undefined: iDRAC reports a month and a year of zero for "never". */
function toTime(time: string | undefined): string | undefined {
  const at = time === undefined ? Number.NaN : Date.parse(time.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(at) || at <= 0 ? undefined : new Date(at).toISOString().replace('.000Z', 'Z');
}

const embeddedEtag = (json: JsonObject): { etag?: string } =>
  isObject(json) && typeof json['@odata.etag'] === 'string' ? { etag: json['@odata.etag'] } : {};
