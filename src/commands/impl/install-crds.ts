/** Body of `install crds`. */
import type { KindDef, KubeObject } from '../../api/kind.js';
import { CustomResourceDefinition, Namespace } from '../../api/kubernetes.js';
import { resolveKind } from '../../api/names.js';
import { PermanentError, TransientError, UserError } from '../../errors/classes.js';
import { toYaml } from '../../lib/yaml.js';
import type { Ports } from '../../wiring.js';
import type { installCrdsCommand } from '../install.js';
import type { Change } from './kit/out.js';
import type { Run } from './kit/run.js';

type InstallRun = Run<typeof installCrdsCommand>;

export default async function (run: InstallRun): Promise<void> {
  const crds = await chosenCrds(run.flags.only);
  const namespace = namespaceObject(run.flags.managerNamespace);
  if (run.flags.print || run.globals.dryRun === 'client') return printManifests(run, [...crds, namespace]);
  const cluster = await run.open('cluster');
  const isDry = run.globals.dryRun === 'server';
  const changes: Change[] = [];
  for (const crd of crds) changes.push(await apply(run, cluster, CustomResourceDefinition, crd, isDry));
  changes.push(await apply(run, cluster, Namespace, namespace, isDry));
  if (!isDry)
    await established(
      run,
      cluster,
      crds.map(({ metadata }) => metadata.name),
    );
  await run.out.changes(changes);
}

/** Made from the kinds; zod is loaded here and nowhere on the way. */
async function chosenCrds(only: readonly string[]): Promise<CustomResourceDefinition[]> {
  const { allCrds } = await import('../../api/crd/index.js');
  const kinds = only.map((word) => {
    const names = resolveKind(word);
    if (names === undefined) throw new UserError('USAGE', `--only ${word} is no kind of metalctl`);
    return names.kind;
  });
  return allCrds().filter(({ spec }) => kinds.length === 0 || kinds.includes(spec.names.kind));
}

const namespaceObject = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

async function printManifests(run: InstallRun, objects: readonly KubeObject[]): Promise<void> {
  if (run.out.isMachine && run.out.format.kind !== 'yaml') {
    for (const object of objects) await run.out.event(object);
    return;
  }
  await run.out.text(objects.map((object) => `---\n${toYaml(object)}`).join(''));
}

/** Server-side apply; what the server made of it tells whether anything changed. */
async function apply<T extends KubeObject>(
  run: InstallRun,
  cluster: Ports['cluster'],
  kind: KindDef<T>,
  object: KubeObject,
  isDry: boolean,
): Promise<Change> {
  const key = { name: object.metadata.name };
  const before = await cluster.get(kind, key, run.signal);
  // A namespace that exists has nothing we would configure.
  if (before !== undefined && kind.kind === 'Namespace')
    return { object: before, line: `namespace/${key.name} unchanged` };
  const after = await cluster.patch(kind, key, object, 'apply', { signal: run.signal, dryRun: isDry });
  const isSame =
    before !== undefined &&
    (isDry
      ? before.metadata.generation === after.metadata.generation
      : before.metadata.resourceVersion === after.metadata.resourceVersion);
  const verdict = before === undefined ? 'created' : isSame ? 'unchanged' : 'configured';
  return { object: after, line: `${kind.singular}/${key.name} ${verdict}${isDry ? ' (dry run)' : ''}` };
}

const pollMs = 200;

/** Until every CRD is Established: only then its objects can be created. */
async function established(run: InstallRun, cluster: Ports['cluster'], names: readonly string[]): Promise<void> {
  const { clock } = run.ports;
  const until = clock.monotonicMs() + run.flags.timeout;
  for (const name of names) {
    for (;;) {
      const crd = await cluster.get(CustomResourceDefinition, { name }, run.signal);
      const conditions = crd?.status?.conditions ?? [];
      if (conditions.some(({ type, status }) => type === 'Established' && status === 'True')) break;
      const refused = conditions.find(({ type, status }) => type === 'NamesAccepted' && status === 'False');
      if (refused !== undefined) {
        throw new PermanentError('FAILED_STATE', `CRD ${name} is refused by the cluster`, { why: refused.message });
      }
      if (clock.monotonicMs() > until) throw new TransientError('WAIT_TIMEOUT', `CRD ${name} is not served yet`);
      await clock.sleep(pollMs, run.signal);
    }
  }
}
