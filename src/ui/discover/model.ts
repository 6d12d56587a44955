/** The discover view without a screen: what events and keys do to its state. Pure. */
import { doneText } from '../shared/acting.js';
import { type BrowseAction, browsed, isBrowseAction } from '../shared/browse.js';
import { helped } from '../shared/help.js';
import { actionOf, alwaysLeaves, isMove, keyFor, type moved, type Press } from '../shared/keymap.js';
import { toldOf } from '../shared/told.js';
import { troubleTurned } from '../shared/trouble.js';
import { labelling, onFieldKey, rename } from './fields.js';
import type { Action } from './keys.js';
import { inOrder, inRange, move, refiltered, reordered, scrolled, selectable, toggled, withRow } from './rows.js';
import {
  chosenOf,
  type DiscoverEvent,
  type DiscoverState,
  type FindingRow,
  focused,
  nameOf,
  shownRows,
} from './state.js';

export * from './keys.js';
export * from './state.js';

export function reduceDiscover(state: DiscoverState, event: DiscoverEvent): DiscoverState {
  switch (event.type) {
    case 'finding':
      return withRow(state, event.row);
    case 'progress':
      return { ...state, total: event.total, probed: event.probed };
    case 'swept':
      return inOrder(event.rows.reduce(withRow, { ...state, isSwept: true }), event.rows);
    case 'size':
      return scrolled({ ...state, look: { ...state.look, ...event.size } });
    case 'planned':
      return state.phase === 'planning'
        ? { ...state, phase: 'preview', plan: event.lines, isBlocked: event.isBlocked ?? false }
        : state;
    case 'named':
      return {
        ...state,
        names: new Map([...state.names, ...event.names]),
        message: `${event.names.size} ${event.names.size === 1 ? 'row is' : 'rows are'} named`,
      };
    case 'result':
      return {
        ...state,
        results: [...state.results, event.text],
        failed: state.failed + (event.isFailure === true ? 1 : 0),
      };
    case 'created': {
      const created = { ...state, phase: 'created' as const, message: createdText(state, event.tookMs) };
      return state.isCancelling ? left(created) : created;
    }
    case 'trouble':
    case 'reading':
    case 'source':
      return toldOf(state, event);
    case 'refused':
      if (state.isCancelling) return left({ ...state, phase: 'created' });
      return { ...state, phase: state.results.length > 0 ? 'created' : 'choose', message: `! ${event.why}` };
    case 'rest':
      return scrolled({ ...state, held: undefined });
    case 'report-taken':
      return { ...state, reportTo: undefined };
    case 'template-taken':
      return { ...state, template: undefined };
    case 'login-taken':
      return { ...state, login: undefined };
    case 'login-over':
      return { ...state, asking: new Set(), message: event.text };
    case 'say':
      return { ...state, message: event.text };
    case 'press':
      if (event.press.key === alwaysLeaves) return left(interrupted(state));
      return state.field === undefined ? onKey(state, event.press) : onFieldKey(state, state.field, event.press);
  }
}

function onKey(state: DiscoverState, press: Press): DiscoverState {
  const action = actionOf(state.keymap, press);
  if (action === 'quit') return left(state);
  if (state.help !== undefined) return { ...state, help: helped(state.help, action, state.keymap, state.look) };
  if (state.troublePage !== undefined) return troubleTurned(state, state.troublePage, action);
  if (state.showsRaw) return { ...state, showsRaw: false };
  if (state.phase === 'preview') return onPreviewKey(state, press);
  if (state.phase === 'created' && press.key === 'return') return left(state);
  if (state.phase !== 'choose' || action === undefined) return state;
  if (isMove(action)) return move(state, action);
  if (isBrowseAction(action)) return scrolled(browsed(state, action, nameUnder(state)));
  return acts[action as keyof typeof acts](state, focused(state));
}

