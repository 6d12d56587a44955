/** Body of `install daemon`. */
import { daemonDeployment } from '../../workflows/install/workloads.js';
import type { installDaemonCommand } from '../install.js';
import { applyWorkload, daemonRole, waitForWorkload } from './install-workload.js';
import { changeOf, isPrinted, namespaceManifest, printManifests, requireImage } from './kit/manifests.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof installDaemonCommand>): Promise<void> {
  const { managerNamespace: namespace, registryUrl, userDataNamespaces, print, wait, timeout } = run.flags;
  const workload = daemonDeployment({ image: requireImage(run.flags.image), namespace, registryUrl });
  const roles = [namespaceManifest(namespace), ...daemonRole(namespace, userDataNamespaces)];
  if (registryUrl === undefined)
    run.talk.warn(
      'without --registry-url discovered machines are told the address of the pod, which they may not reach',
    );
  if (isPrinted(run, print)) return printManifests(run, [...roles, workload]);
  const isDry = run.globals.dryRun === 'server';
  const applied = await applyWorkload(run, roles, workload, isDry);
  if (wait && !isDry) await waitForWorkload(run, workload, timeout);
  await run.out.changes(applied.map((each) => changeOf(each, isDry)));
}
