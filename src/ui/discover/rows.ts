/** Rows of the discover view: how they arrive, what is selected, where the cursor stands. Pure. */
import { moved } from '../shared/keymap.js';
import { firstShown } from '../shared/layout.js';
import { orderText, placeIn, resorted } from '../shared/listing.js';
import { cursorIn, type DiscoverState, type FindingRow, findingList, listHeight, placeId, shownRows } from './state.js';

/** Adds a row, or replaces the one of this place. A row that can no longer be selected is deselected. */
export function withRow(state: DiscoverState, row: FindingRow): DiscoverState {
  const at = placeIn(state.rows, placeId, row.place);
  const rows = at === -1 ? [...state.rows, row] : state.rows.with(at, row);
  const selected = row.barred === undefined ? state.selected : without(state.selected, row.place);
  const asking = state.asking.has(row.place) ? without(state.asking, row.place) : state.asking;
  return { ...state, rows, selected, asking, cursor: state.cursor ?? row.place };
}

/** Once nothing more arrives rows take the order of the report. The cursor stays with its row; at the top, at the top. */
export function inOrder(state: DiscoverState, report: readonly FindingRow[]): DiscoverState {
  const rankOf = new Map(report.map(({ place }, at) => [place, at]));
  const rank = ({ place }: FindingRow): number => rankOf.get(place) ?? report.length;
  const rows = [...state.rows].sort((a, b) => rank(a) - rank(b));
  const isAtTop = state.cursor === state.rows[0]?.place;
  return scrolled({ ...state, rows, cursor: isAtTop ? rows[0]?.place : state.cursor });
}

const without = (set: ReadonlySet<string>, value: string): ReadonlySet<string> =>
  new Set([...set].filter((each) => each !== value));

export function scrolled(state: DiscoverState): DiscoverState {
  const shown = shownRows(state);
  const at = cursorIn(shown, state);
  if (at === -1) return { ...state, cursor: shown[0]?.place, first: 0 };
  return { ...state, first: firstShown(at, shown.length, listHeight(state), state.first) };
}

export const refiltered = (state: DiscoverState, filter: string): DiscoverState =>
  scrolled({ ...state, held: undefined, wish: { ...state.wish, filter } });

export function move(state: DiscoverState, action: Parameters<typeof moved>[0]): DiscoverState {
  const shown = shownRows(state);
  const cursor = shown[moved(action, cursorIn(shown, state), shown.length, listHeight(state))]?.place;
  return scrolled(inRange({ ...state, cursor, held: shown, message: '' }, shown));
}

/** While a range is open, everything between its begin and the cursor is selected. */
export function inRange(state: DiscoverState, shown: readonly FindingRow[]): DiscoverState {
  const begin = placeIn(shown, placeId, state.anchor);
  const end = cursorIn(shown, state);
  if (begin === -1 || end === -1) return state;
  const between = shown.slice(Math.min(begin, end), Math.max(begin, end) + 1);
  return { ...state, selected: new Set([...state.selected, ...selectable(between)]) };
}

export const selectable = (rows: readonly FindingRow[]): string[] =>
  rows.flatMap(({ place, barred }) => (barred === undefined ? [place] : []));

export function reordered(state: DiscoverState, action: 'sort' | 'reverse'): DiscoverState {
  const wish = resorted(findingList, state.wish, action);
  return scrolled({ ...state, held: undefined, wish, message: orderText(wish) });
}

export function toggled(state: DiscoverState, row: FindingRow): DiscoverState {
  if (row.barred !== undefined) return { ...state, message: `! ${row.place} ${row.barred}` };
  const selected = state.selected.has(row.place)
    ? without(state.selected, row.place)
    : new Set([...state.selected, row.place]);
  return { ...state, selected, message: '' };
}
