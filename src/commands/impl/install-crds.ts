/** Body of `install crds`. */
import { CustomResourceDefinition } from '../../api/kubernetes.js';
import { resolveKind } from '../../api/names.js';
import { UserError } from '../../errors/classes.js';
import { applyAll, applyCrds, established } from '../../workflows/install/apply.js';
import type { installCrdsCommand } from '../install.js';
import { changeOf, isPrinted, namespaceManifest, printManifests } from './kit/manifests.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof installCrdsCommand>): Promise<void> {
  const crds = await chosenCrds(run.flags.only);
  const namespace = namespaceManifest(run.flags.managerNamespace);
  if (isPrinted(run, run.flags.print)) {
    const manifests = crds.map((object) => ({ kind: CustomResourceDefinition, object }));
    return printManifests(run, [...manifests, namespace]);
  }
  const cluster = await run.open('cluster');
  const isDry = run.globals.dryRun === 'server';
  const { signal } = run;
  const applied = await applyCrds(cluster, crds, { isDry, signal, mayUpgrade: run.flags.upgrade });
  applied.push(...(await applyAll(cluster, [namespace], { isDry, signal })));
  const names = crds.map(({ metadata }) => metadata.name);
  if (!isDry) await established({ ...run.ports, cluster }, names, { timeoutMs: run.flags.timeout, signal });
  await run.out.changes(applied.map((each) => changeOf(each, isDry)));
}

/** Made from the kinds; zod is loaded here and nowhere on the way. @throws UserError USAGE */
export async function chosenCrds(only: readonly string[]): Promise<CustomResourceDefinition[]> {
  const { allCrds } = await import('../../api/crd/index.js');
  const kinds = only.map((word) => {
    const names = resolveKind(word);
    if (names === undefined) throw new UserError('USAGE', `--only ${word} is no kind of metalctl`);
    return names.kind;
  });
  return allCrds().filter(({ spec }) => kinds.length === 0 || kinds.includes(spec.names.kind));
}
