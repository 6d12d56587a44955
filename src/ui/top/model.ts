/** The dashboard without a screen: pages, rows, selection, what is asked for. Pure. */

import { shellWords } from '../../lib/shell-word.js';
import { type Acting, type ActingEvent, answerKey, asked, idle, isActing } from '../shared/acting.js';
import { type Browse, browsed, browsing, isBrowseAction } from '../shared/browse.js';
import type { Child } from '../shared/child.js';
import { edit, type Field } from '../shared/field.js';
import { type Help, helped } from '../shared/help.js';
import { actionOf, type Binding, isMove, moved, moves, type Press } from '../shared/keymap.js';
import { firstShown, type Look, type Size } from '../shared/layout.js';
import { type Link, lostText } from '../shared/link.js';
import {
  everything,
  heldOrder,
  type Listed,
  listKeys,
  matchFrom,
  noMatch,
  orderText,
  placeIn,
  resorted,
  searchKeys,
  shownOf,
  type Wish,
} from '../shared/listing.js';

export const pages = ['attention', 'servers', 'racks', 'bmcs', 'claims'] as const;
export type Page = (typeof pages)[number];

/** One line of any page. */
export interface TopRow {
  /** Identity: survives filters, orders and reconnects. */
  readonly id: string;
  /** `server`, `bmc`, `claim` or `rack`; only servers are acted upon. */
  readonly kind: string;
  readonly name: string;
  readonly state: string;
  /** How the state is drawn. */
  readonly mark: 'good' | 'busy' | 'person' | 'use' | 'bad' | 'off';
  readonly since: string;
  /** What there is to know, in five words. */
  readonly note: string;
  /** Server that Enter opens. */
  readonly opens?: string;
}

/** Everything the dashboard shows, made from the cluster at one moment. */
export interface TopSnapshot {
  readonly rows: Readonly<Record<Page, readonly TopRow[]>>;
  /** Servers per state, in the order of the states. */
  readonly counts: readonly (readonly [state: string, count: number])[];
  /** Letters of the bar: `=` reserved, `#` free, `.` busy, `x` maintenance or parked, `!` error; with their counts. */
  readonly bar: readonly (readonly [letter: string, count: number])[];
  readonly servers: number;
  readonly bmcs: number;
  readonly events: readonly string[];
  /** Who reconciles. */
  readonly driver: string;
  /** `14:02:31` of the snapshot. */
  readonly at: string;
}

export const topList: Listed<TopRow> = {
  fields: {
    name: ({ name }) => name,
    state: ({ state }) => state,
    kind: ({ kind }) => kind,
    note: ({ note }) => note,
  },
  sorts: ['name', 'state', 'note'],
};

export type TopEnd = { readonly is: 'left' } | { readonly is: 'open'; readonly server: string };

export interface TopState extends Browse {
  readonly look: Look;
  readonly snapshot: TopSnapshot | undefined;
  readonly page: Page;
  readonly wish: Wish;
  /** The last filter there was, for `n` and `N`. */
  readonly sought: string;
  /** Rows as they stood when the cursor last moved: they keep their places until it rests. */
  readonly held: readonly TopRow[] | undefined;
  /** First words of the commands there are, for the line behind `:`. */
  readonly commands: readonly string[];
  /** A command that has the terminal. */
  readonly child: Child | undefined;
  readonly cursor: string | undefined;
  readonly first: number;
  readonly selected: ReadonlySet<string>;
  readonly field: (Field & { readonly of: 'filter' | 'place' }) | undefined;
  readonly acting: Acting;
  readonly link: Link | undefined;
  /** What could not be read. */
  readonly refused: readonly string[];
  readonly help: Help;
  readonly printed: number;
  readonly message: string;
  readonly end: TopEnd | undefined;
}

export type TopEvent =
  | { readonly type: 'snapshot'; readonly snapshot: TopSnapshot }
  | { readonly type: 'link'; readonly link: Link | undefined }
  | { readonly type: 'refused'; readonly why: string }
  | { readonly type: 'say'; readonly text: string }
  /** The cursor has stood still for a while. */
  | { readonly type: 'rest' }
  /** The command that had the terminal has ended. */
  | { readonly type: 'returned' }
  | { readonly type: 'press'; readonly press: Press }
  | { readonly type: 'size'; readonly size: Size }
  | ActingEvent;

export const topKeys = [
  ...pages.map((page, at) => ({
    action: page,
    keys: [String(at + 1)],
    label: `${at + 1} ${page}`,
    help: `the page of ${page}`,
  })),
  { action: 'enter', keys: ['return'], label: 'enter open', help: 'open the server' },
  { action: 'select', keys: ['space'], help: 'select or deselect this server' },
  { action: 'all', keys: ['a'], help: 'select every server that is shown' },
  { action: 'none', keys: ['A'], help: 'select nothing' },
  { action: 'cordon', keys: ['c'], label: 'c cordon', help: 'keep new claims off the selected servers' },
  { action: 'uncordon', keys: ['u'], help: 'offer the selected servers again' },
  { action: 'power off', keys: ['P'], help: 'power the selected servers off' },
  { action: 'power on', keys: ['O'], help: 'power the selected servers on' },
  { action: 'place', keys: [':'], help: 'go to a page, open a server, or run any command; tab completes' },
  ...listKeys,
  ...searchKeys,
  { action: 'quit', keys: ['q', 'ctrl-c'], label: 'q quit', help: 'leave' },
  { action: 'back', keys: ['escape'], help: 'clear the filter, go back' },
  ...moves,
] as const satisfies readonly Binding<string>[];

