/** The dashboard without a screen: what events and keys do to its state. Pure. */
import { type ActingEvent, actedText, answerKey, asked, idle } from '../shared/acting.js';
import { edit } from '../shared/field.js';
import { helped } from '../shared/help.js';
import { actionOf, isMove, type Press } from '../shared/keymap.js';
import type { Size } from '../shared/layout.js';
import type { Link } from '../shared/link.js';
import { type ToldEvent, toldOf } from '../shared/told.js';
import { troubleTurned } from '../shared/trouble.js';
import { move, onAction, refiltered } from './actions.js';
import { onPlaceKey } from './place.js';
import type { TopSnapshot } from './rows.js';
import { scrolled, type TopState } from './state.js';

export * from './keys.js';
export * from './rows.js';
export * from './state.js';

export type TopEvent =
  | { readonly type: 'snapshot'; readonly snapshot: TopSnapshot }
  | { readonly type: 'link'; readonly link: Link | undefined }
  | ToldEvent
  | { readonly type: 'say'; readonly text: string }
  /** The cursor has stood still for a while. */
  | { readonly type: 'rest' }
  /** The command that had the terminal has ended. */
  | { readonly type: 'returned' }
  | { readonly type: 'press'; readonly press: Press }
  | { readonly type: 'size'; readonly size: Size }
  | ActingEvent;

export function reduceTop(state: TopState, event: TopEvent): TopState {
  switch (event.type) {
    case 'snapshot':
      return scrolled(withoutGone({ ...state, snapshot: event.snapshot }));
    case 'link':
      return { ...state, link: event.link };
    case 'trouble':
    case 'reading':
    case 'source':
      return toldOf(state, event);
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
      return { ...state, acting: idle, message: actedText(event, state.look) };
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

function onPress(state: TopState, press: Press): TopState {
  if (state.acting.question !== undefined) return { ...state, acting: answerKey(state.acting, press) };
  if (state.field !== undefined) return onFieldKey(state, state.field, press);
  const action = actionOf(state.keymap, press);
  if (action === 'quit') return { ...state, end: { is: 'left' } };
  if (state.help !== undefined) return { ...state, help: helped(state.help, action, state.keymap, state.look) };
  if (state.troublePage !== undefined) return troubleTurned(state, state.troublePage, action);
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
