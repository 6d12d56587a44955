/** What `power on` and `power off` share: finding where the power intent of each server lives, and changing it there. */
import { keyText } from '../../api/kind.js';
import type { Server } from '../../api/metal/v1alpha1/server.js';
import { ConflictError } from '../../errors/classes.js';
import type { ResetType } from '../../ports/bmc.js';
import type { Clock } from '../../ports/clock.js';
import type { Ports } from '../../wiring.js';
import { changeEach } from './kit/each.js';
import { claimKind } from './kit/kinds.js';
import { openMachine } from './kit/machine.js';
import { missing } from './kit/missing.js';
import type { Change } from './kit/out.js';
import { paced } from './kit/pace.js';
import type { AnyRun } from './kit/run.js';

type PowerRun = AnyRun & { readonly ports: { readonly clock: Clock } };

export interface PowerWish {
  readonly to: 'On' | 'Off';
  readonly how: 'graceful' | 'force';
  readonly direct: boolean;
  /** Exactly this reset, told to the BMC itself. */
  readonly type?: string | undefined;
  /** Between two servers. */
  readonly stagger?: number | undefined;
}

/** Who decides about a server's power: its claim, the reconciler (that keeps it off), or nobody but the BMC. */
type Decider = 'claim' | 'reconciler' | 'bmc';

const deciderOf = ({ spec, status }: Server, { direct, type }: PowerWish): Decider => {
  if (direct || type !== undefined) return 'bmc';
  if (spec?.serverClaimRef !== undefined) return 'claim';
  return status?.state === 'Available' ? 'reconciler' : 'bmc';
};

/** One line per server: what will be done. */
export const planOf = (servers: readonly Server[], wish: PowerWish): string[] =>
  servers.slice(0, 20).map((server) => {
    const name = `server/${server.metadata.name}`;
    const ref = server.spec?.serverClaimRef;
    const state = server.status?.state ?? 'new';
    if (deciderOf(server, wish) === 'claim' && ref !== undefined) {
      return `${name} is ${state} by ${keyText(ref)}: the claim's power becomes ${wish.to}`;
    }
    return `${name} is ${state}: its BMC is told ${toldText(wish)}`;
  });

/** `Off (graceful)`, or the type itself. */
const toldText = ({ to, how, type }: PowerWish): string => type ?? `${to} (${how})`;

/** Changes the power of every server where it is decided. */
export async function changePower(
  run: PowerRun,
  cluster: Ports['cluster'],
  servers: readonly Server[],
  wish: PowerWish,
): Promise<void> {
  const turn = paced(run, servers, wish.stagger);
  await changeEach(
    run,
    servers,
    ({ metadata }) => `server/${metadata.name}`,
    async (server) => {
      await turn(server);
      return changeOne(run, cluster, server, wish);
    },
  );
}

async function changeOne(run: AnyRun, cluster: Ports['cluster'], server: Server, wish: PowerWish): Promise<Change> {
  const decider = deciderOf(server, wish);
  if (decider === 'claim') return changeClaim(run, cluster, server, wish);
  if (decider === 'reconciler' && wish.to === 'On') throw undone(server);
  return tellBmc(run, server, wish);
}

function undone(server: Server): ConflictError {
  const { name } = server.metadata;
  return new ConflictError(
    'POWER_INTENT_CONFLICT',
    `server/${name} is Available: the reconciler would switch it off again`,
    {
      why: 'servers nobody claims are kept off',
      hint: [`metalctl claim NAME --server ${name} --power On`, `metalctl power on ${name} --direct`],
      context: { target: `server/${name}` },
    },
  );
}

async function changeClaim(run: AnyRun, cluster: Ports['cluster'], server: Server, { to }: PowerWish): Promise<Change> {
  const key = server.spec?.serverClaimRef;
  if (key === undefined) throw new Error('a server without a claim has no claim to change');
  const claim = await cluster.get(claimKind, key, run.signal);
  if (claim === undefined) throw await missing(cluster, claimKind, key, run.signal);
  const name = `server/${server.metadata.name}`;
  if (claim.spec?.power === to)
    return { object: server, line: `${name} unchanged: claim ${keyText(key)} wants ${to} already` };
  const patch = { metadata: { resourceVersion: claim.metadata.resourceVersion }, spec: { power: to } };
  const object = await cluster.patch(claimKind, key, patch, 'merge', { signal: run.signal });
  return { object, line: `${name} ${to}: claim ${keyText(key)} changed` };
}

async function tellBmc(run: AnyRun, server: Server, wish: PowerWish): Promise<Change> {
  const { to, how, type } = wish;
  const { bmc, system } = await openMachine(run, server);
  const name = `server/${server.metadata.name}`;
  if (system.powerState === to) return { object: server, line: `${name} unchanged: it is ${to}` };
  if (type === undefined) await bmc.setPower(system.uri, to, how);
  else await bmc.reset(system.uri, type as ResetType);
  return { object: server, line: `${name} told ${toldText(wish)}; it was ${system.powerState ?? 'Unknown'}` };
}
