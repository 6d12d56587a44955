/** What the discover view knows, and what can be read from it. Pure. */
import { type Browse, browsing, detailLines } from '../shared/browse.js';
import type { Field } from '../shared/field.js';
import type { Help } from '../shared/help.js';
import type { Binding, Press } from '../shared/keymap.js';
import type { Look, Size } from '../shared/layout.js';
import { everything, heldOrder, type Listed, placeIn, shownOf, type Wish } from '../shared/listing.js';
import type { ToldEvent } from '../shared/told.js';
import { type Action, discoverKeys } from './keys.js';
import type { LabelText } from './labels.js';

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
  /** How many systems are behind it; empty where nobody logged in. */
  readonly systems?: string;
  readonly firmware?: string;
  /** Who answers, its service, certificate, login and systems: a line each, for large screens. */
  readonly about?: readonly string[];
  /** What its BMC object would get: the name of a BMCSecret there is, or a new one, or none; and labels of flags. */
  readonly onboarding?: { readonly secret: string | 'new' | undefined; readonly labels: string };
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
    firmware: ({ firmware }) => firmware ?? '',
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

export type FieldName = 'name' | 'filter' | 'labels' | 'username' | 'password' | 'report';

export interface DiscoverState extends Browse {
  readonly look: Look;
  readonly keymap: readonly Binding<Action>[];
  /** `10.20.0.0/22` */
  readonly ranges: string;
  readonly rows: readonly FindingRow[];
  readonly total: number;
  readonly probed: number;
  readonly isSwept: boolean;
  readonly isStopping: boolean;
  /** Whoever wants to leave while objects are written: no other is begun, then the view ends. */
  readonly isCancelling: boolean;
  /** Ctrl-C was pressed. */
  readonly interrupted: Interrupted | undefined;
  readonly selected: ReadonlySet<string>;
  /** Names given by hand, by place. */
  readonly names: ReadonlyMap<string, string>;
  /** Labels given by hand, by place. */
  readonly labels: ReadonlyMap<string, LabelText>;
  readonly wish: Wish;
  /** Rows as they stood when the cursor last moved: they keep their places until it rests. */
  readonly held: readonly FindingRow[] | undefined;
  readonly cursor: string | undefined;
  /** Where a range began (`v`). */
  readonly anchor: string | undefined;
  readonly first: number;
  readonly field: (Field & { readonly of: FieldName }) | undefined;
  /** User name typed so far; its password is asked for next. */
  readonly username: string;
  readonly login: Login | undefined;
  /** Places an account is being tried at. */
  readonly asking: ReadonlySet<string>;
  /** A name with fields that was typed, and the places it is for. Handed on once. */
  readonly template: { readonly text: string; readonly places: readonly string[] } | undefined;
  /** A file the report is to be written to. Handed on once. */
  readonly reportTo: string | undefined;
  readonly showsRaw: boolean;
  /** How often `p` was pressed. */
  readonly printed: number;
  readonly phase: DiscoverPhase;
  readonly plan: readonly string[];
  /** Names collide: the plan is shown, and cannot be carried out. */
  readonly isBlocked: boolean;
  readonly results: readonly string[];
  /** How many of them say that something failed. */
  readonly failed: number;
  readonly help: Help;
  readonly message: string;
  readonly end: DiscoverEnd | undefined;
}

export interface Interrupted {
  readonly at: Exclude<DiscoverPhase, 'created' | 'done'>;
  readonly chosen: readonly Chosen[];
  /** An account was being typed, and was not tried. */
  readonly isTypingAccount: boolean;
}

export interface DiscoverEnd {
  /** Whether objects were created. */
  readonly isCreated: boolean;
  /** Ctrl-C: at which step, and what was selected. Absent where the person left with another key, or all was done. */
  readonly interrupted?: Interrupted;
}

/** What would be created, in lines; blocked where names collide. */
export interface Planned {
  readonly lines: readonly string[];
  readonly isBlocked?: boolean;
}

