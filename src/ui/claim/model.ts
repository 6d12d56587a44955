/** The claim view without a screen: what is shown, what keys do, what is to be done next. Pure. */
import { edit, type Field } from '../shared/field.js';
import { actionOf, type Binding, isMove, moved, moves, type Press } from '../shared/keymap.js';
import { firstShown, type Look, type Size } from '../shared/layout.js';

/** A server as the view sees it. */
export interface ServerRow {
  readonly name: string;
  readonly isFree: boolean;
  /** `ready`, or one word for what keeps it back: `taint`, `on`, `held`. */
  readonly status: string;
  readonly model: string;
  readonly cores: number;
  readonly memory: string;
  readonly disks: string;
  readonly where: string;
  readonly power: string;
  /** Every gate with its answer. */
  readonly gates: readonly { readonly text: string; readonly isOpen: boolean }[];
}

/** `choose` a server, read the `preview`, watch it being done (`claiming`), and the end. */
export type ClaimPhase = 'choose' | 'preview' | 'claiming' | 'done';

export interface ClaimState {
  readonly look: Look;
  /** `db/db-07` */
  readonly claim: string;
  readonly rows: readonly ServerRow[];
  readonly isLoaded: boolean;
  /** `412 servers > 38 match > 3 claimable` */
  readonly funnel: string;
  readonly image: string;
  readonly ignition: string;
  readonly power: 'On' | 'Off';
  readonly filter: string;
  readonly showsShut: boolean;
  readonly showsWhy: boolean;
  readonly showsHelp: boolean;
  /** Follows the server, not the row. */
  readonly cursor: string | undefined;
  readonly first: number;
  readonly field: (Field & { readonly of: 'image' | 'filter' }) | undefined;
  readonly phase: ClaimPhase;
  readonly steps: readonly string[];
  readonly message: string;
  /** Set when the view is over. */
  readonly end: ClaimEnd | undefined;
}

export type ClaimEnd = { readonly is: 'left' } | { readonly is: 'claimed'; readonly server: string };

export type ClaimEvent =
  | { readonly type: 'servers'; readonly rows: readonly ServerRow[]; readonly funnel: string }
  | { readonly type: 'press'; readonly press: Press }
  | { readonly type: 'size'; readonly size: Size }
  | { readonly type: 'step'; readonly text: string }
  | { readonly type: 'claimed' }
  /** The claim was refused or lost: back to the list, nothing else is chosen silently. */
  | { readonly type: 'refused'; readonly why: string };

export const claimKeys = [
  { action: 'enter', keys: ['return'], label: 'enter choose', help: 'preview the claim for this server' },
  { action: 'image', keys: ['i'], label: 'i image', help: 'change the image' },
  { action: 'power', keys: ['P'], label: 'P power', help: 'power on or off' },
  { action: 'why', keys: ['y'], label: 'y why', help: 'why this server can or cannot be claimed' },
  { action: 'shut', keys: ['t'], label: 't all', help: 'show or hide servers that cannot be claimed now' },
  { action: 'filter', keys: ['/'], label: '/ filter', help: 'show only servers with this text' },
  { action: 'help', keys: ['?'], label: '? help', help: 'this list' },
  { action: 'quit', keys: ['q', 'ctrl-c'], label: 'q quit', help: 'leave without claiming' },
  { action: 'back', keys: ['escape'], help: 'clear the filter, close, go back' },
  ...moves,
] as const satisfies readonly Binding<string>[];

type Action = (typeof claimKeys)[number]['action'];

export const initialClaim = (
  given: Pick<ClaimState, 'look' | 'claim' | 'image' | 'ignition' | 'power'>,
): ClaimState => ({
  ...given,
  rows: [],
  isLoaded: false,
  funnel: '',
  filter: '',
  showsShut: true,
  showsWhy: false,
  showsHelp: false,
  cursor: undefined,
  first: 0,
  field: undefined,
  phase: 'choose',
  steps: [],
  message: '',
  end: undefined,
});

/** Rows of the list: free servers first, then, if wanted, the others; each in name order. */
export function shownRows({ rows, filter, showsShut }: ClaimState): readonly ServerRow[] {
  const text = filter.toLowerCase();
  const matching = rows.filter((row) =>
    [row.name, row.model, row.where, row.status].join(' ').toLowerCase().includes(text),
  );
  return [...matching.filter(({ isFree }) => isFree), ...(showsShut ? matching.filter(({ isFree }) => !isFree) : [])];
}

/** The row under the cursor. */
export const focused = (state: ClaimState): ServerRow | undefined =>
  shownRows(state).find(({ name }) => name === state.cursor);

/** Lines the list may take: frame without title, rules, header, divider, details, message and keys. */
export const listHeight = ({ look }: Pick<ClaimState, 'look'>): number => Math.max(1, look.rows - 1 - 10);

