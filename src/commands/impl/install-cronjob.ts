/** Body of `install cronjob`. */
import { cronJob } from '../../workflows/install/workloads.js';
import type { installCronjobCommand } from '../install.js';
import { applyWorkload, daemonRole, waitForWorkload } from './install-workload.js';
import { changeOf, isPrinted, namespaceManifest, printManifests, requireImage } from './kit/manifests.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof installCronjobCommand>): Promise<void> {
  const { schedule, maxChanges, managerNamespace: namespace, print, wait, timeout } = run.flags;
  const workload = cronJob({ image: requireImage(run.flags.image), namespace, schedule, maxChanges });
  const roles = [namespaceManifest(namespace), ...daemonRole(namespace)];
  if (isPrinted(run, print)) return printManifests(run, [...roles, workload]);
  const isDry = run.globals.dryRun === 'server';
  const applied = await applyWorkload(run, roles, workload, isDry);
  if (wait && !isDry) await waitForWorkload(run, workload, timeout);
  await run.out.changes(applied.map((each) => changeOf(each, isDry)));
}
