/** What the keys of the dashboard do to its state. Pure. */
import { idle, isActing } from '../shared/acting.js';
import { browsed, isBrowseAction } from '../shared/browse.js';
import { keyFor, moved } from '../shared/keymap.js';
import { lostText } from '../shared/link.js';
import { matchFrom, noMatch, orderText, resorted } from '../shared/listing.js';
import type { Action } from './keys.js';
import { turnedTo } from './place.js';
import { inRack, isPage, serversIn, type TopRow, topList } from './rows.js';
import { aimedAt, cursorIn, focused, listHeight, scrolled, shownRows, type TopState } from './state.js';

export const refiltered = (state: TopState, filter: string): TopState =>
  scrolled({ ...state, held: undefined, sought: filter || state.sought, wish: { ...state.wish, filter } });

export function move(state: TopState, action: Parameters<typeof moved>[0]): TopState {
  const shown = shownRows(state);
  const next = shown[moved(action, cursorIn(shown, state), shown.length, listHeight(state))];
  return ranged(scrolled({ ...state, cursor: next?.id, held: shown, message: '' }));
}

const changing: readonly string[] = ['cordon', 'uncordon', 'power on', 'power off'];

export function onAction(state: TopState, action: Action): TopState {
  if (isPage(action)) return turnedTo(state, action);
  if (changing.includes(action)) return act(state, action);
  const row = focused(state);
  if (isBrowseAction(action)) return scrolled(browsed(state, action, row?.name));
  switch (action) {
    case 'next match':
      return toMatch(state, 1);
    case 'previous match':
      return toMatch(state, -1);
    case 'open':
      return open(state, row);
    case 'yaml':
      return yaml(state, row);
    case 'boot':
      return boot(state);
    case 'locate':
      return lent(state, (names) => ['locate', ...names, 'blink']);
    case 'delete':
      return lent(state, (names) => ['delete', 'server', ...names]);
    case 'range':
      return range(state, row);
    case 'select':
      return toggled(state, row);
    case 'all':
      return { ...state, range: undefined, selected: new Set(serversIn(shownRows(state))) };
    case 'none':
      return { ...state, range: undefined, selected: new Set() };
    case 'filter':
      return { ...state, field: { of: 'filter', label: 'filter', text: state.wish.filter } };
    case 'place':
      return { ...state, message: '', field: { of: 'place', label: ':', text: '' } };
    case 'help':
      return { ...state, help: 0 };
    case 'print':
      return { ...state, printed: state.printed + 1 };
    case 'sort':
    case 'reverse': {
      const wish = resorted(topList, state.wish, action);
      return scrolled({ ...state, held: undefined, wish, message: orderText(wish) });
    }
    default:
      return refiltered({ ...state, message: '' }, '');
  }
}

function toMatch(state: TopState, step: 1 | -1): TopState {
  const shown = shownRows(state);
  const row = matchFrom(topList, shown, state.sought, cursorIn(shown, state), step);
  if (row === undefined) return { ...state, message: noMatch(state.sought) };
  return ranged(scrolled({ ...state, cursor: row.id, held: shown, message: '' }));
}

/** Opens the server behind a row, or the servers of a rack; who comes from what needs attention sees the cause first. */
function open(state: TopState, row: TopRow | undefined): TopState {
  if (row?.kind === 'rack') return refiltered(turnedTo(state, 'servers'), `rack=${inRack(row.name)}`);
  if (row?.opens === undefined) return { ...state, message: nothingBehind(row) };
  const tab = state.page === 'attention' ? { tab: 'Why' as const } : {};
  return { ...state, end: { is: 'open', server: row.opens, ...tab } };
}

const nothingBehind = (row: TopRow | undefined): string =>
  row === undefined ? 'nothing is chosen' : `no server stands behind ${row.kind} ${row.name}`;

/** The object under the cursor: a server in its view, where it scrolls; others as `get` prints them. */
function yaml(state: TopState, row: TopRow | undefined): TopState {
  if (row === undefined || row.kind === 'rack')
    return { ...state, message: row === undefined ? 'nothing is chosen' : 'a rack is no object of the API' };
  if (row.kind === 'server') return { ...state, end: { is: 'open', server: row.name, tab: 'YAML' } };
  const [name = '', namespace] = row.name.split('/').toReversed();
  const place = namespace === undefined ? [] : ['-n', namespace];
  return {
    ...state,
    child: { words: ['get', kinds[row.kind] ?? row.kind, name, ...place, '-o', 'yaml'] },
    message: '',
  };
}

const kinds: Readonly<Record<string, string>> = { claim: 'serverclaim' };

/** What to boot is for the person to type: the line behind `:` begins with the command. */
function boot(state: TopState): TopState {
  const [name, ...others] = aimedAt(state);
  if (name === undefined) return { ...state, message: 'no server is chosen' };
  if (others.length > 0)
    return { ...state, message: `! boot takes one server at a time: ${keyFor(state.keymap, 'none')} selects none` };
  return { ...state, message: '', field: { of: 'place', label: ':', text: `boot once ${name} ` } };
}

function toggled(state: TopState, row: TopRow | undefined): TopState {
  if (row?.opens === undefined) return { ...state, message: 'only servers can be selected' };
  const selected = new Set(state.selected);
  if (!selected.delete(row.opens)) selected.add(row.opens);
  return { ...state, selected, range: undefined, message: '' };
}

/** Begins a range at the cursor, or ends the one there is. */
function range(state: TopState, row: TopRow | undefined): TopState {
  if (state.range !== undefined) return { ...state, range: undefined, message: `${state.selected.size} selected` };
  if (row === undefined) return { ...state, message: 'nothing is chosen' };
  const begun = ranged({ ...state, range: { from: row.id, before: state.selected } });
  return { ...begun, message: `moving selects; ${keyFor(state.keymap, 'range')} ends` };
}

/** While there is a range, what lies between its beginning and the cursor is selected, and what was before. */
function ranged(state: TopState): TopState {
  if (state.range === undefined) return state;
  const shown = shownRows(state);
  const [from, to] = [cursorIn(shown, { ...state, cursor: state.range.from }), cursorIn(shown, state)];
  const between = from === -1 ? [] : shown.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ...state, selected: new Set([...state.range.before, ...serversIn(between)]) };
}

/** Why nothing can be done to servers now; undefined where something can. */
function barred(state: TopState, names: readonly string[]): string | undefined {
  if (state.link !== undefined) return lostText(state.link);
  if (isActing(state.acting)) return `! ${state.acting.act?.action} is not over yet`;
  return names.length === 0 ? 'no server is chosen' : undefined;
}

/** Lends the terminal to a command over all of them: it shows its plan and asks, as it always does. */
function lent(state: TopState, wordsOf: (names: readonly string[]) => readonly string[]): TopState {
  const names = aimedAt(state);
  const why = barred(state, names);
  if (why !== undefined) return { ...state, message: why };
  return { ...state, child: { words: wordsOf(names) }, range: undefined, message: '' };
}

function act(state: TopState, action: string): TopState {
  const names = aimedAt(state);
  const why = barred(state, names);
  if (why !== undefined) return { ...state, message: why };
  return { ...state, acting: { ...idle, act: { action, names } }, range: undefined, message: '' };
}
