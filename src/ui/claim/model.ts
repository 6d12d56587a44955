/** The claim view without a screen: what is shown, what keys do, what is to be done next. Pure. */
import { type Browse, type BrowseAction, browsed, browsing, detailLines, isBrowseAction } from '../shared/browse.js';
import { edit, type Field } from '../shared/field.js';
import { type Help, helped } from '../shared/help.js';
import { actionOf, type Binding, isMove, moved, moves, type Press } from '../shared/keymap.js';
import { firstShown, type Look, type Size } from '../shared/layout.js';
import { type Link, lostText } from '../shared/link.js';
import {
  everything,
  heldOrder,
  type Listed,
  listKeys,
  matchFrom,
  noMatch,
  orderText,
  placeIn,
  resorted,
  searchKeys,
  shownOf,
  type Wish,
} from '../shared/listing.js';
import { emptyForm, type Form, type FormField, formHeight, isFormField, labelOf, neighbour } from './form.js';

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
  /** Taints nobody tolerates yet, as `--tolerate` takes them. */
  readonly taints?: readonly string[];
  /** Every gate with its answer. */
  readonly gates: readonly { readonly text: string; readonly isOpen: boolean }[];
}

/** How servers are searched and sorted. */
export const serverList: Listed<ServerRow> = {
  fields: {
    name: ({ name }) => name,
    status: ({ status }) => status,
    model: ({ model }) => model,
    cores: ({ cores }) => cores,
    memory: ({ memory }) => memory,
    where: ({ where }) => where,
    power: ({ power }) => power,
  },
  sorts: ['name', 'status', 'model', 'cores', 'where'],
};

/** What is to be claimed, as the view has it in the end. */
export interface ClaimChoice {
  readonly server: string;
  readonly image: string;
  readonly ignition: string;
  readonly power: 'On' | 'Off';
  readonly tolerations: readonly string[];
}

/** `choose` a server, read the `preview`, watch it being done (`claiming`), and the end. */
export type ClaimPhase = 'choose' | 'preview' | 'claiming' | 'done';

export interface ClaimState extends Browse {
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
  /** Minimum hardware and labels, as typed. */
  readonly form: Form;
  /** A field whose value does not parse; the list is the one before it. */
  readonly problem: { readonly field: FormField; readonly text: string } | undefined;
  /** Every step of the funnel, for `y`. */
  readonly steps: readonly string[];
  /** Taints to be tolerated beside those of the flags. */
  readonly tolerations: readonly string[];
  readonly wish: Wish;
  /** The last filter there was, for `n` and `N`. */
  readonly sought: string;
  /** Rows as they stood when the cursor last moved: they keep their places until it rests. */
  readonly held: readonly ServerRow[] | undefined;
  readonly link: Link | undefined;
  /** How often `p` was pressed. */
  readonly printed: number;
  readonly showsShut: boolean;
  readonly showsWhy: boolean;
  readonly help: Help;
  /** Follows the server, not the row. */
  readonly cursor: string | undefined;
  readonly first: number;
  readonly field: (Field & { readonly of: 'image' | 'ignition' | 'filter' | FormField }) | undefined;
  readonly phase: ClaimPhase;
  /** What became of the claim so far. */
  readonly told: readonly string[];
  readonly message: string;
  /** Set when the view is over. */
  readonly end: ClaimEnd | undefined;
}

export type ClaimEnd = { readonly is: 'left' } | { readonly is: 'claimed'; readonly server: string };

export type ClaimEvent =
  | {
      readonly type: 'servers';
      readonly rows: readonly ServerRow[];
      readonly funnel: string;
      readonly steps?: readonly string[];
    }
  /** The claim as it will be named, once that is known. */
  | { readonly type: 'named'; readonly claim: string }
  | { readonly type: 'problem'; readonly field: FormField; readonly text: string }
  | { readonly type: 'link'; readonly link: Link | undefined }
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'press'; readonly press: Press }
  | { readonly type: 'size'; readonly size: Size }
  | { readonly type: 'step'; readonly text: string }
  | { readonly type: 'claimed' }
  /** The cursor has stood still for a while. */
  | { readonly type: 'rest' }
  /** The claim was refused or lost: back to the list, nothing else is chosen silently. */
  | { readonly type: 'refused'; readonly why: string };