/** `✔ 3 BMCs onboarded in 6m12s; q leaves` */
function createdText({ results, failed, look, keymap }: DiscoverState, tookMs: number): string {
  const after = `; ${keyFor(keymap, 'quit')} leaves`;
  const all = `${results.length} BMC${results.length === 1 ? '' : 's'}`;
  return failed > 0
    ? `! ${failed} of ${all} failed${after}`
    : `${doneText(`${all} onboarded`, tookMs, look.ascii)}${after}`;
}

/** The object that is being written is finished first: whether it is there would be unsaid otherwise. */
function left(state: DiscoverState): DiscoverState {
  if (state.phase === 'creating') {
    return { ...state, isCancelling: true, message: 'leaving after the object that is being written' };
  }
  const { phase, interrupted } = state;
  return {
    ...state,
    phase: 'done',
    end: { isCreated: phase === 'created', ...(interrupted === undefined ? {} : { interrupted }) },
  };
}

/** Ctrl-C, wherever it is pressed. Where all was done already it only leaves. */
function interrupted(state: DiscoverState): DiscoverState {
  const { phase, field } = state;
  if (phase === 'created' || phase === 'done' || state.interrupted !== undefined) return state;
  const isTypingAccount = field?.of === 'username' || field?.of === 'password';
  return { ...state, field: undefined, interrupted: { at: phase, chosen: chosenOf(state), isTypingAccount } };
}

const nameUnder = (state: DiscoverState): string | undefined => {
  const row = focused(state);
  return row === undefined ? undefined : nameOf(state, row) || row.place;
};

type Act = (state: DiscoverState, row: FindingRow | undefined) => DiscoverState;

/** What keys do in the list. */
const acts: Readonly<Record<Exclude<Action, Parameters<typeof moved>[0] | 'quit' | BrowseAction>, Act>> = {
  select: (state, row) => (row === undefined ? state : toggled(state, row)),
  all: (state) => ({ ...state, selected: new Set(selectable(shownRows(state))) }),
  none: (state) => ({ ...state, selected: new Set(), anchor: undefined }),
  range: (state) => {
    if (state.anchor !== undefined) return { ...state, anchor: undefined, message: '' };
    return inRange(
      { ...state, anchor: state.cursor, message: `range: move, ${keyFor(state.keymap, 'range')} ends it` },
      shownRows(state),
    );
  },
  name: (state, row) => rename(state, row),
  labels: labelling,
  login: (state) =>
    state.asking.size > 0
      ? { ...state, message: `! not yet: an account is still being tried at ${[...state.asking][0]}` }
      : { ...state, field: { of: 'username', label: 'user name', text: '' } },
  onboard: plan,
  stop: (state) => (state.isSwept ? state : { ...state, isStopping: true, message: 'stopping the sweep' }),
  filter: (state) => ({ ...state, field: { of: 'filter', label: 'filter', text: state.wish.filter } }),
  sort: (state) => reordered(state, 'sort'),
  reverse: (state) => reordered(state, 'reverse'),
  print: (state) => ({ ...state, printed: state.printed + 1 }),
  report: (state) =>
    state.isSwept
      ? { ...state, field: { of: 'report', label: 'write the report to', text: 'discover.json' } }
      : { ...state, message: `the report is there when the sweep has ended; ${keyFor(state.keymap, 'stop')} stops it` },
  raw: (state, row) => (row?.raw === undefined ? state : { ...state, showsRaw: true }),
  help: (state) => ({ ...state, help: 0 }),
  back: (state) => refiltered({ ...state, message: '', anchor: undefined }, ''),
};

function plan(state: DiscoverState, row: FindingRow | undefined): DiscoverState {
  if (state.selected.size > 0) return { ...state, phase: 'planning', message: '' };
  return {
    ...state,
    message:
      row?.barred === undefined
        ? `nothing is selected: ${keyFor(state.keymap, 'select')} selects`
        : `! ${row.place} ${row.barred}`,
  };
}

/** Only Enter or y creates anything. */
function onPreviewKey(state: DiscoverState, { key }: Press): DiscoverState {
  if (!state.isBlocked && (key === 'return' || key === 'y')) return { ...state, phase: 'creating', message: '' };
  return { ...state, phase: 'choose', message: 'nothing was created' };
}
