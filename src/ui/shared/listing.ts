/**
 * Lists as views show them: filtered, sorted, and remembered. A list of ten thousand rows is asked for several times
 * per key; what does not change between two keys is made once.
 */
import { type Binding, keyFor } from './keymap.js';

/** How rows of one kind are searched and sorted. */
export interface Listed<T> {
  /** Fields a filter may name: `model=r660`. Their texts together are what a plain text is looked for in. */
  readonly fields: Readonly<Record<string, (row: T) => string | number>>;
  /** Fields `s` walks through; the empty one is the list's own order. */
  readonly sorts: readonly string[];
}

/** What a person asked to see. */
export interface Wish {
  readonly filter: string;
  /** A field of `sorts`, or empty for the order rows have. */
  readonly sort: string;
  readonly isReversed: boolean;
}

export const everything: Wish = { filter: '', sort: '', isReversed: false };

type Test<T> = (row: T) => boolean;

/**
 * A filter: words that must all fit. `text` is looked for in every field, `!text` must not be there, `field=text` looks
 * into one field only, `~expression` is a regular expression. One that does not parse fits nothing yet: it is being typed.
 */
export function filterOf<T>(listed: Listed<T>, filter: string): Test<T> {
  const tests = filter
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '' && word !== '!')
    .map((word) => testOf(listed, word));
  return (row) => tests.every((fits) => fits(row));
}

function testOf<T>(listed: Listed<T>, word: string): Test<T> {
  if (word.startsWith('!')) {
    const fits = testOf(listed, word.slice(1));
    return (row) => !fits(row);
  }
  if (word.startsWith('~')) return expressionTest(listed, word.slice(1));
  const [name = '', ...rest] = word.split('=');
  const field = rest.length > 0 && Object.hasOwn(listed.fields, name) ? listed.fields[name] : undefined;
  const text = (field === undefined ? word : rest.join('=')).toLowerCase();
  if (field === undefined) return (row) => haystack(listed, row).includes(text);
  return (row) => String(field(row)).toLowerCase().includes(text);
}

function expressionTest<T>(listed: Listed<T>, source: string): Test<T> {
  try {
    const expression = new RegExp(source, 'i');
    return (row) => expression.test(haystack(listed, row));
  } catch {
    return () => false;
  }
}

const haystacks = new WeakMap<object, string>();

/** All fields of a row in lower case, joined so that no text matches across two of them. */
function haystack<T>({ fields }: Listed<T>, row: T): string {
  const known = haystacks.get(row as object);
  if (known !== undefined) return known;
  const made = Object.values(fields)
    .map((read) => String(read(row)))
    .join('\n')
    .toLowerCase();
  haystacks.set(row as object, made);
  return made;
}

const collator = new Intl.Collator('en', { numeric: true });

function sorted<T>({ fields }: Listed<T>, rows: readonly T[], { sort, isReversed }: Wish): readonly T[] {
  const field = fields[sort];
  if (field === undefined) return isReversed ? rows.toReversed() : rows;
  const keyed = rows.map((row) => ({ row, key: field(row) }));
  const order = isReversed ? -1 : 1;
  keyed.sort((a, b) => order * compared(a.key, b.key));
  return keyed.map(({ row }) => row);
}

const compared = (a: string | number, b: string | number): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b));

interface Remembered {
  readonly wish: Wish;
  readonly listed: unknown;
  readonly shown: readonly unknown[];
}

const lists = new WeakMap<readonly unknown[], Remembered>();

/** Rows that fit, in the order asked for. The same rows and the same wish give the same array. */
export function shownOf<T>(listed: Listed<T>, rows: readonly T[], wish: Wish): readonly T[] {
  const known = lists.get(rows);
  if (known?.listed === listed && isSame(known.wish, wish)) return known.shown as readonly T[];
  const { filter, sort, isReversed } = wish;
  // One letter more can only narrow a plain text: the last answer is the haystack of the next.
  const isNarrower =
    known?.listed === listed && known.wish.filter !== '' && isPlain(filter) && isPlain(known.wish.filter);
  const isFurther = isNarrower && filter.startsWith(known.wish.filter) && isSameOrder(known.wish, wish);
  const from = isFurther ? (known.shown as readonly T[]) : rows;
  const fits = filter.trim() === '' ? from : from.filter(filterOf(listed, filter));
  const shown = isFurther ? fits : sorted(listed, fits, wish);
  lists.set(rows, { wish: { filter, sort, isReversed }, listed, shown });
  return shown;
}

const arranged = new WeakMap<readonly unknown[], { readonly held: unknown; readonly rows: readonly unknown[] }>();

/**
 * Rows in the order they had when the cursor last moved, so that none jumps under it; those that are new come last.
 * Without an order that is held, and where nothing changed since, the rows as they are.
 */
export function heldOrder<T>(
  held: readonly T[] | undefined,
  rows: readonly T[],
  idOf: (row: T) => string,
): readonly T[] {
  if (held === undefined || held === rows) return rows;
  const known = arranged.get(rows);
  if (known?.held === held) return known.rows as readonly T[];
  if (isSameSequence(held, rows, idOf)) {
    // Nothing came, went or moved: the usual change, and where rows stand is known already.
    arranged.set(rows, { held, rows });
    const where = places.get(held);
    if (where !== undefined && !places.has(rows)) places.set(rows, where);
    return rows;
  }
  const isFresh = (row: T): boolean => placeIn(held, idOf, idOf(row)) === -1;
  const there = held.flatMap((row) => rows[placeIn(rows, idOf, idOf(row))] ?? []);
  const made = [...there, ...rows.filter(isFresh)];
  arranged.set(rows, { held, rows: made });
  return made;
}