export const claimKeys = [
  { action: 'enter', keys: ['return'], label: 'enter choose', help: 'preview the claim for this server' },
  { action: 'form', keys: ['tab', 'shift-tab'], label: 'tab form', help: 'requirements: minimum hardware, labels' },
  { action: 'why', keys: ['y'], label: 'y why', help: 'why this server can or cannot be claimed' },
  { action: 'shut', keys: ['t'], label: 't all', help: 'show or hide servers that cannot be claimed now' },
  { action: 'image', keys: ['i'], label: 'i image', help: 'change the image' },
  { action: 'ignition', keys: ['u'], help: 'change the ignition file, or secret/NAME' },
  { action: 'power', keys: ['P'], label: 'P power', help: 'power on or off' },
  { action: 'tolerate', keys: ['T'], help: 'tolerate the taints of this server' },
  ...listKeys,
  ...searchKeys,
  { action: 'quit', keys: ['q', 'ctrl-c'], label: 'q quit', help: 'leave without claiming' },
  { action: 'back', keys: ['escape'], help: 'clear the filter, close, go back' },
  ...moves,
] as const satisfies readonly Binding<string>[];

type Action = (typeof claimKeys)[number]['action'];

export const initialClaim = (
  given: Pick<ClaimState, 'look' | 'claim' | 'image' | 'ignition' | 'power'> & { readonly form?: Form },
): ClaimState => ({
  ...browsing,
  ...given,
  rows: [],
  isLoaded: false,
  funnel: '',
  form: given.form ?? emptyForm,
  problem: undefined,
  steps: [],
  tolerations: [],
  wish: everything,
  sought: '',
  held: undefined,
  link: undefined,
  printed: 0,
  showsShut: true,
  showsWhy: false,
  help: undefined,
  cursor: undefined,
  first: 0,
  field: undefined,
  phase: 'choose',
  told: [],
  message: '',
  end: undefined,
});

const parted = new WeakMap<
  readonly ServerRow[],
  { readonly all: readonly ServerRow[]; readonly free: readonly ServerRow[] }
>();

/** Free servers first, then the others; each in the order asked for. */
export function shownRows({
  rows,
  wish,
  showsShut,
  held,
}: Pick<ClaimState, 'rows' | 'wish' | 'showsShut' | 'held'>): readonly ServerRow[] {
  const matching = shownOf(serverList, rows, wish);
  let known = parted.get(matching);
  if (known === undefined) {
    const free = matching.filter(({ isFree }) => isFree);
    known = { free, all: [...free, ...matching.filter(({ isFree }) => !isFree)] };
    parted.set(matching, known);
  }
  return heldOrder(held, showsShut ? known.all : known.free, nameId);
}

const nameId = ({ name }: ServerRow): string => name;
const cursorIn = (shown: readonly ServerRow[], { cursor }: ClaimState): number => placeIn(shown, nameId, cursor);

/** The row under the cursor. */
export const focused = (state: ClaimState): ServerRow | undefined => {
  const shown = shownRows(state);
  return shown[cursorIn(shown, state)];
};

/** Lines the list may take: frame without title, rules, form, header, divider, details, message and keys. */
export const listHeight = ({ look, details }: Pick<ClaimState, 'look' | 'details'>): number =>
  Math.max(1, look.rows - 1 - 8 - detailLines(look, details) - formHeight(look));

export function reduceClaim(state: ClaimState, event: ClaimEvent): ClaimState {
  switch (event.type) {
    case 'servers':
      return onServers(state, event);
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
      return { ...state, told: [...state.told, event.text] };
    case 'rest':
      return scrolled({ ...state, held: undefined });
    case 'claimed':
      return { ...state, phase: 'done', end: { is: 'claimed', server: state.cursor ?? '' } };
    case 'refused':
      return { ...state, phase: 'choose', told: [], message: `! ${event.why}` };
    case 'press':
      return state.field === undefined ? onKey(state, event.press) : onFieldKey(state, state.field, event.press);
  }
}

