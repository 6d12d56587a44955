/** What `install cronjob`, `install daemon` and `install all` do alike: roles and workload go in, and may be waited for. */
import type { KindDef, KubeObject } from '../../api/kind.js';
import { CronJob, type CronJobObject, Deployment, type DeploymentObject } from '../../api/workloads.js';
import { isMetalError, PermanentError, UserError } from '../../errors/classes.js';
import type { Ports } from '../../wiring.js';
import { type Applied, applyAll } from '../../workflows/install/apply.js';
import { modes } from '../../workflows/install/modes.js';
import { type Manifest, roleManifests } from '../../workflows/install/roles.js';
import { until } from '../../workflows/until.js';
import type { AnyRun } from './kit/run.js';

/** ServiceAccount, role and bindings of the reconcilers. */
export const daemonRole = (managerNamespace: string, userDataNamespaces: readonly string[] = []): Manifest[] =>
  modes
    .filter(({ name }) => name === 'daemon')
    .flatMap((mode) => roleManifests(mode, { managerNamespace, namespace: managerNamespace, userDataNamespaces }));

/** @throws PermanentError CRD_MISSING where nothing could run the workload, before anything was applied */
export async function applyWorkloads(
  run: AnyRun,
  roles: readonly Manifest[],
  workloads: readonly Manifest[],
  isDry: boolean,
): Promise<Applied[]> {
  const cluster = await run.open('cluster');
  for (const kind of new Set(workloads.map((each) => each.kind))) await requireRunners(cluster, kind, run.signal);
  const applied = await applyAll(cluster, [...roles, ...workloads], { isDry, signal: run.signal });
  await tellLeftovers(run, cluster, workloads);
  return applied;
}

/** Where the fleet was divided otherwise before, the former workloads and these would refuse to run beside each other. */
async function tellLeftovers(run: AnyRun, cluster: Ports['cluster'], workloads: readonly Manifest[]): Promise<void> {
  const [first] = workloads;
  if (first === undefined) return;
  const { kind, object } = first;
  const { namespace = '' } = object.metadata;
  const wanted = new Set(workloads.map((each) => each.object.metadata.name));
  const labelSelector = 'app.kubernetes.io/name=metalctl';
  const { items } = await cluster.list(kind, { namespace, labelSelector, signal: run.signal }).catch(unseen);
  for (const { metadata } of items.filter((each) => !wanted.has(each.metadata.name)))
    run.talk.warn(
      `${kind.singular}/${metadata.name} of an earlier install does a part of the same fleet: kubectl -n ${namespace} delete ${kind.singular} ${metadata.name}`,
    );
}

/** Who may apply need not be allowed to list. */
function unseen(error: unknown): { readonly items: KubeObject[] } {
  if (isMetalError(error) && error.code === 'API_FORBIDDEN') return { items: [] };
  throw error;
}

/** @throws UserError USAGE */
export function requireShards(count: number): void {
  if (count >= 1 && count <= maxShards) return;
  throw new UserError('USAGE', `--shards ${count} is no number of parts`, {
    why: `it goes from 1, the whole, to ${maxShards}`,
    hint: '--shards 4',
  });
}

const maxShards = 100;

async function requireRunners(cluster: Ports['cluster'], kind: KindDef, signal: AbortSignal): Promise<void> {
  if (await cluster.served(kind, signal)) return;
  throw new PermanentError('CRD_MISSING', `the cluster does not serve ${kind.plural}.${kind.group}`, {
    why: 'it runs no pods: a sandbox, or an API server without its controllers',
    hint: ['metalctl reconcile --watch   runs the daemon right here', 'choose another cluster with --context'],
  });
}

/** Waits for each; the time is that of all. @throws TransientError WAIT_TIMEOUT */
export async function waitForWorkloads(
  run: AnyRun & { readonly ports: Pick<Ports, 'clock'> },
  workloads: readonly Manifest[],
  timeoutMs: number,
): Promise<void> {
  const { clock } = run.ports;
  const [since, started] = [clock.now(), clock.monotonicMs()];
  for (const each of workloads)
    await waitForWorkload(run, each, since, Math.max(1, timeoutMs - (clock.monotonicMs() - started)));
}

/** Waits until the CronJob had a pass that ended well, or the Deployment is available. @throws TransientError WAIT_TIMEOUT */
async function waitForWorkload(
  run: AnyRun & { readonly ports: Pick<Ports, 'clock'> },
  { kind, object }: Manifest,
  since: Date,
  timeoutMs: number,
): Promise<void> {
  const cluster = await run.open('cluster');
  const { name, namespace = '' } = object.metadata;
  const look = async () => {
    const now = await cluster.get(kind, { namespace, name }, run.signal);
    if (kind === CronJob) return hasPassed(now as CronJobObject | undefined, since) || undefined;
    return isAvailable(now as DeploymentObject | undefined) || undefined;
  };
  const options = { namespace, fieldSelector: `metadata.name=${name}` };
  const what = kind === CronJob ? `a pass of cronjob ${namespace}/${name}` : `the start of ${namespace}/${name}`;
  const progress = run.talk.progress('install');
  progress.update({ target: `${kind.singular}/${name}`, text: `waiting for ${what}` });
  try {
    await until(
      { cluster, clock: run.ports.clock },
      [{ kind, options }],
      look,
      { timeoutMs, signal: run.signal },
      what,
    );
    progress.done();
  } catch (error) {
    progress.done();
    if (isMetalError(error) && error.code === 'WAIT_TIMEOUT' && kind === Deployment)
      run.talk.note(`kubectl -n ${namespace} describe deployment ${name}   tells what holds it up`);
    throw error;
  }
}

/** A pass of before this installation proves nothing; times are whole seconds. */
const hasPassed = (job: CronJobObject | undefined, since: Date): boolean =>
  Date.parse(job?.status?.lastSuccessfulTime ?? '') >= Math.floor(since.getTime() / 1_000) * 1_000;

const isAvailable = (deployment: DeploymentObject | undefined): boolean =>
  deployment?.status?.observedGeneration === deployment?.metadata.generation &&
  (deployment?.status?.availableReplicas ?? 0) >= 1;
