/** Boot source of a system, once or for good: written where the vendor wants it, and believed only when it reads back. */
import { isMetalError, PermanentError, TransientError } from '../../errors/classes.js';
import type { AttributeValues, Boot, BootOverride, BootOverrides, SystemUri } from '../../ports/bmc.js';
import type { Resources } from '../resources.js';
import { ComputerSystem } from '../schema/computer-system.js';
import { etagOf, type Resource } from '../service.js';
import { isObject, type JsonObject } from '../transport/json.js';
import type { Path } from '../transport/link.js';
import type { Answer } from '../transport/transport.js';
import type { BootQuirks } from '../vendors/vendor.js';
import { bmcSettingsOf } from './bmc-settings.js';
import { readBootOptions } from './boot-options.js';
import { elsewhere, settingsFirst } from './boot-places.js';
import { mediaOf } from './media.js';
import { patch } from './patch.js';
import { present } from './present.js';
import type { Reach } from './reach.js';

const freshMs = 5000;
/** Some BMCs take the write and show it a moment later. */
const readBackWaitsMs = [0, 1000, 3000];

/** Boot overrides of the systems of a BMC, and the entries they may name. */
export function bootOverridesOf(reach: Reach): Boot & BootOverrides {
  const { resources, changing } = reach;
  const set = (uri: SystemUri, override: BootOverride): Promise<void> =>
    changing(uri, async (path) => {
      if (!(await bootsVirtualCd(reach, uri, override))) await setOverride(resources, path, override);
    });
  return {
    setBootOnce: (uri, target) => set(uri, { target }),
    setBootOverride: set,
    clearBootOverride: (uri) =>
      changing(uri, async (path) => {
        await clearOverride(resources, path);
        await disarmVirtualCd(reach);
      }),
    bootOptions: (uri) => readBootOptions(resources, uri),
  };
}

/** What Boot is to say, in this system's words. The mode is no part of it: it is sent, and shown as the BMC likes. */
interface Wanted {
  readonly enabled: 'Once' | 'Continuous' | 'Disabled';
  readonly name: string;
  /** What a person asked for; else it is left to the vendor's habits. */
  readonly mode?: 'UEFI' | 'Legacy';
  /** HttpBootUri, UefiTargetBootSourceOverride, BootNext. */
  readonly more: Readonly<Record<string, string>>;
}

async function setOverride(resources: Resources, path: Path, override: BootOverride): Promise<void> {
  const resource = await resources.get(path, freshMs);
  const system = ComputerSystem.parse(resource.json);
  const { vendor } = await resources.service.known();
  const bmc = resources.service.options.access.id;
  const wanted: Wanted = {
    enabled: enabledOf(override, system, bmc),
    name: nameOf(override.target, system, vendor.boot, bmc),
    ...modeOf(override, system, vendor.boot, bmc),
    more: present({
      HttpBootUri: override.httpBootUri,
      UefiTargetBootSourceOverride: override.uefiTarget,
      BootNext: override.bootNext,
    }),
  };
  if (override.httpBootUri !== undefined) resources.service.options.transport.conceal(override.httpBootUri);
  await bring(resources, { path, resource, system, wanted, quirks: vendor.boot });
}

/** Whether it is a virtual CD that shall boot once, and the BMC has a way of its own for that, which is taken. */
async function bootsVirtualCd(reach: Reach, uri: SystemUri, { target, enabled }: BootOverride): Promise<boolean> {
  const { virtualCdOnce } = (await reach.resources.service.known()).vendor.boot;
  if (virtualCdOnce === undefined || target !== 'Cd' || enabled === 'Continuous') return false;
  if (!(await holdsDisc(reach, uri))) return false;
  await bmcSettingsOf(reach).setBmcAttributes(virtualCdOnce.armed);
  return true;
}

/** A virtual CD that waits to boot once stands beside the override of the system, and outlives it. */
async function disarmVirtualCd(reach: Reach): Promise<void> {
  const { virtualCdOnce } = (await reach.resources.service.known()).vendor.boot;
  if (virtualCdOnce === undefined) return;
  const { armed, disarmed } = virtualCdOnce;
  const settings = bmcSettingsOf(reach);
  const current = await settings
    .bmcAttributes(Object.keys(armed))
    .then((found) => found.current, unlessUnsupported<AttributeValues>({}));
  if (Object.entries(armed).every(([name, value]) => current[name] === value))
    await settings.setBmcAttributes(disarmed);
}

