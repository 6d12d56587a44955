/** The state of the dashboard, and what is read off it: rows shown, the cursor, room for the list. Pure. */
import { type Acting, idle } from '../shared/acting.js';
import { type Browse, browsing } from '../shared/browse.js';
import type { Child } from '../shared/child.js';
import type { Field } from '../shared/field.js';
import type { Help } from '../shared/help.js';
import type { Binding } from '../shared/keymap.js';
import { firstShown, type Look } from '../shared/layout.js';
import type { Link } from '../shared/link.js';
import { everything, heldOrder, placeIn, shownOf, type Wish } from '../shared/listing.js';
import { isHuge, isLarge } from '../shared/panes.js';
import { type Action, topKeys } from './keys.js';
import { type Page, serversIn, type TopRow, type TopSnapshot, topList } from './rows.js';

/** How the view ended; a server is opened at the tab that tells most. */
export type TopEnd =
  | { readonly is: 'left' }
  | { readonly is: 'open'; readonly server: string; readonly tab?: 'Why' | 'YAML' };

export interface TopState extends Browse {
  readonly look: Look;
  readonly keymap: readonly Binding<Action>[];
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
  /** Where a range of selected rows begins, and what was selected before it; undefined while there is none. */
  readonly range: { readonly from: string; readonly before: ReadonlySet<string> } | undefined;
  readonly field: (Field & { readonly of: 'filter' | 'place' }) | undefined;
  readonly acting: Acting;
  readonly link: Link | undefined;
  readonly help: Help;
  readonly printed: number;
  readonly message: string;
  readonly end: TopEnd | undefined;
}

export const initialTop = (look: Look, page: Page, commands: readonly string[] = []): TopState => ({
  ...browsing,
  commands,
  child: undefined,
  sought: '',
  held: undefined,
  look,
  keymap: topKeys,
  snapshot: undefined,
  page,
  wish: everything,
  cursor: undefined,
  first: 0,
  selected: new Set(),
  range: undefined,
  field: undefined,
  acting: idle,
  link: undefined,
  help: undefined,
  printed: 0,
  message: '',
  end: undefined,
});

const none: readonly TopRow[] = [];
const idOf = ({ id }: TopRow): string => id;
export const shownRows = ({ snapshot, page, wish, held }: TopState): readonly TopRow[] =>
  heldOrder(held, shownOf(topList, snapshot?.rows[page] ?? none, wish), idOf);

export const cursorIn = (shown: readonly TopRow[], { cursor }: TopState): number => placeIn(shown, idOf, cursor);

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

/** Lines the list may take: frame without title, rules, counts, bar, head, claims, events, driver, message and keys. */
export const listHeight = (state: Pick<TopState, 'look' | 'details'>): number => {
  const events = eventLines(state);
  const claims = isLarge(state.look) ? 2 : 0;
  return Math.max(1, state.look.rows - 1 - (hasBar(state) ? 10 : 8) - claims - (events === 0 ? 0 : events + 2));
};

/** Columns of the racks beside what needs attention; nought where they are not. */
export const racksWidth = ({ look, page }: Pick<TopState, 'look' | 'page'>): number =>
  page !== 'attention' || !isLarge(look) ? 0 : isHuge(look) ? 66 : 41;

/** What an action is about: the selected servers, else the one under the cursor. */
export const aimedAt = (state: TopState): readonly string[] =>
  state.selected.size > 0 ? [...state.selected].sort() : serversIn([focused(state)].flatMap((row) => row ?? []));

/** The state with its cursor on a row that is shown. */
export function scrolled(state: TopState): TopState {
  const shown = shownRows(state);
  const at = cursorIn(shown, state);
  if (at === -1) return { ...state, cursor: shown[0]?.id, first: 0 };
  return { ...state, first: firstShown(at, shown.length, listHeight(state), state.first) };
}
