/** `discover -i`: the sweep as a view. */
import { UserError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import type { DiscoverRun } from './discover.js';

export async function discoverInView(_run: DiscoverRun): Promise<ExitName | undefined> {
  throw new UserError('NEEDS_INPUT', 'the discover view needs a terminal', { hint: 'leave out -i' });
}
