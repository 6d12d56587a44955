/** Resets that end by themselves: asked of the operator by annotation, or told to the BMC where there is no such request. */
import { annotations, type operations, ownAnnotations } from '../../api/metal/v1alpha1/constants.js';
import type { Server } from '../../api/metal/v1alpha1/server.js';
import { ConflictError, PermanentError } from '../../errors/classes.js';
import type { ResetType } from '../../ports/bmc.js';
import type { Clock } from '../../ports/clock.js';
import type { Cluster } from '../../ports/cluster.js';
import { changeEach } from './kit/each.js';
import { serverKind } from './kit/kinds.js';
import { openMachine } from './kit/machine.js';
import type { Change } from './kit/out.js';
import { claimOf } from './kit/own-columns.js';
import { paced } from './kit/pace.js';
import type { AnyRun } from './kit/run.js';
import { serverTargets, type TargetWish } from './kit/targets.js';
import { keepReason } from './power-reason.js';

export interface Momentary {
  /** `resetting`, for questions; `reset`, for results. */
  readonly doing: string;
  readonly done: string;
  /** Value of the operation annotation; absent: the BMC is told. */
  readonly operation?: (typeof operations)[keyof typeof operations];
  /** Reset told to the BMC. */
  readonly type?: string;
}

type MomentaryRun = AnyRun & { readonly ports: { readonly cluster: Cluster; readonly clock: Clock } };

/** Asks, then does it to every server, so far apart that a rack's breakers bear it. */
export async function momentary(
  run: MomentaryRun,
  wish: TargetWish & { readonly reason: string | undefined },
  stagger: number | undefined,
  what: Momentary,
): Promise<readonly Server[]> {
  const servers = await serverTargets(run, run.ports.cluster, wish);
  const held = servers.filter(({ spec }) => spec?.serverClaimRef !== undefined);
  const subject = servers.length === 1 ? `server/${servers[0]?.metadata.name}` : `${servers.length} servers`;
  const plan = servers.slice(0, 20).map((server) => planLine(server, what));
  if (run.globals.dryRun === 'none') {
    await run.confirm({ level: held.length > 0 ? 2 : 1, what: `${what.doing} ${subject}`, plan });
  }
  await keepReason(run, what.doing, wish.reason, servers);
  const turn = paced(run, servers, stagger);
  await changeEach(
    run,
    servers,
    ({ metadata }) => `server/${metadata.name}`,
    async (server) => {
      await turn(server);
      return one(run, server, what);
    },
  );
  return servers;
}

/** The operator has taken the request, sent the reset, and seen the machine On again. */
export const isOverWith = ({ metadata, status }: Server): boolean =>
  metadata.annotations?.[annotations.operation] === undefined &&
  metadata.annotations?.[ownAnnotations.resetIntent] === undefined &&
  status?.powerState === 'On';

const planLine = (server: Server, { operation, type, doing }: Momentary): string => {
  const claim = claimOf(server);
  const state = `${server.status?.state ?? 'new'}${claim === '' ? '' : ` by ${claim}`}`;
  const how = operation === undefined ? `its BMC is told ${type}` : `the operator is asked for ${operation}`;
  return `server/${server.metadata.name} is ${state}, power ${server.status?.powerState ?? 'unknown'}: ${doing}; ${how}`;
};

function one(run: MomentaryRun, server: Server, what: Momentary): Promise<Change> {
  return what.operation === undefined ? tell(run, server, what) : ask(run, server, what.operation, what);
}

async function ask(run: MomentaryRun, server: Server, operation: string, { done }: Momentary): Promise<Change> {
  const { name } = server.metadata;
  const other = server.metadata.annotations?.[annotations.operation];
  if (other === operation) return { object: server, line: `server/${name} unchanged: asked already` };
  if (other !== undefined) {
    throw new ConflictError('CONFLICT', `server/${name} is asked for "${other}" already`, {
      hint: `metalctl annotate server ${name} ${annotations.operation}-`,
    });
  }
  if (run.globals.dryRun !== 'none') return { object: server, line: `server/${name} would be asked for ${operation}` };
  const patch = { metadata: { annotations: { [annotations.operation]: operation } } };
  const object = await run.ports.cluster.patch(serverKind, { name }, patch, 'merge', { signal: run.signal });
  return { object, line: `server/${name} ${done}: the operator carries it out` };
}

async function tell(run: MomentaryRun, server: Server, { type, done }: Momentary): Promise<Change> {
  const { name } = server.metadata;
  if (type === undefined) throw new PermanentError('RESET_TYPE_UNSUPPORTED', `nothing to tell server/${name}`);
  if (run.globals.dryRun !== 'none') return { object: server, line: `server/${name} would be told ${type}` };
  const { bmc, system } = await openMachine(run, server);
  run.signal.throwIfAborted();
  await bmc.reset(system.uri, type as ResetType);
  return { object: server, line: `server/${name} ${done}: told ${type}; it was ${system.powerState ?? 'Unknown'}` };
}
