/** The discover view without a screen: rows as they arrive, what is selected, what is to be created. Pure. */
import { edit, type Field } from '../shared/field.js';
import { actionOf, type Binding, isMove, moved, moves, type Press } from '../shared/keymap.js';
import { firstShown, type Look, type Size } from '../shared/layout.js';
import {
  everything,
  type Listed,
  listKeys,
  orderText,
  placeIn,
  resorted,
  shownOf,
  type Wish,
} from '../shared/listing.js';
import { type LabelText, readLabelText } from './labels.js';

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
  /** Everything about it, for `f`. */
  readonly raw?: readonly string[];
}

/** How findings are searched and sorted. */
export const findingList: Listed<FindingRow> = {
  fields: {
    address: ({ place }) => place,
    status: ({ status }) => status,
    vendor: ({ vendor }) => vendor,
    model: ({ model }) => model,
    serial: ({ serial }) => serial,
    power: ({ power }) => power,
    name: ({ name }) => name,
  },
  sorts: ['address', 'status', 'vendor', 'model', 'serial', 'name'],
};

/** Rows arrive and are chosen; `planning` waits for the plan; `preview` shows it; `creating` tells each object. */
export type DiscoverPhase = 'choose' | 'planning' | 'preview' | 'creating' | 'created' | 'done';

/** What was chosen: places with their names and labels. */
export interface Chosen {
  readonly place: string;
  readonly name: string;
  readonly labels: LabelText;
}

/** An account that was typed, and the places it is for. Handed on once, then forgotten. */
export interface Login {
  readonly places: readonly string[];
  readonly username: string;
  readonly password: string;
}

type FieldName = 'name' | 'filter' | 'labels' | 'username' | 'password';

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
  /** Labels given by hand, by place. */
  readonly labels: ReadonlyMap<string, LabelText>;
  readonly wish: Wish;
  readonly cursor: string | undefined;
  /** Where a range began (`v`). */
  readonly anchor: string | undefined;
  readonly first: number;
  readonly field: (Field & { readonly of: FieldName }) | undefined;
  /** User name typed so far; its password is asked for next. */
  readonly username: string;
  readonly login: Login | undefined;
  readonly showsRaw: boolean;
  /** How often `p` was pressed. */
  readonly printed: number;
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
  /** The typed account was taken over; the state forgets it. */
  | { readonly type: 'login-taken' }
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'refused'; readonly why: string };

export const discoverKeys = [
  { action: 'select', keys: ['space'], label: 'space select', help: 'select or deselect this row' },
  { action: 'all', keys: ['a'], label: 'a all new', help: 'select everything that can be' },
  { action: 'none', keys: ['A'], help: 'select nothing' },
  { action: 'name', keys: ['n'], label: 'n name', help: 'change the name of this row' },
  { action: 'labels', keys: ['l'], label: 'l label', help: 'labels of the selected rows: location=fra rack=r12 k=v' },
  { action: 'login', keys: ['c'], label: 'c creds', help: 'type an account and try it once on the selected rows' },
  { action: 'enter', keys: ['return'], label: 'enter preview', help: 'see what would be created' },
  { action: 'stop', keys: ['x'], label: 'x stop', help: 'stop the sweep' },
  ...listKeys,
  { action: 'quit', keys: ['q', 'ctrl-c'], label: 'q quit', help: 'leave; the report is kept' },
  { action: 'range', keys: ['v'], help: 'select from here to where the cursor goes' },
  { action: 'raw', keys: ['f'], help: 'everything found about this row' },
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
  labels: new Map(),
  wish: everything,
  cursor: undefined,
  anchor: undefined,
  first: 0,
  field: undefined,
  username: '',
  login: undefined,
  showsRaw: false,
  printed: 0,
  phase: 'choose',
  plan: [],
  results: [],
  showsHelp: false,
  message: '',
  end: undefined,
});

