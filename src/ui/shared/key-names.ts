/** Keys that can be bound: those every terminal tells apart. Pure. */
import { alwaysLeaves, namedKeys as named } from './keymap.js';

const alsoCalled: Readonly<Record<string, string>> = { enter: 'return', esc: 'escape', ' ': 'space' };

/** What terminals send for another key: Ctrl-H is backspace, Ctrl-I tab, Ctrl-J and Ctrl-M enter. */
const control = /^ctrl-[a-gk-ln-z]$/;

/** Keys that do the same in every view, and what. */
const taken: Readonly<Record<string, string>> = {
  [alwaysLeaves]: 'leaves every view',
  'ctrl-z': 'suspends every view',
  'ctrl-l': 'draws every view anew',
};

export const keyNamesText = `one character, ${named.map((name) => ({ return: 'enter', escape: 'esc' })[name] ?? name).join(', ')}, ctrl-LETTER`;

/** The key as a view is told it, or what is wrong with its name. */
export function readKey(text: string): { readonly key: string } | { readonly problem: string } {
  const key = Object.hasOwn(alsoCalled, text) ? (alsoCalled[text] ?? text) : text;
  const fixed = Object.hasOwn(taken, key) ? taken[key] : undefined;
  if (fixed !== undefined) return { problem: `cannot have "${text}", which ${fixed}` };
  const isCharacter = [...key].length === 1 && key > ' ' && key !== '\u007f';
  if (isCharacter || named.includes(key) || control.test(key)) return { key };
  return { problem: `does not know the key "${text}"` };
}

/** Letters that a view uses for nothing: what a key that is in the way could be bound to instead. */
export const freeLetter = (used: ReadonlySet<string>): string =>
  [...'oOxXzZbBeEiImMqQuUvVwWjJkKlLcCdDfFgGhHnNpPrRsStTyYaA'].find((letter) => !used.has(letter)) ?? '1';
