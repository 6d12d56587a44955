/** Body of `restore`. */
import { createHash } from 'node:crypto';
import { resolveKind } from '../../api/names.js';
import { UserError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import { idOf } from '../../workflows/move/select.js';
import { rehearseRestore, restore } from '../../workflows/snapshot/restore.js';
import { planRestore, type RestorePlan, requireRestorable } from '../../workflows/snapshot/restore-plan.js';
import { type Snapshot, snapshotKinds } from '../../workflows/snapshot/snapshot.js';
import type { restoreCommand } from '../snapshots.js';
import { stepsOf } from './copy-steps.js';
import type { Run } from './kit/run.js';
import { planLines, printPlan, printRestored, tellHeld } from './restore-print.js';
import { readSnapshot } from './snapshot-files.js';
import { unseal } from './snapshot-seal.js';

type RestoreRun = Run<typeof restoreCommand>;

export default async function (run: RestoreRun): Promise<ExitName | undefined> {
  const { from, identity, skipNewer, managerNamespace } = run.flags;
  if (from === undefined)
    throw new UserError('USAGE', 'which snapshot is to be restored?', { hint: '--from FILE.tar.gz, or --from FOLDER' });
  const read = await readSnapshot(from);
  const snapshot = identity === undefined ? read.snapshot : await unseal(read, identity, run.talk);
  const id = markOf(snapshot);
  const { cluster: target, clock } = run.ports;
  const { signal } = run;
  const plan = await planRestore({ target, snapshot, id, only: await onlyOf(run), clock, signal });
  const isDry = run.globals.dryRun !== 'none';
  const isNothing = plan.create.length + plan.overwrite.length === 0;
  if (run.globals.plan || isDry || isNothing) await printPlan(run, snapshot, plan);
  requireRestorable(plan, from, snapshot.about.takenAt, skipNewer);
  if (isNothing) return undefined;
  if (run.globals.plan) return 'CHANGES';
  if (run.globals.dryRun === 'server') await rehearseRestore({ target, signal }, plan, id);
  if (isDry) return undefined;
  await run.confirm({ level: 2, what: 'restoring', plan: planLines(snapshot, plan) });
  await carryOut(run, plan, id, managerNamespace);
  await printRestored(run, plan);
  tellHeld(run, snapshot, plan);
  return undefined;
}

/** The same for the same snapshot: whoever runs it again goes on with what it began. */
const markOf = ({ about, items }: Snapshot): string => {
  const uids = items.map(({ object }) => `${object.metadata.uid}@${object.metadata.resourceVersion}`).sort();
  const sum = createHash('sha256')
    .update(JSON.stringify([about.takenAt, about.cluster, uids]))
    .digest('hex');
  return `restore-${sum.slice(0, 24)}`;
};

async function carryOut(run: RestoreRun, plan: RestorePlan, id: string, managerNamespace: string): Promise<void> {
  const { cluster: target, clock, log } = run.ports;
  const steps = stepsOf(run, 'restore');
  try {
    await restore({ target, clock, log, signal: run.signal, managerNamespace, onStep: steps.tell }, plan, id);
  } catch (error) {
    steps.end();
    if (run.signal.aborted) {
      run.talk.note('interrupted: what was made is paused, nothing is in flight, no machine was touched');
      run.talk.note(`go on    metalctl restore --from ${run.flags.from}`);
    }
    throw error;
  } finally {
    steps.end();
  }
}

/** @throws UserError USAGE */
async function onlyOf(run: RestoreRun): Promise<ReadonlySet<string> | undefined> {
  const { only } = run.flags;
  if (only.length === 0) return undefined;
  const ids = await Promise.all(only.map((word) => idOfWord(run, word)));
  return new Set(ids);
}

async function idOfWord(run: RestoreRun, word: string): Promise<string> {
  const [head = '', ...names] = word.split('/');
  const known = resolveKind(head)?.kind ?? (/^secrets?$/i.test(head) ? 'Secret' : '');
  const kind = snapshotKinds.get(known);
  const [first = '', second, more] = names;
  const isDeep = kind?.scope === 'Cluster' && second !== undefined;
  if (kind === undefined || first === '' || more !== undefined || isDeep)
    throw new UserError('USAGE', `--only ${word} is not KIND/NAME`, { hint: '--only server/node-07' });
  if (kind.scope === 'Cluster') return idOf(kind, { name: first });
  return idOf(
    kind,
    second === undefined ? { namespace: await run.namespace(), name: first } : { namespace: first, name: second },
  );
}
