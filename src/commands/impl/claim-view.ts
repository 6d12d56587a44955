/** `claim -i`: choosing a server in a view. */
import { UserError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import type { ClaimRun } from './claim.js';

export async function claimInView(_run: ClaimRun): Promise<ExitName | undefined> {
  throw new UserError('NEEDS_INPUT', 'the claim view needs a terminal', { hint: '--server NAME or -l SELECTOR' });
}
