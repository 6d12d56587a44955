/** Key presses of what the terminal sends, as Ink hands it over. Pure. */
import { type Press, pasted } from './keymap.js';

export interface InkKey {
  readonly [name: string]: unknown;
}

const names: readonly (readonly [string, string])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'return'],
  ['escape', 'escape'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
];

/** Ink's key as a plain press. Terminals send DEL for the backspace key, which Ink calls delete. */
function pressOf(input: string, key: InkKey): Press {
  if (key.tab === true && key.shift === true) return { key: 'shift-tab' };
  const name = names.find(([flag]) => key[flag] === true)?.[1];
  if (name !== undefined) return { key: name };
  if (key.ctrl === true) return { key: `ctrl-${input}` };
  return { key: input === ' ' ? 'space' : input };
}

const pasteBegins = '[200~';
const pasteEnds = '[201~';

/**
 * Key presses of what the terminal sends. Ink hands over whatever arrived together: keys typed faster than they are
 * read become one text, and are taken apart here. A bracketed paste stays one press, which fields insert and lists ignore.
 */
export function pressReader(): (input: string, key: InkKey) => readonly Press[] {
  let isPasting = false;
  return (input, key) => {
    if (input === pasteBegins || input === pasteEnds) {
      isPasting = input === pasteBegins;
      return [];
    }
    // The marker keeps a pasted word from being the name of a key; fields take it off again.
    if (isPasting) return [{ key: `${pasted}${input}` }];
    const isText = [...input].length > 1 && !Object.values(key).includes(true);
    if (isText) return [...input].map(pressOfCharacter);
    const press = isRawControl(input, key) ? pressOfCharacter(input) : pressOf(input, key);
    return isAfterEscape(input, key, press) ? [{ key: 'escape' }, press] : [press];
  };
}

/** Ink names control characters, except the one that came right behind an escape. */
const isRawControl = (input: string, key: InkKey): boolean =>
  input.length === 1 && input < ' ' && !Object.values(key).includes(true);

/** Escape and another key that were read together look like that key with Alt, which no view uses. */
const isAfterEscape = (input: string, key: InkKey, press: Press): boolean =>
  press.key !== 'escape' && (key.meta === true || isRawControl(input, key));

/** Control characters among typed text, as Ink would have named them one by one. */
const controls: Readonly<Record<string, string>> = {
  '\r': 'return',
  '\n': 'return',
  '\t': 'tab',
  ' ': 'space',
  '\u0008': 'backspace',
  '\u007f': 'backspace',
};

function pressOfCharacter(character: string): Press {
  const named = controls[character];
  if (named !== undefined) return { key: named };
  const code = character.codePointAt(0) ?? 0;
  return { key: code > 0 && code < 27 ? `ctrl-${String.fromCodePoint(code + 96)}` : character };
}
