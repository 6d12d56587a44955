/** Body of `plan`, and of `reconcile --once --plan`: a pass with recording ports, and its steps as a table. */

import { UserError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import { dotGraph, type Graph, mermaidGraph } from '../../lib/output/graph.js';
import { printTable } from '../../lib/output/table.js';
import { neutralise } from '../../lib/sanitize.js';
import type { ObjectReport, ReconcileReport, RunnerPorts, Settings } from '../../reconcile/index.js';
import {
  type ApiStep,
  type BmcStep,
  type FieldChange,
  type Plan,
  type PlanStep,
  planOnce,
  Readings,
} from '../../reconcile/plan/index.js';
import { cryptoIds, deafProbes } from '../../workflows/runner-ports.js';
import type { planCommand } from '../plan.js';
import type { reconcileCommand } from '../reconcile.js';
import { readManifests } from './kit/manifest-files.js';
import { keepPlan, requireNoSecrets } from './kit/plan-file.js';
import type { AnyRun, Run } from './kit/run.js';
import { touchedBy } from './kit/touched.js';
import { resolved } from './kit/wanted.js';
import { type ReconcileRun, workOf } from './reconcile.js';
import { registrationsOf, scopeOf, settingsOf } from './reconcile-settings.js';

type PlanRun = Run<typeof planCommand> | Run<typeof reconcileCommand>;

export default async function (run: Run<typeof planCommand>): Promise<ExitName | undefined> {
  const { file, out } = run.flags;
  if (out !== undefined && file.length === 0) {
    throw new UserError('USAGE', '--out keeps what apply shall do, and there is nothing to apply', {
      hint: ['metalctl plan -f FILE --out PLANFILE', 'metalctl plan -o json > FILE   to read it later'],
    });
  }
  const settings = await settingsOf(run.flags, run.globals);
  return file.length === 0 ? planPass(run, settings) : planManifests(run, settings);
}

/** What applying the manifests would lead to: they lie in the overlay before the reconcilers look. */
async function planManifests(run: Run<typeof planCommand>, settings: Settings): Promise<ExitName | undefined> {
  const { file, out } = run.flags;
  const wanted = await resolved(run, await readManifests(file));
  if (out !== undefined) requireNoSecrets(wanted);
  const readings = new Readings();
  const live = portsOf(run);
  const steps: PlanStep[] = [];
  const named = scopeOf(run.args.targets, run.flags.selector);
  try {
    const plan = await planOnce(
      { ...live, cluster: readings.of(live.cluster) },
      {
        registrations: registrationsOf(run.flags),
        settings,
        inScope: named ?? touchedBy(wanted, steps),
        maxPasses: run.flags.maxPasses,
        deadlineMs: run.flags.deadline,
        depth: run.flags.depth,
        signal: run.signal,
        steps,
        before: async (cluster) => {
          for (const { kind, key, object } of wanted) await cluster.patch(kind, key, object, 'apply');
        },
      },
    );
    const restsOn = readings.basisOf(steps);
    if (out !== undefined)
      await keepPlan(run, out, {
        wanted,
        files: file,
        steps,
        unknown: unknownOf(plan),
        restsOn,
        now: run.ports.clock.now(),
      });
    return await printPlan(run, plan);
  } finally {
    await run.ports.bmc.close(3_000);
  }
}

function portsOf(run: PlanRun): RunnerPorts {
  const { cluster, bmc: bmcs, shells, events, clock, log } = run.ports;
  return { cluster, bmcs, shells, probes: deafProbes, events, clock, log, ids: cryptoIds, random: Math.random };
}

/** Exit CHANGES when the pass would change anything, PARTIAL when some objects could not be judged. */
export async function planPass(run: PlanRun, settings: Settings): Promise<ExitName | undefined> {
  const { registrations, inScope } =
    'shard' in run.flags
      ? workOf(run as ReconcileRun, settings)
      : { registrations: registrationsOf(run.flags), inScope: scopeOf(run.args.targets, run.flags.selector) };
  try {
    const plan = await planOnce(portsOf(run), {
      registrations,
      settings,
      maxPasses: run.flags.maxPasses,
      deadlineMs: run.flags.deadline,
      signal: run.signal,
      ...(inScope === undefined ? {} : { inScope }),
      ...('depth' in run.flags ? { depth: run.flags.depth } : {}),
      ...('readOnly' in run.flags ? { isReadOnly: run.flags.readOnly } : {}),
    });
    return await printPlan(run, plan);
  } finally {
    await run.ports.bmc.close(3_000);
  }
}

/** Prints the steps. Exit CHANGES when there are any, PARTIAL when some objects could not be judged. */
export async function printPlan({ out }: AnyRun, plan: Plan): Promise<ExitName | undefined> {
  const unknown = unknownOf(plan);
  const form = out.format.kind;
  if (form === 'mermaid') await out.text(mermaidGraph(graphOf(plan.steps)));
  else if (form === 'dot') await out.text(dotGraph(graphOf(plan.steps)));
  else await out.document({ kind: 'Plan', steps: plan.steps, unknown }, () => planText(plan));
  if (unknown.length > 0) return 'PARTIAL';
  return plan.steps.length > 0 ? 'CHANGES' : undefined;
}

/** Objects that could not be judged. */
const unknownOf = ({ report }: Pick<Plan, 'report'>) =>
  report.objects
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ kind, name, message }) => ({ kind, name, message }));

