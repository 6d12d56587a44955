/**
 * Power of one system by intent: which ResetType gets there depends on what the BMC allows. Repeating is harmless,
 * because what was asked for is remembered for as long as BMCs take to show it.
 */
import { isMetalError, PermanentError } from '../../errors/classes.js';
import type { PowerState } from '../../ports/bmc.js';
import type { Resources } from '../resources.js';
import { ComputerSystem } from '../schema/computer-system.js';
import type { Path } from '../transport/link.js';
import type { PowerMemory } from './power-memory.js';
import { resetTypesOf } from './reset-types.js';

export type Target = 'On' | 'Off';
export type Manner = 'graceful' | 'force';

/** A state this young decides without another read. */
const freshMs = 5000;
/** ResetTypes that reach an intent, best first. PushPowerButton toggles, so it needs a state that is known to be other. */
const ways: Readonly<Record<`${Target} ${Manner}`, readonly string[]>> = {
  'On graceful': ['On', 'ForceOn', 'PushPowerButton'],
  'On force': ['ForceOn', 'On', 'PushPowerButton'],
  'Off graceful': ['GracefulShutdown', 'PushPowerButton'],
  'Off force': ['ForceOff'],
};

/** Failures after which the state decides: the BMC may have done it nevertheless, or may already be there. */
const askTheState = ['OUTCOME_UNKNOWN', 'BMC_ERROR', 'BMC_CONFLICT', 'BMC_REFUSED', 'BMC_BUSY', 'BMC_TIMEOUT'];

export async function setPower(
  resources: Resources,
  path: Path,
  memory: PowerMemory,
  to: Target,
  how: Manner,
): Promise<void> {
  const system = ComputerSystem.parse((await resources.get(path, memory.isUnsure() ? 0 : freshMs)).json);
  if (memory.isUnderWay(system.PowerState, to, how)) return;
  memory.refuseWhileUnsure(to, how);
  const body = { ResetType: await choose(resources, system, to, how) };
  const target = resources.service.path(system.Actions?.['#ComputerSystem.Reset']?.target);
  try {
    resources.forget(path);
    await resources.service.send({ method: 'POST', path: target, kind: 'action', body });
    memory.asked(to, how);
  } catch (error) {
    await settle(resources, path, memory, { to, how, error });
  } finally {
    resources.forget(path);
  }
}

/** After a failure the state is read again: if it is or goes where it should, nothing failed. */
async function settle(
  resources: Resources,
  path: Path,
  memory: PowerMemory,
  { to, how, error }: { to: Target; how: Manner; error: unknown },
): Promise<void> {
  if (!isMetalError(error) || !askTheState.includes(error.code)) throw error;
  if (error.code === 'OUTCOME_UNKNOWN' || error.code === 'BMC_ERROR') memory.unsure(to, how);
  const state = await resources.get(path).then(
    ({ json }) => ComputerSystem.parse(json).PowerState,
    () => undefined,
  );
  if (!isThereOrMoving(state, to)) throw error;
  memory.asked(to, how);
}

export const isThereOrMoving = (state: PowerState | undefined, to: Target): boolean =>
  state === to || state === (to === 'On' ? 'PoweringOn' : 'PoweringOff');

async function choose(resources: Resources, system: ComputerSystem, to: Target, how: Manner): Promise<string> {
  const allowed = await resetTypesOf(resources, system.Actions?.['#ComputerSystem.Reset']);
  const isOther = system.PowerState === (to === 'On' ? 'Off' : 'On');
  const usable = ways[`${to} ${how}`].filter((type) => type !== 'PushPowerButton' || isOther);
  const chosen =
    allowed === undefined
      ? usable[to === 'On' && how === 'force' ? 1 : 0]
      : usable.find((way) => allowed.includes(way));
  if (chosen !== undefined && system.Actions?.['#ComputerSystem.Reset']?.target !== undefined) return chosen;
  throw unsupported(resources, to, how, allowed);
}

function unsupported(resources: Resources, to: Target, how: Manner, allowed: readonly string[] | undefined) {
  const needed = ways[`${to} ${how}`].join(', ');
  return new PermanentError('RESET_TYPE_UNSUPPORTED', `turning the system ${to.toLowerCase()}`, {
    why: `it allows ${allowed?.join(', ') || 'no reset at all'}; needed is one of ${needed}`,
    context: { bmc: resources.service.options.access.id, allowed: allowed ?? [] },
  });
}
