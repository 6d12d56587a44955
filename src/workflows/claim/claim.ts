/**
 * Claiming a server, whole: find what can be had, write the claim, follow it until it has what it asked for. Each
 * stage is a function of its own, because the command, the view and scripts stop at different ones.
 */
import { Secret, type SecretObject } from '../../api/kubernetes.js';
import { ignitionSecretKeys } from '../../api/metal/v1alpha1/constants.js';
import { Server } from '../../api/metal/v1alpha1/server.js';
import { ServerClaim } from '../../api/metal/v1alpha1/serverclaim.js';
import { isMetalError, type MetalError, UserError } from '../../errors/classes.js';
import type { Clock } from '../../ports/clock.js';
import type { Cluster, ClusterReads } from '../../ports/cluster.js';
import { whileDriving } from '../driver.js';
import { type Interest, until } from '../until.js';
import {
  type ClaimStep,
  type ClaimView,
  claimScope,
  type FollowOptions,
  followClaim,
  type StepDone,
  viewClaim,
} from './follow.js';
import { type Candidate, type Funnel, funnelOf } from './funnel.js';
import { noCapacity, refuseNamed } from './refusals.js';
import { type ClaimRequest, claimObject, isPinned, secretsOf } from './request.js';
import { type WriteOptions, withdrawClaim, writeClaim } from './write.js';

export interface ClaimPorts {
  readonly cluster: Cluster;
  readonly clock: Clock;
}

/** Chooses one of the servers that can be had. */
export type Pick = (free: readonly Candidate[]) => Candidate | undefined;

/** What would be written, and why there. */
export interface ClaimPlan {
  readonly claim: ServerClaim;
  readonly secrets: readonly SecretObject[];
  /** The server the claim will name; absent when the cluster chooses. */
  readonly chosen?: Candidate;
  /** One that could be had now: what the cluster may choose. */
  readonly likely?: Candidate;
  readonly funnel: Funnel;
}

/** Reads all servers and narrows them down. Changes nothing. */
export async function explainClaim(cluster: ClusterReads, request: ClaimRequest): Promise<Funnel> {
  return funnelFor(request, (await cluster.list(Server)).items);
}

/** Servers narrowed down to those a request may have. Pure. */
export const funnelFor = (request: ClaimRequest, servers: readonly Server[]): Funnel =>
  funnelOf(servers, {
    claim: claimObject(request),
    requirements: request.requirements,
    ...(request.selector ? { selector: request.selector } : {}),
  });

/**
 * Decides what to write. `skip` names servers already lost in this run; `pick` chooses among the others, by default the
 * first, in the same breath in which they were judged: claims made together must not choose one server twice.
 * @throws MetalError NO_CAPACITY · SERVER_NOT_CLAIMABLE · NOT_FOUND
 */
export async function planClaim(
  cluster: ClusterReads,
  request: ClaimRequest,
  skip: ReadonlySet<string> = new Set(),
  pick: Pick = (free) => free[0],
): Promise<ClaimPlan> {
  const servers = (await cluster.list(Server)).items;
  const funnel = funnelFor(request, servers);
  const likely = pick(funnel.free.filter(({ server }) => !skip.has(server.metadata.name)));
  if (likely === undefined) {
    throw request.server === undefined ? noCapacity(request, funnel) : refuseNamed(request, servers, funnel);
  }
  const chosen = isPinned(request) ? likely : undefined;
  return {
    claim: claimObject(request, chosen?.server.metadata.name),
    secrets: secretsOf(request),
    ...(chosen ? { chosen } : {}),
    likely,
    funnel,
  };
}

/**
 * Checks that Secrets the claim refers to exist with what is needed in them.
 * @throws UserError NOT_FOUND · IGNITION_INVALID
 */
