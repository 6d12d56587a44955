/** Body of `power nmi`. */
import type { powerNmiCommand } from '../power.js';
import type { Run } from './kit/run.js';
import { momentary } from './power-momentary.js';

export default async (run: Run<typeof powerNmiCommand>): Promise<void> => {
  await momentary(run, { names: run.args.servers, ...run.flags }, run.flags.stagger, {
    doing: 'sending a diagnostic interrupt to',
    done: 'interrupted',
    type: 'Nmi',
  });
};
