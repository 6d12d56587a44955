/** Body of `preflight`: the doctor with two of its areas. */
import type { ExitName } from '../../errors/exit.js';
import type { preflightCommand } from '../doctor.js';
import { runDoctor } from './doctor-run.js';
import type { Run } from './kit/run.js';

export default (run: Run<typeof preflightCommand>): Promise<ExitName | undefined> =>
  runDoctor(run, { ...run.flags, areas: ['cluster', 'network'], bmcs: [], allBmcs: false, fix: [] });
