/** What every list can do beside moving: order, details, columns, names to copy. Pure; each view's state contains a `Browse`. */
import type { Look } from './layout.js';
import { type Across, atLeft, type Details, nextDetails, orderText, scrolledAcross, type Wish } from './listing.js';
import type { Reading } from './reading.js';
import { type Troubled, troubleOpened, untroubled } from './trouble.js';

export interface Browse extends Troubled {
  /** How much of the list is there, while it arrives. */
  readonly reading: Reading | undefined;
  /** Where rows are read from; empty until that is known. */
  readonly source: string;
  readonly across: Across;
  readonly details: Details;
  /** The name to copy; a new object each time. */
  readonly copied: { readonly text: string } | undefined;
}

export const browsing: Browse = {
  ...untroubled,
  reading: undefined,
  source: '',
  across: atLeft,
  details: 'small',
  copied: undefined,
};

const actions = ['refresh', 'details', 'wide', 'leftwards', 'rightwards', 'copy', 'trouble'] as const;
export type BrowseAction = (typeof actions)[number];
export const isBrowseAction = (action: string): action is BrowseAction => actions.some((each) => each === action);

interface Browsed extends Browse {
  readonly held: readonly unknown[] | undefined;
  readonly wish: Wish;
  readonly message: string;
}

/** The state after such a key; `name` is that under the cursor. */
export function browsed<S extends Browsed>(state: S, action: BrowseAction, name: string | undefined): S {
  if (action === 'trouble') return troubleOpened(state);
  if (action === 'refresh') return { ...state, held: undefined, message: orderText(state.wish) };
  if (action === 'details') {
    const details = nextDetails[state.details];
    return { ...state, details, message: `details: ${details}` };
  }
  if (action !== 'copy') return { ...state, across: scrolledAcross(state.across, action) };
  if (name === undefined) return { ...state, message: 'nothing is chosen' };
  return { ...state, copied: { text: name }, message: `copied: ${name}` };
}

/** Lines of details: two, more on large screens and when asked for; on low screens the list needs them more. */
export function detailLines({ columns, rows }: Look, details: Details): number {
  const isLow = rows < 14;
  if (details === 'off' || (isLow && details === 'small')) return 0;
  if (details === 'small') return columns >= 120 && rows >= 34 ? 6 : 2;
  return Math.max(2, Math.min(12, Math.floor(rows / 3), rows - 14));
}

/** The columns behind the name, from where they were scrolled to. */
export const behind = (text: string, { columns }: Across): string => [...text].slice(columns).join('');
