/** Columns of `get`: what a header shows of an object. Kinds people look at daily have their own; the rest their CRD's. */
import type { Column, KindDef, KubeObject } from '../../../api/kind.js';
import { formatAge } from '../../../lib/duration.js';
import { first, parsePath, printed } from '../../../lib/jsonpath.js';
import type { TableColumn } from '../../../lib/output/table.js';

/** How times are shown, and when now is. */
export interface Times {
  readonly nowMs: number;
  /** `--utc`: RFC 3339 instead of ages. */
  readonly utc: boolean;
}

export interface ObjectColumn extends TableColumn {
  /** Only with `-o wide` and the delimited forms. */
  readonly wide?: boolean;
  value(object: KubeObject, times: Times): string;
}

/** A column that shows what a path reaches. */
export function pathColumn(header: string, path: string, more: Partial<ObjectColumn> = {}): ObjectColumn {
  const steps = parsePath(path);
  return { header, ...more, value: (object) => printed(first(steps, object)) };
}

/** A column that shows a time as an age. */
export function ageColumn(header: string, path: string, more: Partial<ObjectColumn> = {}): ObjectColumn {
  const steps = parsePath(path);
  return { header, ...more, value: (object, times) => ageText(first(steps, object), times) };
}

/** `41d`, or with `--utc` the time itself; empty when there is none. */
export function ageText(value: unknown, { nowMs, utc }: Times): string {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at)) return typeof value === 'string' && value !== '' ? '<invalid>' : '';
  return utc ? new Date(at).toISOString().replace('.000Z', 'Z') : formatAge(nowMs - at);
}

export const nameColumn = pathColumn('NAME', '.metadata.name');
export const namespaceColumn = pathColumn('NAMESPACE', '.metadata.namespace');
export const age = ageColumn('AGE', '.metadata.creationTimestamp', { drop: 1 });

/** Columns as a CRD declares them, after NAMESPACE and NAME. */
export function declaredColumns(kind: Pick<KindDef, 'scope'>, columns: readonly Column[]): readonly ObjectColumn[] {
  const own = columns.map((column, at) => declared(column, at));
  const hasAge = own.some((column) => column.header === 'AGE');
  return [...leading(kind), ...own, ...(hasAge ? [] : [age])];
}

/** NAMESPACE, where there is one, and NAME. */
export const leading = (kind: Pick<KindDef, 'scope'>): readonly ObjectColumn[] =>
  kind.scope === 'Namespaced' ? [namespaceColumn, nameColumn] : [nameColumn];

function declared(column: Column, at: number): ObjectColumn {
  const header = column.name.toUpperCase();
  const more = {
    drop: 100 - at,
    ...((column.priority ?? 0) > 0 ? { wide: true } : {}),
    ...(column.type === 'integer' || column.type === 'number' ? { align: 'right' as const } : {}),
    ...(/^(state|phase|powerstate|power)$/i.test(column.name) ? { isState: /^(state|phase)$/i.test(column.name) } : {}),
  };
  return column.type === 'date' ? ageColumn(header, column.jsonPath, more) : pathColumn(header, column.jsonPath, more);
}
