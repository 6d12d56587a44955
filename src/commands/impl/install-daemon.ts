/** Body of `install daemon`. */
import { UserError } from '../../errors/classes.js';
import type { Shard } from '../../reconcile/index.js';
import { daemonDeployment, shardsOf } from '../../workflows/install/workloads.js';
import type { installDaemonCommand } from '../install.js';
import { applyWorkloads, daemonRole, requireShards, waitForWorkloads } from './install-workload.js';
import { changeOf, isPrinted, namespaceManifest, printManifests, requireImage } from './kit/manifests.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof installDaemonCommand>): Promise<void> {
  const { managerNamespace: namespace, registryUrl, userDataNamespaces, shards, print, wait, timeout } = run.flags;
  requireShards(shards);
  const image = requireImage(run.flags.image);
  const workloads = shardsOf(shards).map(({ shard }) =>
    daemonDeployment({ image, namespace, registryUrl: registryOf(registryUrl, shard), ...(shard && { shard }) }),
  );
  const roles = [namespaceManifest(namespace), ...daemonRole(namespace, userDataNamespaces)];
  if (registryUrl === undefined)
    run.talk.warn(
      'without --registry-url discovered machines are told the address of the pod, which they may not reach',
    );
  if (isPrinted(run, print)) return printManifests(run, [...roles, ...workloads]);
  const isDry = run.globals.dryRun === 'server';
  const applied = await applyWorkloads(run, roles, workloads, isDry);
  if (wait && !isDry) await waitForWorkloads(run, workloads, timeout);
  await run.out.changes(applied.map((each) => changeOf(each, isDry)));
}

/** Each part has a registry of its own, which knows the machines of its part. @throws UserError USAGE */
function registryOf(url: string | undefined, shard: Shard | undefined): string | undefined {
  if (url === undefined || shard === undefined) return url;
  if (url.includes('{shard}')) return url.replaceAll('{shard}', String(shard.index));
  throw new UserError('USAGE', '--registry-url is the same for every part', {
    why: 'a machine must report to the daemon that expects it; {shard} becomes the number of the part',
    hint: '--registry-url http://metalctl-{shard}.example:10000',
  });
}
