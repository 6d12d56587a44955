/** Body of `power reset`. */
import { operations } from '../../api/metal/v1alpha1/constants.js';
import type { powerResetCommand } from '../power.js';
import type { Run } from './kit/run.js';
import { settle } from './kit/settled.js';
import { isOverWith, momentary } from './power-momentary.js';

export default async (run: Run<typeof powerResetCommand>): Promise<void> => {
  const { direct, stagger, force } = run.flags;
  const told = force ? 'ForceRestart' : 'GracefulRestart';
  const type = run.flags.type ?? (direct ? told : undefined);
  const operation = force ? operations.hardRestartServer : operations.gracefulRestartServer;
  const how = type === undefined ? { operation } : { type };
  const servers = await momentary(run, { names: run.args.servers, ...run.flags }, stagger, {
    doing: 'restarting',
    done: 'restarted',
    ...how,
  });
  await settle(run, run.flags, servers, { word: 'On again', isSettled: isOverWith });
};
