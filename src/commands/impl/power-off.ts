/** Body of `power off`. */
import type { powerOffCommand } from '../power.js';
import type { Run } from './kit/run.js';
import { settle } from './kit/settled.js';
import { serverTargets } from './kit/targets.js';
import { changePower, planOf } from './power-change.js';
import { keepReason } from './power-reason.js';

export default async function (run: Run<typeof powerOffCommand>): Promise<void> {
  const { cluster } = run.ports;
  const servers = await serverTargets(run, cluster, { names: run.args.servers, ...run.flags });
  const { direct, force, type, stagger, reason } = run.flags;
  const wish = { to: 'Off', how: force ? 'force' : 'graceful', direct, type, stagger } as const;
  const isHarmless = servers.every(
    ({ spec, status }) => spec?.serverClaimRef === undefined && status?.state === 'Available',
  );
  const what =
    servers.length === 1
      ? `powering off server/${servers[0]?.metadata.name}`
      : `powering off ${servers.length} servers`;
  await run.confirm({ level: isHarmless ? 1 : 2, what, plan: planOf(servers, wish), targets: servers });
  await keepReason(run, 'power off', reason, servers);
  await changePower(run, cluster, servers, wish);
  await settle(run, run.flags, servers, { word: 'Off', isSettled: ({ status }) => status?.powerState === 'Off' });
}
