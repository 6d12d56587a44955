/** The detail of one server without a screen: tabs of lines, actions, what is asked for. Pure. */

import { shellWords } from '../../lib/shell-word.js';
import { type Acting, type ActingEvent, answerKey, asked, idle, isActing } from '../shared/acting.js';
import type { Child } from '../shared/child.js';
import { type Help, helped } from '../shared/help.js';
import { actionOf, type Binding, isMove, moved, type Press } from '../shared/keymap.js';
import type { Look, Size } from '../shared/layout.js';
import { type Link, lostText } from '../shared/link.js';
import { type Action, serverKeys } from './keys.js';

export { serverKeys } from './keys.js';

export const tabs = ['Overview', 'Why', 'Hardware', 'Network', 'Storage', 'BMC', 'BIOS/FW', 'Events', 'YAML'] as const;
export type Tab = (typeof tabs)[number];

/** A line of a tab. */
export interface DetailLine {
  readonly text: string;
  /** A gate that is open, or shut. */
  readonly mark?: 'good' | 'bad';
}

/** Everything the view shows of a server, made from the cluster at one moment. */
export interface ServerDetail {
  readonly name: string;
  readonly state: string;
  readonly power: string;
  readonly where: string;
  readonly tabs: Readonly<Record<Tab, readonly DetailLine[]>>;
  /** A command that opens the first shut gate. */
  readonly fix?: string;
  /** Actions that make sense now: the keys of others say why not. */
  readonly actions: ReadonlySet<string>;
}