/** A cursor whose server is gone goes to the first row. Nothing else is chosen silently for a preview that is open. */
function onServers(
  state: ClaimState,
  { rows, funnel, steps = [] }: Extract<ClaimEvent, { type: 'servers' }>,
): ClaimState {
  const message = state.problem === undefined ? state.message : '';
  const next = { ...state, rows, funnel, steps, isLoaded: true, problem: undefined, message };
  const row = focused(next);
  if (row === undefined) {
    const chosen = state.phase === 'preview' ? state.cursor : undefined;
    const lost = { phase: 'choose' as const, message: `! ${chosen} does not fit any more` };
    return scrolled({ ...next, cursor: shownRows(next)[0]?.name, ...(chosen === undefined ? {} : lost) });
  }
  if (state.phase !== 'preview' || row.isFree) return scrolled(next);
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
  if (isFormField(of) && (press.key === 'tab' || press.key === 'shift-tab')) {
    return inForm(state, neighbour(of, press.key === 'tab' ? 1 : -1));
  }
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

const inForm = (state: ClaimState, of: FormField): ClaimState => ({
  ...state,
  field: { of, label: labelOf(of), text: state.form[of] },
});

const refiltered = (state: ClaimState, filter: string): ClaimState =>
  scrolled({ ...state, held: undefined, sought: filter || state.sought, wish: { ...state.wish, filter } });

const imageWanted = 'which image? then enter';

function onKey(state: ClaimState, press: Press): ClaimState {
  const action = actionOf<Action>(claimKeys, press);
  if (action === 'quit') return left(state);
  if (state.help !== undefined) return { ...state, help: helped(state.help, action, claimKeys, state.look) };
  if (state.phase === 'preview') return onPreviewKey(state, press);
  if (state.phase !== 'choose' || action === undefined) return state;
  if (isMove(action)) return move(state, action);
  if (isBrowseAction(action)) return scrolled(browsed(state, action, state.cursor));
  return acts[action as keyof typeof acts](state);
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
  enter: preview,
  form: (state) => inForm(state, 'cpu'),
  image: (state) => ({ ...state, field: { of: 'image', label: 'image', text: state.image } }),
  ignition: (state) => ({ ...state, field: { of: 'ignition', label: 'ignition', text: state.ignition } }),
  filter: (state) => ({ ...state, field: { of: 'filter', label: 'filter', text: state.wish.filter } }),
  power: (state) => ({ ...state, power: state.power === 'On' ? 'Off' : 'On' }),
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
  const row = focused(state);
  if (state.link !== undefined) return { ...state, message: lostText(state.link) };
  if (row === undefined) return { ...state, message: 'no server is chosen' };
  if (!row.isFree) return { ...state, message: `! ${row.name}: ${shutText(row)}`, showsWhy: true };
  if (state.image !== '') return { ...state, phase: 'preview', message: '' };
  return { ...state, message: imageWanted, field: { of: 'image', label: 'image', text: '' } };
}

/** What the claim would be now. */
export const choiceOf = ({ cursor = '', image, ignition, power, tolerations }: ClaimState): ClaimChoice => ({
  server: cursor,
  image,
  ignition,
  power,
  tolerations,
});

/** What keeps a server back, in one line. */
export const shutText = ({ gates }: ServerRow): string =>
  gates.flatMap(({ text, isOpen }) => (isOpen ? [] : [text])).join('; ');

/** Only Enter or y changes anything; every other key goes back. */
function onPreviewKey(state: ClaimState, { key }: Press): ClaimState {
  if (state.link !== undefined) return { ...state, message: lostText(state.link) };
  if (key === 'return' || key === 'y') return { ...state, phase: 'claiming', message: '' };
  return { ...state, phase: 'choose', message: 'nothing was claimed' };
}