export type DiscoverEvent =
  | { readonly type: 'finding'; readonly row: FindingRow }
  | { readonly type: 'progress'; readonly total: number; readonly probed: number }
  /** The sweep is over; conflicts that only the whole shows are in `rows`. */
  | { readonly type: 'swept'; readonly rows: readonly FindingRow[] }
  | { readonly type: 'press'; readonly press: Press }
  | { readonly type: 'size'; readonly size: Size }
  | ({ readonly type: 'planned' } & Planned)
  /** Names that a template made, by place. */
  | { readonly type: 'named'; readonly names: ReadonlyMap<string, string> }
  | ToldEvent
  | { readonly type: 'result'; readonly text: string; readonly isFailure?: boolean }
  | { readonly type: 'created'; readonly tookMs: number }
  /** The cursor has stood still for a while. */
  | { readonly type: 'rest' }
  /** The typed account was taken over; the state forgets it. */
  | { readonly type: 'login-taken' }
  /** The account was tried everywhere; what came of it. */
  | { readonly type: 'login-over'; readonly text: string }
  | { readonly type: 'template-taken' }
  | { readonly type: 'report-taken' }
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'refused'; readonly why: string };

export const initialDiscover = (look: Look, ranges: string): DiscoverState => ({
  ...browsing,
  look,
  keymap: discoverKeys,
  ranges,
  rows: [],
  total: 0,
  probed: 0,
  isSwept: false,
  isStopping: false,
  isCancelling: false,
  interrupted: undefined,
  reportTo: undefined,
  selected: new Set(),
  names: new Map(),
  labels: new Map(),
  wish: everything,
  held: undefined,
  cursor: undefined,
  anchor: undefined,
  first: 0,
  field: undefined,
  username: '',
  login: undefined,
  asking: new Set(),
  showsRaw: false,
  printed: 0,
  phase: 'choose',
  plan: [],
  isBlocked: false,
  template: undefined,
  results: [],
  failed: 0,
  help: undefined,
  message: '',
  end: undefined,
});

/** Rows that pass the filter, in the order they arrived unless another is asked for. */
export const shownRows = ({ rows, wish, held }: Pick<DiscoverState, 'rows' | 'wish' | 'held'>): readonly FindingRow[] =>
  heldOrder(held, shownOf(findingList, rows, wish), placeId);

export const placeId = ({ place }: FindingRow): string => place;
export const cursorIn = (shown: readonly FindingRow[], { cursor }: DiscoverState): number =>
  placeIn(shown, placeId, cursor);

export const focused = (state: DiscoverState): FindingRow | undefined => {
  const shown = shownRows(state);
  return shown[cursorIn(shown, state)];
};

/** The name a row has now. */
export const nameOf = ({ names }: Pick<DiscoverState, 'names'>, row: FindingRow): string =>
  names.get(row.place) ?? row.name;

/** What is selected, in the order of the rows. */
export const chosenOf = (state: DiscoverState): Chosen[] => chosenAt(state, [...state.selected]);

const inOrder = (rows: readonly FindingRow[], places: ReadonlySet<string>): readonly FindingRow[] =>
  rows.filter(({ place }) => places.has(place));

/** These places with their names and labels, in the order of the rows. */
export const chosenAt = (state: DiscoverState, places: readonly string[]): Chosen[] =>
  inOrder(state.rows, new Set(places)).map((row) => ({
    place: row.place,
    name: nameOf(state, row),
    labels: state.labels.get(row.place) ?? {},
  }));

/** What an action is about: the selected rows, else the one under the cursor. */
export const aimedAt = (state: DiscoverState): readonly string[] => {
  if (state.selected.size > 0) return [...state.selected];
  return state.cursor === undefined ? [] : [state.cursor];
};

/** Whether there is room for a line per fact about the row under the cursor, and a rule under them. */
export const isRoomy = ({ look, details }: Pick<DiscoverState, 'look' | 'details'>): boolean =>
  look.columns >= 120 && detailLines(look, details) >= 6;

/** Lines the list may take: frame without title, two or three rules, tabs, header, details, message and keys. */
export const listHeight = (state: Pick<DiscoverState, 'look' | 'details'>): number =>
  Math.max(1, state.look.rows - 1 - 7 - (isRoomy(state) ? 1 : 0) - detailLines(state.look, state.details));
