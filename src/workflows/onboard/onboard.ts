/** Onboarding, whole: write BMCSecrets and BMCs as planned, then follow each BMC to its Servers and these to Available. */
import type { KindDef, KubeObject } from '../../api/kind.js';
import { BMC } from '../../api/metal/v1alpha1/bmc.js';
import { BMCSecret } from '../../api/metal/v1alpha1/bmcsecret.js';
import { annotations, internalType, ownAnnotations } from '../../api/metal/v1alpha1/constants.js';
import { Endpoint } from '../../api/metal/v1alpha1/endpoint.js';
import { Server } from '../../api/metal/v1alpha1/server.js';
import { ServerBootConfiguration } from '../../api/metal/v1alpha1/serverbootconfiguration.js';
import { isMetalError, type MetalError } from '../../errors/classes.js';
import { reasonOf } from '../../errors/reason.js';
import type { Clock } from '../../ports/clock.js';
import type { Cluster, ClusterReads } from '../../ports/cluster.js';
import { type Driver, type Scope, whileDriving } from '../driver.js';
import { until } from '../until.js';
import type { OnboardEntry, OnboardPlan } from './plan.js';

export interface OnboardPorts {
  readonly cluster: Cluster;
  readonly clock: Clock;
}

export type WriteOutcome =
  | { readonly entry: OnboardEntry; readonly outcome: 'created' | 'unchanged'; readonly bmc: BMC }
  | { readonly entry: OnboardEntry; readonly outcome: 'failed'; readonly error: MetalError };

/** Writes a plan, entry by entry; one that fails does not stop the others, an abort begins no other. Repeating says `unchanged`. */
export async function writeOnboarding(
  cluster: Cluster,
  { entries }: OnboardPlan,
  onWritten: (outcome: WriteOutcome) => void,
  dryRun = false,
  signal?: AbortSignal,
): Promise<WriteOutcome[]> {
  const outcomes: WriteOutcome[] = [];
  for (const entry of entries) {
    if (signal?.aborted) break;
    const outcome = await writeEntry(cluster, entry, dryRun);
    outcomes.push(outcome);
    onWritten(outcome);
  }
  return outcomes;
}

/** Secret first: a BMC that cannot log in yet would be tried, and its attempt would be spent. */
async function writeEntry(cluster: Cluster, entry: OnboardEntry, dryRun: boolean): Promise<WriteOutcome> {
  if (entry.action === 'unchanged') return { entry, outcome: 'unchanged', bmc: entry.bmc };
  try {
    if (entry.secret !== undefined) await createSecret(cluster, entry.secret, dryRun);
    const bmc = await cluster.create(BMC, entry.bmc, { dryRun });
    return { entry, outcome: 'created', bmc };
  } catch (error) {
    if (!isMetalError(error)) throw error;
    return { entry, outcome: 'failed', error };
  }
}

/** One that appeared meanwhile is left as it is. */
async function createSecret(cluster: Cluster, secret: BMCSecret, dryRun: boolean): Promise<void> {
  try {
    await cluster.create(BMCSecret, secret, { dryRun });
  } catch (error) {
    if (!isMetalError(error) || error.code !== 'ALREADY_EXISTS') throw error;
  }
}

/** How far one onboarded BMC is. `cordoned`: its machine runs and is left alone. */
export interface OnboardProgress {
  readonly name: string;
  readonly bmcState: string;
  /** Why the BMC is not usable, as its condition says. */
  readonly bmcWhy?: string;
  readonly servers: readonly { readonly name: string; readonly state: string; readonly why?: string }[];
  readonly end?: 'available' | 'cordoned' | 'failed';
}

/** Reads the progress of BMCs by name. */
async function readProgress(cluster: ClusterReads, names: readonly string[]): Promise<OnboardProgress[]> {
  const [bmcs, servers] = await Promise.all([cluster.list(BMC), cluster.list(Server)]);
  return names.map((name) => {
    const bmc = bmcs.items.find(({ metadata }) => metadata.name === name);
    const own = servers.items.filter(({ spec }) => spec?.bmcRef?.name === name);
    return progressOf(name, bmc, own);
  });
}