type Action = (typeof topKeys)[number]['action'];

export const initialTop = (look: Look, page: Page, commands: readonly string[] = []): TopState => ({
  ...browsing,
  commands,
  child: undefined,
  sought: '',
  held: undefined,
  look,
  snapshot: undefined,
  page,
  wish: everything,
  cursor: undefined,
  first: 0,
  selected: new Set(),
  field: undefined,
  acting: idle,
  link: undefined,
  refused: [],
  help: undefined,
  printed: 0,
  message: '',
  end: undefined,
});

const none: readonly TopRow[] = [];
const idOf = ({ id }: TopRow): string => id;
export const shownRows = ({ snapshot, page, wish, held }: TopState): readonly TopRow[] =>
  heldOrder(held, shownOf(topList, snapshot?.rows[page] ?? none, wish), idOf);

const cursorIn = (shown: readonly TopRow[], { cursor }: TopState): number => placeIn(shown, idOf, cursor);

export const focused = (state: TopState): TopRow | undefined => {
  const shown = shownRows(state);
  return shown[cursorIn(shown, state)];
};

/** Lines of events below the list. */
export const eventLines = ({ look, details }: Pick<TopState, 'look' | 'details'>): number => {
  if (details === 'off') return 0;
  const small = look.rows >= 34 ? 6 : look.rows >= 20 ? 3 : 0;
  return details === 'small' ? small : Math.max(small, Math.floor(look.rows / 3));
};

/** Whether there is room for the bar and a rule below it. */
export const hasBar = ({ look }: Pick<TopState, 'look'>): boolean => look.rows >= 14;

/** Lines the list may take: frame without title, rules, counts, bar, head, events, driver, message and keys. */
export const listHeight = (state: Pick<TopState, 'look' | 'details'>): number => {
  const events = eventLines(state);
  return Math.max(1, state.look.rows - 1 - (hasBar(state) ? 10 : 8) - (events === 0 ? 0 : events + 2));
};

export function reduceTop(state: TopState, event: TopEvent): TopState {
  switch (event.type) {
    case 'snapshot':
      return scrolled(withoutGone({ ...state, snapshot: event.snapshot }));
    case 'link':
      return { ...state, link: event.link };
    case 'refused':
      return state.refused.includes(event.why) ? state : { ...state, refused: [...state.refused, event.why] };
    case 'rest':
      return scrolled({ ...state, held: undefined });
    case 'returned':
      return { ...state, child: undefined };
    case 'say':
      return { ...state, message: event.text };
    case 'size':
      return scrolled({ ...state, look: { ...state.look, ...event.size } });
    case 'question':
      return { ...state, acting: asked(state.acting, event.question) };
    case 'acted':
      return { ...state, acting: idle, message: event.text };
    case 'press':
      return onPress(state, event.press);
  }
}

/** Servers that are gone are not selected any more. */
function withoutGone(state: TopState): TopState {
  if (state.selected.size === 0) return state;
  const there = new Set(state.snapshot?.rows.servers.map(({ name }) => name));
  return { ...state, selected: new Set([...state.selected].filter((name) => there.has(name))) };
}

function scrolled(state: TopState): TopState {
  const shown = shownRows(state);
  const at = cursorIn(shown, state);
  if (at === -1) return { ...state, cursor: shown[0]?.id, first: 0 };
  return { ...state, first: firstShown(at, shown.length, listHeight(state), state.first) };
}

function onPress(state: TopState, press: Press): TopState {
  if (state.acting.question !== undefined) return { ...state, acting: answerKey(state.acting, press) };
  if (state.field !== undefined) return onFieldKey(state, state.field, press);
  const action = actionOf<Action>(topKeys, press);
  if (action === 'quit') return { ...state, end: { is: 'left' } };
  if (state.help !== undefined) return { ...state, help: helped(state.help, action, topKeys, state.look) };
  if (action === undefined) return state;
  return isMove(action) ? move(state, action) : onAction(state, action);
}

function onFieldKey(state: TopState, field: NonNullable<TopState['field']>, press: Press): TopState {
  if (field.of === 'place') return onPlaceKey(state, field, press);
  const edited = edit(field, press);
  if (edited === 'left') return scrolled({ ...state, field: undefined });
  const text = 'field' in edited ? edited.field.text : edited.entered;
  const open = 'field' in edited ? { ...edited.field, of: field.of } : undefined;
  return refiltered({ ...state, field: open }, text);
}

const refiltered = (state: TopState, filter: string): TopState =>
  scrolled({ ...state, held: undefined, sought: filter || state.sought, wish: { ...state.wish, filter } });

