/** Body of `history`. */
import type { KubeObject } from '../../api/kind.js';
import { Event, type EventObject } from '../../api/kubernetes.js';
import { isMetalError, UserError } from '../../errors/classes.js';
import type { historyCommand } from '../look.js';
import { type BmcSaying, bmcsOf, readBmcLogs } from './bmc-sayings.js';
import { ageText } from './kit/columns.js';
import { conditionsOf } from './kit/conditions.js';
import { failureOf } from './kit/each.js';
import { lastSeen } from './kit/own-columns.js';
import type { Run } from './kit/run.js';
import { objectTargets, targetText } from './kit/targets.js';
import { readRuns } from './run-journal.js';

type HistoryRun = Run<typeof historyCommand>;

interface Entry {
  /** RFC 3339. */
  readonly time: string;
  readonly object: string;
  /** `event`, `condition`, `write`, `created`; `bmc`: its own log; `metalctl`: passes of this machine. */
  readonly source: string;
  readonly text: string;
}

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
    .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
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

/** What passes of this machine did to the objects. */
async function passEntries(names: readonly string[]): Promise<Entry[]> {
  const records = await readRuns();
  return records.flatMap(({ run, endedAt, objects }) =>
    objects
      .map((each) => ({ ...each, object: `${each.kind.toLowerCase()}/${each.name}` }))
      .filter(({ object }) => names.includes(object))
      .map(({ object, outcome, because, code, message }) => ({
        time: seconds(endedAt),
        object,
        source: 'metalctl',
        text: `run ${run} ${outcome} ${code ?? because}: ${message}`,
      })),
  );
}

async function eventsOf(run: HistoryRun): Promise<readonly EventObject[]> {
  try {
    return (await run.ports.cluster.list(Event, { signal: run.signal })).items;
  } catch (error) {
    if (!isMetalError(error)) throw error;
    run.talk.warn(`events cannot be read: ${error.message}`);
    return [];
  }
}

interface ManagedFields {
  readonly manager?: string;
  readonly operation?: string;
  readonly time?: string;
  readonly subresource?: string;
  readonly fieldsV1?: unknown;
}

function entriesOf(object: string, { metadata, ...rest }: KubeObject, events: readonly EventObject[]): Entry[] {
  const entry = (time: string | undefined, source: string, text: string): Entry[] =>
    time === undefined ? [] : [{ time: seconds(time), object, source, text }];
  const managed = (metadata as { managedFields?: readonly ManagedFields[] }).managedFields ?? [];
  return [
    ...entry(metadata.creationTimestamp, 'created', 'object created'),
    ...events
      .filter(({ regarding }) => regarding?.uid === metadata.uid)
      .flatMap((event) =>
        entry(lastSeen(event), 'event', `${event.type} ${event.reason}: ${event.note ?? ''}${times(event)}`),
      ),
    ...conditionsOf({ metadata, ...rest } as KubeObject).flatMap(
      ({ type, status, reason, message, lastTransitionTime }) =>
        entry(lastTransitionTime, 'condition', `${type}=${status} ${reason}${message === '' ? '' : `: ${message}`}`),
    ),
    ...managed.flatMap(({ manager, operation, time, subresource, fieldsV1 }) =>
      entry(
        time,
        'write',
        `${manager} (${operation}${subresource === undefined ? '' : ` of ${subresource}`}): ${fieldsOf(fieldsV1)}`,
      ),
    ),
  ];
}

/** Micro-times and times are compared as texts. */
const seconds = (time: string): string => time.replace(/\.\d+Z$/, 'Z');

const times = ({ series }: EventObject): string => ((series?.count ?? 1) > 1 ? ` (×${series?.count})` : '');

/** `spec.power, metadata.labels`: the first two levels of what a manager owns. */
function fieldsOf(fields: unknown): string {
  const paths = members(fields).flatMap(([key, below]) => {
    const inner = members(below).map(([name]) => name);
    return inner.length === 0 ? [key] : inner.map((name) => `${key}.${name}`);
  });
  return `${paths.slice(0, 6).join(', ')}${paths.length > 6 ? ', …' : ''}`;
}

const members = (fields: unknown): [string, unknown][] =>
  typeof fields !== 'object' || fields === null
    ? []
    : Object.entries(fields).flatMap(([key, value]): [string, unknown][] =>
        key.startsWith('f:') ? [[key.slice(2), value]] : [],
      );
