/** The BMC's own restart. */
import { PermanentError } from '../../errors/classes.js';
import type { ManagerControl, ManagerResetType } from '../../ports/bmc.js';
import { Manager } from '../schema/manager.js';
import type { Reach } from './reach.js';
import { type ResetAction, resetTypesOf } from './reset-types.js';

/** The action does not move while the firmware stays. */
const actionMs = 3_600_000;

/** Restart of the manager of a BMC. */
export function managerControlOf(reach: Reach): ManagerControl {
  return { resetManager: (type) => resetManager(reach, type) };
}

async function resetManager({ resources, managerResource }: Reach, type: ManagerResetType): Promise<void> {
  const { path, json } = await managerResource(actionMs);
  const action = Manager.parse(json).Actions?.['#Manager.Reset'];
  const body = bodyOf(type, await resetTypesOf(resources, action), action);
  if (action?.target === undefined || body === 'unsupported')
    throw unsupported(resources.service.options.access.id, type);
  const target = resources.service.path(action.target);
  try {
    await resources.service.send({ method: 'POST', path: target, kind: 'action', body });
  } finally {
    resources.forget(path);
  }
}

/** Services that publish no types take an empty body, and some nothing else (older Supermicro, iLO). */
function bodyOf(type: ManagerResetType, allowed: readonly string[] | undefined, action: ResetAction | undefined) {
  if (allowed === undefined) return action?.['@Redfish.ActionInfo'] === undefined ? {} : { ResetType: type };
  if (allowed.includes(type)) return { ResetType: type };
  return type === 'GracefulRestart' && allowed.includes('ForceRestart') ? { ResetType: 'ForceRestart' } : 'unsupported';
}

const unsupported = (bmc: string, type: ManagerResetType): PermanentError =>
  new PermanentError('RESET_TYPE_UNSUPPORTED', `restarting the BMC by ${type}`, { context: { bmc } });