/** Rows that pass the filter, in the order they arrived unless another is asked for. */
export const shownRows = ({ rows, wish }: Pick<DiscoverState, 'rows' | 'wish'>): readonly FindingRow[] =>
  shownOf(findingList, rows, wish);

const placeId = ({ place }: FindingRow): string => place;
const cursorIn = (shown: readonly FindingRow[], { cursor }: DiscoverState): number => placeIn(shown, placeId, cursor);

export const focused = (state: DiscoverState): FindingRow | undefined => {
  const shown = shownRows(state);
  return shown[cursorIn(shown, state)];
};

/** The name a row has now. */
export const nameOf = ({ names }: Pick<DiscoverState, 'names'>, row: FindingRow): string =>
  names.get(row.place) ?? row.name;

/** What is selected, in the order of the rows. */
export const chosenOf = (state: DiscoverState): Chosen[] =>
  state.rows
    .filter(({ place }) => state.selected.has(place))
    .map((row) => ({
      place: row.place,
      name: nameOf(state, row),
      labels: state.labels.get(row.place) ?? {},
    }));

/** What an action is about: the selected rows, else the one under the cursor. */
const aimedAt = (state: DiscoverState): readonly string[] => {
  if (state.selected.size > 0) return [...state.selected];
  return state.cursor === undefined ? [] : [state.cursor];
};

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
    case 'login-taken':
      return { ...state, login: undefined };
    case 'say':
      return { ...state, message: event.text };
    case 'press':
      return state.field === undefined ? onKey(state, event.press) : onFieldKey(state, state.field, event.press);
  }
}

/** Adds a row, or replaces the one of this place. A row that can no longer be selected is deselected. */
function withRow(state: DiscoverState, row: FindingRow): DiscoverState {
  const at = placeIn(state.rows, placeId, row.place);
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
  const at = cursorIn(shown, state);
  if (at === -1) return { ...state, cursor: shown[0]?.place, first: 0 };
  return { ...state, first: firstShown(at, shown.length, listHeight(state), state.first) };
}

function onFieldKey(state: DiscoverState, field: NonNullable<DiscoverState['field']>, press: Press): DiscoverState {
  const edited = edit(field, press);
  if (edited === 'left') return { ...state, field: undefined, username: '' };
  if ('field' in edited) {
    const next = { ...state, field: { ...edited.field, of: field.of } };
    return field.of === 'filter' ? refiltered(next, edited.field.text) : next;
  }
  return entered[field.of]({ ...state, field: undefined }, edited.entered);
}

const refiltered = (state: DiscoverState, filter: string): DiscoverState =>
  scrolled({ ...state, wish: { ...state.wish, filter } });

/** What a finished field does, by its name. */
const entered: Readonly<Record<FieldName, (state: DiscoverState, text: string) => DiscoverState>> = {
  filter: refiltered,
  name: (state, text) => {
    if (state.cursor === undefined || text === '') return state;
    return { ...state, names: new Map([...state.names, [state.cursor, text]]) };
  },
  labels: (state, text) => {
    const read = readLabelText(text);
    if ('problem' in read) return { ...state, message: `! ${read.problem}` };
    const given = aimedAt(state).map((place) => [place, read.labels] as const);
    return { ...state, labels: new Map([...state.labels, ...given]), message: `labels of ${given.length} rows set` };
  },
  username: (state, text) => {
    if (text === '') return state;
    return {
      ...state,
      username: text,
      field: { of: 'password', label: `password of ${text}`, text: '', isSecret: true },
    };
  },
  password: (state, text) => {
    const { username } = state;
    const row = focused(state);
    // A BMC that refused cannot be selected: standing on it is choosing it.
    const places = row?.status === 'auth' ? [row.place] : aimedAt(state);
    if (text === '' || places.length === 0) return { ...state, username: '' };
    const message = `logging in to ${places.length === 1 ? places[0] : `${places.length} BMCs`}, once`;
    return { ...state, username: '', login: { places, username, password: text }, message };
  },
};

