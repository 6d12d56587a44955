/** The claim view without a screen: what events and keys do to its state. Pure. */
import { type BrowseAction, browsed, isBrowseAction } from '../shared/browse.js';
import { edit } from '../shared/field.js';
import { helped } from '../shared/help.js';
import { actionOf, alwaysLeaves, isMove, moved, type Press } from '../shared/keymap.js';
import { firstShown } from '../shared/layout.js';
import { lostText } from '../shared/link.js';
import { matchFrom, noMatch, orderText, resorted } from '../shared/listing.js';
import { toldOf } from '../shared/told.js';
import { troubleTurned } from '../shared/trouble.js';
import { isFormField, isTabField, labelOf, neighbour, type TabField } from './form.js';
import type { Action } from './keys.js';
import { marking, markingAll, marksText, stillMarked, unmarking } from './marks.js';
import { spreadAfter } from './spread.js';
import {
  type ClaimEvent,
  type ClaimState,
  choiceOf,
  chosenServers,
  cursorIn,
  focused,
  listHeight,
  nextWait,
  serverList,
  shownRows,
  shutText,
  type Work,
  waitText,
} from './state.js';

export * from './keys.js';
export * from './state.js';

export function reduceClaim(state: ClaimState, event: ClaimEvent): ClaimState {
  switch (event.type) {
    case 'servers':
      return onServers(state, event);
    case 'trouble':
    case 'reading':
    case 'source':
      return toldOf(state, event);
    case 'named':
      return { ...state, claim: event.claim };
    case 'problem':
      return { ...state, problem: event, message: `! ${event.text}` };
    case 'link':
      return { ...state, link: event.link };
    case 'say':
      return { ...state, message: event.text };
    case 'size':
      return scrolled({ ...state, look: { ...state.look, ...event.size } });
    case 'step':
      return { ...state, works: state.works.map((work) => (work.server === event.server ? after(work, event) : work)) };
    case 'rest':
      return scrolled({ ...state, held: undefined });
    case 'claimed':
      return { ...state, phase: 'done', end: { is: 'claimed', servers: chosenServers(state) } };
    case 'refused':
      return { ...state, phase: 'choose', works: [], message: `! ${event.why}` };
    case 'press':
      if (event.press.key === alwaysLeaves) return interrupted(state);
      return state.field === undefined ? onKey(state, event.press) : onFieldKey(state, state.field, event.press);
  }
}

const after = (work: Work, { text, isFailure }: Extract<ClaimEvent, { type: 'step' }>): Work =>
  isFailure === true ? { ...work, failed: text } : { ...work, told: [...work.told, text] };

/** A cursor whose server is gone goes to the first row. Nothing else is chosen silently for a preview that is open. */
function onServers(
  state: ClaimState,
  { rows, funnel, steps = [] }: Extract<ClaimEvent, { type: 'servers' }>,
): ClaimState {
  const message = state.problem === undefined ? state.message : '';
  const told = { ...state, rows, funnel, steps, isLoaded: true, problem: undefined, message };
  // What is being claimed is claimed: whose it is now is told by the claims themselves.
  const next = state.phase === 'claiming' ? told : stillMarked(told);
  if (next.marked.length < state.marked.length) return scrolled({ ...next, phase: 'choose' });
  const row = focused(next);
  if (row === undefined) {
    const chosen = state.phase === 'preview' && state.wanted === 1 ? state.cursor : undefined;
    const lost = { phase: 'choose' as const, message: `! ${chosen} does not fit any more` };
    return scrolled({ ...next, cursor: shownRows(next)[0]?.name, ...(chosen === undefined ? {} : lost) });
  }
  if (state.phase !== 'preview' || state.wanted > 1 || row.isFree) return scrolled(next);
  return scrolled({ ...next, phase: 'choose', message: `! ${row.name}: ${shutText(row)}` });
}

