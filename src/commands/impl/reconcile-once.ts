/** `reconcile --once`: the pass, its report and its exit code. */
import Table from 'cli-table3';
import { isMetalError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import { neutralise } from '../../lib/sanitize.js';
import { writeWhole } from '../../lib/whole-file.js';
import { type ObjectReport, type ReconcileReport, reconcileOnce, type Settings } from '../../reconcile/index.js';
import { type Holding, holdLease } from '../../reconcile/runtime/lease.js';
import { besideNobody, type ReconcileRun, runnerPorts, serveRegistry, workOf } from './reconcile.js';
import { exitOf, problemOf } from './reconcile-ending.js';
import { keepRun, newRun, type RunRecord, recordOf } from './run-journal.js';

type Work = ReturnType<typeof workOf>;

export async function reconcilePass(run: ReconcileRun, settings: Settings): Promise<ExitName | undefined> {
  const { registrations, inScope, ...work } = workOf(run, settings);
  const lease = await takeLease(run, work);
  if (lease === undefined) return undefined;
  const registry = run.flags.holdForProbe === undefined ? undefined : await serveRegistry(run);
  const startedAt = run.ports.clock.now();
  const runId = newRun();
  try {
    const { flags } = run;
    const result = await reconcileOnce(runnerPorts(run, runId, registry), {
      registrations,
      settings,
      mayWrite: () => lease.isHeld(),
      isReadOnly: flags.readOnly,
      maxPasses: flags.maxPasses,
      deadlineMs: Math.max(flags.deadline, flags.holdForProbe ?? 0),
      settle: flags.settle || flags.holdForProbe !== undefined,
      signal: run.signal,
      ...(flags.maxChanges === undefined ? {} : { maxChanges: flags.maxChanges }),
      ...(inScope === undefined ? {} : { inScope }),
    });
    const record = recordOf(result.report, startedAt, run.ports.clock.now(), runId);
    await remember(run, record);
    await tell(run, result.report, record);
    const strictness = { isDetailed: flags.detailedExitcode, failOn: flags.failOn };
    const problem = problemOf(result, strictness);
    if (problem !== undefined) throw problem;
    return exitOf(result, strictness);
  } finally {
    await registry?.close();
    await run.ports.bmc.close(3_000);
    await lease.release();
  }
}

/** Undefined when `--lease-skip` ends the pass quietly. @throws ConflictError LEASE_HELD */
async function takeLease(
  run: ReconcileRun,
  { lease, alone }: Pick<Work, 'lease' | 'alone'>,
): Promise<Holding | undefined> {
  const { cluster, clock, log } = run.ports;
  const { leaseWait, leaseSkip } = run.flags;
  let held: Holding | undefined;
  try {
    await besideNobody(run);
    held = await holdLease({
      cluster,
      clock,
      log,
      ...lease,
      signal: run.signal,
      onWait: (holder) =>
        run.talk.note(
          `lease ${lease.namespace}/${lease.name} names "${holder}"; watching for up to 15s whether it lives`,
        ),
      ...(leaseWait === undefined ? {} : { waitMs: leaseWait }),
    });
    await alone();
    return held;
  } catch (error) {
    await held?.release();
    if (!leaseSkip || !isMetalError(error) || error.code !== 'LEASE_HELD') throw error;
    run.talk.note(`skipped: ${error.why ?? error.message}`);
    return undefined;
  }
}

/** In the journal that `logs` reads. A pod with a read-only root has none, and says so only to who looks. */
async function remember(run: ReconcileRun, record: RunRecord): Promise<void> {
  const { log } = run.ports;
  await keepRun(record).catch((error: Error) =>
    log.log('debug', 'the run is not kept in the journal', { why: error.message }),
  );
}

/** The report names its run: where nothing else is kept, `logs --from-cluster` reads it off a pod. */
async function tell(run: ReconcileRun, report: ReconcileReport, record: RunRecord): Promise<void> {
  const { report: file, metricsFile } = run.flags;
  if (metricsFile !== undefined) {
    const { writeMetrics } = await import('./reconcile-metrics.js');
    await writeMetrics(metricsFile, report, run.ports.clock.now(), await run.listeners());
  }
  const { run: id, startedAt, endedAt } = record;
  const document = { ...report, run: id, startedAt, endedAt };
  if (file !== undefined && file !== '-') await writeWhole(file, `${JSON.stringify(document, null, 2)}\n`);
  await run.out.document(document, () => reportText(report));
}

const told: ReadonlySet<string> = new Set(['failed', 'deferred', 'oscillating']);

/** Table per kind, then what failed, what waits for a person and what for time, then the sum. */
export function reportText(report: ReconcileReport): string {
  const kinds = [...new Set(report.objects.map(({ kind }) => kind))];
  const rows = kinds.map((kind) =>
    totalsOf(
      kind,
      report.objects.filter((object) => object.kind === kind),
    ),
  );
  const head = ['KIND', 'SEEN', 'CHANGED', 'DEFERRED', 'FAILED', 'BMC CALLS', 'TIME'];
  const table = columns([head, ...rows], ['left', ...head.slice(1).map(() => 'right' as const)]);
  const details = report.objects.filter(({ outcome, isStalled }) => told.has(outcome) || isStalled).map(detail);
  const next = report.objects.flatMap(({ due }) => (due === undefined ? [] : [due])).sort()[0];
  const sum = `${plural(report.passes, 'round')}, ${plural(report.writes, 'write')}, ${plural(report.bmcCalls, 'BMC call')} in ${report.seconds.toFixed(1)}s.`;
  const hint = next === undefined ? '' : ` Next pass is useful at ${next.slice(11, 19)}.`;
  if (report.objects.length === 0) return `No objects in scope. ${sum}\n`;
  return [...table, ...columns(details), `${sum}${hint}`, ''].join('\n');
}

function totalsOf(kind: string, objects: readonly ObjectReport[]): string[] {
  const count = (outcome: ObjectReport['outcome']): string =>
    String(objects.filter((object) => object.outcome === outcome).length);
  const calls = objects.reduce((sum, object) => sum + object.bmcCalls, 0);
  const ms = objects.reduce((sum, object) => sum + object.durationMs, 0);
  return [
    kind,
    String(objects.length),
    count('changed'),
    count('deferred'),
    count('failed'),
    String(calls),
    `${(ms / 1_000).toFixed(1)}s`,
  ];
}

const detail = (object: ObjectReport): string[] => [
  object.isStalled ? 'STALLED' : object.outcome.toUpperCase(),
  `${object.kind.toLowerCase()}/${object.name}`,
  object.code ?? object.because,
  neutralise(object.message),
  object.due === undefined ? '' : `due ${object.due.slice(11, 19)}`,
];

/** Aligned columns, two spaces apart, without borders: the summary is read in terminals and in CI logs alike. */
function columns(rows: readonly (readonly string[])[], colAligns: ('left' | 'right')[] = []): string[] {
  const nothing = Object.fromEntries(borders.map((name) => [name, '']));
  const style = { 'padding-left': 0, 'padding-right': 0, border: [], head: [] };
  const table = new Table({ chars: { ...nothing, middle: '  ' }, style, colAligns });
  table.push(...rows.map((row) => [...row]));
  return rows.length === 0
    ? []
    : table
        .toString()
        .split('\n')
        .map((line) => line.trimEnd());
}

const borders = [
  'top',
  'top-mid',
  'top-left',
  'top-right',
  'bottom',
  'bottom-mid',
  'bottom-left',
  'bottom-right',
  'left',
  'left-mid',
  'mid',
  'mid-mid',
  'right',
  'right-mid',
] as const;

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
