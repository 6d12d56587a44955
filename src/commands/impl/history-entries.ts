/** What happened to an object, as far as anybody wrote it down: events, conditions, writers, passes of this machine. */
import type { KubeObject } from '../../api/kind.js';
import type { EventObject } from '../../api/kubernetes.js';
import { conditionsOf } from './kit/conditions.js';
import { lastSeen } from './kit/own-columns.js';
import { readRuns } from './run-journal.js';

export interface Entry {
  /** RFC 3339. */
  readonly time: string;
  readonly object: string;
  /** `event`, `condition`, `write`, `created`; `bmc`: its own log; `metalctl`: passes of this machine. */
  readonly source: string;
  readonly text: string;
}

/** Oldest first. */
export const byTime = (a: Entry, b: Entry): number => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0);

/** What passes of this machine did to the objects. */
export async function passEntries(names: readonly string[]): Promise<Entry[]> {
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

interface ManagedFields {
  readonly manager?: string;
  readonly operation?: string;
  readonly time?: string;
  readonly subresource?: string;
  readonly fieldsV1?: unknown;
}

/** What the cluster knows of one object. */
export function entriesOf(object: string, { metadata, ...rest }: KubeObject, events: readonly EventObject[]): Entry[] {
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
