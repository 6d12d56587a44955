/** The discover view without a screen: rows as they arrive, what is selected, what is to be created. Pure. */
import { edit, type Field } from '../shared/field.js';
import { actionOf, type Binding, isMove, moved, moves, type Press } from '../shared/keymap.js';
import { firstShown, type Look, type Size } from '../shared/layout.js';

/** A finding as the view sees it. */
export interface FindingRow {
  /** Address, with the port where it is unusual: the identity of the row. */
  readonly place: string;
  readonly status: string;
  readonly vendor: string;
  readonly model: string;
  readonly serial: string;
  readonly power: string;
  /** The name it would get, or the object it has. */
  readonly name: string;
  /** Why it cannot be selected; absent when it can. */
  readonly barred?: string;
  readonly isRunning: boolean;
  /** One or two lines about it. */
  readonly details: readonly string[];
}

/** Rows arrive and are chosen; `planning` waits for the plan; `preview` shows it; `creating` tells each object. */
export type DiscoverPhase = 'choose' | 'planning' | 'preview' | 'creating' | 'created' | 'done';

/** What was chosen: places with their names. */
export interface Chosen {
  readonly place: string;
  readonly name: string;
}

export interface DiscoverState {
  readonly look: Look;
  /** `10.20.0.0/22` */
  readonly ranges: string;
  readonly rows: readonly FindingRow[];
  readonly total: number;
  readonly probed: number;
  readonly isSwept: boolean;
  readonly isStopping: boolean;
  readonly selected: ReadonlySet<string>;
  /** Names given by hand, by place. */
  readonly names: ReadonlyMap<string, string>;
  readonly filter: string;
  readonly cursor: string | undefined;
  readonly first: number;
  readonly field: (Field & { readonly of: 'name' | 'filter' }) | undefined;
  readonly phase: DiscoverPhase;
  readonly plan: readonly string[];
  readonly results: readonly string[];
  readonly showsHelp: boolean;
  readonly message: string;
  readonly end: DiscoverEnd | undefined;
}

export interface DiscoverEnd {
  /** Whether objects were created. */
  readonly isCreated: boolean;
}

export type DiscoverEvent =
  | { readonly type: 'finding'; readonly row: FindingRow }
  | { readonly type: 'progress'; readonly total: number; readonly probed: number }
  /** The sweep is over; conflicts that only the whole shows are in `rows`. */
  | { readonly type: 'swept'; readonly rows: readonly FindingRow[] }
  | { readonly type: 'press'; readonly press: Press }
  | { readonly type: 'size'; readonly size: Size }
  | { readonly type: 'planned'; readonly lines: readonly string[] }
  | { readonly type: 'result'; readonly text: string }
  | { readonly type: 'created' }
  | { readonly type: 'refused'; readonly why: string };

export const discoverKeys = [
  { action: 'select', keys: ['space'], label: 'space select', help: 'select or deselect this row' },
  { action: 'all', keys: ['a'], label: 'a all new', help: 'select everything that can be' },
  { action: 'none', keys: ['A'], help: 'select nothing' },
  { action: 'name', keys: ['n'], label: 'n name', help: 'change the name of this row' },
  { action: 'enter', keys: ['return'], label: 'enter preview', help: 'see what would be created' },
  { action: 'stop', keys: ['x'], label: 'x stop', help: 'stop the sweep' },
  { action: 'filter', keys: ['/'], label: '/ filter', help: 'show only rows with this text' },
  { action: 'help', keys: ['?'], label: '? help', help: 'this list' },
  { action: 'quit', keys: ['q', 'ctrl-c'], label: 'q quit', help: 'leave; the report is kept' },
  { action: 'back', keys: ['escape'], help: 'clear the filter, go back' },
  ...moves,
] as const satisfies readonly Binding<string>[];

type Action = (typeof discoverKeys)[number]['action'];

