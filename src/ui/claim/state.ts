/** What the claim view knows, and what can be read from it. Pure. */
import { type Browse, browsing, detailLines } from '../shared/browse.js';
import type { Field } from '../shared/field.js';
import type { Help } from '../shared/help.js';
import type { Binding, Press } from '../shared/keymap.js';
import type { Look, Size } from '../shared/layout.js';
import type { Link } from '../shared/link.js';
import { everything, heldOrder, placeIn, shownOf, type Wish } from '../shared/listing.js';
import type { ToldEvent } from '../shared/told.js';
import { emptyForm, type Form, type FormField, formHeight, type TabField } from './form.js';
import { type Action, claimKeys } from './keys.js';
import { nameId, type ServerRow, serverList } from './row.js';
import type { Spread } from './spread.js';

export * from './row.js';

/** How long the view stays with the claim: until it is written, bound, or the server runs as asked. */
export type ClaimWait = 'power' | 'bound' | undefined;

/** What is to be claimed, as the view has it in the end. */
export interface ClaimChoice {
  /** One per claim, in the order they were marked. */
  readonly servers: readonly string[];
  readonly image: string;
  readonly ignition: string;
  readonly power: 'On' | 'Off';
  readonly tolerations: readonly string[];
  readonly wait: ClaimWait;
  readonly spread: Spread;
}

/** `choose` a server, read the `preview`, watch it being done (`claiming`), and the end. */
export type ClaimPhase = 'choose' | 'preview' | 'claiming' | 'done';

/** One claim that is being made, and what became of it so far. */
export interface Work {
  readonly server: string;
  readonly told: readonly string[];
  /** Why it failed. */
  readonly failed?: string;
}

export interface ClaimState extends Browse {
  readonly look: Look;
  readonly keymap: readonly Binding<Action>[];
  /** How many servers are to be claimed. */
  readonly wanted: number;
  /** The claims are numbered, as `--count` names them. */
  readonly isMany: boolean;
  /** All or none. */
  readonly isAtomic: boolean;
  readonly spread: Spread;
  /** Servers marked so far, where several are wanted; in the order they were marked. */
  readonly marked: readonly string[];
  /** `db/db-07` */
  readonly claim: string;
  readonly rows: readonly ServerRow[];
  readonly isLoaded: boolean;
  /** `412 servers > 38 match > 3 claimable` */
  readonly funnel: string;
  readonly image: string;
  readonly ignition: string;
  readonly power: 'On' | 'Off';
  readonly wait: ClaimWait;
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
  readonly field: (Field & { readonly of: 'ignition' | 'filter' | TabField }) | undefined;
  readonly phase: ClaimPhase;
  readonly works: readonly Work[];
  readonly message: string;
  /** Set when the view is over. */
  readonly end: ClaimEnd | undefined;
}

/** Ctrl-C: at which step, and what would have been claimed. */
export interface ClaimInterrupted {
  readonly is: 'interrupted';
  readonly at: Exclude<ClaimPhase, 'done'>;
  readonly choice: ClaimChoice;
  readonly form: Form;
}

export type ClaimEnd =
  | { readonly is: 'left' }
  | { readonly is: 'claimed'; readonly servers: readonly string[] }
  | ClaimInterrupted;

export type ClaimEvent =
  | {
      readonly type: 'servers';
      readonly rows: readonly ServerRow[];
      readonly funnel: string;
      readonly steps?: readonly string[];
    }
  | ToldEvent
  /** The claim as it will be named, once that is known. */
  | { readonly type: 'named'; readonly claim: string }
  | { readonly type: 'problem'; readonly field: FormField; readonly text: string }
  | { readonly type: 'link'; readonly link: Link | undefined }
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'press'; readonly press: Press }
  | { readonly type: 'size'; readonly size: Size }
  | { readonly type: 'step'; readonly server: string; readonly text: string; readonly isFailure?: boolean }
  | { readonly type: 'claimed' }
  /** The cursor has stood still for a while. */
  | { readonly type: 'rest' }
  /** The claim was refused or lost: back to the list, nothing else is chosen silently. */
  | { readonly type: 'refused'; readonly why: string };

export const initialClaim = (
  given: Pick<ClaimState, 'look' | 'claim' | 'image' | 'ignition' | 'power'> & {
    readonly form?: Form;
    readonly wait?: ClaimWait;
    readonly wanted?: number;
    readonly isMany?: boolean;
    readonly isAtomic?: boolean;
    readonly spread?: Spread;
  },
): ClaimState => ({
  ...browsing,
  wait: undefined,
  keymap: claimKeys,
  wanted: 1,
  isMany: false,
  isAtomic: false,
  spread: '',
  marked: [],
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
  works: [],
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

export const cursorIn = (shown: readonly ServerRow[], { cursor }: ClaimState): number => placeIn(shown, nameId, cursor);

/** The row under the cursor. */
export const focused = (state: ClaimState): ServerRow | undefined => {
  const shown = shownRows(state);
  return shown[cursorIn(shown, state)];
};

/** Whether there is room for the three columns about the row under the cursor, and a rule under them. */
export const isRoomy = ({ look, details }: Pick<ClaimState, 'look' | 'details'>): boolean =>
  look.columns >= 120 && detailLines(look, details) >= 6;

/** Rule, settings, message and keys, and the details between them. */
export const footHeight = (state: Pick<ClaimState, 'look' | 'details'>): number =>
  4 + detailLines(state.look, state.details) + (isRoomy(state) ? 1 : 0);

/** Lines the list may take: frame without title, rule, form, header, divider and foot. */
export const listHeight = (state: Pick<ClaimState, 'look' | 'details'>): number =>
  Math.max(1, state.look.rows - 1 - 4 - footHeight(state) - formHeight(state.look));

/** Names of the claims to be made: `db/web-0`, `db/web-1` where they are numbered. */
export const claimNames = ({ claim, isMany, wanted }: Pick<ClaimState, 'claim' | 'isMany' | 'wanted'>): string[] =>
  isMany ? Array.from({ length: wanted }, (_, at) => `${claim}-${at}`) : [claim];

/** The servers of the choice: those that are marked, or where one is wanted, the one under the cursor. */
export const chosenServers = ({ wanted, marked, cursor }: ClaimState): readonly string[] =>
  wanted > 1 ? marked : cursor === undefined ? [] : [cursor];

/** What the claim would be now. */
export const choiceOf = (state: ClaimState): ClaimChoice => {
  const { image, ignition, power, tolerations, wait, spread } = state;
  return { servers: chosenServers(state), image, ignition, power, tolerations, wait, spread };
};

/** All or none is known only when all are bound: there is no leaving before. */
const waitOf = ({ wait, isAtomic = false }: Waiting): ClaimWait => wait ?? (isAtomic ? 'bound' : undefined);

type Waiting = Pick<ClaimState, 'wait' | 'power'> & Partial<Pick<ClaimState, 'wanted' | 'isAtomic'>>;

/** What becomes of the view after the claim is written, in a sentence. */
export function waitText(state: Waiting): string {
  const isOne = (state.wanted ?? 1) === 1;
  const wait = waitOf(state);
  if (wait === undefined) return `leaves when the ${isOne ? 'claim is' : 'claims are'} written`;
  if (wait === 'bound') return `stays until the ${isOne ? 'claim is' : 'claims are'} bound`;
  return `stays until the ${isOne ? 'server is' : 'servers are'} powered ${state.power.toLowerCase()}`;
}

/** Not, until it runs, until it is bound; round and round. */
export const nextWait = (wait: ClaimWait): ClaimWait =>
  wait === undefined ? 'power' : wait === 'power' ? 'bound' : undefined;
