/** Body of `uncordon`. */
import type { Server } from '../../api/metal/v1alpha1/server.js';
import { cordonMarks, withoutCordon } from '../../reconcile/server/cordon.js';
import type { uncordonCommand } from '../cordon.js';
import { changeEach } from './kit/each.js';
import { serverKind } from './kit/kinds.js';
import type { Change } from './kit/out.js';
import type { Run } from './kit/run.js';
import { serverTargets } from './kit/targets.js';

export default async function (run: Run<typeof uncordonCommand>): Promise<void> {
  const { cluster } = run.ports;
  const servers = await serverTargets(run, cluster, { names: run.args.servers, ...run.flags });
  const uncordon = async (server: Server): Promise<Change> => {
    const { name, annotations = {} } = server.metadata;
    const left = cordonMarks.filter((mark) => mark in annotations);
    if (server.spec?.unclaimable !== true && left.length === 0)
      return { object: server, line: `server/${name} unchanged` };
    const isDry = run.globals.dryRun !== 'none';
    const object = await cluster.patch(serverKind, { name }, withoutCordon(server), 'merge', {
      signal: run.signal,
      dryRun: isDry,
    });
    return { object, line: `server/${name} uncordoned${isDry ? ' (dry run)' : ''}` };
  };
  await changeEach(run, servers, ({ metadata }) => `server/${metadata.name}`, uncordon);
}
