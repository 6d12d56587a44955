/** Body of `events`. */
import { keyText } from '../../api/kind.js';
import { Event, type EventObject } from '../../api/kubernetes.js';
import { UserError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import { cleaned } from '../../lib/output/clean.js';
import type { eventsCommand } from '../look.js';
import { type BmcSaying, bmcsOf, isOfType, isRecent, readBmcLogs } from './bmc-sayings.js';
import { ageText } from './kit/columns.js';
import { failureOf } from './kit/each.js';
import { serverKind } from './kit/kinds.js';
import { lastSeen } from './kit/own-columns.js';
import type { Run } from './kit/run.js';
import { objectTargets, type Target } from './kit/targets.js';

export type EventsRun = Run<typeof eventsCommand>;

/** What a run shows, whichever of the two told it. */
export interface Wanted {
  readonly event: (event: EventObject) => boolean;
  readonly saying: (saying: BmcSaying) => boolean;
}

export default async function (run: EventsRun): Promise<ExitName | undefined> {
  const about = await objectsOf(run);
  const wanted = filterOf(run, about);
  if (run.flags.watch) return (await import('./events-watch.js')).watchEvents(run, wanted, about ?? []);
  const { items } = await run.ports.cluster.list(Event, { signal: run.signal });
  const events = items.filter(wanted.event).sort((a, b) => compare(lastSeen(a) ?? '', lastSeen(b) ?? ''));
  const read = run.flags.bmc ? await readBmcLogs(run, await bmcsOf(run, about ?? [])) : undefined;
  const sayings = (read?.values ?? []).flatMap(({ sayings }) => sayings).filter(wanted.saying);
  if (events.length + sayings.length === 0) run.talk.note('No events found.');
  const document = { kind: 'EventList' as const, items: events.map((event) => cleaned(event)) };
  await run.out.document(read === undefined ? document : { ...document, bmcLogs: sayings }, () =>
    events.length + sayings.length === 0 ? '' : rowsOf(run, events, sayings),
  );
  const failure = read === undefined ? undefined : failureOf(read);
  if (failure !== undefined) throw failure;
  return undefined;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Both kinds in one line of time. With `--bmc` a column says who speaks. */
export function rowsOf({ out, flags }: EventsRun, events: readonly EventObject[], sayings: readonly BmcSaying[]) {
  const headers = ['LAST SEEN', ...(flags.bmc ? ['SOURCE'] : []), 'TYPE', 'REASON', 'OBJECT', 'MESSAGE'];
  const lines = [
    ...events.map((event) => ({ at: lastSeen(event) ?? '', source: 'k8s', cells: eventCells(event) })),
    ...sayings.map((saying) => ({ at: saying.at ?? '', source: 'bmc', cells: sayingCells(saying) })),
  ].sort((a, b) => (Date.parse(a.at) || 0) - (Date.parse(b.at) || 0));
  return {
    columns: headers.map((header) => ({ header })),
    rows: lines.map(({ at, source, cells }) => [
      ageText(at === '' ? undefined : at, out.times),
      ...(flags.bmc ? [source] : []),
      ...cells,
    ]),
  };
}

const eventCells = (event: EventObject): string[] => [
  event.type ?? '',
  event.reason ?? '',
  `${(event.regarding?.kind ?? '').toLowerCase()}/${event.regarding?.name ?? ''}`,
  `${event.note ?? ''}${(event.series?.count ?? 1) > 1 ? ` (×${event.series?.count})` : ''}`,
];

const sayingCells = ({ severity, messageId, id, bmc, message }: BmcSaying): string[] => [
  severity ?? '',
  messageId ?? id,
  `bmc/${bmc}`,
  message,
];

/** Of the objects named, by their uid: another object of the same name is another object. */
function filterOf({ flags, out }: EventsRun, about: readonly Target[] | undefined): Wanted {
  const { types, since } = flags;
  const { nowMs } = out.times;
  const uids = about === undefined ? undefined : new Set(about.map(({ object }) => object.metadata.uid));
  const words = new Set(types.map((type) => type.toLowerCase()));
  return {
    event: (event) => {
      const isAbout = uids === undefined ? isOurs(event) : uids.has(event.regarding?.uid);
      const isType = words.size === 0 || words.has((event.type ?? '').toLowerCase());
      return isAbout && isType && (since === undefined || nowMs - Date.parse(lastSeen(event) ?? '') <= since);
    },
    saying: (saying) => isOfType(saying, words) && isRecent(saying, nowMs, since),
  };
}

const isOurs = ({ regarding }: EventObject): boolean =>
  /(^|\.)(ironcore|metalctl)\.dev\//.test(regarding?.apiVersion ?? '');

/** @throws UserError USAGE for the logs of BMCs that nobody named: a fleet is not logged into by leaving out a name */
async function objectsOf(run: EventsRun): Promise<readonly Target[] | undefined> {
  const { targets } = run.args;
  const { selector, bmc } = run.flags;
  if (targets.length > 0) return objectTargets(run, targets, { selector });
  if (selector !== undefined) return objectTargets(run, [serverKind.plural], { selector });
  if (!bmc) return undefined;
  throw new UserError('USAGE', '--bmc needs to know whose BMC', {
    hint: ['metalctl events server/NAME --bmc', 'metalctl events -l rack=r12 --bmc'],
  });
}

/** Names one version of an event, however often a list and a watch tell it. */
export const versionOf = (event: EventObject): string => `${keyText(event.metadata)} ${event.metadata.resourceVersion}`;
