/** One reset of exactly the type asked for. Unlike `setPower` it has no aim of its own, so it is never sent twice. */
import { isMetalError, PermanentError } from '../../errors/classes.js';
import type { ResetType } from '../../ports/bmc.js';
import type { Resources } from '../resources.js';
import { ComputerSystem } from '../schema/computer-system.js';
import type { Path } from '../transport/link.js';
import { isThereOrMoving, type Target } from './power.js';
import type { PowerMemory } from './power-memory.js';
import { resetTypesOf } from './reset-types.js';

/** Links and types of the action are as good as for ever; what the power state is does not matter here. */
const actionMs = 3_600_000;

/** Types that lead to one state whatever was before. */
const aims: Readonly<Partial<Record<ResetType, Target>>> = {
  On: 'On',
  ForceOn: 'On',
  ForceOff: 'Off',
  GracefulShutdown: 'Off',
};

/** How BMCs say that there is nothing to do, besides saying yes. */
const maybePointless = ['BMC_CONFLICT', 'BMC_REFUSED', 'BMC_BUSY'];

export async function reset(resources: Resources, path: Path, memory: PowerMemory, type: ResetType): Promise<void> {
  const system = ComputerSystem.parse((await resources.get(path, actionMs)).json);
  const action = system.Actions?.['#ComputerSystem.Reset'];
  const allowed = await resetTypesOf(resources, action);
  if (action?.target === undefined || allowed?.includes(type) === false) throw unsupported(resources, type, allowed);
  const target = resources.service.path(action.target);
  const aim = aims[type];
  memory.dismiss();
  resources.forget(path);
  try {
    await resources.service.send({ method: 'POST', path: target, kind: 'action', body: { ResetType: type } });
    if (aim !== undefined) memory.asked(aim, type === 'GracefulShutdown' ? 'graceful' : 'force');
  } catch (error) {
    if (aim === undefined || !(await isPointless(resources, path, aim, error))) throw error;
  } finally {
    resources.forget(path);
  }
}

async function isPointless(resources: Resources, path: Path, aim: Target, error: unknown): Promise<boolean> {
  if (!isMetalError(error) || !maybePointless.includes(error.code)) return false;
  const state = await resources.get(path).then(
    ({ json }) => ComputerSystem.parse(json).PowerState,
    () => undefined,
  );
  return isThereOrMoving(state, aim);
}

function unsupported(resources: Resources, type: ResetType, allowed: readonly string[] | undefined): PermanentError {
  return new PermanentError('RESET_TYPE_UNSUPPORTED', `resetting the system by ${type}`, {
    why: `it allows ${allowed?.join(', ') || 'no reset at all'}`,
    context: { bmc: resources.service.options.access.id, allowed: allowed ?? [] },
  });
}
