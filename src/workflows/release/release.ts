/**
 * Releasing servers: say what the reclaim policy will do, delete the claim (this very one), and see the server off and
 * offered again.
 */
import type { KindDef, KubeObject } from '../../api/kind.js';
import { Server } from '../../api/metal/v1alpha1/server.js';
import { ServerBootConfiguration } from '../../api/metal/v1alpha1/serverbootconfiguration.js';
import { ServerClaim } from '../../api/metal/v1alpha1/serverclaim.js';
import { isMetalError, type MetalError, PermanentError, UserError } from '../../errors/classes.js';
import { nearest } from '../../lib/nearest.js';
import type { Clock } from '../../ports/clock.js';
import type { Cluster, ClusterReads } from '../../ports/cluster.js';
import { type Driver, type Scope, whileDriving } from '../driver.js';
import { until } from '../until.js';

/** A claim that is to be released, and the server it gives back. */
export interface Release {
  readonly claim: ServerClaim;
  readonly server?: Server;
}

/** Claims by name in one namespace. @throws PermanentError NOT_FOUND naming the namespace that has it */
export async function findClaims(
  cluster: ClusterReads,
  namespace: string,
  names: readonly string[],
): Promise<Release[]> {
  const found = await Promise.all(names.map((name) => cluster.get(ServerClaim, { namespace, name })));
  const missing = names.find((_, at) => found[at] === undefined);
  if (missing !== undefined) throw await unknownClaim(cluster, namespace, missing);
  const claims = found.flatMap((claim) => claim ?? []);
  const servers = (await cluster.list(Server)).items;
  return claims.map((claim) => withServer(claim, servers));
}

/** The server that names the claim, or that the claim names and nobody else has. */
function withServer(claim: ServerClaim, servers: readonly Server[]): Release {
  const server = servers.find((each) => names(each, claim));
  return { claim, ...(server ? { server } : {}) };
}

const names = ({ spec }: Server, { metadata }: ServerClaim): boolean =>
  spec?.serverClaimRef?.namespace === metadata.namespace && spec?.serverClaimRef?.name === metadata.name;

async function unknownClaim(cluster: ClusterReads, namespace: string, name: string): Promise<MetalError> {
  const all = await claimsEverywhere(cluster);
  const elsewhere = all
    .filter(({ metadata }) => metadata.name === name)
    .map(({ metadata }) => metadata.namespace ?? '');
  const here = all.filter(({ metadata }) => metadata.namespace === namespace).map(({ metadata }) => metadata.name);
  const near = nearest(name, here, 3);
  const message = `claim "${name}" not found in namespace "${namespace}"`;
  if (elsewhere.length > 0) {
    const places = elsewhere.map((each) => `"${each}"`).join(', ');
    return new PermanentError('NOT_FOUND', message, {
      why: `it exists in namespace ${places}`,
      hint: elsewhere.map((each) => `metalctl release ${name} -n ${each}`),
    });
  }
  return new PermanentError('NOT_FOUND', message, {
    ...(near.length > 0 ? { why: `the nearest names are ${near.join(', ')}` } : {}),
    hint: 'metalctl get serverclaims -A',
  });
}

/** All claims; a user who may not list other namespaces gets no hint rather than another error. */
async function claimsEverywhere(cluster: ClusterReads): Promise<ServerClaim[]> {
  try {
    return (await cluster.list(ServerClaim)).items;
  } catch (error) {
    if (isMetalError(error) && error.code === 'API_FORBIDDEN') return [];
    throw error;
  }
}

/** The claim that holds a server. @throws PermanentError NOT_FOUND · UserError USAGE when nobody holds it */
export async function findHolder(cluster: ClusterReads, name: string): Promise<Release> {
  const server = await cluster.get(Server, { name });
  if (server === undefined)
    throw new PermanentError('NOT_FOUND', `server "${name}" not found`, { hint: 'metalctl get servers' });
  const ref = server.spec?.serverClaimRef;
  const claim = ref && (await cluster.get(ServerClaim, { namespace: ref.namespace, name: ref.name }));
  if (claim !== undefined) return { claim, server };
  const isRetained = ref !== undefined && server.status?.state === 'Released';
  throw new UserError('NOT_FOUND', `no claim holds server "${name}"`, {
    why: ref
      ? `it names claim ${ref.namespace}/${ref.name}, which does not exist`
      : `its state is ${server.status?.state ?? 'not set'}`,
    hint: isRetained ? `metalctl release --finish ${name}   offers it again` : `metalctl describe server ${name}`,
  });
}

/** `db/db-07 → node1   policy Recycle: powers OFF, data on disks stays, claimable again at once` */
export function planLine({ claim, server }: Release): string {
  const id = `${claim.metadata.namespace}/${claim.metadata.name}`;
  if (server === undefined) return `${id} → no server   the claim is not bound: nothing is powered off`;
  const policy = server.spec?.reclaimPolicy ?? 'Recycle';
  const then =
    policy === 'Retain'
      ? `kept for nobody until metalctl release --finish ${server.metadata.name}`
      : server.spec?.unclaimable
        ? 'cordoned: not claimable'
        : 'claimable again at once';
  return `${id} → ${server.metadata.name}   policy ${policy}: powers OFF, data on disks stays, ${then}`;
}

