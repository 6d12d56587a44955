/** The list of the claim view: columns, rows with their marks, and what stands there while there are none. */
import { behind } from '../shared/browse.js';
import { keyFor } from '../shared/keymap.js';
import { cell, cutName, glyph, line } from '../shared/layout.js';
import { noneMatches } from '../shared/listing.js';
import { loadingText } from '../shared/told.js';
import { type ClaimState, listHeight, type ServerRow, shownRows } from './state.js';

/** The servers: those that can be claimed, a line, and the others with their reasons. */
export function listOf(state: ClaimState): string[] {
  const { look, rows, wish, isLoaded } = state;
  if (!isLoaded) return [line(loadingText('servers', state), look.columns)];
  if (rows.length === 0) return emptyOf(state);
  const shown = shownRows(state);
  if (shown.length === 0) return [line(noneMatches(rows.length, wish, state.keymap), look.columns)];
  const window = shown.slice(state.first, state.first + listHeight(state));
  const lines = [headerOf(state)];
  // A row that is held in its place may be shut among free ones: the line stands where only shut ones follow.
  const lastFree = shown.findLastIndex(({ isFree }) => isFree);
  window.forEach((row, at) => {
    if (state.first + at === lastFree + 1)
      lines.push(line(` -- not claimable now (${keyFor(state.keymap, 'shut')} toggles) --`, look.columns));
    lines.push(rowOf(row, state));
  });
  return lines;
}

function emptyOf({ look, steps, form }: ClaimState): string[] {
  const isAsked = Object.values(form).some((text) => text !== '');
  const texts = isAsked
    ? ['No server has all of this:', ...steps]
    : ['No servers yet.', 'Find BMCs: metalctl discover --cidr CIDR'];
  return texts.map((text) => line(text, look.columns));
}

interface Column {
  readonly header: string;
  readonly width: number;
  /** On screens of 110 columns and more. */
  readonly roomy?: number;
  readonly align?: 'left' | 'right';
  readonly text: (row: ServerRow) => string;
  /** Narrowest screen that shows it. */
  readonly from: number;
}

const columns: readonly Column[] = [
  { header: 'MODEL', width: 14, roomy: 26, text: ({ model }) => model, from: 72 },
  { header: 'CORES', width: 5, align: 'right', text: ({ cores }) => (cores > 0 ? String(cores) : '-'), from: 60 },
  { header: 'MEMORY', width: 6, align: 'right', text: ({ memory }) => memory || '-', from: 60 },
  { header: 'DISKS', width: 9, roomy: 12, text: ({ disks }) => disks, from: 100 },
  { header: 'WHERE', width: 12, text: ({ where }) => where || '-', from: 80 },
  { header: 'BIOS', width: 7, text: ({ bios }) => bios || '-', from: 120 },
  { header: 'POWER', width: 5, text: ({ power }) => power || '-', from: 100 },
];

type Wide = Pick<ClaimState, 'look' | 'across'>;

/** Wide ones are all there, as wide as they can be: what does not fit is scrolled to. */
const shownColumns = ({ look: { columns: width }, across: { isWide } }: Wide): readonly Column[] =>
  columns
    .filter(({ from }) => isWide || width >= from)
    .map((column) => (isWide || width >= 110 ? { ...column, width: column.roomy ?? column.width } : column));

const statusWidth = 10;

/** Columns for the cursor, the mark, and a blank. */
const prefix = 3;

/** What the other columns leave. Wide columns are scrolled, and leave a third of the screen. */
const nameWidth = (wide: Wide): number =>
  wide.across.isWide
    ? Math.floor(wide.look.columns / 3)
    : shownColumns(wide).reduce((left, { width }) => left - width - 1, wide.look.columns - prefix - 1 - statusWidth);

/** The name stays; what is behind it scrolls. */
function joined(wide: Wide, name: string, status: string, others: readonly string[]): string {
  const tail = behind([status, ...others].join(' '), wide.across);
  return line(`${cell(name, nameWidth(wide))} ${tail}`, wide.look.columns - prefix).trimEnd();
}

const cellsOf = (columns: readonly Column[], text: (column: Column) => string): string[] =>
  columns.map((each) => cell(text(each), each.width, each.align));

function headerOf(wide: Wide): string {
  const others = cellsOf(shownColumns(wide), ({ header }) => header);
  return `${' '.repeat(prefix)}${joined(wide, 'SERVER', cell('STATUS', statusWidth), others)}`;
}

function rowOf(row: ServerRow, state: ClaimState): string {
  const mark = state.marked.includes(row.name) ? 'o' : row.isFree ? ' ' : '-';
  const name = cutName(row.name, nameWidth(state));
  return `${row.name === state.cursor ? '>' : ' '}${mark} ${joined(state, name, ...statusOf(row, state))}`;
}

/** Who has a server that is held needs more room than a state: it takes that of the model, where there is one. */
function statusOf(row: ServerRow, state: ClaimState): [status: string, others: string[]] {
  const mark = glyph(row.isFree ? 'ready' : 'shut', state.look.ascii);
  const shown = shownColumns(state);
  const [first, ...rest] = shown;
  const cells = (columns: readonly Column[]): string[] => cellsOf(columns, (column) => column.text(row));
  if (row.holder === undefined || first?.header !== 'MODEL') {
    return [cell(`${mark} ${row.status}`, statusWidth), cells(shown)];
  }
  return [cell(`${mark} taken by ${row.holder}`, statusWidth + 1 + first.width), cells(rest)];
}