export async function checkReferences(cluster: ClusterReads, request: ClaimRequest): Promise<void> {
  const { ignition, userData, namespace } = request;
  const [named, data] = [ignition, userData].map((each) => (each && 'secret' in each ? each.secret : undefined));
  for (const name of [named, data]) {
    if (name === undefined) continue;
    const secret = await cluster.get(Secret, { namespace, name });
    if (secret === undefined) {
      throw new UserError('NOT_FOUND', `secret "${name}" not found in namespace "${namespace}"`, {
        why: 'a claim reads Secrets of its own namespace only',
      });
    }
    if (name === named && secret.data?.[ignitionSecretKeys.ignition] === undefined) {
      throw new UserError('IGNITION_INVALID', `secret "${name}" has no key "${ignitionSecretKeys.ignition}"`);
    }
  }
}

export type ClaimEvent =
  | { readonly type: 'plan'; readonly plan: ClaimPlan }
  /** Nothing is free: waiting for a server. */
  | { readonly type: 'queued'; readonly funnel: Funnel }
  | { readonly type: 'created'; readonly claim: ServerClaim }
  | { readonly type: 'unchanged'; readonly claim: ServerClaim }
  | { readonly type: 'step'; readonly step: StepDone }
  /** The chosen server went to another claim; the next one is tried. */
  | { readonly type: 'lost'; readonly server: string; readonly holder: string };

type FollowLimits = { readonly [K in 'driver' | 'timeoutMs' | 'signal']: FollowOptions[K] };

export interface ClaimOptions extends WriteOptions, FollowLimits {
  /** The step to wait for; absent writes the claim and returns. */
  readonly waitFor?: ClaimStep;
  /** Servers tried one after the other when races are lost; only for hardware filters. */
  readonly retries: number;
  /** Chooses among the servers that fit; absent takes the first. */
  readonly pick?: Pick;
  readonly onEvent: (event: ClaimEvent) => void;
}

/**
 * Claims a server. A claim made here that ends without one is withdrawn again.
 * @throws MetalError NO_CAPACITY · SERVER_NOT_CLAIMABLE · NOT_FOUND · ALREADY_EXISTS · WAIT_TIMEOUT · FAILED_STATE
 */
export async function claimServer(ports: ClaimPorts, request: ClaimRequest, options: ClaimOptions): Promise<ClaimView> {
  const endMs = ports.clock.monotonicMs() + options.timeoutMs;
  const lost = new Set<string>();
  for (;;) {
    const plan = await planOrQueue(ports, request, options, lost, endMs);
    options.onEvent({ type: 'plan', plan });
    try {
      return await writeAndFollow(ports, request, plan, options, endMs);
    } catch (error) {
      const holder = isMetalError(error) && error.code === 'SERVER_NOT_CLAIMABLE' ? error.context.holder : undefined;
      const server = plan.chosen?.server.metadata.name;
      const mayRetry = request.server === undefined && server !== undefined && lost.size < options.retries;
      if (holder === undefined || !mayRetry) throw error;
      lost.add(server);
      options.onEvent({ type: 'lost', server, holder: String(holder) });
    }
  }
}

/** A plan; while nothing is free and the caller waits, the wait for one. Named servers are never queued for. */
async function planOrQueue(
  ports: ClaimPorts,
  request: ClaimRequest,
  { waitFor, adopt, signal, onEvent, pick }: ClaimOptions,
  lost: ReadonlySet<string>,
  endMs: number,
): Promise<ClaimPlan> {
  if (adopt) {
    const existing = await existingPlan(ports.cluster, request);
    if (existing !== undefined) return existing;
  }
  try {
    return await planClaim(ports.cluster, request, lost, pick);
  } catch (error) {
    if (waitFor === undefined || !isNoCapacity(error)) throw error;
    onEvent({ type: 'queued', funnel: await explainClaim(ports.cluster, request) });
    const plan = () => planClaim(ports.cluster, request, lost, pick);
    return await queue(ports, plan, { timeoutMs: endMs - ports.clock.monotonicMs(), signal }, error);
  }
}

const isNoCapacity = (error: unknown): boolean => isMetalError(error) && error.code === 'NO_CAPACITY';

