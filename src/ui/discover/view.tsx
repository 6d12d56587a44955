/** Draws the discover view: progress, counts, rows, the one under the cursor, and keys. */
import { widthOf } from '../../lib/output/width.js';
import { behind, detailLines } from '../shared/browse.js';
import { fieldText } from '../shared/field.js';
import { helpFrame } from '../shared/help.js';
import { keyLine } from '../shared/keymap.js';
import { cell, cutName, ends, filled, glyph, isTooSmall, line, rule } from '../shared/layout.js';
import { noneMatches } from '../shared/listing.js';
import { troubleFrame, troubleText } from '../shared/trouble.js';
import { type DiscoverState, type FindingRow, focused, listHeight, nameOf, shownRows } from './model.js';

/** The frame, one line shorter than the screen. */
export function drawDiscover(state: DiscoverState): readonly string[] {
  const { look } = state;
  const height = look.rows - 1;
  if (isTooSmall(look)) {
    return filled(
      [line('Too small for the discover view.', look.columns), line('metalctl discover without -i', look.columns)],
      height,
    );
  }
  if (state.help !== undefined) return helpFrame('the discover view', state.keymap, look, state.help);
  if (state.troublePage !== undefined) return troubleFrame(state, look, state.troublePage);
  const foot = footOf(state);
  const body = bodyOf(state);
  return [titleOf(state), rule(look), ...filled(body, height - 2 - foot.length), ...foot];
}

function titleOf({ look, ranges, total, probed, rows, isSwept, isStopping }: DiscoverState): string {
  const mark = isSwept ? glyph('done', look.ascii) : glyph('busy', look.ascii);
  const right = `${mark} ${probed}/${total}  ${rows.length} found${isStopping && !isSwept ? '  stopping' : ''}`;
  return ends(`metalctl discover  ${ranges}`, right, look.columns);
}

function bodyOf(state: DiscoverState): string[] {
  const { look, phase, plan, results } = state;
  const lines = (texts: readonly string[]): string[] => texts.map((text) => line(text, look.columns));
  if (state.showsRaw) return lines(focused(state)?.raw ?? []);
  if (phase === 'planning') return ['Planning …'];
  if (phase === 'preview') return lines([...plan, '', 'Enter or y creates it, any other key goes back.']);
  if (phase === 'creating' || phase === 'created') return lines(results.length > 0 ? results : ['Creating …']);
  return [tabsOf(state), ...listOf(state)];
}

/** `All 47  New 3  Auth 1` left, what is selected right. */
function tabsOf({ look, rows, selected }: DiscoverState): string {
  const counts = new Map<string, number>();
  for (const { status } of rows) counts.set(status, (counts.get(status) ?? 0) + 1);
  const tabs = [...counts].map(([status, count]) => `${status[0]?.toUpperCase()}${status.slice(1)} ${count}`);
  return ends([`All ${rows.length}`, ...tabs].join('  '), `${selected.size} selected`, look.columns);
}

function listOf(state: DiscoverState): string[] {
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
  { header: 'MODEL', width: 14, roomy: 28, text: ({ model }) => model, from: 80 },
  { header: 'SERIAL', width: 9, roomy: 12, text: ({ serial }) => serial, from: 72 },
  { header: 'PWR', width: 3, text: ({ power }) => power, from: 72 },
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
  lineOf(state, ['    ', 'ADDRESS', 'STATUS', 'NAME'], ({ header }) => header);

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

function footOf(state: DiscoverState): string[] {
  const { look, field, message, phase } = state;
  const details = phase === 'choose' ? detailsOf(state) : [];
  return [
    rule(look),
    ...filled(
      details.map((text) => line(text, look.columns)),
      detailLines(look, state.details),
    ),
    line(field === undefined ? message || troubleText(state, state.keymap) : fieldText(field), look.columns),
    keyLine(keysOf(state), look.columns),
  ];
}

/** About the row under the cursor; with the labels it was given. */
function detailsOf(state: DiscoverState): readonly string[] {
  const row = focused(state);
  if (row === undefined) return [];
  const labels = Object.entries(state.labels.get(row.place) ?? {}).map(([key, value]) => `${key}=${value}`);
  const [identity = '', ...rest] = row.details;
  const lines = labels.length === 0 ? row.details : [identity, [...rest, labels.join(' ')].join('   ')];
  // Where there is room, all that was found; the two lines say the most of it.
  return [...lines, ...(row.raw ?? [])];
}

const keysOf = ({ phase, isSwept, keymap }: DiscoverState) => {
  if (phase === 'choose') return isSwept ? keymap.filter(({ action }) => action !== 'stop') : keymap;
  const back = { action: 'back', keys: ['escape'], label: 'esc back', help: '' };
  const quit = { action: 'quit', keys: ['q'], label: 'q quit', help: '' };
  return phase === 'preview'
    ? [{ action: 'yes', keys: ['return'], label: 'enter create', help: '' }, back, quit]
    : [quit];
};
