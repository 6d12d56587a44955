/** Draws the dashboard: counts, bar, the rows of a page, events, who reconciles, and keys. */
import { widthOf } from '../../lib/output/width.js';
import { isActedUpon, questionLines } from '../shared/acting.js';
import { behind } from '../shared/browse.js';
import { fieldText } from '../shared/field.js';
import { helpFrame } from '../shared/help.js';
import { keyLine } from '../shared/keymap.js';
import { cell, cutName, ends, filled, glyph, isTooSmall, type Look, line, rule } from '../shared/layout.js';
import { linkText, staleText } from '../shared/link.js';
import { noneMatches } from '../shared/listing.js';
import { isHuge, isLarge, sideBySide } from '../shared/panes.js';
import { readingText } from '../shared/reading.js';
import { loadingText } from '../shared/told.js';
import { troubleFrame, troubleText } from '../shared/trouble.js';
import {
  eventLines,
  hasBar,
  listHeight,
  racksWidth,
  shownRows,
  type TopRow,
  type TopSnapshot,
  type TopState,
} from './model.js';
import { rackHead, rackText } from './racks.js';

/** The frame, one line shorter than the screen. */
export function drawTop(state: TopState): readonly string[] {
  const { look, snapshot } = state;
  const height = look.rows - 1;
  if (isTooSmall(look)) {
    return filled(
      [line('Too small for the dashboard.', look.columns), line('metalctl top --once', look.columns)],
      height,
    );
  }
  if (state.help !== undefined) return helpFrame('the dashboard', state.keymap, look, state.help);
  if (state.troublePage !== undefined) return troubleFrame(state, look, state.troublePage);
  const foot = footOf(state);
  const body = bodyOf(state);
  const right =
    snapshot === undefined ? '' : `${counted(snapshot.servers, 'server')}  ${snapshot.bmcs} BMCs  live ${snapshot.at}`;
  const title = ends('metalctl top', linkText(state.link, readingText(state.reading, right)), look.columns);
  return [title, rule(look), ...filled(body, height - 2 - foot.length), ...foot];
}

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

function bodyOf(state: TopState): string[] {
  const { look, snapshot, acting } = state;
  const lines = (texts: readonly string[]): string[] => texts.map((text) => line(text, look.columns));
  if (acting.question !== undefined) return lines(questionLines(acting.question));
  if (snapshot === undefined) return [line(loadingText('servers', state), look.columns)];
  return [
    ends(snapshot.counts.map(([word, count]) => `${word} ${count}`).join('  '), selectedText(state), look.columns),
    ...(hasBar(state) ? [barOf(snapshot.bar, look), rule(look)] : []),
    ...pageOf(state),
  ];
}

/** The list, and on large screens the racks beside what needs attention. */
function pageOf(state: TopState): string[] {
  const { look, snapshot } = state;
  const width = racksWidth(state);
  if (width === 0) return [headOf(state), ...listOf(state)];
  const left = { ...state, look: { ...look, columns: look.columns - width - 2 } };
  return sideBySide([headOf(left), ...listOf(left)], rackLines(snapshot, state, width), look, width);
}

function rackLines(snapshot: TopSnapshot | undefined, state: TopState, width: number): string[] {
  const { look } = state;
  const racks = snapshot?.racks ?? [];
  const room = listHeight(state);
  const shown = racks.slice(0, racks.length > room ? room - 1 : room);
  const rest = racks.length - shown.length;
  return [
    rackHead(look.ascii),
    ...shown.map((rack) => rackText(rack, isHuge(look) ? 42 : 14, look.ascii)),
    ...(racks.length === 0 ? [line('No server has a rack.', width)] : []),
    ...(rest === 0 ? [] : [`and ${rest} more: 3 racks`]),
  ];
}

/** `CLAIMS  Bound 263  Unbound 4`; a count that nobody knows is no nought. */
const claimsLine = ({ claims }: TopSnapshot, { columns }: Look): string =>
  line(['CLAIMS    ', ...(claims?.map(([phase, count]) => `${phase} ${count}`) ?? ['-'])].join('  '), columns);

const selectedText = ({ selected }: TopState): string => (selected.size === 0 ? '' : `${selected.size} selected`);

