/** Body of `install all`. */
import { CustomResourceDefinition } from '../../api/kubernetes.js';
import { UserError } from '../../errors/classes.js';
import { applyCrds, established } from '../../workflows/install/apply.js';
import { type Mode, modes } from '../../workflows/install/modes.js';
import { roleManifests } from '../../workflows/install/roles.js';
import { cronJob, shardsOf } from '../../workflows/install/workloads.js';
import type { installAllCommand } from '../install.js';
import { chosenCrds } from './install-crds.js';
import { applyWorkloads, requireShards, waitForWorkloads } from './install-workload.js';
import { changeOf, isPrinted, namespaceManifest, printManifests, requireImage } from './kit/manifests.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof installAllCommand>): Promise<void> {
  const { schedule, maxChanges, managerNamespace, shards, print, upgrade, wait, timeout } = run.flags;
  const crds = await chosenCrds(run.flags.only);
  requireShards(shards);
  const options = { image: requireImage(run.flags.image), namespace: managerNamespace, schedule, maxChanges };
  const workloads = shardsOf(shards).map((shard) => cronJob({ ...options, ...shard }));
  const isOffline = isPrinted(run, print);
  const namespace = run.globals.namespace ?? (isOffline ? 'default' : await run.namespace());
  const roles = chosenModes(run.flags.role).flatMap((mode) => roleManifests(mode, { managerNamespace, namespace }));
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

/** Those named, and the one that the workload runs with. @throws UserError USAGE */
function chosenModes(words: readonly string[]): readonly Mode[] {
  const names = modes.map(({ name }) => name as string);
  const stray = words.find((word) => !names.includes(word));
  if (stray !== undefined) {
    throw new UserError('USAGE', `--role ${stray} is no role of metalctl`, { hint: `one of ${names.join(', ')}` });
  }
  return words.length === 0 ? modes : modes.filter(({ name }) => name === 'daemon' || words.includes(name));
}
