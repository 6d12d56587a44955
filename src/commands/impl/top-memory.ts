/**
 * Rows that need not be made again: a watch replaces the object that changed and no other, so a row stays as long as its
 * object, its age in words and what else it was made with do. A fleet of ten thousand is drawn five times a second so.
 */
import type { TopRow } from '../../ui/top/model.js';

interface Made {
  readonly since: string;
  readonly also: unknown;
  readonly row: TopRow;
}

const rows = new WeakMap<object, Made>();

/** The row made for this object before, if nothing it says has changed; else the one `make` makes. */
export function rowOnce(object: object, since: string, also: unknown, make: () => TopRow): TopRow {
  const known = rows.get(object);
  if (known !== undefined && known.since === since && known.also === also) return known.row;
  const row = make();
  rows.set(object, { since, also, row });
  return row;
}

const times = new WeakMap<object, number>();

/** When something happened, parsed once. */
export function timeOnce(object: object, text: () => string | undefined): number {
  const known = times.get(object);
  if (known !== undefined) return known;
  const at = Date.parse(text() ?? '');
  times.set(object, at);
  return at;
}

interface Order {
  readonly names: readonly string[];
  readonly places: readonly number[];
}

const orders = new Map<string, Order>();

/** Rows by their names. The order is counted anew when names come or go, not when something else changes. */
export function byNameOnce(kind: string, made: readonly TopRow[]): readonly TopRow[] {
  let order = orders.get(kind);
  const isKnown = order?.names.length === made.length && made.every(({ name }, at) => order?.names[at] === name);
  if (order === undefined || !isKnown) {
    const names = made.map(({ name }) => name);
    const places = names.map((_, at) => at).sort((a, b) => compared(names[a] ?? '', names[b] ?? ''));
    order = { names, places };
    orders.set(kind, order);
  }
  return order.places.flatMap((at) => made[at] ?? []);
}

const compared = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
