/** What a command lends its view: words for errors a person can set right while it waits, and a log of keys and frames. */
import { isMetalError } from '../../../errors/classes.js';
import { styleOf } from '../../../lib/output/style.js';
import type { Host } from '../../../ui/shared/run.js';
import { errorText, viewOf } from './errors.js';
import type { AnyRun } from './run.js';
import { viewTrace } from './view-log.js';

export function hostOf(run: Pick<AnyRun, 'program' | 'globals'>): Host {
  const trace = viewTrace(run);
  return { explain: (error) => linesOf(error, run.program), ...(trace === undefined ? {} : { trace }) };
}

/** The block the command would end with. Nothing for what is wrong with the command itself: another try would not mend it. */
function linesOf(error: Error, program: string): readonly string[] | undefined {
  if (!isMetalError(error) || error.class === 'user') return undefined;
  return errorText(viewOf(error), styleOf(false, false), program).trimEnd().split('\n');
}
