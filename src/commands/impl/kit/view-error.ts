/** What a view shows of an error that a person can set right while it waits: the block the command would end with. */

import { isMetalError } from '../../../errors/classes.js';
import { styleOf } from '../../../lib/output/style.js';
import type { Explain } from '../../../ui/shared/run.js';
import { errorText, viewOf } from './errors.js';
import type { AnyRun } from './run.js';

/** Nothing for what is wrong with the command itself: another try would not mend it. */
export const explained =
  ({ program }: Pick<AnyRun, 'program'>): Explain =>
  (error) => {
    if (!isMetalError(error) || error.class === 'user') return undefined;
    return errorText(viewOf(error), styleOf(false, false), program).trimEnd().split('\n');
  };
