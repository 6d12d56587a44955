/** What the dashboard is made from, and the rows all its pages share. Pure. */
import { type KubeObject, keyOf, keyText } from '../../api/kind.js';
import type { Condition, EventObject, LeaseObject } from '../../api/kubernetes.js';
import type { BMC } from '../../api/metal/v1alpha1/bmc.js';
import type { Server } from '../../api/metal/v1alpha1/server.js';
import type { ServerClaim } from '../../api/metal/v1alpha1/serverclaim.js';
import { formatAge } from '../../lib/duration.js';
import type { TopRow } from '../../ui/top/model.js';
import type { Store } from '../../workflows/live-view.js';
import { timeOnce } from './top-memory.js';

/** The objects, by what they are. */
export interface Fleet {
  readonly servers: readonly Server[];
  readonly bmcs: readonly BMC[];
  readonly claims: readonly ServerClaim[];
  /** Kinds that may not be read: of them nothing is known. */
  readonly unread?: ReadonlySet<string>;
  readonly events: readonly EventObject[];
  readonly leases: readonly LeaseObject[];
  /** The rest is on its way: what is not there is not known to be missing. */
  readonly isPart?: boolean;
  readonly nowMs: number;
}

export function fleetOf(store: Store, nowMs: number): Fleet {
  const all = <T>(kind: string): T[] => [...(store.get(kind)?.values() ?? [])] as T[];
  return {
    servers: all('Server'),
    bmcs: all('BMC'),
    claims: all('ServerClaim'),
    unread: new Set(['BMC', 'ServerClaim', 'Lease'].filter((kind) => !store.has(kind))),
    events: all('Event'),
    leases: all('Lease'),
    nowMs,
  };
}

/** By name, and where two kinds have one name by kind: two rows are never the same. */
export const byName = (a: TopRow, b: TopRow): number => compared(a.name, b.name) || compared(a.id, b.id);

const compared = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const conditionOf = (object: KubeObject): Condition | undefined =>
  (object as { status?: { conditions?: Condition[] } }).status?.conditions?.find(({ type }) => type === 'Ready');

/** Since when it is as it is: its last change of readiness, else its creation. */
export function sinceOf(object: KubeObject, { nowMs }: Fleet): string {
  const at = changedAt(object);
  return Number.isNaN(at) ? '' : formatAge(Math.max(0, nowMs - at));
}

const changedAt = (object: KubeObject): number =>
  timeOnce(object, () => conditionOf(object)?.lastTransitionTime ?? object.metadata.creationTimestamp);

export const ageMs = (object: KubeObject, { nowMs }: Fleet): number => {
  const at = changedAt(object);
  return Number.isNaN(at) ? 0 : nowMs - at;
};

const marks: Readonly<Record<string, TopRow['mark']>> = {
  Available: 'good',
  Enabled: 'good',
  Bound: 'good',
  Reserved: 'use',
  Initial: 'busy',
  Discovery: 'busy',
  Pending: 'busy',
  Unbound: 'busy',
  Maintenance: 'person',
  Parked: 'person',
  Released: 'person',
  Error: 'bad',
};

export const row = (
  kind: string,
  object: KubeObject,
  state: string,
  note: string,
  fleet: Fleet,
  opens?: string,
): TopRow => ({
  id: `${kind}/${object.metadata.uid ?? keyText(keyOf(object))}`,
  kind,
  name: keyText(keyOf(object)),
  state: state === '' ? '-' : state,
  mark: marks[state] ?? 'off',
  since: sinceOf(object, fleet),
  note,
  ...(opens === undefined ? {} : { opens }),
});

/** What an object says is wrong with it. */
export function faultOf(object: KubeObject): string {
  const ready = conditionOf(object);
  return ready?.status === 'False' ? ready.message || ready.reason : '';
}
