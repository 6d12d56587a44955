/** ComputerSystem: power, reset, boot (DSP0268). */
import { type Answer, actionDone, problem, refusal } from '../http/answer.js';
import { isObject, type JsonObject, objectAt } from '../json.js';
import type { BootOverride } from '../machine/boot-settings.js';
import type { Machine } from '../machine/machine.js';
import { type ResetOutcome, type ResetType, resetTypes } from '../machine/types.js';
import type { Quirks } from '../profile.js';
import type { MachinePlace, VirtualBmc } from '../virtual-bmc.js';
import type { Behaviour, Write } from './behaviour.js';
import { patchBoot } from './boot-patch.js';
import { decommission, secureSystemErase } from './erasure.js';
import { isBoolean, isString, oneOf, patchAnswer, sortPatch } from './patching.js';

const rules = {
  AssetTag: isString,
  IndicatorLED: oneOf(['Lit', 'Blinking', 'Off']),
  LocationIndicatorActive: isBoolean,
};

export const computerSystem: Behaviour = {
  compute(bmc, path, doc) {
    const place = bmc.machineAt(path);
    if (place) computeSystem(bmc, place, doc);
  },

  patch(write) {
    const { bmc, path, doc, body } = write;
    const place = bmc.machineAt(path);
    const { Boot: boot, ...rest } = body;
    const sorted = sortPatch(doc, rest, rules);
    if (boot === undefined || !place?.blueprint.isBootable) return finish(write, sortPatch(doc, body, rules));
    const refused = [...patchBoot(bmc.profile.quirks.boot, place, boot, path), ...sorted.refused];
    const accepted = refused.some(({ property }) => !property || property.startsWith('#/Boot'))
      ? sorted.accepted
      : { ...sorted.accepted, Boot: boot };
    return finish(write, { accepted, refused });
  },

  actions: {
    'ComputerSystem.Reset': reset,
    'ComputerSystem.SetDefaultBootOrder': setDefaultBootOrder,
    'ComputerSystem.Decommission': decommission,
    'HpeComputerSystemExt.SecureSystemErase': secureSystemErase,
  },
};

/** The order the firmware came with: at the next start where orders wait for one, else at once. */
function setDefaultBootOrder({ bmc, path }: Write): Answer {
  const { boot } = bmc.machineAt(path)?.machine ?? {};
  if (!boot) return problem(bmc.profile.quirks, 400, 'ActionNotSupported', ['ComputerSystem.SetDefaultBootOrder']);
  if (bmc.profile.quirks.boot.writeOrderAt === 'settings') boot.pending = { ...boot.pending, order: 'default' };
  else boot.order = undefined;
  return actionDone(bmc.profile.quirks);
}

function finish(
  { bmc, path }: Write,
  sorted: { accepted: JsonObject; refused: ReturnType<typeof sortPatch>['refused'] },
) {
  // Boot lives in the machine, the rest in the overlay.
  const { Boot: _, ...plain } = sorted.accepted;
  if (Object.keys(plain).length > 0) bmc.patch(path, { ...plain, ...otherLight(bmc, plain) });
  return patchAnswer(bmc, path, sorted);
}

/** One light behind two properties: each shows what was written to the other. */
function otherLight(bmc: VirtualBmc, { IndicatorLED: led, LocationIndicatorActive: active }: JsonObject): JsonObject {
  if (bmc.profile.quirks.led !== 'both') return {};
  if (led !== undefined) return { LocationIndicatorActive: led !== 'Off' };
  return active === undefined ? {} : { IndicatorLED: active ? 'Lit' : 'Off' };
}

function computeSystem(bmc: VirtualBmc, { machine, isSettings, blueprint }: MachinePlace, doc: JsonObject): void {
  const { boot } = bmc.profile.quirks;
  if (isSettings) {
    doc.Boot = overrideBlock(boot, machine.boot.pending?.override ?? machine.boot.override);
    (doc.Boot as JsonObject).BootOrder = [...machine.pendingBootReferences];
    return;
  }
  doc.PowerState = blueprint.isBootable ? machine.power : 'On';
  if (isObject(doc.Boot)) {
    Object.assign(doc.Boot, overrideBlock(boot, machine.boot.override));
    if ('BootOrder' in doc.Boot) doc.Boot.BootOrder = [...machine.bootReferences];
  }
  if ('BootProgress' in doc) doc.BootProgress = { LastState: machine.progress };
  if ('LastResetTime' in doc) showLastReset(bmc, machine, doc);
  const hpe = objectAt(objectAt(doc, 'Oem'), 'Hpe');
  if ('PostState' in hpe) hpe.PostState = postState(machine.power === 'Off', machine.isInPost);
}

