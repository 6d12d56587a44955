/** Body of `delete`. */
import { keyOf } from '../../api/kind.js';
import { annotations, operations } from '../../api/metal/v1alpha1/constants.js';
import { isMetalError, UserError } from '../../errors/classes.js';
import type { deleteCommand } from '../metadata.js';
import { deletionPlan, finalizersOf, leftBehind } from './delete-plan.js';
import type { Question } from './kit/confirm.js';
import { changeEach } from './kit/each.js';
import type { Change } from './kit/out.js';
import type { Run } from './kit/run.js';
import { objectTargets, type Target, targetText } from './kit/targets.js';

type DeleteRun = Run<typeof deleteCommand>;

/** Kinds that stand for machines: deleting them is answered by typing. */
const machines = new Set(['Server', 'BMC']);

export default async function (run: DeleteRun): Promise<void> {
  const targets = await objectTargets(run, run.args.targets, run.flags);
  if (run.flags.force) refuseForce(targets);
  if (run.globals.dryRun === 'none' && targets.length > 0) await run.confirm(questionOf(run, targets));
  await changeEach(run, targets, targetText, (target) => remove(run, target));
}

async function remove(run: DeleteRun, target: Target): Promise<Change> {
  const { dryRun } = run.globals;
  const { kind, object } = target;
  const line = `${targetText(target)} deleted${dryRun === 'none' ? '' : ' (dry run)'}`;
  if (dryRun === 'client') return { object, line };
  const { uid } = object.metadata;
  const options = { signal: run.signal, dryRun: dryRun === 'server' };
  if (run.flags.force) await run.ports.cluster.patch(kind, keyOf(object), allowance(uid), 'merge', options);
  // Only the very object that was shown, not one of the same name made since.
  const existed = await run.ports.cluster.delete(kind, keyOf(object), {
    ...options,
    ...(uid === undefined ? {} : { uid }),
  });
  if (!existed) return { object, line: `${targetText(target)} unchanged: it is gone` };
  if (!run.flags.orphanFinalizers || finalizersOf(target).length === 0) return { object, line };
  return { object, line: await orphan(run, target, line) };
}

/** The deletion is asked for first: whoever is killed here leaves an object that a reconciler may still clean up after. */
async function orphan(run: DeleteRun, { kind, object }: Target, line: string): Promise<string> {
  if (run.globals.dryRun !== 'none') return `${line}, its finalizers taken off`;
  const now = await run.ports.cluster.get(kind, keyOf(object), run.signal);
  // A reconciler may have let it go meanwhile: nothing is orphaned then.
  if (now === undefined || now.metadata.uid !== object.metadata.uid) return line;
  const patch = { metadata: { uid: now.metadata.uid, finalizers: null } };
  try {
    await run.ports.cluster.patch(kind, keyOf(object), patch, 'merge', { signal: run.signal });
  } catch (error) {
    if (isMetalError(error) && error.code === 'NOT_FOUND') return line;
    throw error;
  }
  return `${line}, its finalizers taken off`;
}

/** Asks the operator, whose webhook refuses otherwise. The uid makes sure that it is the object that was shown. */
const allowance = (uid: string | undefined): unknown => ({
  metadata: {
    ...(uid === undefined ? {} : { uid }),
    annotations: { [annotations.operation]: operations.allowInProgressDelete },
  },
});

/** @throws UserError USAGE */
function refuseForce(targets: readonly Target[]): void {
  const other = targets.find(({ kind }) => kind.kind !== 'Server');
  if (other === undefined) return;
  throw new UserError('USAGE', `--force is about servers in maintenance, and ${targetText(other)} is none`, {
    hint: '--orphan-finalizers   when a finalizer is never taken off',
  });
}

function questionOf(run: DeleteRun, targets: readonly Target[]): Question {
  const [first] = targets;
  const { orphanFinalizers } = run.flags;
  const isTyped = orphanFinalizers || targets.some(({ kind }) => machines.has(kind.kind));
  const many = `${targets.length} objects`;
  const plan = deletionPlan(targets, orphanFinalizers);
  return {
    level: isTyped ? 3 : 2,
    what: targets.length === 1 && first !== undefined ? `deleting ${targetText(first)}` : `deleting ${many}`,
    plan: orphanFinalizers ? [...plan, ...leftBehind(targets)] : plan,
    targets: targets.map(({ object }) => object),
    typed: targets.length === 1 ? (first?.object.metadata.name ?? '') : String(targets.length),
  };
}