const isSameSequence = <T>(a: readonly T[], b: readonly T[], idOf: (row: T) => string): boolean =>
  a.length === b.length && a.every((row, at) => row === b[at] || idOf(row) === idOf(b[at] as T));

const isPlain = (filter: string): boolean => !/[!~=]/.test(filter);
const isSameOrder = (a: Wish, b: Wish): boolean => a.sort === b.sort && a.isReversed === b.isReversed;
const isSame = (a: Wish, b: Wish): boolean => a.filter === b.filter && isSameOrder(a, b);

const places = new WeakMap<readonly unknown[], ReadonlyMap<unknown, number>>();

/** Where a row stands, by its identity; -1 when it does not. Counted once per list. */
export function placeIn<T>(shown: readonly T[], idOf: (row: T) => string, id: string | undefined): number {
  if (id === undefined) return -1;
  let known = places.get(shown);
  if (known === undefined) {
    known = new Map(shown.map((row, at) => [idOf(row), at]));
    places.set(shown, known);
  }
  return known.get(id) ?? -1;
}

/** The wish after `s` (the next field) or `S` (the other way round). */
export function resorted<T>({ sorts }: Listed<T>, wish: Wish, action: 'sort' | 'reverse'): Wish {
  if (action === 'reverse') return { ...wish, isReversed: !wish.isReversed };
  const order = ['', ...sorts];
  return { ...wish, sort: order[(order.indexOf(wish.sort) + 1) % order.length] ?? '', isReversed: false };
}

/** What the message line says of the order. */
export const orderText = ({ sort, isReversed }: Wish): string =>
  `sorted by ${sort === '' ? 'arrival' : sort}${isReversed ? ', reversed' : ''}`;

/** The next row, or the one before, that fits what was searched for last; round and round. Undefined where none fits. */
export function matchFrom<T>(
  listed: Listed<T>,
  rows: readonly T[],
  sought: string,
  at: number,
  step: 1 | -1,
): T | undefined {
  if (sought.trim() === '') return undefined;
  const fits = filterOf(listed, sought);
  for (let turn = 1; turn <= rows.length; turn += 1) {
    const row = rows[(((at + step * turn) % rows.length) + rows.length) % rows.length];
    if (row !== undefined && fits(row)) return row;
  }
  return undefined;
}

/** What stands in the place of rows that a filter hides, all of them. */
export function noneMatches(total: number, { filter }: Wish, keymap: readonly Binding<string>[]): string {
  const key = keyFor(keymap, 'back');
  return `0 of ${total} match "${filter}". ${key.charAt(0).toUpperCase()}${key.slice(1)} clears the filter.`;
}

/** Why `n` goes nowhere. */
export const noMatch = (sought: string): string =>
  sought === '' ? 'nothing was searched for yet: / filters' : `no row fits "${sought}"`;

/** Keys every list has. */
export const listKeys = [
  { action: 'filter', keys: ['/'], label: '/ filter', help: 'show rows with: text, !text, field=text, ~regex' },
  { action: 'sort', keys: ['s'], label: 's sort', help: 'sort by the next column' },
  { action: 'reverse', keys: ['S'], help: 'reverse the order' },
  { action: 'refresh', keys: ['r'], help: 'read again now, and put the rows in order' },
  { action: 'details', keys: ['d'], help: 'details: small, large, off' },
  { action: 'wide', keys: ['w'], help: 'wide columns, and back; with left and right they scroll' },
  { action: 'leftwards', keys: ['left', 'h'], help: 'columns to the left' },
  { action: 'rightwards', keys: ['right'], help: 'columns to the right' },
  { action: 'copy', keys: ['Y'], help: 'copy the name under the cursor' },
  { action: 'trouble', keys: ['e'], help: 'what could not be read, why, and what helps' },
  { action: 'print', keys: ['p'], help: 'print the command that would do the same' },
  { action: 'help', keys: ['?'], label: '? help', help: 'this list' },
] as const satisfies readonly Binding<string>[];

/** Keys of lists that need these letters for nothing else. */
export const searchKeys = [
  { action: 'next match', keys: ['n'], help: 'the next row that fits the last filter' },
  { action: 'previous match', keys: ['N'], help: 'the row before that fits the last filter' },
] as const satisfies readonly Binding<string>[];

/** How much room what is under the cursor takes. */
export type Details = 'small' | 'large' | 'off';
export const nextDetails: Readonly<Record<Details, Details>> = { small: 'large', large: 'off', off: 'small' };

/** How far columns were scrolled; they are wide while they are. */
export interface Across {
  readonly isWide: boolean;
  readonly columns: number;
}

export const atLeft: Across = { isWide: false, columns: 0 };
const acrossStep = 10;

export function scrolledAcross(across: Across, action: 'wide' | 'leftwards' | 'rightwards'): Across {
  if (action === 'wide') return { isWide: !across.isWide, columns: 0 };
  const columns = Math.max(0, across.columns + (action === 'leftwards' ? -acrossStep : acrossStep));
  return { isWide: across.isWide || columns > 0, columns: Math.min(columns, 200) };
}
