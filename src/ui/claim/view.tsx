/** Draws the claim view: title with the funnel, servers, the one under the cursor, image and keys. */
import { behind, detailLines } from '../shared/browse.js';
import { fieldText } from '../shared/field.js';
import { helpFrame } from '../shared/help.js';
import { keyFor, keyLine } from '../shared/keymap.js';
import { cell, cutName, ends, filled, glyph, isTooSmall, line, rule } from '../shared/layout.js';
import { linkText, staleText } from '../shared/link.js';
import { noneMatches } from '../shared/listing.js';
import { formLines, isFormField } from './form.js';
import { type ClaimState, focused, listHeight, type ServerRow, shownRows, waitText } from './model.js';

/** The frame, one line shorter than the screen. */
export function drawClaim(state: ClaimState): readonly string[] {
  const { look } = state;
  const height = look.rows - 1;
  if (isTooSmall(look)) {
    return filled(
      [line('Too small for the claim view.', look.columns), line('metalctl claim --server NAME', look.columns)],
      height,
    );
  }
  if (state.help !== undefined) return helpFrame('the claim view', state.keymap, look, state.help);
  const foot = footOf(state);
  const body = bodyOf(state);
  const room = height - 2 - foot.length;
  return [titleOf(state), rule(look), ...filled(body, room), ...foot];
}

const titleOf = ({ claim, funnel, look, link }: ClaimState): string =>
  ends(`metalctl claim ${claim}`, linkText(link, funnel), look.columns);

function bodyOf(state: ClaimState): string[] {
  if (state.phase === 'preview') return previewOf(state);
  if (state.phase === 'claiming') return claimingOf(state);
  if (state.showsWhy) return [...formOf(state), ...whyOf(state)];
  return [...formOf(state), ...listOf(state)];
}

function formOf({ look, form, field, problem }: ClaimState): string[] {
  const focus = field !== undefined && isFormField(field.of) ? field.of : undefined;
  return formLines(form, focus, problem?.field, look);
}

/** Every step of the funnel, and every gate of the row: the whole answer. */
function whyOf(state: ClaimState): string[] {
  const row = focused(state);
  const { look, steps } = state;
  const gates = (row?.gates ?? []).map(({ text, isOpen }) => ` ${glyph(isOpen ? 'ready' : 'bad', look.ascii)} ${text}`);
  return [...steps, ...(row === undefined ? [] : [row.name, ...gates])].map((text) => line(text, look.columns));
}

