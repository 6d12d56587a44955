/** The state of the detail of a server, and what is read off it: lines shown, room for them, the pane beside. Pure. */
import { type Acting, idle } from '../shared/acting.js';
import type { Child } from '../shared/child.js';
import type { Help } from '../shared/help.js';
import type { Binding } from '../shared/keymap.js';
import type { Look } from '../shared/layout.js';
import type { Link } from '../shared/link.js';
import { isHuge, isLarge } from '../shared/panes.js';
import { type Troubled, untroubled } from '../shared/trouble.js';
import type { DetailLine, SensorLine, ServerDetail, Tab } from './detail.js';
import { type Action, changing, serverKeys } from './keys.js';
import { initialYaml, type Yaml } from './yaml.js';
import { treeOf, type YamlTree } from './yaml-tree.js';

export interface ServerState extends Troubled {
  readonly look: Look;
  readonly keymap: readonly Binding<Action>[];
  readonly name: string;
  readonly detail: ServerDetail | undefined;
  /** The server does not exist any more: what is shown is the last that was seen of it. */
  readonly isGone: boolean;
  readonly tab: Tab;
  readonly cursor: number;
  readonly yaml: Yaml;
  readonly isPowerMenu: boolean;
  /** Somebody wants the whole width for the tab. */
  readonly isPaneOff: boolean;
  /** What the sensors said last; undefined while nobody could read them. */
  readonly sensors: readonly SensorLine[] | undefined;
  readonly acting: Acting;
  readonly link: Link | undefined;
  readonly help: Help;
  readonly printed: number;
  /** A command that has the terminal. */
  readonly child: Child | undefined;
  /** The name to copy; a new object each time. */
  readonly copied: { readonly text: string } | undefined;
  readonly message: string;
  readonly end: 'left' | 'back' | undefined;
}

export const initialServer = (look: Look, name: string, tab: Tab = 'Overview'): ServerState => ({
  ...untroubled,
  look,
  keymap: serverKeys,
  name,
  detail: undefined,
  isGone: false,
  tab,
  cursor: 0,
  yaml: initialYaml,
  isPowerMenu: false,
  isPaneOff: false,
  sensors: undefined,
  acting: idle,
  link: undefined,
  help: undefined,
  printed: 0,
  child: undefined,
  copied: undefined,
  message: '',
  end: undefined,
});

/** Keys of actions that make sense now, and all that change nothing. */
export const offeredKeys = ({ detail, keymap }: ServerState): readonly Binding<string>[] =>
  keymap.filter(
    ({ action }) =>
      !(changing.includes(action) || action === 'fix') ||
      detail?.actions.has(action) === true ||
      (action === 'fix' && detail?.fix !== undefined),
  );

const none: readonly DetailLine[] = [];
export const linesOf = ({ detail, tab }: ServerState): readonly DetailLine[] => detail?.tabs[tab] ?? none;

/** The lines of the YAML tab as a tree. */
export const yamlTree = ({ detail }: Pick<ServerState, 'detail'>): YamlTree => treeOf(detail?.tabs.YAML ?? none);

/** Lines between the tabs and the fix: frame without title, rules, tabs, fix, message and keys. */
const bodyHeight = ({ look }: Pick<ServerState, 'look'>): number => Math.max(1, look.rows - 1 - 8);

/** The least that why, and what is beside it, keep of the screen; and the least that makes a line of time. */
const leastAbove = 14;
const leastBelow = 10;

/** Lines of the timeline with its rule and title; nought on smaller screens, and below other tabs. */
export function timelineHeight(state: Pick<ServerState, 'look' | 'tab' | 'detail'>): number {
  if (state.tab !== 'Why' || !isLarge(state.look)) return 0;
  const all = bodyHeight(state);
  const above = Math.min(Math.max(leastAbove, state.detail?.tabs.Why.length ?? 0), all - leastBelow);
  return all - above;
}

/** Lines a tab may take. */
export const tabHeight = (state: Pick<ServerState, 'look' | 'tab' | 'detail'>): number =>
  bodyHeight(state) - timelineHeight(state);

/** The first line shown: the cursor is the top of the page, as in a pager. */
export const topLine = (state: ServerState): number =>
  Math.max(0, Math.min(state.cursor, linesOf(state).length - tabHeight(state)));

/** Columns of the pane beside the tab; nought where there is none. */
export const paneWidth = ({ look, isPaneOff }: Pick<ServerState, 'look' | 'isPaneOff'>): number =>
  isPaneOff || !isLarge(look) ? 0 : isHuge(look) ? 72 : 52;

/**
 * Whether anybody looks at the sensors: they are asked for only then. Not while the API does not answer, as what is
 * beside them is old; not while a command has the terminal, which may be one for the same BMC.
 */
export const isWatching = (state: ServerState): boolean =>
  paneWidth(state) > 0 &&
  state.detail !== undefined &&
  !state.isGone &&
  state.link === undefined &&
  state.child === undefined;
