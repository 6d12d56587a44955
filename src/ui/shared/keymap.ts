/** Keys by what they do: one table per view feeds its handler, its key line and its help. */

/** Begins the key of a pasted text, so that no paste is ever a key. */
export const pasted = '\u0000';

/** A key press, as Ink tells it, made plain. */
export interface Press {
  /** The character, or a name: `up`, `down`, `pageup`, `pagedown`, `return`, `escape`, `tab`, `backspace`, `space`, `ctrl-c`. */
  readonly key: string;
}

/** Keys that are no character. */
export const namedKeys: readonly string[] = [
  'space',
  'return',
  'escape',
  'tab',
  'shift-tab',
  'backspace',
  'up',
  'down',
  'left',
  'right',
  'pageup',
  'pagedown',
  'home',
  'end',
];

export interface Binding<A extends string> {
  readonly action: A;
  readonly keys: readonly string[];
  /** As shown: `space select`. Absent bindings are in the help only. */
  readonly label?: string;
  /** One sentence for the help. */
  readonly help: string;
}

/** The action of a key; undefined for keys without one. */
export const actionOf = <A extends string>(keymap: readonly Binding<A>[], { key }: Press): A | undefined =>
  keymap.find(({ keys }) => keys.includes(key))?.action;

/** The key line: labels that fit, in order. Where not all do, help and leaving stay, by their bare keys. */
export function keyLine(keymap: readonly Binding<string>[], width: number): string {
  const labels = keymap.flatMap(({ label }) => label ?? []);
  const whole = labels.join('  ');
  if (whole.length <= width) return whole;
  const last = keymap.filter(({ action, label }) => label !== undefined && (action === 'help' || action === 'quit'));
  const tail = last.map(({ keys }) => keys[0] ?? '').join(' ');
  let text = '';
  for (const { label } of keymap.filter((each) => !last.includes(each))) {
    if (label === undefined) continue;
    const longer = text === '' ? label : `${text}  ${label}`;
    if (longer.length + 2 + tail.length > width) break;
    text = longer;
  }
  return [text, tail].filter((part) => part !== '').join('  ');
}

/** Help: a line per binding. */
export const helpLines = (keymap: readonly Binding<string>[]): string[] =>
  keymap.map(({ keys, help }) => `${shownKeys(keys, 3).padEnd(18)} ${help}`);

/** As keyboards say it. */
const shownKey = (key: string): string => (key === 'return' ? 'enter' : key === 'escape' ? 'esc' : key);
export const shownKeys = (keys: readonly string[], most = keys.length): string =>
  keys.length === 0 ? '-' : keys.slice(0, most).map(shownKey).join(' ');

/** The key to name in a sentence. */
export const keyFor = <A extends string>(keymap: readonly Binding<A>[], action: A): string =>
  shownKeys(keymap.find((binding) => binding.action === action)?.keys ?? [], 1);

/** Keys that a person bound otherwise, by the names of `bindingName`. */
export type BoundKeys = Readonly<Record<string, readonly string[]>>;

/** What a binding is called in a config: `top.power-off`. */
export const bindingName = (view: string, action: string): string => `${view}.${action.replaceAll(' ', '-')}`;

/** Leaves every view, whatever else is bound. */
export const alwaysLeaves = 'ctrl-c';

/** The table of a view with the keys a person bound; labels say them. An action without keys is in the help only. */
export function bound<A extends string>(
  view: string,
  keymap: readonly Binding<A>[],
  given: BoundKeys = {},
): readonly Binding<A>[] {
  return keymap.map((binding) => {
    const chosen = given[bindingName(view, binding.action)];
    if (chosen === undefined) return binding;
    const { label, ...rest } = binding;
    const keys = binding.keys.includes(alwaysLeaves) ? [...new Set([...chosen, alwaysLeaves])] : chosen;
    const word = label?.replace(/^\S+ /, '');
    return {
      ...rest,
      keys,
      ...(word === undefined || keys.length === 0 ? {} : { label: `${shownKeys(keys, 1)} ${word}` }),
    };
  });
}

/** Moving keys, the same in every list. */
export const moves = [
  { action: 'up', keys: ['up', 'k'], help: 'one row up' },
  { action: 'down', keys: ['down', 'j'], help: 'one row down' },
  { action: 'pageup', keys: ['pageup', 'ctrl-b'], help: 'one page up' },
  { action: 'pagedown', keys: ['pagedown', 'ctrl-f'], help: 'one page down' },
  { action: 'first', keys: ['home', 'g'], help: 'first row' },
  { action: 'last', keys: ['end', 'G'], help: 'last row' },
] as const satisfies readonly Binding<string>[];

export type Move = (typeof moves)[number]['action'];

const steps: Readonly<Record<Move, (cursor: number, total: number, page: number) => number>> = {
  up: (cursor) => cursor - 1,
  down: (cursor) => cursor + 1,
  pageup: (cursor, _, page) => cursor - page,
  pagedown: (cursor, _, page) => cursor + page,
  first: () => 0,
  last: (_, total) => total - 1,
};

export const isMove = (action: string): action is Move => Object.hasOwn(steps, action);

/** Where the cursor stands after a move: always on a row. */
export const moved = (move: Move, cursor: number, total: number, page: number): number =>
  Math.max(0, Math.min(total - 1, steps[move](cursor, total, page)));