export interface ServerState {
  readonly look: Look;
  readonly keymap: readonly Binding<Action>[];
  readonly name: string;
  readonly detail: ServerDetail | undefined;
  /** The server does not exist any more: what is shown is the last that was seen of it. */
  readonly isGone: boolean;
  readonly tab: Tab;
  readonly cursor: number;
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

export type ServerEvent =
  | { readonly type: 'detail'; readonly detail: ServerDetail }
  | { readonly type: 'gone' }
  | { readonly type: 'link'; readonly link: Link | undefined }
  | { readonly type: 'say'; readonly text: string }
  /** The command that had the terminal has ended. */
  | { readonly type: 'returned' }
  | { readonly type: 'press'; readonly press: Press }
  | { readonly type: 'size'; readonly size: Size }
  | ActingEvent;

const changing: readonly string[] = ['power on', 'power off', 'cordon', 'uncordon'];

/** Keys of actions that make sense now, and all that change nothing. */
export const offeredKeys = ({ detail, keymap }: ServerState): readonly Binding<string>[] =>
  keymap.filter(
    ({ action }) =>
      !(changing.includes(action) || action === 'fix') ||
      detail?.actions.has(action) === true ||
      (action === 'fix' && detail?.fix !== undefined),
  );

export const initialServer = (look: Look, name: string, tab: Tab = 'Overview'): ServerState => ({
  look,
  keymap: serverKeys,
  name,
  detail: undefined,
  isGone: false,
  tab,
  cursor: 0,
  acting: idle,
  link: undefined,
  help: undefined,
  printed: 0,
  child: undefined,
  copied: undefined,
  message: '',
  end: undefined,
});

const none: readonly DetailLine[] = [];
export const linesOf = ({ detail, tab }: ServerState): readonly DetailLine[] => detail?.tabs[tab] ?? none;

/** Lines a tab may take: frame without title, rules, tabs, fix, message and keys. */
export const tabHeight = ({ look }: Pick<ServerState, 'look'>): number => Math.max(1, look.rows - 1 - 8);

/** The first line shown: the cursor is the top of the page, as in a pager. */
export const topLine = (state: ServerState): number =>
  Math.max(0, Math.min(state.cursor, linesOf(state).length - tabHeight(state)));

export function reduceServer(state: ServerState, event: ServerEvent): ServerState {
  switch (event.type) {
    case 'detail':
      return { ...state, detail: event.detail, isGone: false };
    case 'gone':
      return { ...state, isGone: true, message: `! server/${state.name} does not exist any more` };
    case 'link':
      return { ...state, link: event.link };
    case 'returned':
      return { ...state, child: undefined };
    case 'say':
      return { ...state, message: event.text };
    case 'size':
      return { ...state, look: { ...state.look, ...event.size } };
    case 'question':
      return { ...state, acting: asked(state.acting, event.question) };
    case 'acted':
      return { ...state, acting: idle, message: event.text };
    case 'press':
      return onPress(state, event.press);
  }
}

function onPress(state: ServerState, press: Press): ServerState {
  if (state.acting.question !== undefined) return { ...state, acting: answerKey(state.acting, press) };
  const action = actionOf(state.keymap, press);
  if (action === 'quit') return { ...state, end: 'left' };
  if (state.help !== undefined) return { ...state, help: helped(state.help, action, state.keymap, state.look) };
  if (action === undefined) return state;
  if (!isMove(action)) return onAction(state, action);
  const last = Math.max(1, linesOf(state).length - tabHeight(state) + 1);
  return { ...state, cursor: moved(action, topLine(state), last, tabHeight(state)) };
}

function onAction(state: ServerState, action: Action): ServerState {
  if (changing.includes(action)) return act(state, action);
  if (action === 'next') return turned(state, 1);
  if (action === 'previous') return turned(state, -1);
  if (action === 'yaml') return { ...state, tab: 'YAML', cursor: 0 };
  if (action === 'fix') return fixed(state);
  if (action === 'console') return lent(state, ['console', state.name], true);
  if (action === 'locate') return lent(state, ['locate', state.name, 'blink']);
  if (action === 'edit') return lent(state, ['edit', 'server', state.name]);
  if (action === 'boot') return lent(state, ['boot', 'show', state.name]);
  if (action === 'copy') return { ...state, copied: { text: state.name }, message: `copied: ${state.name}` };
  if (action === 'print') return { ...state, printed: state.printed + 1 };
  return action === 'help' ? { ...state, help: 0 } : { ...state, end: 'back' };
}

/** The fix is a command line; it has the terminal, and asks there what it has to ask. */
function fixed(state: ServerState): ServerState {
  const fix = state.detail?.fix;
  if (fix === undefined) return { ...state, message: 'nothing is to be fixed' };
  // What stands behind the command, after two blanks, says what it achieves.
  const [program, ...words] = shellWords(fix.split('  ')[0] ?? '');
  // What names something to be filled in is for the person to type.
  if (program !== 'metalctl' || words.some((word) => /^[A-Z]{2,}$|[<>…|;]/.test(word)))
    return { ...state, message: fix };
  return lent(state, words);
}

/** Lends the terminal to a command. */
function lent(state: ServerState, words: readonly string[], isWhole = false): ServerState {
  if (state.link !== undefined) return { ...state, message: lostText(state.link) };
  if (state.isGone || state.detail === undefined) return { ...state, message: 'there is no such server' };
  return { ...state, child: { words, isWhole }, message: '' };
}

function turned(state: ServerState, step: 1 | -1): ServerState {
  const at = (tabs.indexOf(state.tab) + step + tabs.length) % tabs.length;
  return { ...state, tab: tabs[at] ?? 'Overview', cursor: 0, message: '' };
}

function act(state: ServerState, action: string): ServerState {
  if (state.link !== undefined) return { ...state, message: lostText(state.link) };
  if (state.isGone || state.detail === undefined) return { ...state, message: 'there is no such server' };
  if (isActing(state.acting)) return { ...state, message: `! ${state.acting.act?.action} is not over yet` };
  if (!state.detail.actions.has(action)) return { ...state, message: `${action} changes nothing here` };
  return { ...state, acting: { ...idle, act: { action, names: [state.name] } }, message: '' };
}
