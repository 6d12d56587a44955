/** Body of `plan`, and of `reconcile --once --plan`: a pass with recording ports, and its steps as a table. */
import type { ExitName } from '../../errors/exit.js';
import { printTable } from '../../lib/output/table.js';
import { neutralise } from '../../lib/sanitize.js';
import type { RunnerPorts, Settings } from '../../reconcile/index.js';
import {
  type ApiStep,
  type BmcStep,
  type FieldChange,
  type Plan,
  type PlanStep,
  planOnce,
} from '../../reconcile/plan/index.js';
import { cryptoIds, deafProbes } from '../../workflows/runner-ports.js';
import type { planCommand } from '../plan.js';
import type { reconcileCommand } from '../reconcile.js';
import type { AnyRun, Run } from './kit/run.js';
import { type ReconcileRun, workOf } from './reconcile.js';
import { registrationsOf, scopeOf, settingsOf } from './reconcile-settings.js';

type PlanRun = Run<typeof planCommand> | Run<typeof reconcileCommand>;

export default async function (run: Run<typeof planCommand>): Promise<ExitName | undefined> {
  return planPass(run, await settingsOf(run.flags, run.globals));
}

/** Exit CHANGES when the pass would change anything, PARTIAL when some objects could not be judged. */
export async function planPass(run: PlanRun, settings: Settings): Promise<ExitName | undefined> {
  const { cluster, bmc, shells, events, clock, log } = run.ports;
  const ports: RunnerPorts = {
    cluster,
    bmcs: bmc,
    shells,
    probes: deafProbes,
    events,
    clock,
    log,
    ids: cryptoIds,
    random: Math.random,
  };
  const { registrations, inScope } =
    'shard' in run.flags
      ? workOf(run as ReconcileRun, settings)
      : { registrations: registrationsOf(run.flags), inScope: scopeOf(run.args.targets, run.flags.selector) };
  try {
    const plan = await planOnce(ports, {
      registrations,
      settings,
      maxPasses: run.flags.maxPasses,
      deadlineMs: run.flags.deadline,
      signal: run.signal,
      ...(inScope === undefined ? {} : { inScope }),
      ...('readOnly' in run.flags ? { isReadOnly: run.flags.readOnly } : {}),
    });
    return await printPlan(run, plan);
  } finally {
    await bmc.close(3_000);
  }
}

/** Prints the steps. Exit CHANGES when there are any, PARTIAL when some objects could not be judged. */
export async function printPlan({ out }: AnyRun, plan: Plan): Promise<ExitName | undefined> {
  const failed = plan.report.objects.filter(({ outcome }) => outcome === 'failed');
  const unknown = failed.map(({ kind, name, message }) => ({ kind, name, message }));
  await out.document({ kind: 'Plan', steps: plan.steps, unknown }, () => planText(plan));
  if (failed.length > 0) return 'PARTIAL';
  return plan.steps.length > 0 ? 'CHANGES' : undefined;
}

function planText({ steps, report }: Plan): string {
  const rows = steps.flatMap((step, at) => rowsOf(step, at + 1));
  const columns = [
    { header: '#', align: 'right' as const },
    ...['', 'OBJECT', 'FIELD / ACTION', 'FROM', 'TO'].map((header) => ({ header })),
  ];
  const table = rows.length === 0 ? '' : printTable(columns, rows).text;
  const failed = report.objects.filter(({ outcome }) => outcome === 'failed');
  const unknown = failed.map(
    ({ kind, name, message }) => `unknown  ${kind.toLowerCase()}/${name}: ${neutralise(message)}\n`,
  );
  return `${table}${unknown.join('')}${sumOf(steps)}\n`;
}

const marks = { create: '+', update: '~', delete: '-' } as const;

/** One line per field; the number and the object stand on the first. */
function rowsOf(step: PlanStep, number: number): string[][] {
  if (step.to === 'bmc') return [[String(number), '>', `bmc/${step.bmc}`, step.action, '', neutralise(step.detail)]];
  const head = [String(number), marks[step.verb], `${step.kind.toLowerCase()}/${step.name}`];
  const lines = step.verb === 'update' ? step.changes.map(changeCells) : [[step.verb, '', '']];
  return lines.map((cells, at) => [...(at === 0 ? head : [' ', ' ', ' ']), ...cells]);
}

const changeCells = ({ path, from, to }: FieldChange): string[] => [path, valueText(from), valueText(to)];

/** Values in a few words; `-` for none. */
function valueText(value: unknown): string {
  if (value === undefined || value === null) return '-';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return neutralise(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

const power: ReadonlySet<string> = new Set(['setPower', 'reset']);

function sumOf(steps: readonly PlanStep[]): string {
  if (steps.length === 0) return 'Nothing to do.';
  const writes = steps.filter((step): step is ApiStep => step.to === 'api').length;
  const calls = steps.filter((step): step is BmcStep => step.to === 'bmc');
  const machines = new Set(calls.map(({ bmc }) => bmc)).size;
  const powered = calls.filter(({ action }) => power.has(action)).length;
  const requests = `${count(calls.length, 'BMC request')} to ${count(machines, 'BMC')}, of which ${powered} change power`;
  return `${count(writes, 'API write')}${calls.length === 0 ? ', no BMC request' : `, ${requests}`}. Nothing was done.`;
}