/** What is not offered is as if there were nothing of it. */
const unlessUnsupported =
  <T>(nothing: T) =>
  (error: unknown): T => {
    if (isMetalError(error) && error.code === 'BMC_UNSUPPORTED') return nothing;
    throw error;
  };

async function holdsDisc(reach: Reach, uri: SystemUri): Promise<boolean> {
  const slots = await mediaOf(reach).mediaSlots(uri).catch(unlessUnsupported([]));
  return slots.some(({ isInserted, types }) => isInserted && types.some((type) => type === 'CD' || type === 'DVD'));
}

/** iLO does not take `Disabled` while the target is None, so its target stays a real one. */
async function clearOverride(resources: Resources, path: Path): Promise<void> {
  const resource = await resources.get(path, freshMs);
  const system = ComputerSystem.parse(resource.json);
  if (system.Boot === undefined || system.Boot.BootSourceOverrideEnabled === 'Disabled') return;
  const { boot } = (await resources.service.known()).vendor;
  const wanted: Wanted = { enabled: 'Disabled', name: boot.clearTarget ?? 'None', more: {} };
  await bring(resources, { path, resource, system, wanted, quirks: boot });
}

async function bring(resources: Resources, request: Omit<Write, 'body'>): Promise<void> {
  const { system, wanted, quirks } = request;
  if (isInPlace(system, wanted)) return;
  const body = { Boot: overrideOf(system, wanted, quirks) };
  const written = await write(resources, { ...request, body });
  if (written !== 'shown') await readBack(resources, written, wanted);
}

/** Nothing is overridden by a disabled override, whatever target it shows. */
function isInPlace({ Boot }: ComputerSystem, { enabled, name, mode, more }: Wanted): boolean {
  if (Boot?.BootSourceOverrideEnabled !== enabled) return false;
  if (enabled === 'Disabled') return true;
  const shown: JsonObject = Boot;
  if (mode !== undefined && (shown.BootSourceOverrideMode ?? mode) !== mode) return false;
  return Boot.BootSourceOverrideTarget === name && Object.entries(more).every(([key, value]) => shown[key] === value);
}

/** Some services know no `Once`: the next boot is as asked, and so are those after it. */
const isForGood = ({ Boot }: ComputerSystem, { enabled, name }: Wanted): boolean =>
  enabled === 'Once' && Boot?.BootSourceOverrideEnabled === 'Continuous' && Boot.BootSourceOverrideTarget === name;

function warnOfContinuous(resources: Resources, name: string): void {
  const { access, log } = resources.service.options;
  log.log('warn', `the BMC boots ${name} every time, not once`, { bmc: access.id });
}

/** XCC knows Once and Disabled only, and says so. */
function enabledOf({ enabled = 'Once', target }: BootOverride, { Boot }: ComputerSystem, bmc: string) {
  const allowed = Boot?.['BootSourceOverrideEnabled@Redfish.AllowableValues'] ?? [];
  if (enabled === 'Once' || allowed.length === 0 || allowed.includes(enabled)) return enabled;
  throw new PermanentError('BOOT_TARGET_UNSUPPORTED', `setting ${target} as the boot source for good`, {
    why: `its overrides are ${allowed.join(', ')}`,
    context: { bmc, target, allowed },
  });
}

/** @throws PermanentError BOOT_TARGET_UNSUPPORTED for a mode other than the one in force, where it cannot be written */
function modeOf({ mode, target }: BootOverride, { Boot }: ComputerSystem, quirks: BootQuirks, bmc: string) {
  const shown = Boot?.BootSourceOverrideMode;
  if (mode === undefined || (mode === shown && quirks.mode === 'never')) return {};
  if (typeof shown === 'string' && quirks.mode !== 'never') return { mode };
  throw new PermanentError('BOOT_TARGET_UNSUPPORTED', `setting ${target} in mode ${mode} as the next boot source`, {
    why: `its boot mode ${typeof shown === 'string' ? `is ${shown} and ` : ''}cannot be chosen for one boot`,
    context: { bmc, target, mode },
  });
}