/** The line behind `:`. Tab adds what all places that begin so have in common. */
function onPlaceKey(state: TopState, field: NonNullable<TopState['field']>, press: Press): TopState {
  if (press.key === 'tab') return { ...state, field: { ...field, text: completed(state, field.text) } };
  const edited = edit(field, press);
  if (edited === 'left') return { ...state, field: undefined };
  if ('field' in edited) return { ...state, field: { ...edited.field, of: 'place' } };
  return goTo({ ...state, field: undefined }, edited.entered);
}

const serverNames = ({ snapshot }: TopState): string[] => (snapshot?.rows.servers ?? []).map(({ name }) => name);

function completed(state: TopState, text: string): string {
  const fitting = [...pages, ...serverNames(state), ...state.commands].filter((place) => place.startsWith(text));
  const [first = text] = fitting;
  let length = first.length;
  while (!fitting.every((place) => place.startsWith(first.slice(0, length)))) length -= 1;
  return first.slice(0, length);
}

/** A page; a server as commands name it: `node-07`, `server/node-07`; or any command: `why node-07`. */
function goTo(state: TopState, place: string): TopState {
  if (place === '') return state;
  if (isPage(place)) return onAction(state, place);
  const name = place.replace(/^servers?[/ ]/, '');
  if (serverNames(state).includes(name)) return { ...state, end: { is: 'open', server: name } };
  const words = shellWords(place);
  if (state.commands.includes(words[0] ?? '')) return { ...state, child: { words } };
  return { ...state, message: `! there is no page, no server and no command "${place}"` };
}

function move(state: TopState, action: Parameters<typeof moved>[0]): TopState {
  const shown = shownRows(state);
  const next = shown[moved(action, cursorIn(shown, state), shown.length, listHeight(state))];
  return scrolled({ ...state, cursor: next?.id, held: shown, message: '' });
}

const isPage = (action: string): action is Page => pages.some((page) => page === action);
const changing: readonly string[] = ['cordon', 'uncordon', 'power on', 'power off'];

function onAction(state: TopState, action: Action): TopState {
  if (isPage(action))
    return scrolled({ ...state, page: action, wish: everything, held: undefined, cursor: undefined, message: '' });
  if (changing.includes(action)) return act(state, action);
  const row = focused(state);
  if (isBrowseAction(action)) return scrolled(browsed(state, action, row?.name));
  if (action === 'next match') return toMatch(state, 1);
  if (action === 'previous match') return toMatch(state, -1);
  if (action === 'enter') return open(state, row);
  if (action === 'select') return toggled(state, row);
  if (action === 'all') return { ...state, selected: new Set(serversIn(shownRows(state))) };
  if (action === 'none') return { ...state, selected: new Set() };
  if (action === 'filter') return { ...state, field: { of: 'filter', label: 'filter', text: state.wish.filter } };
  if (action === 'place') return { ...state, message: '', field: { of: 'place', label: ':', text: '' } };
  if (action === 'help') return { ...state, help: 0 };
  if (action === 'print') return { ...state, printed: state.printed + 1 };
  if (action === 'sort' || action === 'reverse') {
    const wish = resorted(topList, state.wish, action);
    return scrolled({ ...state, held: undefined, wish, message: orderText(wish) });
  }
  return refiltered({ ...state, message: '' }, '');
}

function toMatch(state: TopState, step: 1 | -1): TopState {
  const shown = shownRows(state);
  const row = matchFrom(topList, shown, state.sought, cursorIn(shown, state), step);
  if (row === undefined) return { ...state, message: noMatch(state.sought) };
  return scrolled({ ...state, cursor: row.id, held: shown, message: '' });
}

const serversIn = (rows: readonly TopRow[]): string[] => rows.flatMap(({ opens }) => opens ?? []);

function open(state: TopState, row: TopRow | undefined): TopState {
  if (row?.opens !== undefined) return { ...state, end: { is: 'open', server: row.opens } };
  return {
    ...state,
    message: row === undefined ? 'nothing is chosen' : `no server stands behind ${row.kind} ${row.name}`,
  };
}

function toggled(state: TopState, row: TopRow | undefined): TopState {
  if (row?.opens === undefined) return { ...state, message: 'only servers can be selected' };
  const selected = new Set(state.selected);
  if (!selected.delete(row.opens)) selected.add(row.opens);
  return { ...state, selected, message: '' };
}

/** What an action is about: the selected servers, else the one under the cursor. */
export const aimedAt = (state: TopState): readonly string[] =>
  state.selected.size > 0 ? [...state.selected].sort() : serversIn([focused(state)].flatMap((row) => row ?? []));

function act(state: TopState, action: string): TopState {
  const names = aimedAt(state);
  if (state.link !== undefined) return { ...state, message: lostText(state.link) };
  if (isActing(state.acting)) return { ...state, message: `! ${state.acting.act?.action} is not over yet` };
  if (names.length === 0) return { ...state, message: 'no server is chosen' };
  return { ...state, acting: { ...idle, act: { action, names } }, message: '' };
}
