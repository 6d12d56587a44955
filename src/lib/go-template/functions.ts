/** The functions a template may call: those of Go's text/template that serve in a manifest, and no others. */

/** Map keys come from other people's objects, so maps are Maps; structs are objects whose members are their fields. */
export type Value =
  | string
  | number
  | boolean
  | undefined
  | ReadonlyMap<string, Value>
  | { readonly [field: string]: Value };

/** False, 0, nil, empty text and empty maps are no. */
export const isTrue = (value: Value): boolean => (value instanceof Map ? value.size > 0 : Boolean(value));

/** As `print` writes it. @throws Error for what has no text */
export function textOf(value: Value): string {
  if (value === undefined) throw new Error('there is no value here');
  if (typeof value === 'object') throw new Error('a map or an object has no text');
  return String(value);
}

type Fn = (...values: Value[]) => Value;

const functions: Readonly<Record<string, Fn>> = {
  not: (value) => !isTrue(value),
  eq: (first, ...others) => others.some((other) => order(first, other) === 0),
  ne: (a, b) => order(a, b) !== 0,
  lt: (a, b) => order(a, b) < 0,
  le: (a, b) => order(a, b) <= 0,
  gt: (a, b) => order(a, b) > 0,
  ge: (a, b) => order(a, b) >= 0,
  len: lengthOf,
  index: (map, ...keys) => keys.reduce(member, map),
  print: (...values) => values.map(textOf).join(''),
  println: (...values) => `${values.map(textOf).join(' ')}\n`,
  printf,
};

/** `and` and `or` stop at the value that decides, so they are not among the functions. */
export const deciding: Readonly<Record<string, (value: Value) => boolean>> = {
  and: (value) => !isTrue(value),
  or: isTrue,
};

export const isFunction = (name: string): boolean => Object.hasOwn(functions, name) || Object.hasOwn(deciding, name);

/** @throws Error in words */
export function call(name: string, values: readonly Value[]): Value {
  const [fewest, most] = counts[name] ?? [0, Number.POSITIVE_INFINITY];
  if (values.length < fewest || values.length > most) throw new Error(`${name} takes another number of arguments`);
  return functions[name]?.(...values);
}

const counts: Readonly<Record<string, readonly [number, number]>> = {
  not: [1, 1],
  len: [1, 1],
  eq: [2, Number.POSITIVE_INFINITY],
  index: [1, Number.POSITIVE_INFINITY],
  printf: [1, Number.POSITIVE_INFINITY],
  ...Object.fromEntries(['ne', 'lt', 'le', 'gt', 'ge'].map((name) => [name, [2, 2] as const])),
};

function order(a: Value, b: Value): number {
  if (typeof a !== typeof b || typeof a === 'object' || a === undefined) throw new Error('these cannot be compared');
  return a === b ? 0 : a < (b as typeof a) ? -1 : 1;
}

function lengthOf(value: Value): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (value instanceof Map) return value.size;
  throw new Error('this has no length');
}

/** What a map has not is empty text, as in Go; `.Labels.rack` is the form that insists. */
function member(map: Value, key: Value): Value {
  if (!(map instanceof Map) || typeof key !== 'string') throw new Error('index takes a map and text');
  return map.get(key) ?? '';
}

function printf(format: Value, ...values: Value[]): string {
  const left = [...values];
  const text = textOf(format).replace(/%(.?)/g, (verb, letter: string) => {
    if (letter === '%') return '%';
    if (!['s', 'v', 'd', 'q'].includes(letter)) throw new Error(`printf knows no ${verb}`);
    if (left.length === 0) throw new Error(`printf has no value for ${verb}`);
    const value = left.shift();
    if ((letter === 'd') !== (typeof value === 'number') && letter !== 'v')
      throw new Error(`${verb} does not fit its value`);
    return letter === 'q' ? JSON.stringify(textOf(value)) : textOf(value);
  });
  if (left.length > 0) throw new Error('printf has values left over');
  return text;
}
