/** How far a claim is, judged from its objects; and the waiting for it. */
import type { KindDef, KubeObject } from '../../api/kind.js';
import { Server } from '../../api/metal/v1alpha1/server.js';
import { ServerBootConfiguration } from '../../api/metal/v1alpha1/serverbootconfiguration.js';
import { ServerClaim } from '../../api/metal/v1alpha1/serverclaim.js';
import { ConflictError, PermanentError } from '../../errors/classes.js';
import type { Clock } from '../../ports/clock.js';
import type { Cluster, ClusterReads } from '../../ports/cluster.js';
import { type Driver, type Scope, whileDriving } from '../driver.js';
import { type Interest, type Limits, until } from '../until.js';

const claimSteps = ['bound', 'boot config', 'power'] as const;
export type ClaimStep = (typeof claimSteps)[number];

/** A claim and what it has so far. */
export interface ClaimView {
  readonly claim: ServerClaim;
  readonly server?: Server;
  readonly boot?: ServerBootConfiguration;
}

export interface StepDone {
  readonly step: ClaimStep;
  /** `Ready`, `On`, the server's name. */
  readonly detail: string;
}

/** Reads a claim with its server and boot configuration. @throws PermanentError NOT_FOUND when the claim is gone */
export async function viewClaim(cluster: ClusterReads, { metadata }: ServerClaim): Promise<ClaimView> {
  const key = { namespace: metadata.namespace ?? '', name: metadata.name };
  const claim = await cluster.get(ServerClaim, key);
  if (claim === undefined || claim.metadata.uid !== metadata.uid) {
    throw new PermanentError('NOT_FOUND', `claim ${key.namespace}/${key.name} was deleted meanwhile`);
  }
  const name = claim.spec?.serverRef?.name;
  const [server, boot] = await Promise.all([
    name ? cluster.get(Server, { name }) : undefined,
    cluster.get(ServerBootConfiguration, key),
  ]);
  return { claim, ...(server ? { server } : {}), ...(boot ? { boot } : {}) };
}

/** The steps that are done, in order; a later one counts only after the earlier. */
function stepsDone({ claim, server, boot }: ClaimView): StepDone[] {
  if (claim.status?.phase !== 'Bound' || server === undefined) return [];
  const bound: StepDone = { step: 'bound', detail: server.metadata.name };
  if (boot?.status?.state !== 'Ready') return [bound];
  const ready: StepDone = { step: 'boot config', detail: 'Ready' };
  const wanted = claim.spec?.power;
  const power = server.status?.powerState ?? 'Unknown';
  if (server.status?.state !== 'Reserved' || (wanted && power !== wanted)) return [bound, ready];
  return [bound, ready, { step: 'power', detail: power }];
}

/** Somebody else has the server this claim names. */
export const isLost = ({ claim, server }: ClaimView): boolean => holderOf(server, claim) !== undefined;

/** `ci/build-3`, when that claim and not this one holds the server. */
export function holderOf(server: Server | undefined, claim: Pick<ServerClaim, 'metadata'>): string | undefined {
  const ref = server?.spec?.serverClaimRef;
  if (ref === undefined) return undefined;
  const isSame = ref.namespace === claim.metadata.namespace && ref.name === claim.metadata.name;
  return isSame ? undefined : `${ref.namespace}/${ref.name}`;
}

/** @throws ConflictError SERVER_NOT_CLAIMABLE · PermanentError FAILED_STATE for states that do not end by themselves */
function refuseDeadEnd(view: ClaimView): void {
  const { claim, server, boot } = view;
  const { namespace, name } = claim.metadata;
  const holder = holderOf(server, claim);
  if (holder !== undefined) throw lostTo(server?.metadata.name ?? '', holder);
  if (boot?.status?.state === 'Error') {
    throw new PermanentError('FAILED_STATE', `the boot configuration of claim ${namespace}/${name} failed`, {
      why:
        boot.status.conditions?.find(({ status }) => status === 'False')?.message ??
        'the boot operator set it to Error',
      hint: `metalctl describe serverbootconfiguration ${name} -n ${namespace}`,
    });
  }
}

/** The refusal of a server that another claim has. */
const lostTo = (server: string, holder: string): ConflictError =>
  new ConflictError('SERVER_NOT_CLAIMABLE', `server ${server} is taken`, {
    why: `claim ${holder} has it`,
    hint: [
      'metalctl claim … without --server   takes another one',
      `metalctl get serverclaim ${holder.split('/')[1]} -n ${holder.split('/')[0]}`,
    ],
    context: { holder, target: `server/${server}` },
  });

/** What a local driver may touch for a claim: the claim, its boot configuration, and the server that names it. */
export const claimScope = ({ metadata }: ServerClaim): Scope => {
  const isIt = (key: { namespace?: string | undefined; name?: string | undefined } | undefined): boolean =>
    key?.namespace === metadata.namespace && key?.name === metadata.name;
  return (kind: KindDef, object: KubeObject): boolean => {
    if (kind.kind === Server.kind) return isIt((object as Server).spec?.serverClaimRef);
    const isOurs = kind.kind === ServerClaim.kind || kind.kind === ServerBootConfiguration.kind;
    return isOurs && isIt(object.metadata);
  };
};

const interestsOf = ({ metadata }: ServerClaim): Interest[] => {
  const options = { namespace: metadata.namespace ?? '', fieldSelector: `metadata.name=${metadata.name}` };
  return [{ kind: ServerClaim, options }, { kind: ServerBootConfiguration, options }, { kind: Server }];
};

export interface FollowOptions extends Limits {
  readonly driver: Driver;
  /** The last step waited for. */
  readonly upTo: ClaimStep;
  readonly onStep: (step: StepDone) => void;
}

/**
 * Waits until a claim has done the step, telling each one as it is done.
 * @throws TransientError WAIT_TIMEOUT · what `refuseDeadEnd` throws
 */
export async function followClaim(
  ports: { readonly cluster: Cluster; readonly clock: Clock },
  claim: ServerClaim,
  { driver, upTo, onStep, timeoutMs, signal }: FollowOptions,
): Promise<ClaimView> {
  let told = 0;
  const look = async (): Promise<ClaimView | undefined> => {
    const view = await viewClaim(ports.cluster, claim);
    refuseDeadEnd(view);
    const done = stepsDone(view);
    for (const step of done.slice(told)) onStep(step);
    told = Math.max(told, done.length);
    return done.some(({ step }) => step === upTo) ? view : undefined;
  };
  const what = `claim ${claim.metadata.namespace}/${claim.metadata.name}: ${upTo}`;
  return whileDriving(driver, claimScope(claim), signal, (both) =>
    until(ports, interestsOf(claim), look, { timeoutMs, signal: both }, what),
  );
}
