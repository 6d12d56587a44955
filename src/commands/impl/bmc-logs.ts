/** Body of `bmc logs`. */
import { isMetalError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import { neutralise as plain } from '../../lib/sanitize.js';
import type { LogEntry } from '../../ports/bmc.js';
import type { bmcLogsCommand } from '../bmc.js';
import { chooseLog, leastSeverity, logColumns, logRow, severityOf } from './bmc-log-choice.js';
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

/** What the BMC pushes is a reason to look; without a stream the log is read now and then. */
async function follow(run: LogsRun, place: BmcPlace, log: string, shown: readonly LogEntry[]): Promise<ExitName> {
  const known = new Set(shown.map(keyOf));
  const news = async (): Promise<void> => {
    const entries = await place.bmc.logEntries(log, run.flags.limit);
    const fresh = entries.filter((entry) => !known.has(keyOf(entry)) && isWanted(run, entry)).reverse();
    for (const entry of fresh) {
      known.add(keyOf(entry));
      if (run.out.isMachine) await run.out.event({ bmc: place.name, ...entry });
      else await run.out.document({ kind: 'LogEntry' }, () => `${logRow(entry).map(plain).join('  ')}\n`);
    }
  };
  try {
    for await (const _ of heartbeats(run, place)) await news();
  } catch (error) {
    if (!run.signal.aborted) throw error;
  }
  return 'OK';
}

const pollMs = 10_000;

async function* heartbeats(run: LogsRun, { bmc }: BmcPlace): AsyncIterable<void> {
  try {
    for await (const _ of bmc.events(run.signal)) yield;
  } catch (error) {
    if (!isMetalError(error) || error.code !== 'BMC_UNSUPPORTED') throw error;
    run.talk.note('the BMC pushes no events: its log is read every 10 s');
  }
  for (;;) {
    await run.ports.clock.sleep(pollMs, run.signal);
    yield;
  }
}

const keyOf = ({ id, at = '', message }: LogEntry): string => `${id} ${at} ${message}`;
