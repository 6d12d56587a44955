/** Body of `power on`. */
import type { powerOnCommand } from '../power.js';
import type { Run } from './kit/run.js';
import { settle } from './kit/settled.js';
import { serverTargets } from './kit/targets.js';
import { changePower, planOf } from './power-change.js';
import { keepReason } from './power-reason.js';

export default async function (run: Run<typeof powerOnCommand>): Promise<void> {
  const { cluster } = run.ports;
  const servers = await serverTargets(run, cluster, { names: run.args.servers, ...run.flags });
  const { direct, force, type, stagger, reason } = run.flags;
  const forced = force ? 'ForceOn' : undefined;
  const wish = { to: 'On', how: 'graceful', direct, type: type ?? forced, stagger } as const;
  await run.confirm({ level: 1, what: 'powering on', plan: planOf(servers, wish), targets: servers });
  await keepReason(run, 'power on', reason, servers);
  await changePower(run, cluster, servers, wish);
  await settle(run, run.flags, servers, { word: 'On', isSettled: ({ status }) => status?.powerState === 'On' });
}
