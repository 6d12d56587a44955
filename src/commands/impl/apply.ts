/** Body of `apply`. */
import { keyOf, keyText } from '../../api/kind.js';
import { UserError } from '../../errors/classes.js';
import { matchesLabels, parseSelector } from '../../lib/labels.js';
import type { applyCommand } from '../manifests.js';
import { comparable, differences } from './kit/difference.js';
import { changeEach } from './kit/each.js';
import { readManifests } from './kit/manifest-files.js';
import { awaitRest } from './kit/natural-end.js';
import type { Change } from './kit/out.js';
import { fitting, readPlan } from './kit/plan-file.js';
import type { Run } from './kit/run.js';
import { resolved, type Wanted } from './kit/wanted.js';

type ApplyRun = Run<typeof applyCommand>;

export default async function (run: ApplyRun): Promise<void> {
  const { prune, pruneSelector } = run.flags;
  const selector = pruneSelector === undefined ? undefined : parseSelector(pruneSelector);
  if (prune && (selector === undefined || selector.length === 0)) {
    throw new UserError('USAGE', '--prune needs --prune-selector', {
      why: 'without labels it would delete what others made',
    });
  }
  const wanted = await wantedOf(run);
  const loose = prune ? await looseEnds(run, wanted, pruneSelector ?? '') : [];
  if (loose.length > 0 && run.globals.dryRun === 'none') {
    const plan = loose.map((each) => `${nameOf(each)} will be deleted: no manifest holds it`);
    await run.confirm({
      level: 2,
      what: `pruning ${loose.length} objects`,
      plan,
      targets: loose.map(({ object }) => object),
    });
  }
  for (const { object, kind } of wanted) {
    if (prune && selector !== undefined && !matchesLabels(selector, object.metadata.labels))
      run.talk.warn(
        `${kind.singular}/${object.metadata.name} lacks the labels of --prune-selector: it is never pruned`,
      );
  }
  await changeEach(run, wanted, nameOf, (each) => applyOne(run, each));
  if (loose.length > 0) await changeEach(run, loose, nameOf, (each) => pruneOne(run, each));
  if (run.flags.wait && run.globals.dryRun === 'none') await awaitRest(run, run.flags, wanted);
}

/** Of `-f`, or of a plan that still fits. @throws UserError USAGE · ConflictError PLAN_STALE */
async function wantedOf(run: ApplyRun): Promise<Wanted[]> {
  const { plan } = run.args;
  const { file, prune } = run.flags;
  if (plan === undefined) return resolved(run, await readManifests(file));
  if (file.length > 0 || prune) {
    throw new UserError('USAGE', `a plan is applied as it is: ${prune ? '--prune' : '-f'} adds to it`, {
      hint: [`metalctl apply ${plan}`, 'metalctl apply -f FILE'],
    });
  }
  return fitting(run, await readPlan(plan), plan);
}

const nameOf = ({ kind, key }: Wanted): string => `${kind.singular}/${keyText(key)}`;

async function applyOne(run: ApplyRun, { kind, key, object }: Wanted): Promise<Change> {
  const { dryRun } = run.globals;
  const before = await run.ports.cluster.get(kind, key, run.signal);
  const suffix = dryRun === 'none' ? '' : ' (dry run)';
  const name = `${kind.singular}/${keyText(key)}`;
  if (dryRun === 'client')
    return { object, line: `${name} ${before === undefined ? 'created' : 'configured'}${suffix}` };
  const after = await run.ports.cluster.patch(kind, key, object, 'apply', {
    signal: run.signal,
    dryRun: dryRun === 'server',
  });
  const isSame = before !== undefined && differences(comparable(before), comparable(after)).length === 0;
  const verb = before === undefined ? 'created' : isSame ? 'unchanged' : 'configured';
  return { object: after, line: `${name} ${verb}${verb === 'unchanged' ? '' : suffix}` };
}

/** Objects of the applied kinds with the labels, in the namespaces applied to, that no manifest holds. */
async function looseEnds(run: ApplyRun, wanted: readonly Wanted[], labelSelector: string): Promise<Wanted[]> {
  const held = new Set(wanted.map((each) => nameOf(each)));
  const places = new Map(wanted.map((each) => [`${each.kind.plural} ${each.key.namespace ?? ''}`, each] as const));
  const found: Wanted[] = [];
  for (const { kind, key } of places.values()) {
    const namespace = key.namespace === undefined ? {} : { namespace: key.namespace };
    const { items } = await run.ports.cluster.list(kind, { ...namespace, labelSelector, signal: run.signal });
    found.push(
      ...items.map((object) => ({ kind, key: keyOf(object), object })).filter((each) => !held.has(nameOf(each))),
    );
  }
  return found;
}

async function pruneOne(run: ApplyRun, { kind, key, object }: Wanted): Promise<Change> {
  const { dryRun } = run.globals;
  const line = `${kind.singular}/${keyText(key)} pruned${dryRun === 'none' ? '' : ' (dry run)'}`;
  if (dryRun === 'client') return { object, line };
  const uid = object.metadata.uid === undefined ? {} : { uid: object.metadata.uid };
  await run.ports.cluster.delete(kind, key, { signal: run.signal, dryRun: dryRun === 'server', ...uid });
  return { object, line };
}