function onKey(state: DiscoverState, press: Press): DiscoverState {
  const action = actionOf<Action>(discoverKeys, press);
  if (action === 'quit') return left(state);
  if (state.showsHelp) return { ...state, showsHelp: false };
  if (state.showsRaw) return { ...state, showsRaw: false };
  if (state.phase === 'preview') return onPreviewKey(state, press);
  if (state.phase === 'created' && press.key === 'return') return left(state);
  if (state.phase !== 'choose' || action === undefined) return state;
  return isMove(action) ? move(state, action) : onAction(state, action as keyof typeof acts);
}

/** While objects are being written they are finished first: leaving half of them unsaid would be worse. */
function left(state: DiscoverState): DiscoverState {
  if (state.phase === 'creating') return { ...state, message: 'objects are being written; one moment' };
  return { ...state, phase: 'done', end: { isCreated: state.phase === 'created' } };
}

function move(state: DiscoverState, action: Parameters<typeof moved>[0]): DiscoverState {
  const shown = shownRows(state);
  const cursor = shown[moved(action, cursorIn(shown, state), shown.length, listHeight(state))]?.place;
  return scrolled(inRange({ ...state, cursor, message: '' }, shown));
}

/** While a range is open, everything between its begin and the cursor is selected. */
function inRange(state: DiscoverState, shown: readonly FindingRow[]): DiscoverState {
  const begin = placeIn(shown, placeId, state.anchor);
  const end = cursorIn(shown, state);
  if (begin === -1 || end === -1) return state;
  const between = shown.slice(Math.min(begin, end), Math.max(begin, end) + 1);
  return { ...state, selected: new Set([...state.selected, ...selectable(between)]) };
}

const selectable = (rows: readonly FindingRow[]): string[] =>
  rows.flatMap(({ place, barred }) => (barred === undefined ? [place] : []));

type Act = (state: DiscoverState, row: FindingRow | undefined) => DiscoverState;

/** What keys do in the list. */
const acts: Readonly<Record<Exclude<Action, Parameters<typeof moved>[0] | 'quit'>, Act>> = {
  select: (state, row) => (row === undefined ? state : toggled(state, row)),
  all: (state) => ({ ...state, selected: new Set(selectable(shownRows(state))) }),
  none: (state) => ({ ...state, selected: new Set(), anchor: undefined }),
  range: (state) => {
    if (state.anchor !== undefined) return { ...state, anchor: undefined, message: '' };
    return inRange({ ...state, anchor: state.cursor, message: 'range: move, v ends it' }, shownRows(state));
  },
  name: (state, row) => rename(state, row),
  labels: (state) => ({ ...state, field: { of: 'labels', label: 'labels', text: textOfLabels(state) } }),
  login: (state) => ({ ...state, field: { of: 'username', label: 'user name', text: '' } }),
  enter: plan,
  stop: (state) => (state.isSwept ? state : { ...state, isStopping: true, message: 'stopping the sweep' }),
  filter: (state) => ({ ...state, field: { of: 'filter', label: 'filter', text: state.wish.filter } }),
  sort: (state) => reordered(state, 'sort'),
  reverse: (state) => reordered(state, 'reverse'),
  print: (state) => ({ ...state, printed: state.printed + 1 }),
  raw: (state, row) => (row?.raw === undefined ? state : { ...state, showsRaw: true }),
  help: (state) => ({ ...state, showsHelp: true }),
  back: (state) => refiltered({ ...state, message: '', anchor: undefined }, ''),
};

const onAction = (state: DiscoverState, action: keyof typeof acts): DiscoverState =>
  acts[action](state, focused(state));

function reordered(state: DiscoverState, action: 'sort' | 'reverse'): DiscoverState {
  const wish = resorted(findingList, state.wish, action);
  return scrolled({ ...state, wish, message: orderText(wish) });
}

const textOfLabels = (state: DiscoverState): string =>
  Object.entries(state.labels.get(aimedAt(state)[0] ?? '') ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');

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
