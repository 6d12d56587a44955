/** What the keys of the server view do to its state. Pure. */
import { shellWords } from '../../lib/shell-word.js';
import { idle, isActing } from '../shared/acting.js';
import { lostText } from '../shared/link.js';
import { isLarge } from '../shared/panes.js';
import { troubleOpened } from '../shared/trouble.js';
import { tabs } from './detail.js';
import { type Action, changing } from './keys.js';
import { menuAction } from './menu.js';
import type { ServerState } from './state.js';

export function onAction(state: ServerState, action: Action): ServerState {
  if (changing.includes(action)) return act(state, action);
  switch (action) {
    case 'next':
    case 'unfold':
      return turned(state, 1);
    case 'previous':
    case 'fold':
      return turned(state, -1);
    case 'yaml':
      return { ...state, tab: 'YAML', cursor: 0, message: '' };
    case 'search':
    case 'next match':
    case 'previous match':
    case 'toggle':
      return { ...state, message: 'only the YAML is searched and folded: y shows it' };
    case 'fix':
      return fixed(state);
    case 'power':
      return barred(state, (now) => ({ ...now, isPowerMenu: true, message: '' }));
    case 'console':
      return lent(state, ['console', state.name], true);
    case 'locate':
      return lent(state, ['locate', state.name, 'blink']);
    case 'edit':
      return lent(state, ['edit', 'server', state.name, '--review']);
    case 'boot':
      return lent(state, ['boot', 'show', state.name]);
    case 'raw':
      return raw(state);
    case 'trouble':
      return troubleOpened(state);
    case 'pane':
      return panned(state);
    case 'copy':
      return { ...state, copied: { text: state.name }, message: `copied: ${state.name}` };
    case 'print':
      return { ...state, printed: state.printed + 1 };
    case 'help':
      return { ...state, help: 0 };
    default:
      return back(state);
  }
}

/** A search that is on ends first. */
function back(state: ServerState): ServerState {
  if (state.tab !== 'YAML' || state.yaml.sought === '') return { ...state, end: 'back' };
  return { ...state, yaml: { ...state.yaml, sought: '' }, message: '' };
}

/** A key while the power menu is open. */
export function chosen(state: ServerState, { key }: { readonly key: string }): ServerState {
  const action = menuAction(key);
  return action === undefined ? state : act(state, action);
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

function raw(state: ServerState): ServerState {
  const uri = state.detail?.systemUri;
  if (uri === undefined) return { ...state, message: 'where Redfish has its system is not known yet' };
  return lent(state, ['redfish', 'get', uri, '--server', state.name]);
}

/** Lends the terminal to a command. */
const lent = (state: ServerState, words: readonly string[], isWhole = false): ServerState =>
  barred(state, (now) => ({ ...now, child: { words, isWhole }, message: '' }));

function turned(state: ServerState, step: 1 | -1): ServerState {
  const at = (tabs.indexOf(state.tab) + step + tabs.length) % tabs.length;
  return { ...state, tab: tabs[at] ?? 'Overview', cursor: 0, message: '' };
}

/** What needs the API and the server, or why it cannot be. */
function barred(state: ServerState, otherwise: (state: ServerState) => ServerState): ServerState {
  if (state.link !== undefined) return { ...state, message: lostText(state.link) };
  if (state.isGone || state.detail === undefined) return { ...state, message: 'there is no such server' };
  return otherwise(state);
}

const act = (state: ServerState, action: string): ServerState =>
  barred(state, (now) => {
    if (isActing(now.acting)) return { ...now, message: `! ${now.acting.act?.action} is not over yet` };
    if (!now.detail?.actions.has(action)) return { ...now, message: `${action} changes nothing here` };
    return { ...now, acting: { ...idle, act: { action, names: [now.name] } }, message: '' };
  });