function scrolled(state: ClaimState): ClaimState {
  const shown = shownRows(state);
  const at = cursorIn(shown, state);
  if (at === -1) return { ...state, cursor: shown[0]?.name, first: 0 };
  return { ...state, first: firstShown(at, shown.length, listHeight(state), state.first) };
}

function onFieldKey(state: ClaimState, field: NonNullable<ClaimState['field']>, press: Press): ClaimState {
  const { of } = field;
  if (isTabField(of) && (press.key === 'tab' || press.key === 'shift-tab')) {
    const left = of === 'image' ? { ...state, image: field.text.trim() } : state;
    return inForm(left, neighbour(of, press.key === 'tab' ? 1 : -1, state.look));
  }
  if (of === 'spread' && press.key.length > 0 && !leavesField.has(press.key)) return respread(state, press);
  const edited = edit(field, press);
  if (edited === 'left') return scrolled({ ...state, field: undefined });
  if ('field' in edited) return typed({ ...state, field: { ...edited.field, of } }, of, edited.field.text);
  if (of !== 'image' && of !== 'ignition') return scrolled({ ...state, field: undefined });
  const closed = { ...state, field: undefined, [of]: edited.entered };
  const isAskedFor = of === 'image' && edited.entered !== '' && state.message === imageWanted;
  return isAskedFor ? preview(closed) : scrolled(closed);
}

/** Filters and requirements act with every letter; image and ignition once they are entered. */
function typed(state: ClaimState, of: NonNullable<ClaimState['field']>['of'], text: string): ClaimState {
  if (of === 'filter') return refiltered(state, text);
  return isFormField(of) ? { ...state, form: { ...state.form, [of]: text.trim() } } : state;
}

const inForm = (state: ClaimState, of: TabField): ClaimState => ({
  ...state,
  field: { of, label: labelOf(of), text: of === 'spread' ? '' : of === 'image' ? state.image : state.form[of] },
});

const leavesField: ReadonlySet<string> = new Set(['return', 'escape']);

/** The field of three values; where one server is wanted there is nothing to spread. */
const respread = (state: ClaimState, press: Press): ClaimState =>
  state.wanted > 1 ? { ...state, spread: spreadAfter(state.spread, press) } : state;

const refiltered = (state: ClaimState, filter: string): ClaimState =>
  scrolled({ ...state, held: undefined, sought: filter || state.sought, wish: { ...state.wish, filter } });

const imageWanted = 'which image? then enter';

function onKey(state: ClaimState, press: Press): ClaimState {
  const action = actionOf(state.keymap, press);
  if (action === 'quit') return left(state);
  if (state.help !== undefined) return { ...state, help: helped(state.help, action, state.keymap, state.look) };
  if (state.troublePage !== undefined) return troubleTurned(state, state.troublePage, action);
  if (state.phase === 'preview') return onPreviewKey(state, press);
  if (state.phase !== 'choose' || action === undefined) return state;
  if (isMove(action)) return move(state, action);
  if (isBrowseAction(action)) return scrolled(browsed(state, action, state.cursor));
  return acts[action as keyof typeof acts](state);
}

/** Ctrl-C, wherever it is pressed: in a field, over the help, while claims are made. */
function interrupted(state: ClaimState): ClaimState {
  if (state.phase === 'done') return state;
  const { form, phase } = state;
  // Before a plan was open nothing is chosen but by marks: a cursor that stands somewhere is no choice.
  const servers = phase === 'choose' ? state.marked : chosenServers(state);
  const end = { is: 'interrupted' as const, at: phase, choice: { ...choiceOf(state), servers }, form };
  return { ...state, phase: 'done', end };
}

const left = (state: ClaimState): ClaimState => ({ ...state, phase: 'done', end: { is: 'left' } });

function move(state: ClaimState, action: Parameters<typeof moved>[0]): ClaimState {
  const shown = shownRows(state);
  const next = shown[moved(action, cursorIn(shown, state), shown.length, listHeight(state))];
  return scrolled({ ...state, cursor: next?.name, held: shown, message: '' });
}

