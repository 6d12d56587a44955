/** What `install cronjob`, `install daemon` and `install all` do alike: roles and workload go in, and may be waited for. */
import type { KindDef } from '../../api/kind.js';
import { CronJob, type CronJobObject, Deployment, type DeploymentObject } from '../../api/workloads.js';
import { isMetalError, PermanentError } from '../../errors/classes.js';
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
export async function applyWorkload(
  run: AnyRun,
  roles: readonly Manifest[],
  workload: Manifest,
  isDry: boolean,
): Promise<Applied[]> {
  const cluster = await run.open('cluster');
  await requireRunners(cluster, workload.kind, run.signal);
  return applyAll(cluster, [...roles, workload], { isDry, signal: run.signal });
}

async function requireRunners(cluster: Ports['cluster'], kind: KindDef, signal: AbortSignal): Promise<void> {
  if (await cluster.served(kind, signal)) return;
  throw new PermanentError('CRD_MISSING', `the cluster does not serve ${kind.plural}.${kind.group}`, {
    why: 'it runs no pods: a sandbox, or an API server without its controllers',
    hint: ['metalctl reconcile --watch   runs the daemon right here', 'choose another cluster with --context'],
  });
}

/** Waits until the CronJob had a pass that ended well, or the Deployment is available. @throws TransientError WAIT_TIMEOUT */
export async function waitForWorkload(
  run: AnyRun & { readonly ports: Pick<Ports, 'clock'> },
  { kind, object }: Manifest,
  timeoutMs: number,
): Promise<void> {
  const cluster = await run.open('cluster');
  const { name, namespace = '' } = object.metadata;
  const since = run.ports.clock.now();
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
