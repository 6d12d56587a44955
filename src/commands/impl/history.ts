/** Body of `history`. */
import { Event, type EventObject } from '../../api/kubernetes.js';
import { isMetalError, UserError } from '../../errors/classes.js';
import type { historyCommand } from '../look.js';
import { type BmcSaying, bmcsOf, readBmcLogs } from './bmc-sayings.js';
import { byTime, type Entry, entriesOf, passEntries } from './history-entries.js';
import { ageText } from './kit/columns.js';
import { failureOf } from './kit/each.js';
import type { Run } from './kit/run.js';
import { objectTargets, targetText } from './kit/targets.js';

type HistoryRun = Run<typeof historyCommand>;

export default async function (run: HistoryRun): Promise<void> {
  const targets = await objectTargets(run, run.args.targets, {});
  const sources = sourcesOf(run);
  const events = sources.has('k8s') ? await eventsOf(run) : [];
  const read = sources.has('bmc') ? await readBmcLogs(run, await bmcsOf(run, targets)) : undefined;
  const entries = [
    ...(sources.has('k8s') ? targets.flatMap((target) => entriesOf(targetText(target), target.object, events)) : []),
    ...(read?.values ?? []).flatMap(({ sayings }) => sayings.flatMap(saidEntry)),
    ...(sources.has('metalctl') ? await passEntries(targets.map(targetText)) : []),
  ]
    .filter(({ time }) => run.flags.since === undefined || run.out.times.nowMs - Date.parse(time) <= run.flags.since)
    .sort(byTime);
  if (entries.length === 0) run.talk.note('Nothing is recorded.');
  const columns = ['WHEN', ...(targets.length > 1 ? ['OBJECT'] : []), 'SOURCE', 'WHAT'].map((header) => ({ header }));
  const rows = entries.map(({ time, object, source, text }) => [
    ageText(time, run.out.times),
    ...(targets.length > 1 ? [object] : []),
    source,
    text,
  ]);
  await run.out.document({ kind: 'History', entries }, () => (rows.length === 0 ? '' : { columns, rows }));
  const failure = read === undefined ? undefined : failureOf(read);
  if (failure !== undefined) throw failure;
}

const known = ['k8s', 'bmc', 'metalctl'];

/** @throws UserError USAGE */
function sourcesOf({ flags }: HistoryRun): ReadonlySet<string> {
  const odd = flags.source.find((word) => !known.includes(word));
  if (odd === undefined) return new Set(flags.source);
  throw new UserError('USAGE', `--source ${odd} is not known`, { hint: `--source ${known.join(',')}` });
}

/** An entry of a BMC's log; one without a time has no place in a line of time. */
const saidEntry = ({ at, bmc, severity = '', messageId, message }: BmcSaying): Entry[] =>
  at === undefined || Number.isNaN(Date.parse(at))
    ? []
    : [
        {
          time: new Date(at).toISOString().replace(/\.\d+Z$/, 'Z'),
          object: `bmc/${bmc}`,
          source: 'bmc',
          text: [severity, messageId, message].filter(Boolean).join(' '),
        },
      ];

async function eventsOf(run: HistoryRun): Promise<readonly EventObject[]> {
  try {
    return (await run.ports.cluster.list(Event, { signal: run.signal })).items;
  } catch (error) {
    if (!isMetalError(error)) throw error;
    run.talk.warn(`events cannot be read: ${error.message}`);
    return [];
  }
}