export interface ReleaseOptions {
  readonly driver: Driver;
  /** Wait until the server is off and Available, or Released with policy Retain. */
  readonly wait: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly dryRun?: boolean;
  readonly onStep: (step: ReleaseStep) => void;
}

export type ReleaseStep =
  | { readonly step: 'claim deleted' }
  | { readonly step: 'powered off' }
  | { readonly step: 'offered'; readonly state: string };

/** What a release came to. `server` as it was seen last. */
export interface Released {
  readonly claim: ServerClaim;
  readonly server?: Server;
  /** False when the claim was gone already. */
  readonly changed: boolean;
}

/**
 * Releases one claim. Repeating is harmless: a claim that is gone, or going, is followed to the end.
 * @throws TransientError WAIT_TIMEOUT · ConflictError CONFLICT when another claim took the name
 */
export async function releaseClaim(
  ports: { readonly cluster: Cluster; readonly clock: Clock },
  release: Release,
  { driver, wait, timeoutMs, signal, dryRun = false, onStep }: ReleaseOptions,
): Promise<Released> {
  const { claim, server } = release;
  const key = { namespace: claim.metadata.namespace ?? '', name: claim.metadata.name };
  const { uid } = claim.metadata;
  const changed = await ports.cluster.delete(ServerClaim, key, { ...(uid ? { uid } : {}), dryRun });
  if (!wait || dryRun) return { ...release, changed };
  const told = new Set<string>();
  const tell = (step: ReleaseStep): void => {
    if (!told.has(step.step)) onStep(step);
    told.add(step.step);
  };
  const look = async (): Promise<Released | undefined> => {
    const left = await ports.cluster.get(ServerClaim, key);
    if (left?.metadata.uid === uid) return undefined;
    tell({ step: 'claim deleted' });
    if (server === undefined) return { claim, changed };
    const now = await ports.cluster.get(Server, { name: server.metadata.name });
    return now && isOffered(now, claim, tell) ? { claim, server: now, changed } : undefined;
  };
  const options = { namespace: key.namespace, fieldSelector: `metadata.name=${key.name}` };
  const what = `release of ${key.namespace}/${key.name}`;
  return whileDriving(driver, releaseScope(release), signal, (both) =>
    until(ports, [{ kind: ServerClaim, options }, { kind: Server }], look, { timeoutMs, signal: both }, what),
  );
}

/** Whether the server is done with this claim. A new claim may have it already: then it is released as well. */
function isOffered(server: Server, claim: ServerClaim, tell: (step: ReleaseStep) => void): boolean {
  const state = server.status?.state ?? '';
  const isOnwards = server.spec?.serverClaimRef !== undefined && !names(server, claim);
  if (isOnwards) return true;
  if (server.status?.powerState === 'Off') tell({ step: 'powered off' });
  if (server.status?.powerState !== 'Off' || (state !== 'Available' && state !== 'Released')) return false;
  if (state === 'Available' && server.spec?.serverClaimRef !== undefined) return false;
  tell({ step: 'offered', state });
  return true;
}

/** A local driver may touch the claim, its boot configuration and its server; the server also once it names nobody. */
const releaseScope = ({ claim, server }: Release): Scope => {
  const { namespace, name } = claim.metadata;
  return (kind: KindDef, object: KubeObject): boolean => {
    if (kind.kind === Server.kind) return object.metadata.name === server?.metadata.name;
    const isOurs = kind.kind === ServerClaim.kind || kind.kind === ServerBootConfiguration.kind;
    return isOurs && object.metadata.namespace === namespace && object.metadata.name === name;
  };
};

/**
 * Ends `Released`: the server kept after its claim is offered again.
 * @returns undefined when nothing had to be changed.
 * @throws PermanentError NOT_FOUND · UserError SERVER_NOT_CLAIMABLE while a claim still holds it
 */
export async function finishRelease(cluster: Cluster, name: string, dryRun = false): Promise<Server | undefined> {
  const server = await cluster.get(Server, { name });
  if (server === undefined)
    throw new PermanentError('NOT_FOUND', `server "${name}" not found`, { hint: 'metalctl get servers' });
  const ref = server.spec?.serverClaimRef;
  if (ref === undefined) return undefined;
  const claim = await cluster.get(ServerClaim, { namespace: ref.namespace, name: ref.name });
  if (claim !== undefined || server.status?.state !== 'Released') {
    throw new UserError('SERVER_NOT_CLAIMABLE', `server "${name}" is not kept after a release`, {
      why: claim ? `claim ${ref.namespace}/${ref.name} holds it` : `its state is ${server.status?.state ?? 'not set'}`,
      hint: claim ? `metalctl release ${ref.name} -n ${ref.namespace}` : `metalctl describe server ${name}`,
    });
  }
  const { resourceVersion } = server.metadata;
  const guard = resourceVersion ? { metadata: { resourceVersion } } : {};
  return cluster.patch(Server, { name }, { ...guard, spec: { serverClaimRef: null } }, 'merge', { dryRun });
}
