/** What a plan is made of: writes to the API and requests to BMCs, in the order in which a pass would make them. */
import type { KubeObject } from '../../api/kind.js';
import { isObject } from '../../lib/merge-patch.js';

/** One field that changes; values are JSON as stored, and withheld where they are secret. */
export interface FieldChange {
  /** `spec.serverClaimRef.name` */
  readonly path: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** Something that others are expected to do, so that the road goes on. */
export interface AssumedStep {
  readonly to: 'assumed';
  /** `bmc/rack1`, `serverbootconfiguration/db/db-07`. */
  readonly object: string;
  readonly field: string;
  readonly value: unknown;
}

/** Behind something that was assumed: it happens if that does. */
interface Supposed {
  readonly isAssumed?: true;
}

export interface ApiStep extends Supposed {
  readonly to: 'api';
  readonly verb: 'create' | 'update' | 'delete';
  readonly kind: string;
  /** `db/db-07`, or the name alone of a cluster-scoped object. */
  readonly name: string;
  readonly subresource?: 'status';
  readonly changes: readonly FieldChange[];
}

export interface BmcStep extends Supposed {
  readonly to: 'bmc';
  /** Access id: the BMC object's name. */
  readonly bmc: string;
  /** Method of the port: `setPower`, `setBootOnce`, `reset`, … */
  readonly action: string;
  /** The resource it is about; absent where the method finds it by itself. */
  readonly uri?: string;
  /** Its arguments in words, secrets withheld: `/redfish/v1/Systems/1 On graceful`. */
  readonly detail: string;
}

export type PlanStep = ApiStep | BmcStep | AssumedStep;

const secretKinds = new Set(['Secret', 'BMCSecret']);
const withheld = '(withheld)';

/** Fields that differ, deepest first named; bookkeeping of the API server is left out. */
export function changesBetween(before: KubeObject | undefined, after: KubeObject): FieldChange[] {
  const changes: FieldChange[] = [];
  collect('', meaningOf(before), meaningOf(after), changes);
  return secretKinds.has(after.kind ?? '') ? changes.map(withhold) : changes;
}

const bookkeeping = ['resourceVersion', 'uid', 'generation', 'creationTimestamp', 'managedFields'];

function meaningOf(object: KubeObject | undefined): unknown {
  if (object === undefined) return {};
  const { apiVersion: _, kind: __, metadata, ...rest } = object as KubeObject & Record<string, unknown>;
  const kept = Object.entries(metadata).filter(
    ([key]) => !bookkeeping.includes(key) && key !== 'name' && key !== 'namespace',
  );
  return { metadata: Object.fromEntries(kept), ...rest };
}

/** An object that appears or goes is told field by field, so that nothing hides in it. */
function collect(path: string, from: unknown, to: unknown, changes: FieldChange[]): void {
  if (JSON.stringify(from) === JSON.stringify(to)) return;
  const [before, after] = [membersOf(from), membersOf(to)];
  if (before === undefined || after === undefined) {
    changes.push({ path, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) });
    return;
  }
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const key of keys) collect(below(path, key), before[key], after[key], changes);
}

/** Conditions are told by type, without their sentences and times. */
function byType(value: unknown): Record<string, unknown> | undefined {
  const isCondition = (item: unknown) =>
    isObject(item as never) && typeof (item as { type?: unknown }).type === 'string' && 'status' in (item as object);
  if (!Array.isArray(value) || value.length === 0 || !value.every(isCondition)) return undefined;
  return Object.fromEntries(
    value.map(({ type, status, reason }) => [type, [status, reason].filter(Boolean).join(' ')]),
  );
}

const membersOf = (value: unknown): Record<string, unknown> | undefined =>
  byType(value) ??
  (value === undefined ? {} : isObject(value as never) ? (value as Record<string, unknown>) : undefined);

const below = (path: string, key: string): string => {
  const step = /^[A-Za-z0-9_-]+$/.test(key) ? key : `["${key}"]`;
  return path === '' ? step : step.startsWith('[') ? `${path}${step}` : `${path}.${step}`;
};

const withhold = (change: FieldChange): FieldChange =>
  /^(data|stringData)/.test(change.path)
    ? {
        path: change.path,
        ...('from' in change ? { from: withheld } : {}),
        ...('to' in change ? { to: withheld } : {}),
      }
    : change;
