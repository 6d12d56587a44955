/** Body of `delete`. */
import { keyOf } from '../../api/kind.js';
import type { deleteCommand } from '../metadata.js';
import type { Question } from './kit/confirm.js';
import { changeEach } from './kit/each.js';
import type { Change } from './kit/out.js';
import type { Run } from './kit/run.js';
import { objectTargets, type Target, targetText } from './kit/targets.js';

/** Kinds that stand for machines: deleting them is answered by typing. */
const machines = new Set(['Server', 'BMC']);

export default async function (run: Run<typeof deleteCommand>): Promise<void> {
  const targets = await objectTargets(run, run.args.targets, run.flags);
  const { dryRun } = run.globals;
  if (dryRun === 'none' && targets.length > 0) await run.confirm(questionOf(targets));
  const remove = async (target: Target): Promise<Change> => {
    const { kind, object } = target;
    const line = `${targetText(target)} deleted${dryRun === 'none' ? '' : ' (dry run)'}`;
    if (dryRun === 'client') return { object, line };
    const options = { signal: run.signal, dryRun: dryRun === 'server', ...uidOf(object.metadata.uid) };
    const existed = await run.ports.cluster.delete(kind, keyOf(object), options);
    return { object, line: existed ? line : `${targetText(target)} unchanged: it is gone` };
  };
  await changeEach(run, targets, targetText, remove);
}

/** Only the very object that was shown, not one of the same name made since. */
const uidOf = (uid: string | undefined): { uid?: string } => (uid === undefined ? {} : { uid });

function questionOf(targets: readonly Target[]): Question {
  const [first] = targets;
  const isMachine = targets.some(({ kind }) => machines.has(kind.kind));
  const many = `${targets.length} objects`;
  return {
    level: isMachine ? 3 : 2,
    what: targets.length === 1 && first !== undefined ? `deleting ${targetText(first)}` : `deleting ${many}`,
    plan: planOf(targets),
    targets: targets.map(({ object }) => object),
    typed: targets.length === 1 ? (first?.object.metadata.name ?? '') : String(targets.length),
  };
}

function planOf(targets: readonly Target[]): string[] {
  const lines = targets.slice(0, 10).map((target) => {
    const held = target.object.metadata.finalizers ?? [];
    return `${targetText(target)} is deleted${held.length === 0 ? '' : `, once its finalizers let it go: ${held.join(', ')}`}`;
  });
  return targets.length > 10 ? [...lines, `… and ${targets.length - 10} more`] : lines;
}
