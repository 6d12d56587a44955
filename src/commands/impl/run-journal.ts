/** The journal of passes: a file per run in the state directory, for thirty days. `logs` reads it. */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, watch } from 'node:fs/promises';
import { join } from 'node:path';
import { stateDir } from '../../lib/state-dir.js';
import { writeWhole } from '../../lib/whole-file.js';
import type { ObjectReport, ReconcileReport } from '../../reconcile/runtime/report.js';

/** One pass, as it is remembered. */
export interface RunRecord {
  readonly run: string;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly passes: number;
  readonly writes: number;
  readonly bmcCalls: number;
  /** Objects to which something happened, or did not and should have. */
  readonly objects: readonly ObjectReport[];
}

const keptMs = 30 * 86_400_000;
const folder = (): string => join(stateDir(), 'runs');
/** Sorts by time, and holds no character that a file system minds. */
const fileOf = ({ startedAt, run }: RunRecord): string => `${startedAt.replace(/[:.]/g, '')}-${run}.json`;

/** What a run is called from its beginning: in its log lines, its report and the journal. */
export const newRun = (): string => randomUUID().slice(0, 8);

/** What a pass leaves behind. Objects that were as they should be are left out. */
export const recordOf = (report: ReconcileReport, startedAt: Date, endedAt: Date, run = newRun()): RunRecord => ({
  run,
  startedAt: startedAt.toISOString(),
  endedAt: endedAt.toISOString(),
  passes: report.passes,
  writes: report.writes,
  bmcCalls: report.bmcCalls,
  objects: report.objects.filter(({ outcome }) => outcome !== 'unchanged'),
});

/** Writes a record, readable by its owner only, and takes away those that are too old. */
export async function keepRun(record: RunRecord): Promise<void> {
  await mkdir(folder(), { recursive: true, mode: 0o700 });
  await writeWhole(join(folder(), fileOf(record)), `${JSON.stringify(record)}\n`);
  const oldest = fileOf({ ...record, startedAt: new Date(Date.parse(record.startedAt) - keptMs).toISOString() });
  const old = (await filesOf()).filter((file) => file < oldest);
  await Promise.all(old.map((file) => rm(join(folder(), file), { force: true })));
}

/** All records, oldest first. One that cannot be read is left out: a pass is told by its own report as well. */
export async function readRuns(): Promise<RunRecord[]> {
  return recordsIn((await filesOf()).sort());
}

/** What `readRuns` gives, and then what is written later, until the signal. The folder tells when there is more. */
export async function* followRuns(signal: AbortSignal): AsyncGenerator<readonly RunRecord[]> {
  await mkdir(folder(), { recursive: true, mode: 0o700 });
  const changes = watch(folder(), { signal });
  const seen = new Set<string>();
  const fresh = async (): Promise<readonly RunRecord[]> => {
    const files = (await filesOf()).filter((file) => !seen.has(file)).sort();
    for (const file of files) seen.add(file);
    return recordsIn(files);
  };
  yield await fresh();
  try {
    for await (const _ of changes) {
      const records = await fresh();
      if (records.length > 0) yield records;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function recordsIn(files: readonly string[]): Promise<RunRecord[]> {
  const records: RunRecord[] = [];
  for (const file of files) {
    try {
      records.push(JSON.parse(await readFile(join(folder(), file), 'utf8')) as RunRecord);
    } catch (error) {
      if (!(error instanceof SyntaxError) && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return records;
}

async function filesOf(): Promise<string[]> {
  try {
    return (await readdir(folder())).filter((file) => file.endsWith('.json'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