/** Where the road ends without having led to rest. */
const waitsOf = ({ objects }: ReconcileReport): ObjectReport[] =>
  objects.filter(({ outcome, isStalled }) => outcome === 'deferred' || isStalled);

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
  const waits = waitsOf(report).map(
    ({ kind, name, because, message }) =>
      `waits    ${kind.toLowerCase()}/${name}: ${because}  ${neutralise(message)}\n`,
  );
  const isRoad = steps.some(({ to }) => to === 'assumed');
  return `${table}${unknown.join('')}${isRoad ? waits.join('') : ''}${sumOf(steps)}\n`;
}

/** A frame for each object with its steps; the arrows are the order. */
function graphOf(steps: readonly PlanStep[]): Graph {
  const nodes = steps.map((step, at) => {
    const [, mark = '', group = ''] = rowsOf(step, at + 1)[0] ?? [];
    const what = rowsOf(step, at + 1).map(([, , , field = '', from = '', to = '']) => [
      field,
      from === '' || from === '-' ? '' : `${from} →`,
      to,
    ]);
    return {
      id: String(at + 1),
      group,
      label: `${at + 1} ${mark} ${what.map((row) => row.filter(Boolean).join(' ')).join('; ')}`,
    };
  });
  return { nodes, edges: nodes.slice(1).map(({ id }, at) => [String(at + 1), id] as const) };
}

const marks = { create: '+', update: '~', delete: '-' } as const;

/** One line per field; the number and the object stand on the first. */
function rowsOf(step: PlanStep, number: number): string[][] {
  if (step.to === 'assumed') return [[String(number), '?', step.object, step.field, '', valueText(step.value)]];
  const doubt = step.isAssumed ? '?' : '';
  if (step.to === 'bmc')
    return [[String(number), `${doubt}>`, `bmc/${step.bmc}`, step.action, '', neutralise(step.detail)]];
  const head = [String(number), `${doubt}${marks[step.verb]}`, `${step.kind.toLowerCase()}/${step.name}`];
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
  const assumed = steps.filter(({ to }) => to === 'assumed').length;
  const supposing = assumed === 0 ? '' : ` Behind the first ? it is assumed that others do their part.`;
  const writes = steps.filter((step): step is ApiStep => step.to === 'api').length;
  const calls = steps.filter((step): step is BmcStep => step.to === 'bmc');
  const machines = new Set(calls.map(({ bmc }) => bmc)).size;
  const powered = calls.filter(({ action }) => power.has(action)).length;
  const requests = `${count(calls.length, 'BMC request')} to ${count(machines, 'BMC')}, of which ${powered} change power`;
  return `${count(writes, 'API write')}${calls.length === 0 ? ', no BMC request' : `, ${requests}`}.${supposing} Nothing was done.`;
}