/** The schema allows no null: who was never reset has no time of it, and an iDRAC one of zeros. */
function showLastReset(bmc: VirtualBmc, { lastResetAt }: Machine, doc: JsonObject): void {
  if (lastResetAt) doc.LastResetTime = stamp(lastResetAt);
  else if (bmc.profile.quirks.neverIsZero) doc.LastResetTime = '0000-00-00T00:00:00+00:00';
  else delete doc.LastResetTime;
}

const postState = (isOff: boolean, isInPost: boolean): string => {
  if (isOff) return 'PowerOff';
  return isInPost ? 'InPost' : 'FinishedPost';
};

/** Redfish time stamps carry an offset and no fraction here. */
export const stamp = (at: Date): string => `${at.toISOString().slice(0, 19)}+00:00`;

/** A system that can be told what to boot next shows what that is, also while it is nothing. */
function overrideBlock({ mode, targets }: Quirks['boot'], override: BootOverride): JsonObject {
  return {
    BootSourceOverrideEnabled: override.enabled,
    BootSourceOverrideTarget: override.target,
    ...(mode !== 'absent' ? { BootSourceOverrideMode: override.mode } : {}),
    ...(override.httpBootUri === null ? {} : { HttpBootUri: override.httpBootUri }),
    ...(override.uefiTarget === null ? {} : { UefiTargetBootSourceOverride: override.uefiTarget }),
    ...(targets.includes('UefiBootNext') ? { BootNext: override.bootNext } : {}),
  };
}

function reset({ bmc, path, body, request }: Write): Answer {
  const { quirks } = bmc.profile;
  const place = bmc.machineAt(path);
  const action = 'ComputerSystem.Reset';
  if (!place) return problem(quirks, 400, 'ActionNotSupported', [action]);
  if (quirks.reset.refusesIfMatch && request.headers['if-match'] !== undefined) {
    return problem(quirks, 412, 'PreconditionFailed');
  }
  const known = quirks.reset.takesActionName ? ['ResetType', 'Action'] : ['ResetType'];
  const unknown = Object.keys(body).find((name) => !known.includes(name));
  if (unknown) return problem(quirks, 400, 'ActionParameterUnknown', [action, unknown]);
  const { ResetType: type } = body;
  if (type === undefined) return problem(quirks, 400, 'ActionParameterMissing', [action, 'ResetType']);
  if (!isResetType(type) || !quirks.reset.types.includes(type)) {
    return problem(quirks, 400, 'ActionParameterValueNotInList', [String(type), 'ResetType', action]);
  }
  const { machine } = place;
  const turnsOn = quirks.reset.restartsWhenOff && machine.power === 'Off' && restarts.includes(type);
  return resetAnswer(bmc, type, machine.reset(turnsOn ? 'On' : type, request.id));
}

const restarts: readonly ResetType[] = ['ForceRestart', 'PowerCycle'];

const isResetType = (value: unknown): value is ResetType => resetTypes.includes(value as ResetType);

function resetAnswer(bmc: VirtualBmc, type: ResetType, outcome: ResetOutcome): Answer {
  const { quirks } = bmc.profile;
  if (outcome === 'done' || outcome === 'ignored') return actionDone(quirks);
  if (outcome === 'locked') return problem(quirks, 409, 'ActionParameterValueConflict', ['ResetType', type]);
  if (outcome === 'busy') return problem(quirks, 409, 'ResourceInUse');
  const { whenPointless } = quirks.reset;
  if (whenPointless === 'noContent') {
    return outcome === 'pointless'
      ? { status: 204 }
      : problem(quirks, 409, 'ActionParameterValueConflict', ['ResetType', type]);
  }
  const { status, messageId, message } = whenPointless;
  return refusal(quirks, status, [{ key: messageId, ...(message ? { text: message } : {}) }]);
}
