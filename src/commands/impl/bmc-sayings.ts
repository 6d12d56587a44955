/** What BMCs wrote down themselves, for commands that show it beside what the cluster knows. One login and a few reads each. */
import { keyText } from '../../api/kind.js';
import { UserError } from '../../errors/classes.js';
import type { LogEntry } from '../../ports/bmc.js';
import { chooseLog, severityOf } from './bmc-log-choice.js';
import { type BmcPlace, type BmcTarget, bmcTargets, systemAt } from './kit/bmc-places.js';
import { type ReadResult, readEach } from './kit/each.js';
import type { AnyRun } from './kit/run.js';
import type { Target } from './kit/targets.js';

/** An entry of the event log of a BMC, as documents tell it. */
export interface BmcSaying extends LogEntry {
  readonly bmc: string;
  readonly log: string;
}

export interface BmcLog {
  readonly place: BmcPlace;
  readonly log: string;
  readonly uri: string;
  /** Newest first. */
  readonly sayings: readonly BmcSaying[];
}

/** Entries asked for at a time: what a log holds beyond them is `bmc logs`. */
export const mostSayings = 100;

/** The BMCs of targets, each once. @throws UserError USAGE for a kind that has none, or when nothing was named */
export async function bmcsOf(run: AnyRun, targets: readonly Target[]): Promise<readonly BmcTarget[]> {
  const names = targets.map(({ kind, object }) => {
    if (kind.kind === 'Server' || kind.kind === 'BMC') return `${kind.singular}/${object.metadata.name}`;
    throw new UserError('USAGE', `${kind.singular}/${keyText(object.metadata)} has no BMC of its own`, {
      hint: 'name servers or BMCs',
    });
  });
  return names.length === 0 ? [] : bmcTargets(run, { names });
}

/** The event log of each BMC. One that cannot be read is among the failures and hides no other. */
export const readBmcLogs = (run: AnyRun, targets: readonly BmcTarget[]): Promise<ReadResult<BmcLog>> =>
  readEach(
    run,
    targets,
    ({ name }) => `bmc/${name}`,
    async (target) => {
      const place = await target.open();
      const { id, uri } = chooseLog(await place.bmc.logs((await systemAt(place)).uri), undefined);
      const entries = await place.bmc.logEntries(uri, mostSayings);
      return { place, log: id, uri, sayings: entries.map((entry) => ({ bmc: place.name, log: id, ...entry })) };
    },
  );

/** The time may be missing: nobody can say then that it is too old. */
export const isRecent = ({ at }: LogEntry, nowMs: number, sinceMs: number | undefined): boolean =>
  sinceMs === undefined || at === undefined || Date.parse(at) >= nowMs - sinceMs;

/** A type of events holds for entries too: `Warning` is whatever is not fine. Their own words hold as well. */
export function isOfType(entry: LogEntry, types: ReadonlySet<string>): boolean {
  if (types.size === 0) return true;
  const asEvent = severityOf(entry) > 0 ? 'warning' : 'normal';
  return types.has(asEvent) || types.has((entry.severity ?? '').toLowerCase());
}