function listOf(state: ClaimState): string[] {
  const { look, rows, wish, isLoaded } = state;
  if (!isLoaded) return ['Loading servers …'];
  if (rows.length === 0) return emptyOf(state);
  const shown = shownRows(state);
  if (shown.length === 0) return [line(noneMatches(rows.length, wish, state.keymap), look.columns)];
  const window = shown.slice(state.first, state.first + listHeight(state));
  const lines = [headerOf(state)];
  window.forEach((row, at) => {
    const isFirstShut = !row.isFree && (window[at - 1]?.isFree ?? state.first === 0);
    if (isFirstShut)
      lines.push(line(`-- not claimable now (${keyFor(state.keymap, 'shut')} toggles) --`, look.columns));
    lines.push(rowOf(row, row.name === state.cursor, state));
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
  { header: 'MODEL', width: 14, roomy: 30, text: ({ model }) => model, from: 72 },
  { header: 'CORES', width: 5, align: 'right', text: ({ cores }) => (cores > 0 ? String(cores) : '-'), from: 60 },
  { header: 'MEMORY', width: 6, align: 'right', text: ({ memory }) => memory || '-', from: 60 },
  { header: 'DISKS', width: 9, roomy: 12, text: ({ disks }) => disks, from: 100 },
  { header: 'WHERE', width: 12, text: ({ where }) => where || '-', from: 80 },
  { header: 'POWER', width: 5, text: ({ power }) => power || '-', from: 100 },
];

type Wide = Pick<ClaimState, 'look' | 'across'>;

/** Wide ones are all there, as wide as they can be: what does not fit is scrolled to. */
const shownColumns = ({ look: { columns: width }, across: { isWide } }: Wide): readonly Column[] =>
  columns
    .filter(({ from }) => isWide || width >= from)
    .map((column) => (isWide || width >= 110 ? { ...column, width: column.roomy ?? column.width } : column));

const statusWidth = 10;

/** What the other columns leave; two columns for the cursor. Wide columns are scrolled, and leave a third of the screen. */
const nameWidth = (wide: Wide): number =>
  wide.across.isWide
    ? Math.floor(wide.look.columns / 3)
    : shownColumns(wide).reduce((left, { width }) => left - width - 1, wide.look.columns - 3 - statusWidth);

/** The name stays; what is behind it scrolls. */
function joined(wide: Wide, name: string, status: string, text: (column: Column) => string): string {
  const others = shownColumns(wide).map((each) => cell(text(each), each.width, each.align));
  const tail = behind([cell(status, statusWidth), ...others].join(' '), wide.across);
  return line(`${cell(name, nameWidth(wide))} ${tail}`, wide.look.columns - 2).trimEnd();
}

const headerOf = (wide: Wide): string => `  ${joined(wide, 'SERVER', 'STATUS', ({ header }) => header)}`;

function rowOf(row: ServerRow, isFocused: boolean, wide: Wide): string {
  const status = `${glyph(row.isFree ? 'ready' : 'shut', wide.look.ascii)} ${row.status}`;
  const text = joined(wide, cutName(row.name, nameWidth(wide)), status, (column) => column.text(row));
  return `${isFocused ? '>' : ' '} ${text}`;
}

function previewOf(state: ClaimState): string[] {
  const { look, claim, image, ignition, power, tolerations } = state;
  const secret = ignition === '' || ignition.startsWith('secret/') ? [] : [`             Secret ${claim}-ignition`];
  return [
    `Will create: ServerClaim ${claim} (serverRef pinned)`,
    ...secret,
    `Server:      ${state.cursor ?? ''}`,
    `Image:       ${image}`,
    ...(ignition === '' ? [] : [`Ignition:    ${ignition}`]),
    ...(tolerations.length === 0 ? [] : [`Tolerates:   ${tolerations.join(', ')}`]),
    power === 'On' ? 'Power:       ON, boots from the network once' : 'Power:       stays off',
    `Then:        ${waitText(state)}`,
    '',
    'Enter or y creates it, any other key goes back.',
  ].map((text) => line(text, look.columns));
}

const claimingOf = ({ look, claim, cursor, told }: ClaimState): string[] =>
  [
    `${glyph('busy', look.ascii)} claiming ${cursor ?? ''} for ${claim}`,
    ...told.map((text) => `${glyph('done', look.ascii)} ${text}`),
  ].map((text) => line(text, look.columns));

/** Rule, details, rule-less message and key lines: always six lines, so that nothing jumps. */
function footOf(state: ClaimState): string[] {
  const { look, image, ignition, power, wait } = state;
  const settings = `image ${image || '-'}   ${ignition === '' ? '' : `ignition ${ignition}   `}power ${power}${wait === undefined ? '' : `   wait ${wait}`}`;
  const keys =
    state.phase === 'choose' ? keyLine(state.keymap, look.columns) : keyLine(afterwards(state), look.columns);
  return [
    rule(look),
    ...filled(detailsOf(state), detailLines(look, state.details)),
    ends(settings, staleText(state.link), look.columns),
    line(saidOf(state), look.columns),
    keys,
  ];
}

/** What is typed stands in the form already: why it does not parse is worth more than saying it twice. */
function saidOf({ field, problem, message }: ClaimState): string {
  if (field === undefined) return message;
  return problem?.field === field.of ? `! ${problem.text}` : fieldText(field);
}

const afterwards = ({ phase }: ClaimState) =>
  phase === 'preview'
    ? [
        { action: 'yes', keys: ['return', 'y'], label: 'enter create', help: '' },
        { action: 'no', keys: ['escape'], label: 'esc back', help: '' },
        { action: 'quit', keys: ['q'], label: 'q quit', help: '' },
      ]
    : [{ action: 'quit', keys: ['q'], label: 'q leave: what is written goes on', help: '' }];

function detailsOf(state: ClaimState): string[] {
  const row = focused(state);
  const { look, showsWhy } = state;
  if (row === undefined || state.phase !== 'choose') return [];
  if (showsWhy) {
    const shut = row.gates.filter(({ isOpen }) => !isOpen).map(({ text }) => text);
    return [
      line(row.name, look.columns),
      line(shut.length > 0 ? `why not: ${shut.join('; ')}` : 'nothing keeps it back', look.columns),
    ];
  }
  const traits = [row.model, row.cores > 0 ? `${row.cores} cores` : '', row.memory, row.disks, row.where].filter(
    (text) => text && text !== '-',
  );
  const gates = row.gates.map(({ text, isOpen }) => `${glyph(isOpen ? 'ready' : 'bad', look.ascii)} ${text}`);
  return [row.name, traits.join('  '), ...gates].map((text) => line(text, look.columns));
}
