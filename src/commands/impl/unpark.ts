/** Body of `unpark`. */
import { annotations, operations } from '../../api/metal/v1alpha1/constants.js';
import type { Server } from '../../api/metal/v1alpha1/server.js';
import type { unparkCommand } from '../park.js';
import { requestOperation } from './kit/operation.js';
import type { Run } from './kit/run.js';
import { settle } from './kit/settled.js';
import { serverTargets } from './kit/targets.js';

/** Neither marked nor Parked any more: Available, or with its claim. */
const isBack = ({ metadata, status }: Server): boolean =>
  metadata.annotations?.[annotations.parked] === undefined && status?.state !== 'Parked';

export default async function (run: Run<typeof unparkCommand>): Promise<void> {
  const { cluster } = run.ports;
  const servers = await serverTargets(run, cluster, { names: run.args.servers, ...run.flags });
  await requestOperation(run, cluster, servers, operations.unpark, ({ metadata }: Server) =>
    metadata.annotations?.[annotations.parked] === undefined ? 'unchanged' : 'will be reconciled again',
  );
  await settle(run, run.flags, servers, { word: 'back', isSettled: isBack });
}
