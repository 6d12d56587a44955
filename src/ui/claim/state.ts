/** What the claim view knows, and what can be read from it. Pure. */
import { type Browse, browsing, detailLines } from '../shared/browse.js';
import type { Field } from '../shared/field.js';
import type { Help } from '../shared/help.js';
import type { Binding, Press } from '../shared/keymap.js';
import type { Look, Size } from '../shared/layout.js';
import type { Link } from '../shared/link.js';
import { everything, heldOrder, type Listed, placeIn, shownOf, type Wish } from '../shared/listing.js';
import { emptyForm, type Form, type FormField, formHeight } from './form.js';
import { type Action, claimKeys } from './keys.js';

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

/** How long the view stays with the claim: until it is written, bound, or the server runs as asked. */
export type ClaimWait = 'power' | 'bound' | undefined;

/** What is to be claimed, as the view has it in the end. */
export interface ClaimChoice {
  readonly server: string;
  readonly image: string;
  readonly ignition: string;
  readonly power: 'On' | 'Off';
  readonly tolerations: readonly string[];
  readonly wait: ClaimWait;
}

/** `choose` a server, read the `preview`, watch it being done (`claiming`), and the end. */
export type ClaimPhase = 'choose' | 'preview' | 'claiming' | 'done';

export interface ClaimState extends Browse {
  readonly look: Look;
  readonly keymap: readonly Binding<Action>[];
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

export const initialClaim = (
  given: Pick<ClaimState, 'look' | 'claim' | 'image' | 'ignition' | 'power'> & {
    readonly form?: Form;
    readonly wait?: ClaimWait;
  },
): ClaimState => ({
  ...browsing,
  wait: undefined,
  keymap: claimKeys,
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
export const cursorIn = (shown: readonly ServerRow[], { cursor }: ClaimState): number => placeIn(shown, nameId, cursor);

/** The row under the cursor. */
export const focused = (state: ClaimState): ServerRow | undefined => {
  const shown = shownRows(state);
  return shown[cursorIn(shown, state)];
};

/** Lines the list may take: frame without title, rules, form, header, divider, details, message and keys. */
export const listHeight = ({ look, details }: Pick<ClaimState, 'look' | 'details'>): number =>
  Math.max(1, look.rows - 1 - 8 - detailLines(look, details) - formHeight(look));

/** What the claim would be now. */
export const choiceOf = ({ cursor = '', image, ignition, power, tolerations, wait }: ClaimState): ClaimChoice => ({
  server: cursor,
  image,
  ignition,
  power,
  tolerations,
  wait,
});

/** What keeps a server back, in one line. */
export const shutText = ({ gates }: ServerRow): string =>
  gates.flatMap(({ text, isOpen }) => (isOpen ? [] : [text])).join('; ');

/** What becomes of the view after the claim is written, in a sentence. */
export const waitText = ({ wait, power }: Pick<ClaimState, 'wait' | 'power'>): string =>
  wait === undefined
    ? 'leaves when the claim is written'
    : wait === 'bound'
      ? 'stays until the claim is bound'
      : `stays until the server is powered ${power.toLowerCase()}`;

/** Not, until it runs, until it is bound; round and round. */
export const nextWait = (wait: ClaimWait): ClaimWait =>
  wait === undefined ? 'power' : wait === 'power' ? 'bound' : undefined;
