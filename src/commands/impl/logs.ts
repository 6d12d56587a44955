/** Body of `logs`. */
import { resolveKind } from '../../api/names.js';
import { UserError } from '../../errors/classes.js';
import { neutralise } from '../../lib/sanitize.js';
import type { logsCommand } from '../logs.js';
import type { Run } from './kit/run.js';
import { type LogLine, linesOf } from './log-lines.js';
import { readPods } from './logs-pods.js';
import { followRuns, type RunRecord, readRuns } from './run-journal.js';

type LogsRun = Run<typeof logsCommand>;

export default async function (run: LogsRun): Promise<void> {
  const isWanted = filterOf(run);
  if (run.flags.watch) return follow(run, isWanted);
  const lines = (run.flags.fromCluster ? await ofPods(run) : chosen(run, await readRuns()).flatMap(linesOf)).filter(
    isWanted,
  );
  if (run.out.format.kind === 'jsonl') {
    for (const line of lines) await run.out.event(line);
    return;
  }
  if (lines.length === 0)
    run.talk.note(`No pass of this ${run.flags.fromCluster ? 'cluster' : 'machine'} has anything to tell.`);
  await run.out.document({ kind: 'RunLog', lines }, () => (lines.length === 0 ? '' : rowsOf(lines)));
}

/** What there is, and then what passes write down, until a signal. */
async function follow(run: LogsRun, isWanted: (line: LogLine) => boolean): Promise<void> {
  const { fromCluster, run: id = '' } = run.flags;
  if (fromCluster)
    throw new UserError('USAGE', '--from-cluster shows what pods have said so far', {
      hint: 'kubectl logs -f -n metalctl-system deploy/metalctl',
    });
  let hasHeader = false;
  for await (const records of followRuns(run.signal)) {
    const wanted = recentOf(run, records).filter((record) => record.run.startsWith(id));
    const lines = wanted.flatMap(linesOf).filter(isWanted);
    if (lines.length === 0) continue;
    if (run.out.isMachine) for (const line of lines) await run.out.event(line);
    else await run.out.rows(rowsOf(lines), !hasHeader && run.globals.headers !== false);
    hasHeader = true;
  }
}

const recentOf = ({ flags: { since }, out }: LogsRun, records: readonly RunRecord[]): readonly RunRecord[] =>
  records.filter(({ endedAt }) => since === undefined || out.times.nowMs - Date.parse(endedAt) <= since);

/** @throws UserError NOT_FOUND for a run that is not in the journal */
function chosen(line: LogsRun, records: readonly RunRecord[]): readonly RunRecord[] {
  const { run } = line.flags;
  const recent = recentOf(line, records);
  if (run === undefined) return recent;
  const found = recent.filter((record) => record.run.startsWith(run));
  if (found.length > 0) return found;
  throw new UserError('NOT_FOUND', `run ${run} is not in this journal`, {
    why: 'this machine keeps its own passes for 30 days; those of a CronJob are in the logs of its pods',
    hint: ['metalctl logs   shows the runs there are', 'metalctl logs --from-cluster'],
  });
}

/** @throws UserError NOT_FOUND for a run no pod has told of */
async function ofPods(run: LogsRun): Promise<readonly LogLine[]> {
  const { run: id, since, managerNamespace } = run.flags;
  const lines = await readPods(run, { namespace: managerNamespace, sinceMs: since });
  if (id === undefined) return lines;
  const found = lines.filter((line) => line.run.startsWith(id));
  if (found.length > 0) return found;
  throw new UserError('NOT_FOUND', `no pod in namespace ${managerNamespace} tells of run ${id}`, {
    why: 'a pod is gone some passes later, and its log with it; a run that changed nothing tells nothing',
    hint: 'metalctl logs --from-cluster   shows the runs there are',
  });
}

/** @throws UserError USAGE */
function filterOf({ args, flags }: LogsRun): (line: LogLine) => boolean {
  const { about = 'reconcile' } = args;
  const [word = '', name, more] = about.split('/');
  const kind = resolveKind(word);
  if (about !== 'reconcile' && (kind === undefined || name === undefined || more !== undefined)) {
    throw new UserError('USAGE', `"${about}" has no journal`, { hint: ['metalctl logs', 'metalctl logs server/NAME'] });
  }
  const object = kind === undefined ? undefined : `${kind.singular}/${name}`;
  return (line) =>
    (object === undefined || isAbout(line.object, object)) && (!flags.errors || line.outcome === 'failed');
}

/** `serverclaim/db` is `serverclaim/default/db` too: whoever asks may leave the namespace out. */
function isAbout(line: string, object: string): boolean {
  const [kind, name] = object.split('/');
  return line === object || (line.startsWith(`${kind}/`) && line.endsWith(`/${name}`));
}

const rowsOf = (lines: readonly LogLine[]) => ({
  columns: ['TIME', 'RUN', 'OUTCOME', 'OBJECT', 'REASON', 'MESSAGE'].map((header) => ({ header })),
  rows: lines.map(({ time, run, outcome, object, reason, message }) =>
    [time.slice(0, 19).replace('T', ' '), run, outcome, object, reason, message].map(neutralise),
  ),
});
