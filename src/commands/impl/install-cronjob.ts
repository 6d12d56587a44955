/** Body of `install cronjob`. */
import { cronJob, shardsOf } from '../../workflows/install/workloads.js';
import type { installCronjobCommand } from '../install.js';
import { applyWorkloads, daemonRole, requireShards, waitForWorkloads } from './install-workload.js';
import { changeOf, isPrinted, namespaceManifest, printManifests, requireImage } from './kit/manifests.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof installCronjobCommand>): Promise<void> {
  const { schedule, maxChanges, managerNamespace: namespace, shards, print, wait, timeout } = run.flags;
  requireShards(shards);
  const image = requireImage(run.flags.image);
  const workloads = shardsOf(shards).map((shard) => cronJob({ image, namespace, schedule, maxChanges, ...shard }));
  const roles = [namespaceManifest(namespace), ...daemonRole(namespace)];
  if (isPrinted(run, print)) return printManifests(run, [...roles, ...workloads]);
  const isDry = run.globals.dryRun === 'server';
  const applied = await applyWorkloads(run, roles, workloads, isDry);
  if (wait && !isDry) await waitForWorkloads(run, workloads, timeout);
  await run.out.changes(applied.map((each) => changeOf(each, isDry)));
}
