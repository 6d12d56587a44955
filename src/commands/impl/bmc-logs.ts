/** Body of `bmc logs`. */
import type { ExitName } from '../../errors/exit.js';
import { neutralise as plain } from '../../lib/sanitize.js';
import type { LogEntry } from '../../ports/bmc.js';
import type { bmcLogsCommand } from '../bmc.js';
import { chooseLog, leastSeverity, logColumns, logRow, severityOf } from './bmc-log-choice.js';
import { freshEntries } from './bmc-log-feed.js';
import { type BmcPlace, bmcPlace, systemAt } from './kit/bmc-places.js';
import type { Run } from './kit/run.js';

type LogsRun = Run<typeof bmcLogsCommand>;

export default async function (run: LogsRun): Promise<ExitName | undefined> {
  const place = await bmcPlace(run, run.args.target);
  const logs = await place.bmc.logs((await systemAt(place)).uri);
  if (run.flags.list) {
    await run.out.document({ kind: 'LogList', bmc: place.name, logs }, () => ({
      columns: [{ header: 'ID' }, { header: 'OWNER' }, { header: 'CLEARABLE' }, { header: 'PATH' }],
      rows: logs.map(({ id, owner, canBeCleared, uri }) => [id, owner, canBeCleared ? 'yes' : 'no', uri]),
    }));
    return undefined;
  }
  const log = chooseLog(logs, run.flags.log);
  const entries = (await place.bmc.logEntries(log.uri, run.flags.limit)).filter((entry) => isWanted(run, entry));
  await show(run, place.name, log.id, entries);
  return run.flags.watch ? follow(run, place, log.uri, entries) : undefined;
}

function isWanted({ flags, out }: LogsRun, entry: LogEntry): boolean {
  if (severityOf(entry) < leastSeverity(flags.severity)) return false;
  if (flags.since === undefined) return true;
  // An entry without a readable time cannot be said to be too old.
  return entry.at === undefined || Date.parse(entry.at) >= out.times.nowMs - flags.since;
}

async function show(run: LogsRun, bmc: string, log: string, entries: readonly LogEntry[]): Promise<void> {
  if (run.out.format.kind === 'jsonl') {
    for (const entry of entries) await run.out.event({ bmc, log, ...entry });
    return;
  }
  if (entries.length === 0 && !run.flags.watch) run.talk.note(`No such entries in ${log}.`);
  await run.out.document({ kind: 'LogReport', bmc, log, entries }, () =>
    entries.length === 0 ? '' : { columns: logColumns, rows: entries.map(logRow) },
  );
}

async function follow(run: LogsRun, place: BmcPlace, log: string, known: readonly LogEntry[]): Promise<ExitName> {
  const { signal, talk, flags } = run;
  const { clock } = run.ports;
  const feed = { clock, signal, most: flags.limit, known, onPoll: talk.note };
  try {
    for await (const entry of freshEntries(place.bmc, log, feed)) {
      if (!isWanted(run, entry)) continue;
      if (run.out.isMachine) await run.out.event({ bmc: place.name, ...entry });
      else await run.out.text(`${logRow(entry).map(plain).join('  ')}\n`);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return 'OK';
}
