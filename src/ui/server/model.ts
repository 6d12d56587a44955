/** The detail of one server without a screen: what events and keys do to its state. Pure. */

import { shellWords } from '../../lib/shell-word.js';
import { type ActingEvent, answerKey, asked, idle, isActing } from '../shared/acting.js';
import { helped } from '../shared/help.js';
import { actionOf, isMove, moved, type Press } from '../shared/keymap.js';
import type { Size } from '../shared/layout.js';
import { type Link, lostText } from '../shared/link.js';
import { isLarge } from '../shared/panes.js';
import { type SensorLine, type ServerDetail, tabs } from './detail.js';
import { type Action, changing } from './keys.js';
import { isWatching, linesOf, type ServerState, tabHeight, topLine } from './state.js';

export * from './detail.js';
export * from './keys.js';
export * from './state.js';

export type ServerEvent =
  | { readonly type: 'detail'; readonly detail: ServerDetail }
  | { readonly type: 'gone' }
  /** What the sensors of its BMC say; undefined where they cannot be read. */
  | { readonly type: 'sensors'; readonly sensors: readonly SensorLine[] | undefined }
  | { readonly type: 'link'; readonly link: Link | undefined }
  | { readonly type: 'say'; readonly text: string }
  /** The command that had the terminal has ended. */
  | { readonly type: 'returned' }
  | { readonly type: 'press'; readonly press: Press }
  | { readonly type: 'size'; readonly size: Size }
  | ActingEvent;

/** What sensors said is forgotten as soon as nobody looks: it would be old when somebody looks again. */
export function reduceServer(state: ServerState, event: ServerEvent): ServerState {
  const next = reduced(state, event);
  return next.sensors === undefined || isWatching(next) ? next : { ...next, sensors: undefined };
}

function reduced(state: ServerState, event: ServerEvent): ServerState {
  switch (event.type) {
    case 'detail':
      return { ...state, detail: event.detail, isGone: false };
    case 'gone':
      return { ...state, isGone: true, message: `! server/${state.name} does not exist any more` };
    case 'sensors':
      return { ...state, sensors: event.sensors };
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
  if (action === 'pane') return panned(state);
  if (action === 'copy') return { ...state, copied: { text: state.name }, message: `copied: ${state.name}` };
  if (action === 'print') return { ...state, printed: state.printed + 1 };
  return action === 'help' ? { ...state, help: 0 } : { ...state, end: 'back' };
}

/** The pane beside the tab, or not; on smaller screens there is none. */
function panned(state: ServerState): ServerState {
  if (!isLarge(state.look)) return { ...state, message: 'there is a pane beside from 120 columns and 34 rows on' };
  return { ...state, isPaneOff: !state.isPaneOff, message: '' };
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
