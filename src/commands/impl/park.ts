/** Body of `park`. */
import { annotations, operations } from '../../api/metal/v1alpha1/constants.js';
import type { Server } from '../../api/metal/v1alpha1/server.js';
import type { parkCommand } from '../park.js';
import { requestOperation } from './kit/operation.js';
import type { Run } from './kit/run.js';
import { serverTargets } from './kit/targets.js';

export default async function (run: Run<typeof parkCommand>): Promise<void> {
  const { cluster } = run.ports;
  const servers = await serverTargets(run, cluster, { names: run.args.servers, ...run.flags });
  const asked = servers.filter((server) => !isParking(server));
  const [first] = asked;
  if (first !== undefined && run.globals.dryRun === 'none') {
    const what = asked.length === 1 ? `parking server/${first.metadata.name}` : `parking ${asked.length} servers`;
    await run.confirm({ level: 2, what, plan: [planOf(asked)], targets: asked });
  }
  await requestOperation(run, cluster, servers, operations.park, (server) =>
    isParking(server) ? 'unchanged' : 'will park: the operator powers it off first',
  );
}

const isParking = ({ metadata }: Server): boolean =>
  metadata.annotations?.[annotations.parked] !== undefined ||
  metadata.annotations?.[annotations.operation] === operations.park;

function planOf(servers: readonly Server[]): string {
  const held = servers.filter(({ spec }) => spec?.serverClaimRef !== undefined);
  const owners = held.map(({ spec }) => `${spec?.serverClaimRef?.namespace}/${spec?.serverClaimRef?.name}`);
  const claims =
    held.length === 0 ? 'none holds a claim' : `claims that lose their machine's power: ${owners.join(', ')}`;
  return `PLAN  power off ${servers.length} ${servers.length === 1 ? 'server' : 'servers'}, then stand down · ${claims}`;
}