/** What keys do in the list. */
const acts: Readonly<
  Record<Exclude<Action, Parameters<typeof moved>[0] | 'quit' | BrowseAction>, (state: ClaimState) => ClaimState>
> = {
  choose: preview,
  mark: marking,
  'mark all': markingAll,
  unmark: unmarking,
  form: (state) => inForm(state, 'cpu'),
  image: (state) => ({ ...state, field: { of: 'image', label: 'image', text: state.image } }),
  ignition: (state) => ({ ...state, field: { of: 'ignition', label: 'ignition', text: state.ignition } }),
  filter: (state) => ({ ...state, field: { of: 'filter', label: 'filter', text: state.wish.filter } }),
  power: (state) => ({ ...state, power: state.power === 'On' ? 'Off' : 'On' }),
  wait: (state) => told({ ...state, wait: nextWait(state.wait) }),
  tolerate,
  sort: (state) => reordered(state, 'sort'),
  reverse: (state) => reordered(state, 'reverse'),
  'next match': (state) => toMatch(state, 1),
  'previous match': (state) => toMatch(state, -1),
  print: (state) => ({ ...state, printed: state.printed + 1 }),
  why: (state) => ({ ...state, showsWhy: !state.showsWhy }),
  help: (state) => ({ ...state, help: 0 }),
  shut: (state) => scrolled({ ...state, showsShut: !state.showsShut }),
  back: (state) => refiltered({ ...state, showsWhy: false, message: '' }, ''),
};

const told = (state: ClaimState): ClaimState => ({ ...state, message: waitText(state) });

function reordered(state: ClaimState, action: 'sort' | 'reverse'): ClaimState {
  const wish = resorted(serverList, state.wish, action);
  return scrolled({ ...state, held: undefined, wish, message: orderText(wish) });
}

function toMatch(state: ClaimState, step: 1 | -1): ClaimState {
  const shown = shownRows(state);
  const row = matchFrom(serverList, shown, state.sought, cursorIn(shown, state), step);
  if (row === undefined) return { ...state, message: noMatch(state.sought) };
  return scrolled({ ...state, cursor: row.name, held: shown, message: '' });
}

/** Adds the taints of the row to what the claim tolerates; the feed then tells who is free. */
function tolerate(state: ClaimState): ClaimState {
  const taints = focused(state)?.taints ?? [];
  if (taints.length === 0) return { ...state, message: 'this server has no taint that is in the way' };
  const tolerations = [...new Set([...state.tolerations, ...taints])];
  return { ...state, tolerations, message: `tolerated: ${tolerations.join(', ')}` };
}

function preview(state: ClaimState): ClaimState {
  if (state.link !== undefined) return { ...state, message: lostText(state.link) };
  const open = state.wanted > 1 ? enoughMarked(state) : oneChosen(state);
  if (open !== undefined) return open;
  if (state.image !== '') return { ...state, phase: 'preview', message: '' };
  return { ...state, message: imageWanted, field: { of: 'image', label: 'image', text: '' } };
}

/** Why there is nothing to preview yet; undefined when there is. */
function oneChosen(state: ClaimState): ClaimState | undefined {
  const row = focused(state);
  if (row === undefined) return { ...state, message: 'no server is chosen' };
  return row.isFree ? undefined : { ...state, message: `! ${row.name}: ${shutText(row)}`, showsWhy: true };
}

const enoughMarked = (state: ClaimState): ClaimState | undefined =>
  state.marked.length === state.wanted ? undefined : { ...state, message: marksText(state) };

/** Only Enter or y changes anything; every other key goes back. */
function onPreviewKey(state: ClaimState, { key }: Press): ClaimState {
  if (state.link !== undefined) return { ...state, message: lostText(state.link) };
  if (key === 'return' || key === 'y') return claiming(state);
  return { ...state, phase: 'choose', message: 'nothing was claimed' };
}

const claiming = (state: ClaimState): ClaimState => ({
  ...state,
  phase: 'claiming',
  message: '',
  works: chosenServers(state).map((server) => ({ server, told: [] })),
});