/** `[#####====..!]` over the whole width; every letter that counts anything is there at least once. */
function barOf(bar: readonly (readonly [string, number])[], { columns }: Look): string {
  const present = bar.filter(([, count]) => count > 0);
  const total = present.reduce((sum, [, count]) => sum + count, 0);
  const room = columns - 2;
  if (total === 0) return `[${' '.repeat(room)}]`;
  const widths = present.map(([, count]) => Math.max(1, Math.floor((count * room) / total)));
  const widest = widths.indexOf(Math.max(...widths));
  widths[widest] = (widths[widest] ?? 0) + room - widths.reduce((sum, width) => sum + width, 0);
  return `[${present.map(([letter], at) => letter.repeat(widths[at] ?? 0)).join('')}]`;
}

function headOf(state: TopState): string {
  const all = state.snapshot?.rows[state.page].length ?? 0;
  const shown = shownRows(state).length;
  const title = state.page === 'attention' ? 'NEEDS ATTENTION' : state.page.toUpperCase();
  return ends(`${title} ${all}`, shown === all ? '' : `${shown} of ${all} shown`, state.look.columns);
}

const empty: Readonly<Record<TopState['page'], string>> = {
  attention: 'Nothing needs attention.',
  servers: 'No servers yet. Find BMCs: metalctl discover --cidr CIDR',
  racks: 'No server has a rack. metalctl label bmc/NAME metadata.metal.ironcore.dev/rack=r12',
  bmcs: 'No BMCs yet. Find them: metalctl discover --cidr CIDR',
  claims: 'No claims. metalctl claim NAME reserves a server.',
};

function listOf(state: TopState): string[] {
  const { look, wish, page } = state;
  const all = state.snapshot?.rows[page].length ?? 0;
  const shown = shownRows(state);
  if (all === 0) return [line(empty[page], look.columns)];
  if (shown.length === 0) return [line(noneMatches(all, wish, state.keymap), look.columns)];
  return shown.slice(state.first, state.first + listHeight(state)).map((row) => rowOf(row, state));
}

const marks = { good: 'ready', busy: 'busy', person: 'shut', use: 'known', bad: 'bad', off: 'known' } as const;

/** A row; one that is acted upon shows that it is, until its new state is told. */
function rowOf(row: TopRow, { look, cursor, selected, page, across, acting }: TopState): string {
  const isBusy = isActedUpon(acting, row.opens);
  const isChosen = row.opens !== undefined && selected.has(row.opens);
  const mark = `${row.id === cursor ? '>' : ' '}${isChosen ? '*' : ' '}${glyph(isBusy ? 'busy' : marks[row.mark], look.ascii)}`;
  const name = row.kind === 'server' || page !== 'attention' ? row.name : `${row.kind}/${row.name}`;
  const nameWidth = look.columns >= 140 ? 56 : look.columns >= 100 ? 32 : look.columns >= 60 ? 24 : 18;
  const begin = `${mark} ${cell(cutName(name, nameWidth), nameWidth)} `;
  const isRoomy = look.columns >= 60 || across.isWide;
  const tail = [
    cell(isBusy ? (acting.act?.action ?? '') : row.state, 12),
    ...(isRoomy ? [cell(row.since, 6, 'right'), row.note] : []),
  ].join(' ');
  return line(`${begin}${behind(tail, across)}`, look.columns).trimEnd();
}

/** Nobody who reconciles is worth a sign: everything that is asked for waits. */
function driverText(snapshot: TopSnapshot | undefined, { ascii }: Look): string {
  const { driver = '-', driverMark } = snapshot ?? {};
  return `${driverMark === undefined ? '' : `${glyph(driverMark, ascii)} `}Driver: ${driver}`;
}

/** Rule, events, driver, message, keys. What could not be read is said as long as nothing else is. */
function footOf(state: TopState): string[] {
  const { look, snapshot, field, message, acting } = state;
  const count = eventLines(state);
  const events = (snapshot?.events ?? []).slice(0, count).map((text) => line(text, look.columns));
  const said =
    acting.act !== undefined && message === '' ? `${glyph('busy', look.ascii)} ${acting.act.action}` : message;
  const typing = acting.typing ?? field;
  return [
    ...(snapshot === undefined || !isLarge(look) ? [] : [rule(look), claimsLine(snapshot, look)]),
    ...(count === 0 ? [] : [rule(look), 'EVENTS', ...filled(events, count)]),
    rule(look),
    ends(driverText(snapshot, look), staleText(state.link), look.columns),
    line(typing === undefined ? said || troubleText(state, state.keymap) : fieldText(typing), look.columns),
    keys(state),
  ];
}

const keys = ({ look: { columns }, keymap }: TopState): string => {
  const text = keyLine(keymap, columns);
  return widthOf(text) > columns ? line(text, columns) : text;
};