export function reduceClaim(state: ClaimState, event: ClaimEvent): ClaimState {
  if (event.type === 'servers') return onServers(state, event);
  if (event.type === 'size') return scrolled({ ...state, look: { ...state.look, ...event.size } });
  if (event.type === 'step') return { ...state, steps: [...state.steps, event.text] };
  if (event.type === 'claimed') return { ...state, phase: 'done', end: { is: 'claimed', server: state.cursor ?? '' } };
  if (event.type === 'refused') return { ...state, phase: 'choose', steps: [], message: `! ${event.why}` };
  return state.field === undefined ? onKey(state, event.press) : onFieldKey(state, state.field, event.press);
}

/** A cursor whose server is gone goes to the first row. */
function onServers(state: ClaimState, { rows, funnel }: Extract<ClaimEvent, { type: 'servers' }>): ClaimState {
  const next = { ...state, rows, funnel, isLoaded: true };
  const isThere = shownRows(next).some(({ name }) => name === state.cursor);
  return scrolled(isThere ? next : { ...next, cursor: shownRows(next)[0]?.name });
}

function scrolled(state: ClaimState): ClaimState {
  const shown = shownRows(state);
  const at = shown.findIndex(({ name }) => name === state.cursor);
  if (at === -1) return { ...state, cursor: shown[0]?.name, first: 0 };
  return { ...state, first: firstShown(at, shown.length, listHeight(state), state.first) };
}

function onFieldKey(state: ClaimState, field: NonNullable<ClaimState['field']>, press: Press): ClaimState {
  const edited = edit(field, press);
  if (edited === 'left') return scrolled({ ...state, field: undefined });
  if ('field' in edited) {
    const next = { ...state, field: { ...edited.field, of: field.of } };
    return field.of === 'filter' ? scrolled({ ...next, filter: edited.field.text }) : next;
  }
  const closed = { ...state, field: undefined, [field.of]: edited.entered };
  return field.of === 'image' && edited.entered !== '' && state.message === imageWanted
    ? preview(closed)
    : scrolled(closed);
}

const imageWanted = 'which image? then enter';

function onKey(state: ClaimState, press: Press): ClaimState {
  const action = actionOf<Action>(claimKeys, press);
  if (action === 'quit')
    return state.phase === 'claiming' ? { ...state, message: 'the claim is written; it goes on' } : left(state);
  if (state.showsHelp) return { ...state, showsHelp: false };
  if (state.phase === 'preview') return onPreviewKey(state, press);
  if (state.phase !== 'choose' || action === undefined) return state;
  if (isMove(action)) return move(state, action);
  return onAction(state, action);
}

const left = (state: ClaimState): ClaimState => ({ ...state, phase: 'done', end: { is: 'left' } });

function move(state: ClaimState, action: Parameters<typeof moved>[0]): ClaimState {
  const shown = shownRows(state);
  const at = shown.findIndex(({ name }) => name === state.cursor);
  const next = shown[moved(action, at, shown.length, listHeight(state))];
  return scrolled({ ...state, cursor: next?.name, message: '' });
}

function onAction(state: ClaimState, action: Action): ClaimState {
  if (action === 'enter') return preview(state);
  if (action === 'image') return { ...state, field: { of: 'image', label: 'image', text: state.image } };
  if (action === 'filter') return { ...state, field: { of: 'filter', label: 'filter', text: state.filter } };
  if (action === 'power') return { ...state, power: state.power === 'On' ? 'Off' : 'On' };
  if (action === 'why') return { ...state, showsWhy: !state.showsWhy };
  if (action === 'help') return { ...state, showsHelp: true };
  if (action === 'shut') return scrolled({ ...state, showsShut: !state.showsShut });
  return action === 'back' ? scrolled({ ...state, filter: '', showsWhy: false, message: '' }) : state;
}

function preview(state: ClaimState): ClaimState {
  const row = focused(state);
  if (row === undefined) return { ...state, message: 'no server is chosen' };
  if (!row.isFree) return { ...state, message: `! ${row.name}: ${shutText(row)}`, showsWhy: true };
  if (state.image !== '') return { ...state, phase: 'preview', message: '' };
  return { ...state, message: imageWanted, field: { of: 'image', label: 'image', text: '' } };
}

/** What keeps a server back, in one line. */
export const shutText = ({ gates }: ServerRow): string =>
  gates.flatMap(({ text, isOpen }) => (isOpen ? [] : [text])).join('; ');

/** Only Enter or y changes anything; every other key goes back. */
function onPreviewKey(state: ClaimState, { key }: Press): ClaimState {
  if (key === 'return' || key === 'y') return { ...state, phase: 'claiming', message: '' };
  return { ...state, phase: 'choose', message: 'nothing was claimed' };
}
