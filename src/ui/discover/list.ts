/** The list of the discover view: counts, columns, rows with their boxes. */
import { widthOf } from '../../lib/output/width.js';
import { behind } from '../shared/browse.js';
import { cell, cutName, ends, glyph, line } from '../shared/layout.js';
import { noneMatches } from '../shared/listing.js';
import { type DiscoverState, type FindingRow, listHeight, nameOf, shownRows } from './state.js';

/** What needs a person comes first; large screens show these also where there is none. */
const usual = ['new', 'moved', 'conflict', 'auth', 'tls', 'known'];
const unusual = ['unsupported', 'silent'];

/** `All 47  New 3  Auth 1` left, what is selected right. */
export function tabsOf({ look, rows, selected }: DiscoverState): string {
  const counts = new Map<string, number>();
  for (const { status } of rows) counts.set(status, (counts.get(status) ?? 0) + 1);
  const isLarge = look.columns >= 120;
  const shown = [...usual, ...unusual].filter((status) => counts.has(status) || (isLarge && usual.includes(status)));
  const tabs = shown.map((status) => `${tabName(status)} ${counts.get(status) ?? 0}`);
  const gap = isLarge ? '    ' : '  ';
  return ends([`All ${rows.length}`, ...tabs].join(gap), `${selected.size} selected`, look.columns);
}

const tabName = (status: string): string =>
  status === 'tls' ? 'TLS' : `${status[0]?.toUpperCase()}${status.slice(1)}`;

export function listOf(state: DiscoverState): string[] {
  const { look, rows, wish, isSwept } = state;
  if (rows.length === 0)
    return [line(isSwept ? 'Nothing answered. Check the range and --ports.' : 'Nothing answered yet …', look.columns)];
  const shown = shownRows(state);
  if (shown.length === 0) return [line(noneMatches(rows.length, wish, state.keymap), look.columns)];
  const window = shown.slice(state.first, state.first + listHeight(state));
  return [headerOf(state), ...window.map((row) => rowOf(state, row))];
}

interface Column {
  readonly header: string;
  readonly width: number;
  /** On screens of 110 columns and more. */
  readonly roomy?: number;
  readonly text: (row: FindingRow) => string;
  /** Narrowest screen that shows it. */
  readonly from: number;
}

const columns: readonly Column[] = [
  { header: 'VENDOR', width: 10, text: ({ vendor }) => vendor, from: 72 },
  { header: 'MODEL', width: 14, roomy: 24, text: ({ model }) => model, from: 80 },
  { header: 'SERIAL', width: 9, roomy: 12, text: ({ serial }) => serial, from: 72 },
  { header: 'PWR', width: 3, text: ({ power }) => power, from: 72 },
  { header: 'SYS', width: 3, text: ({ systems }) => systems ?? '', from: 120 },
  { header: 'FIRMWARE', width: 10, text: ({ firmware }) => firmware ?? '', from: 120 },
];

const placeWidths = new WeakMap<readonly FindingRow[], number>();

/** As wide as the widest address there is, within reason: an IPv6 address with its port would leave no room. */
function placeWidth({ rows }: Pick<DiscoverState, 'rows'>): number {
  const known = placeWidths.get(rows);
  if (known !== undefined) return known;
  const widest = rows.reduce((most, { place }) => Math.max(most, place.length), 11);
  placeWidths.set(rows, Math.min(21, widest));
  return Math.min(21, widest);
}

const statusWidth = 9;
type Wide = Pick<DiscoverState, 'look' | 'across'>;
const widthIn = ({ look, across }: Wide, column: Column): number =>
  across.isWide || look.columns >= 110 ? (column.roomy ?? column.width) : column.width;

/** What names need to be told apart; the model gives way to it, as addresses with ports take much room. */
const leastName = 12;

function shownColumns(state: DiscoverState): readonly Column[] {
  const { look, across } = state;
  // Wide ones are all there: what does not fit is scrolled to.
  if (across.isWide) return columns;
  const shown = columns.filter(({ from }) => look.columns >= from);
  const taken = shown.reduce(
    (sum, each) => sum + widthIn(state, each) + 1,
    5 + placeWidth(state) + 1 + statusWidth + 1,
  );
  return look.columns - taken >= leastName ? shown : shown.filter(({ header }) => header !== 'MODEL');
}

/** The name takes what is left after mark, place, status and the columns; wide ones scroll behind the place, name and all. */
function lineOf(
  state: DiscoverState,
  [mark, place, status, name]: readonly [string, string, string, string],
  text: (column: Column) => string,
): string {
  const { look, across } = state;
  const head = `${mark} ${cell(place, placeWidth(state))} `;
  const others = shownColumns(state).map((each) => cell(text(each), widthIn(state, each)));
  const tail = `${[cell(status, statusWidth), ...others].join(' ')} `;
  if (across.isWide) return line(`${head}${behind(`${tail}${name}`, across)}`, look.columns).trimEnd();
  const begin = `${head}${tail}`;
  return `${begin}${cutName(name, Math.max(0, look.columns - widthOf(begin)))}`.trimEnd();
}

const headerOf = (state: DiscoverState): string =>
  lineOf(
    state,
    ['    ', 'ADDRESS', 'STATUS', state.look.columns >= 120 ? 'NAME / OBJECT' : 'NAME'],
    ({ header }) => header,
  );

const glyphOf = (status: string): Parameters<typeof glyph>[0] =>
  status === 'new' || status === 'known' || status === 'moved' ? status : 'bad';

function rowOf(state: DiscoverState, row: FindingRow): string {
  const { look, selected, cursor } = state;
  const box = row.barred === undefined ? (selected.has(row.place) ? '[x]' : '[ ]') : ' - ';
  const mark = `${row.place === cursor ? '>' : ' '}${box}`;
  const isBusy = state.asking.has(row.place);
  const status = `${glyph(isBusy ? 'busy' : glyphOf(row.status), look.ascii)} ${isBusy ? 'login' : row.status}`;
  return lineOf(state, [mark, row.place, status, nameOf(state, row)], (column) => column.text(row));
}
