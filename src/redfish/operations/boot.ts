/** One-time boot source of a system: written where the vendor wants it, and believed only when it reads back. */
import { isMetalError, PermanentError, TransientError } from '../../errors/classes.js';
import type { BootTarget } from '../../ports/bmc.js';
import type { Resources } from '../resources.js';
import { ComputerSystem } from '../schema/computer-system.js';
import { etagOf, type Resource } from '../service.js';
import { isObject } from '../transport/json.js';
import type { Path } from '../transport/link.js';
import type { Answer } from '../transport/transport.js';
import type { BootQuirks } from '../vendors/vendor.js';
import { elsewhere, settingsFirst } from './boot-places.js';
import { patch } from './patch.js';

const freshMs = 5000;
/** Some BMCs take the write and show it a moment later. */
const readBackWaitsMs = [0, 1000, 3000];

/**
 * Boots `target` next, once.
 * @throws PermanentError BOOT_TARGET_UNSUPPORTED · TransientError BMC_ERROR when it does not read back
 */
export async function setBootOnce(resources: Resources, path: Path, target: BootTarget): Promise<void> {
  const resource = await resources.get(path, freshMs);
  const system = ComputerSystem.parse(resource.json);
  const { vendor } = await resources.service.known();
  const name = nameOf(target, system, vendor.boot, resources.service.options.access.id);
  if (isInPlace(system, name)) return;
  const body = { Boot: overrideOf(system, name, vendor.boot) };
  const written = await write(resources, { path, resource, system, body, quirks: vendor.boot, name });
  if (written !== 'shown') await readBack(resources, written, name);
}

const isInPlace = ({ Boot }: ComputerSystem, name: string): boolean =>
  Boot?.BootSourceOverrideEnabled === 'Once' && Boot.BootSourceOverrideTarget === name;

/** Some services know no `Once`: the next boot is as asked, and so are those after it. */
const isForGood = ({ Boot }: ComputerSystem, name: string): boolean =>
  Boot?.BootSourceOverrideEnabled === 'Continuous' && Boot.BootSourceOverrideTarget === name;

function warnOfContinuous(resources: Resources, name: string): void {
  const { access, log } = resources.service.options;
  log.log('warn', `the BMC boots ${name} every time, not once`, { bmc: access.id });
}

/** The target as this system spells it. Where nothing is announced the standard's name is tried. */
function nameOf(target: BootTarget, { Boot }: ComputerSystem, quirks: BootQuirks, bmc: string): string {
  const names = [...(quirks.names?.[target] ?? []), target];
  const allowed = Boot?.['BootSourceOverrideTarget@Redfish.AllowableValues'] ?? [];
  const name = allowed.length === 0 ? names[0] : names.find((candidate) => allowed.includes(candidate));
  if (Boot !== undefined && name !== undefined) return name;
  throw new PermanentError('BOOT_TARGET_UNSUPPORTED', `setting ${target} as the next boot source`, {
    why: Boot === undefined ? 'the system has no boot settings' : `it offers ${allowed.join(', ')}`,
    context: { bmc, target, allowed },
  });
}

function overrideOf({ Boot }: ComputerSystem, name: string, quirks: BootQuirks): Record<string, string> {
  const override = { BootSourceOverrideEnabled: 'Once', BootSourceOverrideTarget: name };
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
  readonly name: string;
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
      return answer !== undefined && isShown(resources, place, answer, request.name) ? 'shown' : place;
    } catch (error) {
      resources.forget(place);
      const isLast = index === places.length - 1;
      if (isLast || !isMetalError(error) || !elsewhere.includes(error.code)) throw error;
    }
  }
  return request.path;
}

/** Many services answer a PATCH with the resource as it is now, which saves the look and is as good for others. */
function isShown(resources: Resources, place: Path, answer: Answer, name: string): boolean {
  const { json } = answer;
  if (!isObject(json) || !isInPlace(ComputerSystem.parse(json), name)) return false;
  const etag = etagOf(answer);
  if (json.PowerState !== undefined) resources.keep(place, { json, ...(etag === undefined ? {} : { etag }) });
  return true;
}

/** An override is the same when sent twice, so a lost answer costs one look and, if it was lost on the way, one repeat. */
async function patchTwice(resources: Resources, place: Path, { path, resource, body, name }: Write) {
  const { vendor } = await resources.service.known();
  const isTagless = place !== path && vendor.ifMatch === 'always';
  const etag = isTagless ? (await resources.service.read(place)).etag : place === path ? resource.etag : undefined;
  try {
    return await patch(resources.service, place, body, etag);
  } catch (error) {
    if (!isMetalError(error) || error.code !== 'OUTCOME_UNKNOWN') throw error;
    const now = await resources.service.read(place);
    if (isInPlace(ComputerSystem.parse(now.json), name)) return undefined;
    return patch(resources.service, place, body, now.etag);
  }
}

async function readBack(resources: Resources, place: Path, name: string): Promise<void> {
  const { clock, access } = resources.service.options;
  let found: ComputerSystem['Boot'];
  for (const waitMs of readBackWaitsMs) {
    if (waitMs > 0) await clock.sleep(waitMs);
    const system = ComputerSystem.parse((await resources.get(place)).json);
    if (isInPlace(system, name)) return;
    if (isForGood(system, name)) return warnOfContinuous(resources, name);
    found = system.Boot;
  }
  throw new TransientError('BMC_ERROR', `setting ${name} as the next boot source`, {
    why: `the BMC accepted it, but shows ${found?.BootSourceOverrideEnabled} ${found?.BootSourceOverrideTarget}`,
    context: { bmc: access.id, uri: place },
  });
}