export const initialDiscover = (look: Look, ranges: string): DiscoverState => ({
  look,
  ranges,
  rows: [],
  total: 0,
  probed: 0,
  isSwept: false,
  isStopping: false,
  selected: new Set(),
  names: new Map(),
  filter: '',
  cursor: undefined,
  first: 0,
  field: undefined,
  phase: 'choose',
  plan: [],
  results: [],
  showsHelp: false,
  message: '',
  end: undefined,
});

/** Rows that pass the filter, in the order they arrived while the sweep runs: a list that sorts itself cannot be read. */
export function shownRows({ rows, filter }: Pick<DiscoverState, 'rows' | 'filter'>): readonly FindingRow[] {
  const text = filter.toLowerCase();
  if (text === '') return rows;
  return rows.filter((row) =>
    [row.place, row.status, row.vendor, row.model, row.serial, row.name].join(' ').toLowerCase().includes(text),
  );
}

export const focused = (state: DiscoverState): FindingRow | undefined =>
  shownRows(state).find(({ place }) => place === state.cursor);

/** The name a row has now. */
export const nameOf = ({ names }: Pick<DiscoverState, 'names'>, row: FindingRow): string =>
  names.get(row.place) ?? row.name;

/** What is selected, in the order of the rows. */
export const chosenOf = (state: DiscoverState): Chosen[] =>
  state.rows
    .filter(({ place }) => state.selected.has(place))
    .map((row) => ({ place: row.place, name: nameOf(state, row) }));

/** Lines the list may take: frame without title, two rules, tabs, header, details, message and keys. */
export const listHeight = ({ look }: Pick<DiscoverState, 'look'>): number => Math.max(1, look.rows - 1 - 9);

export function reduceDiscover(state: DiscoverState, event: DiscoverEvent): DiscoverState {
  switch (event.type) {
    case 'finding':
      return withRow(state, event.row);
    case 'progress':
      return { ...state, total: event.total, probed: event.probed };
    case 'swept':
      return inOrder(event.rows.reduce(withRow, { ...state, isSwept: true }), event.rows);
    case 'size':
      return scrolled({ ...state, look: { ...state.look, ...event.size } });
    case 'planned':
      return state.phase === 'planning' ? { ...state, phase: 'preview', plan: event.lines } : state;
    case 'result':
      return { ...state, results: [...state.results, event.text] };
    case 'created':
      return { ...state, phase: 'created', message: 'done; q leaves' };
    case 'refused':
      return { ...state, phase: state.results.length > 0 ? 'created' : 'choose', message: `! ${event.why}` };
    case 'press':
      return state.field === undefined ? onKey(state, event.press) : onFieldKey(state, state.field, event.press);
  }
}

/** Adds a row, or replaces the one of this place. A row that can no longer be selected is deselected. */
function withRow(state: DiscoverState, row: FindingRow): DiscoverState {
  const at = state.rows.findIndex(({ place }) => place === row.place);
  const rows = at === -1 ? [...state.rows, row] : state.rows.with(at, row);
  const selected = row.barred === undefined ? state.selected : without(state.selected, row.place);
  return { ...state, rows, selected, cursor: state.cursor ?? row.place };
}

/** Once nothing more arrives rows take the order of the report. The cursor stays with its row; at the top, at the top. */
function inOrder(state: DiscoverState, report: readonly FindingRow[]): DiscoverState {
  const rankOf = new Map(report.map(({ place }, at) => [place, at]));
  const rank = ({ place }: FindingRow): number => rankOf.get(place) ?? report.length;
  const rows = [...state.rows].sort((a, b) => rank(a) - rank(b));
  const isAtTop = state.cursor === state.rows[0]?.place;
  return scrolled({ ...state, rows, cursor: isAtTop ? rows[0]?.place : state.cursor });
}

const without = (set: ReadonlySet<string>, value: string): ReadonlySet<string> =>
  new Set([...set].filter((each) => each !== value));

function scrolled(state: DiscoverState): DiscoverState {
  const shown = shownRows(state);
  const at = shown.findIndex(({ place }) => place === state.cursor);
  if (at === -1) return { ...state, cursor: shown[0]?.place, first: 0 };
  return { ...state, first: firstShown(at, shown.length, listHeight(state), state.first) };
}

