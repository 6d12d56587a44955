/** `events --watch`: the cluster's events as they come, and with `--bmc` what the BMCs write down. */
import { Event, type EventObject } from '../../api/kubernetes.js';
import { isMetalError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import { eitherSignal } from '../../lib/either-signal.js';
import { cleaned } from '../../lib/output/clean.js';
import { freshEntries } from './bmc-log-feed.js';
import { type BmcLog, type BmcSaying, bmcsOf, mostSayings, readBmcLogs } from './bmc-sayings.js';
import { type EventsRun, rowsOf, versionOf, type Wanted } from './events.js';
import { follow } from './kit/follow.js';
import type { Target } from './kit/targets.js';

/** Prints one thing after the other: two sources must not mix their lines. */
type Tell = (events: readonly EventObject[], sayings: readonly BmcSaying[]) => Promise<void>;

/** A signal ends it with OK: nothing is left undone. */
export async function watchEvents(run: EventsRun, wanted: Wanted, about: readonly Target[]): Promise<ExitName> {
  const ended = new AbortController();
  const signal = eitherSignal(run.signal, ended.signal);
  const tell = teller(run);
  try {
    const feeds = run.flags.bmc ? await bmcFeeds(run, wanted, about, { tell, signal }) : [];
    await Promise.all([clusterFeed(run, wanted, { tell, signal }), ...feeds]);
  } catch (error) {
    if (!run.signal.aborted || run.signal.reason?.message === 'stdout was closed') throw error;
  } finally {
    ended.abort(new Error('the watch has ended'));
  }
  return 'OK';
}

function teller(run: EventsRun): Tell {
  let isFirst = true;
  let last: Promise<void> = Promise.resolve();
  const write: Tell = async (events, sayings) => {
    if (run.out.isMachine) {
      for (const event of events) await run.out.event(cleaned(event));
      for (const saying of sayings) await run.out.event(saying);
      return;
    }
    const headers = isFirst;
    isFirst = false;
    await run.out.rows(rowsOf(run, events, sayings), headers);
  };
  return (events, sayings) => {
    last = last.then(() => write(events, sayings));
    return last;
  };
}

interface Ways {
  readonly tell: Tell;
  readonly signal: AbortSignal;
}

async function clusterFeed(run: EventsRun, wanted: Wanted, { tell, signal }: Ways): Promise<void> {
  const seen = new Set<string>();
  for await (const change of follow(run.ports.cluster, Event, { clock: run.ports.clock, signal })) {
    const events = change.type === 'SYNC' ? change.items : change.type === 'DELETED' ? [] : [change.object];
    for (const event of events.filter(wanted.event)) {
      if (seen.has(versionOf(event))) continue;
      seen.add(versionOf(event));
      await tell([event], []);
    }
  }
}

/** A BMC that cannot be read is told and left: the others, and the cluster, go on. */
async function bmcFeeds(
  run: EventsRun,
  wanted: Wanted,
  about: readonly Target[],
  ways: Ways,
): Promise<readonly Promise<void>[]> {
  const { values, failures } = await readBmcLogs(run, await bmcsOf(run, about));
  for (const { target, error } of failures) run.talk.warn(`${target}: its log cannot be read: ${error.message}`);
  const past = values.flatMap(({ sayings }) => sayings).filter(wanted.saying);
  if (past.length > 0) await ways.tell([], past);
  return values.map((log) => bmcFeed(run, wanted, log, ways));
}

async function bmcFeed(run: EventsRun, wanted: Wanted, { place, log, uri, sayings }: BmcLog, { tell, signal }: Ways) {
  const onPoll = (text: string) => run.talk.note(`bmc/${place.name}: ${text}`);
  const feed = { clock: run.ports.clock, signal, most: mostSayings, known: sayings, onPoll };
  try {
    for await (const entry of freshEntries(place.bmc, uri, feed)) {
      const saying = { bmc: place.name, log, ...entry };
      if (wanted.saying(saying)) await tell([], [saying]);
    }
  } catch (error) {
    if (!isMetalError(error)) throw error;
    run.talk.warn(`bmc/${place.name}: its log is not followed any more: ${error.message}`);
  }
}
