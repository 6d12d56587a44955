/** Body of `redfish ls`. */
import type { redfishLsCommand } from '../redfish.js';
import type { Run } from './kit/run.js';
import { reachBmc, redfishPath } from './redfish-reach.js';
import { linksOf } from './redfish-walk.js';

export default async function (run: Run<typeof redfishLsCommand>): Promise<void> {
  const path = redfishPath(run.args.path);
  const { bmc } = await reachBmc(run, run.flags);
  const { json, problem } = await bmc.raw({ method: 'GET', path });
  if (problem !== undefined) throw problem;
  const links = linksOf(json);
  if (links.length === 0) run.talk.note(`${path} leads nowhere.`);
  await run.out.document(
    { kind: 'RedfishLinks', path, links },
    () => ({ columns: [{ header: 'MEMBER' }, { header: 'PATH' }], rows: links.map(({ member, to }) => [member, to]) }),
    links.map(({ to }) => to),
  );
}
