/** Body of `claim`: a view where there is a terminal and a choice is open, else the plain way. Light, as a view is to stand at once. */
import type { ExitName } from '../../errors/exit.js';
import type { ClaimRun } from './claim-request.js';
import { hasSelection } from './claim-selection.js';

export default async function (run: ClaimRun): Promise<ExitName | undefined> {
  const wantsView = run.globals.interactive === true || (run.isInteractive && !hasSelection(run));
  if (wantsView) return (await import('./claim-view.js')).claimInView(run);
  return (await import('./claim-plain.js')).claimPlainly(run);
}
