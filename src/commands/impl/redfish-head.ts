/** Body of `redfish head`. */
import type { redfishHeadCommand } from '../redfish.js';
import type { Run } from './kit/run.js';
import { reachBmc, redfishPath } from './redfish-reach.js';

export default async function (run: Run<typeof redfishHeadCommand>): Promise<void> {
  const path = redfishPath(run.args.path);
  const { bmc } = await reachBmc(run, run.flags);
  const { status, headers, problem } = await bmc.raw({ method: 'HEAD', path });
  if (problem !== undefined) throw problem;
  await run.out.document({ kind: 'RedfishHeaders', path, status, headers }, () => ({
    columns: [{ header: 'HEADER' }, { header: 'VALUE' }],
    rows: [['status', String(status)], ...Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1))],
  }));
}
