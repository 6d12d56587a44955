/** Body of `discover`: a view with `-i`, else the plain way. Light, as a view is to stand at once. */
import type { ExitName } from '../../errors/exit.js';
import type { DiscoverRun } from './discover-report.js';

export default async function (run: DiscoverRun): Promise<ExitName | undefined> {
  if (run.globals.interactive === true) return (await import('./discover-view.js')).discoverInView(run);
  return (await import('./discover-report.js')).discoverAndPrint(run);
}
