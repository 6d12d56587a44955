/** Over what several claims are spread: a setting with three values, and what it means for marks. Pure. */
import type { Press } from '../shared/keymap.js';
import type { ServerRow } from './row.js';

export type Spread = '' | 'rack' | 'location';
const spreads: readonly Spread[] = ['', 'rack', 'location'];

/** What a key in the field makes of it: space and right go on, left goes back, a letter names a value. */
export function spreadAfter(spread: Spread, { key }: Press): Spread {
  const at = spreads.indexOf(spread);
  if (key === 'space' || key === 'right') return spreads[(at + 1) % spreads.length] ?? '';
  if (key === 'left') return spreads[(at + spreads.length - 1) % spreads.length] ?? '';
  return spreads.find((each) => (each || 'none').startsWith(key)) ?? spread;
}

/** Servers of no known place share one. */
const placeOf = (row: ServerRow, spread: Spread): string => (spread === '' ? '' : (row[spread] ?? ''));

/** So many of these beside those that are there: always one from a place that has given the fewest. */
export function apart(
  there: readonly ServerRow[],
  free: readonly ServerRow[],
  count: number,
  spread: Spread,
): readonly ServerRow[] {
  const given = countsOf(there, spread);
  const left = [...free];
  const picked: ServerRow[] = [];
  while (picked.length < count && left.length > 0) {
    const fewest = Math.min(...left.map((row) => given.get(placeOf(row, spread)) ?? 0));
    const at = left.findIndex((row) => (given.get(placeOf(row, spread)) ?? 0) === fewest);
    const [row] = left.splice(at, 1);
    if (row === undefined) break;
    given.set(placeOf(row, spread), fewest + 1);
    picked.push(row);
  }
  return picked;
}

function countsOf(rows: readonly ServerRow[], spread: Spread): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(placeOf(row, spread), (counts.get(placeOf(row, spread)) ?? 0) + 1);
  return counts;
}

/** `r12 2, r14 1`: how many each place gives. */
export const spreadText = (rows: readonly ServerRow[], spread: Spread): string =>
  [...countsOf(rows, spread)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([place, count]) => `${place || 'unknown'} ${count}`)
    .join(', ');
