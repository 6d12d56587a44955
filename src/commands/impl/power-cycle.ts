/** Body of `power cycle`. */
import { operations } from '../../api/metal/v1alpha1/constants.js';
import type { powerCycleCommand } from '../power.js';
import type { Run } from './kit/run.js';
import { settle } from './kit/settled.js';
import { isOverWith, momentary } from './power-momentary.js';

export default async (run: Run<typeof powerCycleCommand>): Promise<void> => {
  const { direct, stagger } = run.flags;
  const type = run.flags.type ?? (direct ? 'PowerCycle' : undefined);
  const how = type === undefined ? { operation: operations.powerCycleServer } : { type };
  const servers = await momentary(run, { names: run.args.servers, ...run.flags }, stagger, {
    doing: 'cycling',
    done: 'cycled',
    ...how,
  });
  await settle(run, run.flags, servers, { word: 'On again', isSettled: isOverWith });
};
