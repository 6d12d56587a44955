/** Back to the factory: what an action erases is written down as ground truth, and takes time as a task. */
import { Work } from '../firmware/work.js';
import { type Answer, actionDone, problem } from '../http/answer.js';
import { type Json, objectAt } from '../json.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import type { Write } from './behaviour.js';

const eraseMs = 300_000;
const resetMs = 60_000;
/** A BMC that begins anew answers nobody for so long. */
const darkMs = 90_000;

/** ComputerSystem.Decommission. */
export function decommission(write: Write): Answer {
  const { DecommissionTypes: types } = write.body;
  if (!Array.isArray(types) || types.length === 0) {
    return missing(write, 'ComputerSystem.Decommission', 'DecommissionTypes');
  }
  return erase(write, types.map(String));
}

/** iLO: user data, the settings of ROM and iLO, or both. */
export function secureSystemErase(write: Write): Answer {
  const { SystemROMAndiLOErase: settings, UserDataErase: data } = write.body;
  if (settings !== true && data !== true) {
    return missing(write, 'HpeComputerSystemExt.SecureSystemErase', 'UserDataErase');
  }
  return erase(write, [...(data ? ['UserData'] : []), ...(settings ? ['ManagerConfig', 'BIOSConfig'] : [])]);
}

/** iDRAC: by component. */
export function systemErase(write: Write): Answer {
  const { Component: components } = write.body;
  if (!Array.isArray(components) || components.length === 0) {
    return missing(write, 'DellLCService.SystemErase', 'Component');
  }
  const action = objectAt(objectAt(write.doc, 'Actions'), '#DellLCService.SystemErase');
  const known = action['Component@Redfish.AllowableValues'];
  const unknown = components.find((name: Json) => !Array.isArray(known) || !known.includes(name));
  if (unknown !== undefined) {
    const args = [String(unknown), 'Component', 'DellLCService.SystemErase'];
    return problem(write.bmc.profile.quirks, 400, 'ActionParameterValueNotInList', args);
  }
  return erase(write, components.map(String));
}

function erase({ bmc, path }: Write, parts: readonly string[]): Answer {
  bmc.recordErase(path, `${parts.join(',')} (begun)`);
  const { quirks } = bmc.profile;
  const work = new Work(bmc, {
    name: 'System Erase',
    durationMs: eraseMs,
    ...(quirks.update?.jobIds ? { idPrefix: 'JID_' } : {}),
    onDone: () => {
      if (bmc.faults.state(bmc, 'erase')) return 'A drive stopped answering.';
      bmc.recordErase(path, parts.join(','));
      return undefined;
    },
  });
  // A job of an iDRAC is named by Location alone.
  if (quirks.erasure === 'dell') return { status: 202, headers: { Location: work.path } };
  return { status: 202, headers: { Location: work.monitor }, body: bmc.show(work.path) ?? {} };
}

/** Manager.ResetToDefaults: settings of the BMC, and with `ResetAll` its accounts but the first. */
export function resetManagerToDefaults({ bmc, path, body }: Write): Answer {
  const { quirks } = bmc.profile;
  const { ResetType: type } = body;
  if (type !== 'ResetAll' && type !== 'PreserveNetworkAndUsers') {
    const args = [String(type), 'ResetType', 'Manager.ResetToDefaults'];
    return problem(quirks, 400, 'ActionParameterValueNotInList', args);
  }
  bmc.recordErase(path, String(type));
  if (type === 'ResetAll') bmc.sessions.accounts = bmc.sessions.accounts.slice(0, 1);
  bmc.world.after(500, () => bmc.restart('factory reset', darkMs));
  return actionDone(quirks);
}

/** Storage.ResetToDefaults: the volumes of the controller go. */
export function resetStorage({ bmc, path }: Write): Answer {
  const volumes = [...bmc.profile.template.ofType('Volume'), ...bmc.own.ofType('Volume')];
  return later(bmc, 'Resetting storage', () => {
    for (const volume of volumes) if (volume.startsWith(`${path}/`)) bmc.own.remove(volume);
    bmc.recordErase(path, 'ResetAll');
  });
}

/** Volume.Initialize. */
export function initializeVolume({ bmc, path, body }: Write): Answer {
  const { InitializeType: type = 'Fast' } = body;
  return later(bmc, 'Initializing a volume', () => bmc.recordErase(path, String(type)));
}

function later(bmc: VirtualBmc, name: string, onDone: () => void): Answer {
  const work = new Work(bmc, {
    name,
    durationMs: resetMs,
    onDone: () => {
      onDone();
      return undefined;
    },
  });
  return { status: 202, headers: { Location: work.monitor }, body: bmc.show(work.path) ?? {} };
}

const missing = ({ bmc }: Write, action: string, parameter: string): Answer =>
  problem(bmc.profile.quirks, 400, 'ActionParameterMissing', [action, parameter]);