/** Judges one BMC and its Servers; pure. */
function progressOf(name: string, bmc: BMC | undefined, servers: readonly Server[]): OnboardProgress {
  const ready = bmc?.status?.conditions?.find(({ type }) => type === 'Ready');
  const bmcWhy = ready?.status === 'False' ? `${ready.reason}: ${ready.message}` : undefined;
  const leavesRunning = bmc?.metadata.annotations?.[ownAnnotations.cordonRunning] === 'true';
  const ends = servers.map((server) => endOf(server, leavesRunning));
  const end = ready?.status === 'False' && dead.has(ready.reason) ? 'failed' : togetherOf(ends);
  return {
    name,
    bmcState: bmc?.status?.state ?? 'Pending',
    ...(bmcWhy ? { bmcWhy } : {}),
    servers: servers.map((server) => ({
      name: server.metadata.name,
      state: server.status?.state ?? 'Initial',
      ...whyOf(server),
    })),
    ...(end ? { end } : {}),
  };
}

/** Conditions of a BMC that waiting does not lift. */
const dead: ReadonlySet<string> = new Set([
  ...(['BMC_AUTH_FAILED', 'BMC_FORBIDDEN', 'BMC_PASSWORD_CHANGE_REQUIRED', 'BMC_TLS', 'BMC_PLAIN_HTTP'] as const).map(
    reasonOf,
  ),
  'DuplicateIdentity',
]);

type End = NonNullable<OnboardProgress['end']>;

/** A machine that runs is left alone before its discovery; during it, it runs by our doing, cordoned or not. */
function endOf({ spec, status }: Server, leavesRunning: boolean): End | undefined {
  if (status?.state === 'Available' || status?.state === 'Reserved') return 'available';
  if (status?.state === 'Error') return 'failed';
  const isUntouched = (status?.state ?? 'Initial') === 'Initial' && status?.powerState === 'On';
  return leavesRunning && spec?.unclaimable === true && isUntouched ? 'cordoned' : undefined;
}

const togetherOf = (ends: readonly (End | undefined)[]): End | undefined => {
  if (ends.length === 0 || ends.includes(undefined)) return undefined;
  return ends.includes('failed') ? 'failed' : ends.includes('cordoned') ? 'cordoned' : 'available';
};

function whyOf({ status }: Server): { why?: string } {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return ready?.status === 'False' && ready.message ? { why: ready.message } : {};
}

/** What a local driver may touch: the BMCs by name, their Endpoints, their Servers and the discovery boots of those. */
function onboardScope(names: readonly string[]): Scope {
  const ours = new Set(names);
  const isOwnServer = (name: string): boolean => ours.has(name.replace(/-system-\d+$/, ''));
  return (kind: KindDef, object: KubeObject): boolean => {
    if (kind.kind === BMC.kind) return ours.has(object.metadata.name);
    if (kind.kind === Server.kind) return ours.has((object as Server).spec?.bmcRef?.name ?? '');
    if (kind.kind === ServerBootConfiguration.kind) {
      const isDiscovery = object.metadata.annotations?.[annotations.type] === internalType;
      return isDiscovery && isOwnServer((object as ServerBootConfiguration).spec?.serverRef?.name ?? '');
    }
    return kind.kind === Endpoint.kind && ours.has(object.metadata.name);
  };
}

export interface FollowOnboardingOptions {
  readonly driver: Driver;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Called with everything whenever something moved. */
  readonly onProgress: (all: readonly OnboardProgress[]) => void;
}

/**
 * Waits until every BMC has come to an end, or time is up; then the last progress tells who has not.
 * @throws the signal's reason
 */
export async function followOnboarding(
  ports: OnboardPorts,
  names: readonly string[],
  { driver, timeoutMs, signal, onProgress }: FollowOnboardingOptions,
): Promise<readonly OnboardProgress[]> {
  let last: readonly OnboardProgress[] = [];
  const look = async (): Promise<readonly OnboardProgress[] | undefined> => {
    const now = await readProgress(ports.cluster, names);
    if (JSON.stringify(now) !== JSON.stringify(last)) onProgress(now);
    last = now;
    return now.every(({ end }) => end !== undefined) ? now : undefined;
  };
  const interests = [{ kind: BMC }, { kind: Server }];
  try {
    return await whileDriving(driver, onboardScope(names), signal, (both) =>
      until(ports, interests, look, { timeoutMs, signal: both }, 'onboarding'),
    );
  } catch (error) {
    if (isMetalError(error) && error.code === 'WAIT_TIMEOUT') return last;
    throw error;
  }
}
