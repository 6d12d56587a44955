/** Manager: time, uptime and its own reset. Chassis: power and LED follow the system. */
import { type Answer, actionDone, problem } from '../http/answer.js';
import { isObject, type Json } from '../json.js';
import { root } from '../tree/builder.js';
import type { Behaviour, Write } from './behaviour.js';
import { stamp } from './computer-system.js';
import { resetManagerToDefaults } from './erasure.js';
import { isBoolean, isString, oneOf, patchAnswer, sortPatch, wrongType } from './patching.js';
import { attributeResource, patchAttributes } from './settings.js';

/** A BMC in reset answers nobody for so long. */
const darkMs = 45_000;

export const manager: Behaviour = {
  compute(bmc, path, doc) {
    if (path.endsWith('/Settings')) {
      attributeResource.compute?.(bmc, path, doc);
      return;
    }
    doc.DateTime = stamp(new Date(bmc.world.clock.now().getTime() + bmc.faults.clockSkew(bmc) * 1000));
    if ('LastResetTime' in doc) doc.LastResetTime = stamp(bmc.startedAt);
  },
  patch: patchManager,
  privilege: 'ConfigureManager',
  actions: { 'Manager.Reset': reset, 'Manager.ResetToDefaults': resetManagerToDefaults },
};

const rules = { DateTime: isString, DateTimeLocalOffset: isString, LocationIndicatorActive: isBoolean };

function patchManager(write: Write): Answer {
  const { bmc, path, doc, body } = write;
  if (body.Attributes !== undefined) return patchAttributes(write);
  const sorted = sortPatch(doc, body, rules);
  bmc.patch(path, sorted.accepted);
  return patchAnswer(bmc, path, sorted);
}

function reset({ bmc, body, request }: Write): Answer {
  const { quirks } = bmc.profile;
  const types = quirks.managerResetTypes;
  const { ResetType: type } = body;
  // Services that publish no values take an empty body; some take any.
  if (types.length > 0 && type === undefined) {
    return problem(quirks, 400, 'ActionParameterMissing', ['Manager.Reset', 'ResetType']);
  }
  if (types.length > 0 && !types.includes(String(type))) {
    return problem(quirks, 400, 'ActionParameterValueNotInList', [String(type), 'ResetType', 'Manager.Reset']);
  }
  // The answer still leaves before the BMC goes down.
  bmc.world.after(500, () => bmc.restart(request.id, darkMs));
  return actionDone(quirks);
}

export const chassis: Behaviour = {
  compute(bmc, path, doc) {
    const system = bmc.profile.systems.find(({ chassisId }) => path === `${root}/Chassis/${chassisId}`);
    const machine = system && bmc.machine(system.id);
    if (machine && 'PowerState' in doc) doc.PowerState = machine.power;
  },
  actions: { 'Chassis.Reset': cycle },
  writable: {
    AssetTag: isString,
    IndicatorLED: oneOf(['Lit', 'Blinking', 'Off']),
    LocationIndicatorActive: isBoolean,
  },
};

/** Takes the power of everything in the chassis away, and gives it back. */
function cycle({ bmc, path, body, request }: Write): Answer {
  const { quirks, systems } = bmc.profile;
  const { ResetType: type } = body;
  if (type !== 'PowerCycle') {
    return problem(quirks, 400, 'ActionParameterValueNotInList', [String(type), 'ResetType', 'Chassis.Reset']);
  }
  for (const { id, chassisId } of systems) {
    if (path === `${root}/Chassis/${chassisId}`) bmc.machine(id)?.reset('PowerCycle', request.id);
  }
  return actionDone(quirks);
}

/** Network services of the BMC; what iLO and XCC offer as settings. */
export const networkProtocol: Behaviour = {
  privilege: 'ConfigureManager',
  writable: { HostName: isString, NTP: isService, SSH: isService, IPMI: isService, HTTP: isService, HTTPS: isService },
};

function isService(value: Json, property: string) {
  return isObject(value) ? undefined : wrongType(value, property);
}
