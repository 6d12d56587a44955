/** Body of `move`. */
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { isMetalError, UserError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import type { MoveRecord } from '../../workflows/move/journal.js';
import {
  begin,
  carryOn,
  compareSides,
  type MovePlan,
  type MovePorts,
  pauseOnly,
  planMove,
  rehearse,
  requireReady,
  takeBack,
} from '../../workflows/move/move.js';
import type { moveCommand } from '../move.js';
import { type Steps, stepsOf } from './copy-steps.js';
import type { Run } from './kit/run.js';
import { fileJournal, journalPath, readJournal } from './move-journal.js';
import { planLines, printEnd, printPlan, tellInterrupted } from './move-print.js';

type MoveRun = Run<typeof moveCommand>;

export default async function (run: MoveRun): Promise<ExitName | undefined> {
  const { resume, rollback } = run.flags;
  if (resume !== undefined && rollback !== undefined)
    throw new UserError('USAGE', '--resume and --rollback exclude each other');
  const path = resume ?? rollback;
  const steps = stepsOf(run, 'move');
  try {
    return await (path === undefined ? start(run, steps) : goOn(run, resolve(path), rollback !== undefined, steps));
  } finally {
    steps.end();
  }
}

async function start(run: MoveRun, steps: Steps): Promise<ExitName | undefined> {
  const id = randomUUID();
  const ports = await portsOf(run, sidesOf(run), journalPath(id), steps);
  const { selector, pause, deleteSource, managerNamespace } = run.flags;
  if (run.flags.verify) return compare(run, ports);
  const isPlan = run.globals.plan;
  const plan = await planMove(ports, { selector, namespace: run.globals.namespace, signal: run.signal });
  const isDry = run.globals.dryRun !== 'none';
  if (isPlan || isDry) await printPlan(run, plan);
  requireReady(plan);
  if (plan.items.length === plan.common.size) {
    if (!isPlan && !isDry) await printPlan(run, plan);
    return undefined;
  }
  if (isPlan) return 'CHANGES';
  if (isDry) return run.globals.dryRun === 'server' ? rehearse(ports, plan, id) : undefined;
  await run.confirm(questionOf(plan, deleteSource));
  const record = await begin(ports, plan, { id, ...sidesOf(run), managerNamespace, deleteSource });
  run.talk.note(`journal ${journalPath(id)}`);
  if (pause) {
    await pauseOnly(ports, record);
    run.talk.note(`the source is paused; metalctl move --resume ${journalPath(id)} goes on`);
    return undefined;
  }
  return perform(run, ports, record, journalPath(id));
}

/** @throws PermanentError MOVE_VERIFY */
async function compare(run: MoveRun, ports: MovePorts): Promise<undefined> {
  const { namespace } = run.globals;
  const count = await compareSides(ports, { selector: run.flags.selector, namespace, signal: run.signal });
  await run.out.document(
    { kind: 'MoveVerification', objects: count },
    () => `${count} objects are the same in source and target\n`,
  );
  return undefined;
}

const questionOf = (plan: MovePlan, deleteSource: boolean) => ({
  level: deleteSource ? (3 as const) : (2 as const),
  what: deleteSource ? 'moving, and deleting the source,' : 'moving',
  plan: planLines(plan),
  typed: String(plan.items.length),
});

async function goOn(run: MoveRun, path: string, isRollback: boolean, steps: Steps): Promise<ExitName | undefined> {
  const record = await readJournal(path);
  const given = run.flags;
  const sides = {
    source: pick(record.source, given.sourceKubeconfig, given.sourceContext),
    target: pick(record.target, given.targetKubeconfig, given.targetContext),
  };
  const ports = await portsOf(run, sides, path, steps);
  if (!isRollback) return perform(run, ports, await withDeletion(run, record), path);
  const now = await interruptible(run, path, () => takeBack(ports, record));
  await printEnd(run, now, path);
  return undefined;
}

/** A move that ended without deleting the source may be told to do so later. */
async function withDeletion(run: MoveRun, record: MoveRecord): Promise<MoveRecord> {
  if (!run.flags.deleteSource || record.deleteSource) return record;
  const count = record.objects.length;
  const plan = [`PLAN  delete ${count} objects of the source, without running their finalizers · hardware calls: 0`];
  await run.confirm({ level: 3, what: 'deleting the source', plan, typed: String(count) });
  return { ...record, deleteSource: true, ...(record.phase === 'done' ? { phase: 'moved' as const } : {}) };
}

const pick = (side: MoveRecord['source'], kubeconfig: string | undefined, context: string | undefined) => ({
  kubeconfig: kubeconfig ?? side.kubeconfig,
  context: context ?? side.context,
});

/** Goes to the end; what fails before the hand-over is taken back, unless that was forbidden. */
async function perform(run: MoveRun, ports: MovePorts, record: MoveRecord, path: string): Promise<undefined> {
  try {
    const now = await interruptible(run, path, () => carryOn(ports, record));
    await printEnd(run, now, path);
  } catch (error) {
    if (run.signal.aborted || !isMetalError(error)) throw error;
    const { phase } = await readJournal(path);
    const isOpen = phase === 'pausing' || phase === 'copying';
    if (!isOpen || run.flags.rollbackOnFailure === false) {
      run.talk.note(`metalctl move --resume ${path}   goes on${isOpen ? '; --rollback takes the copies back' : ''}`);
      throw error;
    }
    run.talk.note(`failed before the hand-over: taking the copies back`);
    await takeBack(ports, { ...record, phase });
    run.talk.note('taken back: the target is as it was, the source goes on');
    throw error;
  }
  return undefined;
}

async function interruptible(run: MoveRun, path: string, work: () => Promise<MoveRecord>): Promise<MoveRecord> {
  try {
    return await work();
  } catch (error) {
    if (run.signal.aborted) tellInterrupted(run, await readJournal(path), path);
    throw error;
  }
}

interface Sides {
  readonly source: { readonly kubeconfig?: string | undefined; readonly context?: string | undefined };
  readonly target: { readonly kubeconfig?: string | undefined; readonly context?: string | undefined };
}

/** Absolute paths: the journal may be read from another folder. @throws UserError USAGE */
function sidesOf({ flags, globals }: MoveRun): Sides {
  const side = (name: 'source' | 'target', file: string | undefined, context: string | undefined) => {
    if (file === undefined && context === undefined)
      throw new UserError('USAGE', `which cluster is the ${name}?`, {
        hint: [`--${name}-context CTX`, `--${name}-kubeconfig FILE`],
      });
    const kubeconfig = file ?? globals.kubeconfig;
    return { kubeconfig: kubeconfig === undefined ? undefined : resolve(kubeconfig), context };
  };
  return {
    source: side('source', flags.sourceKubeconfig, flags.sourceContext),
    target: side('target', flags.targetKubeconfig, flags.targetContext),
  };
}

async function portsOf(run: MoveRun, { source, target }: Sides, journal: string, steps: Steps): Promise<MovePorts> {
  const { clock, log } = run.ports;
  return {
    source: await run.openCluster(source),
    target: await run.openCluster(target),
    clock,
    log,
    signal: run.signal,
    journal: fileJournal(journal),
    onStep: steps.tell,
  };
}
