/** Body of `events`. */
import { type KubeObject, keyText } from '../../api/kind.js';
import { Event, type EventObject } from '../../api/kubernetes.js';
import type { ExitName } from '../../errors/exit.js';
import { cleaned } from '../../lib/output/clean.js';
import type { eventsCommand } from '../look.js';
import { ageText } from './kit/columns.js';
import { follow } from './kit/follow.js';
import { serverKind } from './kit/kinds.js';
import { lastSeen } from './kit/own-columns.js';
import type { Run } from './kit/run.js';
import { objectTargets } from './kit/targets.js';

type EventsRun = Run<typeof eventsCommand>;

export default async function (run: EventsRun): Promise<ExitName | undefined> {
  const passes = await filterOf(run);
  if (run.flags.watch) return watched(run, passes);
  const { items } = await run.ports.cluster.list(Event, { signal: run.signal });
  const events = items.filter(passes).sort((a, b) => compare(lastSeen(a) ?? '', lastSeen(b) ?? ''));
  if (events.length === 0) run.talk.note('No events found.');
  await run.out.document({ kind: 'EventList', items: events.map((event) => cleaned(event)) }, () =>
    rowsOf(run, events, true),
  );
  return undefined;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const columns = ['LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE'].map((header) => ({ header }));

function rowsOf({ out }: EventsRun, events: readonly EventObject[], withText: boolean) {
  if (events.length === 0 && withText) return '';
  const rows = events.map((event) => [
    ageText(lastSeen(event), out.times),
    event.type ?? '',
    event.reason ?? '',
    `${(event.regarding?.kind ?? '').toLowerCase()}/${event.regarding?.name ?? ''}`,
    `${event.note ?? ''}${(event.series?.count ?? 1) > 1 ? ` (×${event.series?.count})` : ''}`,
  ]);
  return { columns, rows };
}

/** Of the objects named, by their uid: another object of the same name is another object. */
async function filterOf(run: EventsRun): Promise<(event: EventObject) => boolean> {
  const { types, since, selector } = run.flags;
  const about = await objectsOf(run, selector);
  const uids = about === undefined ? undefined : new Set(about.map(({ metadata }) => metadata.uid));
  const wanted = new Set(types.map((type) => type.toLowerCase()));
  return (event) => {
    const isAbout = uids === undefined ? isOurs(event) : uids.has(event.regarding?.uid);
    const isType = wanted.size === 0 || wanted.has((event.type ?? '').toLowerCase());
    return (
      isAbout && isType && (since === undefined || run.out.times.nowMs - Date.parse(lastSeen(event) ?? '') <= since)
    );
  };
}

const isOurs = ({ regarding }: EventObject): boolean =>
  /(^|\.)(ironcore|metalctl)\.dev\//.test(regarding?.apiVersion ?? '');

async function objectsOf(run: EventsRun, selector: string | undefined): Promise<readonly KubeObject[] | undefined> {
  if (run.args.targets.length > 0)
    return (await objectTargets(run, run.args.targets, { selector })).map(({ object }) => object);
  if (selector === undefined) return undefined;
  return (await objectTargets(run, [serverKind.plural], { selector })).map(({ object }) => object);
}

/** A signal ends it with OK: nothing is left undone. */
async function watched(run: EventsRun, passes: (event: EventObject) => boolean): Promise<ExitName> {
  const seen = new Set<string>();
  let isFirst = true;
  try {
    for await (const change of follow(run.ports.cluster, Event, { clock: run.ports.clock, signal: run.signal })) {
      const events = change.type === 'SYNC' ? change.items : change.type === 'DELETED' ? [] : [change.object];
      for (const event of events.filter(passes)) {
        const version = `${keyText(event.metadata)} ${event.metadata.resourceVersion}`;
        if (seen.has(version)) continue;
        seen.add(version);
        if (run.out.isMachine) await run.out.event(cleaned(event));
        else await run.out.rows(rowsOf(run, [event], false) as Exclude<ReturnType<typeof rowsOf>, string>, isFirst);
        isFirst = false;
      }
    }
  } catch (error) {
    if (!run.signal.aborted || run.signal.reason?.message === 'stdout was closed') throw error;
  }
  return 'OK';
}