async function queue(
  ports: ClaimPorts,
  plan: () => Promise<ClaimPlan>,
  limits: { readonly timeoutMs: number; readonly signal: AbortSignal },
  refusal: unknown,
): Promise<ClaimPlan> {
  let last = refusal;
  const look = async (): Promise<ClaimPlan | undefined> => {
    try {
      return await plan();
    } catch (error) {
      if (!isNoCapacity(error)) throw error;
      last = error;
      return undefined;
    }
  };
  try {
    return await until(ports, [{ kind: Server }] satisfies Interest[], look, limits, 'a server that becomes free');
  } catch (error) {
    // Scripts tell "no capacity" from "slow": the refusal is the better answer.
    throw isMetalError(error) && error.code === 'WAIT_TIMEOUT' ? last : error;
  }
}

/** An adopted claim keeps its server: nothing is searched. */
async function existingPlan(cluster: ClusterReads, request: ClaimRequest): Promise<ClaimPlan | undefined> {
  const claim = claimObject(request);
  const existing = await cluster.get(ServerClaim, { namespace: request.namespace, name: request.name });
  return existing && { claim, secrets: secretsOf(request), funnel: { steps: [], free: [], misses: [] } };
}

async function writeAndFollow(
  ports: ClaimPorts,
  request: ClaimRequest,
  plan: ClaimPlan,
  options: ClaimOptions,
  endMs: number,
): Promise<ClaimView> {
  const { claim, isNew } = await writeClaim(ports.cluster, plan.claim, plan.secrets, options);
  options.onEvent({ type: isNew ? 'created' : 'unchanged', claim });
  if (options.waitFor === undefined || options.dryRun)
    return { claim, ...(plan.chosen ? { server: plan.chosen.server } : {}) };
  try {
    return await followClaim(ports, claim, {
      driver: options.driver,
      upTo: options.waitFor,
      onStep: (step) => options.onEvent({ type: 'step', step }),
      timeoutMs: Math.max(0, endMs - ports.clock.monotonicMs()),
      signal: options.signal,
    });
  } catch (error) {
    const refusal = (await shortage(ports.cluster, request, claim, error)) ?? error;
    if (isNew && endsClaim(refusal)) await takeBack(ports, claim, options);
    throw refusal;
  }
}

const takeBackMs = 30_000;

/** Deletes the claim and sees it gone: its finalizer needs the driver once more. */
export async function takeBack(
  ports: ClaimPorts,
  claim: ServerClaim,
  { driver, signal }: Omit<FollowLimits, 'timeoutMs'>,
): Promise<void> {
  await withdrawClaim(ports.cluster, claim);
  const { namespace = '', name, uid } = claim.metadata;
  const gone = async (): Promise<true | undefined> =>
    (await ports.cluster.get(ServerClaim, { namespace, name }))?.metadata.uid === uid ? undefined : true;
  const interest = { kind: ServerClaim, options: { namespace, fieldSelector: `metadata.name=${name}` } };
  try {
    await whileDriving(driver, claimScope(claim), signal, (both) =>
      until(ports, [interest], gone, { timeoutMs: takeBackMs, signal: both }, `removal of claim ${namespace}/${name}`),
    );
  } catch (error) {
    // It is marked for deletion, and whoever reconciles next removes it: the refusal is what must be told.
    if (!isMetalError(error) && !signal.aborted) throw error;
  }
}

/** A wait that timed out because every server is taken: told apart from one that is only slow. */
async function shortage(
  cluster: ClusterReads,
  request: ClaimRequest,
  claim: ServerClaim,
  error: unknown,
): Promise<MetalError | undefined> {
  if (!isMetalError(error) || error.code !== 'WAIT_TIMEOUT') return undefined;
  const { server } = await viewClaim(cluster, claim);
  if (server !== undefined) return undefined;
  const funnel = await explainClaim(cluster, request);
  return funnel.free.length > 0 ? undefined : noCapacity(request, funnel);
}

/**
 * A claim whose server went to somebody else names that server for good and will never be bound. One that found no
 * server in time must not take one later, when nobody waits for it any more.
 */
const endsClaim = (error: unknown): boolean =>
  isMetalError(error) && (error.code === 'SERVER_NOT_CLAIMABLE' || error.code === 'NO_CAPACITY');
