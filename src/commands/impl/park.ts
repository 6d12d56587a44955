/** Body of `park`. */
import { annotations, operations } from '../../api/metal/v1alpha1/constants.js';
import type { Server } from '../../api/metal/v1alpha1/server.js';
import { TransientError } from '../../errors/classes.js';
import type { parkCommand } from '../park.js';
import { requestOperation } from './kit/operation.js';
import type { Run } from './kit/run.js';
import { settle } from './kit/settled.js';
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
  await settle(run, run.flags, servers, { word: 'Parked', isSettled: isParked, whyNot: deferred });
}

const isParked = ({ status }: Server): boolean => status?.state === 'Parked';

/** Where the operator has put the request off, that is the answer. */
function deferred({ metadata: { name }, status }: Server): TransientError | undefined {
  const reason = status?.conditions?.find(({ type }) => type === 'Parking')?.reason;
  if (reason !== 'ParkDeferred') return undefined;
  return new TransientError('PARK_DEFERRED', `server/${name} did not park`, {
    why: `park is deferred while the server is in ${status?.state}; only Available and Reserved servers park`,
    hint: `metalctl why server/${name}`,
    context: { target: `server/${name}` },
  });
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
