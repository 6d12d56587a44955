/** Body of `power push`. */
import type { powerPushCommand } from '../power.js';
import type { Run } from './kit/run.js';
import { momentary } from './power-momentary.js';

export default async (run: Run<typeof powerPushCommand>): Promise<void> => {
  await momentary(run, { names: run.args.servers, ...run.flags }, run.flags.stagger, {
    doing: 'pushing the power button of',
    done: 'pushed',
    type: 'PushPowerButton',
  });
};
