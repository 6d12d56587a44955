/** Body of `config path`. */

import type { configPathCommand } from '../config.js';
import { usualConfig } from '../config-path.js';
import type { AnyRun, Run } from './kit/run.js';

/** The file in use, or the one that would be. */
export const configPath = ({ globals }: Pick<AnyRun, 'globals'>): string => globals.config ?? usualConfig(process.env);

export default async function (run: Run<typeof configPathCommand>): Promise<void> {
  await run.out.text(`${configPath(run)}\n`);
}
