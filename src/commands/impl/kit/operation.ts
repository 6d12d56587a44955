/** Asks the operator for something by the operation annotation of Servers. */
import { annotations } from '../../../api/metal/v1alpha1/constants.js';
import type { Server } from '../../../api/metal/v1alpha1/server.js';
import type { Cluster } from '../../../ports/cluster.js';
import { changeEach } from './each.js';
import { serverKind } from './kinds.js';
import type { AnyRun } from './run.js';

/** Writes the request to each server and says what follows; `unchanged` means there is nothing to ask. */
export async function requestOperation(
  run: AnyRun,
  cluster: Cluster,
  servers: readonly Server[],
  operation: string,
  outcomeOf: (server: Server) => string,
): Promise<void> {
  const dryRun = run.globals.dryRun !== 'none';
  const patch = { metadata: { annotations: { [annotations.operation]: operation } } };
  await changeEach(
    run,
    servers,
    ({ metadata }) => `server/${metadata.name}`,
    async (server) => {
      const { name } = server.metadata;
      const line = `server/${name} ${outcomeOf(server)}${dryRun ? ' (dry run)' : ''}`;
      if (outcomeOf(server) === 'unchanged') return { object: server, line };
      const object = await cluster.patch(serverKind, { name }, patch, 'merge', { signal: run.signal, dryRun });
      return { object, line };
    },
  );
}
