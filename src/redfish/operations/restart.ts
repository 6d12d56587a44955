/** Restart by intent: the gentlest ResetType that does it, or the chassis where a system cannot lose its power alone. */
import { PermanentError } from '../../errors/classes.js';
import type { ResetType } from '../../ports/bmc.js';
import type { Resources } from '../resources.js';
import { ComputerSystem } from '../schema/computer-system.js';
import { ChassisReset } from '../schema/erasure.js';
import type { Path } from '../transport/link.js';
import type { PowerMemory } from './power-memory.js';
import { reset } from './reset.js';
import { resetTypesOf } from './reset-types.js';

/** Links and types of the action are as good as for ever. */
const actionMs = 3_600_000;

const ways = {
  graceful: ['GracefulRestart'],
  force: ['ForceRestart', 'PowerCycle'],
  cold: ['FullPowerCycle', 'PowerCycle'],
} as const satisfies Record<string, readonly ResetType[]>;

export async function restart(resources: Resources, path: Path, memory: PowerMemory, how: keyof typeof ways) {
  const system = ComputerSystem.parse((await resources.get(path, actionMs)).json);
  const action = system.Actions?.['#ComputerSystem.Reset'];
  const allowed = action?.target === undefined ? [] : await resetTypesOf(resources, action);
  const type = allowed === undefined ? ways[how][0] : ways[how].find((way) => allowed.includes(way));
  if (type !== undefined) return reset(resources, path, memory, type);
  if (how === 'cold' && (await cycleChassis(resources, system))) return memory.dismiss();
  throw new PermanentError('RESET_TYPE_UNSUPPORTED', `restarting the system (${how})`, {
    why: `it allows ${allowed?.join(', ') || 'no reset at all'}; needed is one of ${ways[how].join(', ')}`,
    context: { bmc: resources.service.options.access.id, allowed: allowed ?? [] },
  });
}

/** Whether one of its chassis took a power cycle. */
async function cycleChassis(resources: Resources, system: ComputerSystem): Promise<boolean> {
  for (const json of await resources.resolved(system.Links?.Chassis ?? [], { tolerant: true })) {
    const action = ChassisReset.parse(json).Actions?.['#Chassis.Reset'];
    const allowed = await resetTypesOf(resources, action);
    if (action?.target === undefined || allowed?.includes('PowerCycle') === false) continue;
    const path = resources.service.path(action.target);
    await resources.service.send({ method: 'POST', path, kind: 'action', body: { ResetType: 'PowerCycle' } });
    return true;
  }
  return false;
}
