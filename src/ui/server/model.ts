/** The detail of one server without a screen: what events and keys do to its state. Pure. */

import { type ActingEvent, actedText, answerKey, asked, idle } from '../shared/acting.js';
import { helped } from '../shared/help.js';
import { actionOf, alwaysLeaves, isMove, moved, type Press } from '../shared/keymap.js';
import type { Size } from '../shared/layout.js';
import type { Link } from '../shared/link.js';
import { type TroubleEvent, troubleTurned } from '../shared/trouble.js';
import { chosen, onAction } from './actions.js';
import type { SensorLine, ServerDetail } from './detail.js';
import { isWatching, linesOf, type ServerState, tabHeight, topLine, yamlTree } from './state.js';
import { anchored, isYamlAction, searchTyped, settled, yamlTurned } from './yaml.js';

export * from './detail.js';
export * from './keys.js';
export * from './state.js';

export type ServerEvent =
  | { readonly type: 'detail'; readonly detail: ServerDetail }
  | { readonly type: 'gone' }
  /** What the sensors of its BMC say; undefined where they cannot be read. */
  | { readonly type: 'sensors'; readonly sensors: readonly SensorLine[] | undefined }
  | TroubleEvent
  | { readonly type: 'link'; readonly link: Link | undefined }
  | { readonly type: 'say'; readonly text: string }
  /** The command that had the terminal has ended. */
  | { readonly type: 'returned' }
  | { readonly type: 'press'; readonly press: Press }
  | { readonly type: 'size'; readonly size: Size }
  | ActingEvent;

/** What sensors said is forgotten as soon as nobody looks: it would be old when somebody looks again. */
export function reduceServer(state: ServerState, event: ServerEvent): ServerState {
  const next = placed(reduced(state, event), state);
  return next.sensors === undefined || isWatching(next) ? next : { ...next, sensors: undefined };
}

/** The cursor of the YAML stays on what it was on, and on the screen. */
function placed(state: ServerState, before: ServerState): ServerState {
  const tree = yamlTree(state);
  const yaml = settled(anchored(state.yaml, yamlTree(before), tree), tree, tabHeight(state));
  return yaml === state.yaml ? state : { ...state, yaml };
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
    case 'trouble':
      return { ...state, troubles: event.troubles };
    case 'returned':
      return { ...state, child: undefined };
    case 'say':
      return { ...state, message: event.text };
    case 'size':
      return { ...state, look: { ...state.look, ...event.size } };
    case 'question':
      return { ...state, acting: asked(state.acting, event.question) };
    case 'acted':
      return { ...state, acting: idle, message: actedText(event, state.look) };
    case 'press':
      return onPress(state, event.press);
  }
}

function onPress(state: ServerState, press: Press): ServerState {
  if (state.acting.question !== undefined) return { ...state, acting: answerKey(state.acting, press) };
  if (state.yaml.search !== undefined) return { ...state, ...searchTyped(state.yaml, yamlTree(state), press) };
  if (state.isPowerMenu && press.key !== alwaysLeaves) return chosen({ ...state, isPowerMenu: false }, press);
  const action = actionOf(state.keymap, press);
  if (action === 'quit') return { ...state, end: 'left' };
  if (state.help !== undefined) return { ...state, help: helped(state.help, action, state.keymap, state.look) };
  if (state.troublePage !== undefined) return troubleTurned(state, state.troublePage, action);
  if (action === undefined) return state;
  if (state.tab === 'YAML' && (isMove(action) || isYamlAction(action))) {
    return { ...state, ...yamlTurned(state.yaml, yamlTree(state), action, tabHeight(state)) };
  }
  if (!isMove(action)) return onAction(state, action);
  const last = Math.max(1, linesOf(state).length - tabHeight(state) + 1);
  return { ...state, cursor: moved(action, topLine(state), last, tabHeight(state)) };
}