/** The target as this system spells it. Where nothing is announced the standard's name is tried. */
function nameOf(target: BootOverride['target'], { Boot }: ComputerSystem, quirks: BootQuirks, bmc: string): string {
  const names = [...((quirks.names as Partial<Record<string, readonly string[]>> | undefined)?.[target] ?? []), target];
  const allowed = Boot?.['BootSourceOverrideTarget@Redfish.AllowableValues'] ?? [];
  const name = allowed.length === 0 ? names[0] : names.find((candidate) => allowed.includes(candidate));
  if (Boot !== undefined && name !== undefined) return name;
  throw new PermanentError('BOOT_TARGET_UNSUPPORTED', `setting ${target} as the next boot source`, {
    why: Boot === undefined ? 'the system has no boot settings' : `it offers ${allowed.join(', ')}`,
    context: { bmc, target, allowed },
  });
}

function overrideOf({ Boot }: ComputerSystem, { enabled, name, more, mode: asked }: Wanted, quirks: BootQuirks) {
  const override = { BootSourceOverrideEnabled: enabled, BootSourceOverrideTarget: name, ...more };
  if (asked !== undefined) return { ...override, BootSourceOverrideMode: asked };
  const mode = Boot?.BootSourceOverrideMode;
  const isSent =
    typeof mode === 'string' && (quirks.mode === 'whenReported' || (quirks.mode === 'whenLegacy' && mode !== 'UEFI'));
  return isSent ? { ...override, BootSourceOverrideMode: 'UEFI' } : override;
}

interface Write {
  readonly path: Path;
  readonly resource: Resource;
  readonly system: ComputerSystem;
  readonly body: unknown;
  readonly quirks: BootQuirks;
  readonly wanted: Wanted;
}

/** Writes to the places in order. Returns where it was taken, or `shown` if the answer already showed the override. */
async function write(resources: Resources, request: Write): Promise<Path | 'shown'> {
  const { path, system, quirks } = request;
  const places = settingsFirst(resources, path, system, quirks.writeTo);
  for (const [index, place] of places.entries()) {
    try {
      resources.forget(place);
      const answer = await patchTwice(resources, place, request);
      resources.forget(place);
      return answer !== undefined && isShown(resources, place, answer, request.wanted) ? 'shown' : place;
    } catch (error) {
      resources.forget(place);
      const isLast = index === places.length - 1;
      if (isLast || !isMetalError(error) || !elsewhere.includes(error.code)) throw error;
    }
  }
  return request.path;
}

/** Many services answer a PATCH with the resource as it is now, which saves the look and is as good for others. */
function isShown(resources: Resources, place: Path, answer: Answer, wanted: Wanted): boolean {
  const { json } = answer;
  if (!isObject(json) || !isInPlace(ComputerSystem.parse(json), wanted)) return false;
  const etag = etagOf(answer);
  if (json.PowerState !== undefined) resources.keep(place, { json, ...(etag === undefined ? {} : { etag }) });
  return true;
}

/** An override is the same when sent twice, so a lost answer costs one look and, if it was lost on the way, one repeat. */
async function patchTwice(resources: Resources, place: Path, { path, resource, body, wanted }: Write) {
  const { vendor } = await resources.service.known();
  const isTagless = place !== path && vendor.ifMatch === 'always';
  const etag = isTagless ? (await resources.service.read(place)).etag : place === path ? resource.etag : undefined;
  try {
    return await patch(resources.service, place, body, etag);
  } catch (error) {
    if (!isMetalError(error) || error.code !== 'OUTCOME_UNKNOWN') throw error;
    const now = await resources.service.read(place);
    if (isInPlace(ComputerSystem.parse(now.json), wanted)) return undefined;
    return patch(resources.service, place, body, now.etag);
  }
}

async function readBack(resources: Resources, place: Path, wanted: Wanted): Promise<void> {
  const { clock, access } = resources.service.options;
  let found: ComputerSystem['Boot'];
  for (const waitMs of readBackWaitsMs) {
    if (waitMs > 0) await clock.sleep(waitMs);
    const system = ComputerSystem.parse((await resources.get(place)).json);
    if (isInPlace(system, wanted)) return;
    if (isForGood(system, wanted)) return warnOfContinuous(resources, wanted.name);
    found = system.Boot;
  }
  const doing =
    wanted.enabled === 'Disabled' ? 'clearing the boot override' : `setting ${wanted.name} as the next boot source`;
  throw new TransientError('BMC_ERROR', doing, {
    why: `the BMC accepted it, but shows ${found?.BootSourceOverrideEnabled} ${found?.BootSourceOverrideTarget}`,
    context: { bmc: access.id, uri: place },
  });
}
