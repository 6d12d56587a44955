/** Body of `doctor`. */
import type { ExitName } from '../../errors/exit.js';
import type { Area } from '../../workflows/doctor/check.js';
import type { doctorCommand } from '../doctor.js';
import { runDoctor } from './doctor-run.js';
import type { Run } from './kit/run.js';

export default (run: Run<typeof doctorCommand>): Promise<ExitName | undefined> => {
  const { cluster, network, tools, bmc: bmcs, ...rest } = run.flags;
  const asked: Area[] = [
    ...(cluster ? (['cluster'] as const) : []),
    ...(network ? (['network'] as const) : []),
    ...(bmcs.length > 0 || rest.allBmcs ? (['bmc'] as const) : []),
    ...(tools ? (['tools'] as const) : []),
  ];
  return runDoctor(run, { ...rest, bmcs, areas: asked.length === 0 ? ['cluster', 'tools'] : asked });
};