function onFieldKey(state: DiscoverState, field: NonNullable<DiscoverState['field']>, press: Press): DiscoverState {
  const edited = edit(field, press);
  if (edited === 'left') return { ...state, field: undefined };
  if ('field' in edited) {
    const next = { ...state, field: { ...edited.field, of: field.of } };
    return field.of === 'filter' ? scrolled({ ...next, filter: edited.field.text }) : next;
  }
  const closed = { ...state, field: undefined };
  if (field.of === 'filter') return scrolled({ ...closed, filter: edited.entered });
  if (state.cursor === undefined || edited.entered === '') return closed;
  return { ...closed, names: new Map([...state.names, [state.cursor, edited.entered]]) };
}

function onKey(state: DiscoverState, press: Press): DiscoverState {
  const action = actionOf<Action>(discoverKeys, press);
  if (action === 'quit') return left(state);
  if (state.showsHelp) return { ...state, showsHelp: false };
  if (state.phase === 'preview') return onPreviewKey(state, press);
  if (state.phase === 'created' && press.key === 'return') return left(state);
  if (state.phase !== 'choose' || action === undefined) return state;
  return isMove(action) ? move(state, action) : onAction(state, action);
}

/** While objects are being written they are finished first: leaving half of them unsaid would be worse. */
function left(state: DiscoverState): DiscoverState {
  if (state.phase === 'creating') return { ...state, message: 'objects are being written; one moment' };
  return { ...state, phase: 'done', end: { isCreated: state.phase === 'created' } };
}

function move(state: DiscoverState, action: Parameters<typeof moved>[0]): DiscoverState {
  const shown = shownRows(state);
  const at = shown.findIndex(({ place }) => place === state.cursor);
  return scrolled({ ...state, cursor: shown[moved(action, at, shown.length, listHeight(state))]?.place, message: '' });
}

function onAction(state: DiscoverState, action: Action): DiscoverState {
  const row = focused(state);
  if (action === 'select') return row === undefined ? state : toggled(state, row);
  if (action === 'all')
    return {
      ...state,
      selected: new Set(
        shownRows(state)
          .filter(({ barred }) => barred === undefined)
          .map(({ place }) => place),
      ),
    };
  if (action === 'none') return { ...state, selected: new Set() };
  if (action === 'name') return rename(state, row);
  if (action === 'enter') return plan(state, row);
  if (action === 'stop') return state.isSwept ? state : { ...state, isStopping: true, message: 'stopping the sweep' };
  if (action === 'filter') return { ...state, field: { of: 'filter', label: 'filter', text: state.filter } };
  if (action === 'help') return { ...state, showsHelp: true };
  return action === 'back' ? scrolled({ ...state, filter: '', message: '' }) : state;
}

function toggled(state: DiscoverState, row: FindingRow): DiscoverState {
  if (row.barred !== undefined) return { ...state, message: `! ${row.place} ${row.barred}` };
  const selected = state.selected.has(row.place)
    ? without(state.selected, row.place)
    : new Set([...state.selected, row.place]);
  return { ...state, selected, message: '' };
}

function rename(state: DiscoverState, row: FindingRow | undefined): DiscoverState {
  if (row === undefined || row.barred !== undefined) return state;
  return { ...state, field: { of: 'name', label: `name of ${row.place}`, text: nameOf(state, row) } };
}

function plan(state: DiscoverState, row: FindingRow | undefined): DiscoverState {
  if (state.selected.size > 0) return { ...state, phase: 'planning', message: '' };
  return {
    ...state,
    message: row?.barred === undefined ? 'nothing is selected: space selects' : `! ${row.place} ${row.barred}`,
  };
}

/** Only Enter or y creates anything. */
function onPreviewKey(state: DiscoverState, { key }: Press): DiscoverState {
  if (key === 'return' || key === 'y') return { ...state, phase: 'creating', message: '' };
  return { ...state, phase: 'choose', message: 'nothing was created' };
}
