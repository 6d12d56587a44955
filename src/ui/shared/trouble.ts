/** What could not be read: said in one line as long as nothing else is, and listed by a key. Pure. */
import { type Help, pageFrame, turnedPage } from './help.js';
import { type Binding, keyFor } from './keymap.js';
import type { Look } from './layout.js';

export interface Trouble {
  /** `3 of 41 BMCs did not answer` */
  readonly text: string;
  /** Who, why, and how it is set right. */
  readonly lines: readonly string[];
}

/** The part of a view's state that is about it. */
export interface Troubled {
  readonly troubles: readonly Trouble[];
  /** The first line of the list of them; undefined while it is not on the screen. */
  readonly troublePage: Help;
}

export const untroubled: Troubled = { troubles: [], troublePage: undefined };

/** Everything there is trouble with, told anew. */
export interface TroubleEvent {
  readonly type: 'trouble';
  readonly troubles: readonly Trouble[];
}

/** `! 3 of 41 BMCs did not answer (e: show)`; empty where everything could be read. */
export function troubleText<A extends string>(
  { troubles }: Troubled,
  keymap: readonly Binding<A | 'trouble'>[],
): string {
  const [first, ...others] = troubles;
  if (first === undefined) return '';
  return `! ${first.text}${others.length === 0 ? '' : `, and ${others.length} more`} (${keyFor(keymap, 'trouble')}: show)`;
}

const linesOf = (troubles: readonly Trouble[]): readonly string[] =>
  troubles.flatMap(({ text, lines }, at) => [
    ...(at === 0 ? [] : ['']),
    `! ${text}`,
    ...lines.map((each) => `  ${each}`),
  ]);

/** After the key: the list, or why there is none. */
export const troubleOpened = <S extends Troubled & { readonly message: string }>(state: S): S =>
  state.troubles.length === 0 ? { ...state, message: 'everything could be read' } : { ...state, troublePage: 0 };

/** After a key while the list is open: moving scrolls, any other closes it. */
export const troubleTurned = <S extends Troubled & { readonly look: Look }>(
  state: S,
  first: number,
  action: string | undefined,
): S => ({ ...state, troublePage: turnedPage(first, action, linesOf(state.troubles).length, state.look) });

export const troubleFrame = ({ troubles }: Troubled, look: Look, first: number): readonly string[] =>
  pageFrame('What could not be read', linesOf(troubles), look, first);
