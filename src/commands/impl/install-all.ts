/** Body of `install all`. */
import { CustomResourceDefinition } from '../../api/kubernetes.js';
import { applyCrds, established } from '../../workflows/install/apply.js';
import { modes } from '../../workflows/install/modes.js';
import { roleManifests } from '../../workflows/install/roles.js';
import { cronJob, shardsOf } from '../../workflows/install/workloads.js';
import type { installAllCommand } from '../install.js';
import { applyWorkloads, requireShards, waitForWorkloads } from './install-workload.js';
import { changeOf, isPrinted, namespaceManifest, printManifests, requireImage } from './kit/manifests.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof installAllCommand>): Promise<void> {
  const { schedule, maxChanges, managerNamespace, shards, print, upgrade, wait, timeout } = run.flags;
  const { allCrds } = await import('../../api/crd/index.js');
  const crds = allCrds();
  requireShards(shards);
  const options = { image: requireImage(run.flags.image), namespace: managerNamespace, schedule, maxChanges };
  const workloads = shardsOf(shards).map((shard) => cronJob({ ...options, ...shard }));
  const isOffline = isPrinted(run, print);
  const namespace = run.globals.namespace ?? (isOffline ? 'default' : await run.namespace());
  const roles = modes.flatMap((mode) => roleManifests(mode, { managerNamespace, namespace }));
  const around = [namespaceManifest(managerNamespace), ...roles];
  if (isOffline) {
    const definitions = crds.map((object) => ({ kind: CustomResourceDefinition, object }));
    return printManifests(run, [...definitions, ...around, ...workloads]);
  }
  const cluster = await run.open('cluster');
  const isDry = run.globals.dryRun === 'server';
  const applied = await applyCrds(cluster, crds, { isDry, signal: run.signal, mayUpgrade: upgrade });
  const names = crds.map(({ metadata }) => metadata.name);
  if (!isDry) await established({ ...run.ports, cluster }, names, { timeoutMs: timeout, signal: run.signal });
  applied.push(...(await applyWorkloads(run, around, workloads, isDry)));
  if (wait && !isDry) await waitForWorkloads(run, workloads, timeout);
  await run.out.changes(applied.map((each) => changeOf(each, isDry)));
}
