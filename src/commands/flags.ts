/**
 * Arguments and flags as data, and how their text becomes values. A flag is declared once: parser, help, completion,
 * environment default and reference follow from it.
 */
import { UserError } from '../errors/classes.js';
import { parseDuration } from '../lib/duration.js';
import { nearest } from '../lib/nearest.js';

/** Where completion gets values from. */
export type Completion = 'kinds' | 'servers' | 'files' | 'error-codes' | readonly string[];

export interface ArgDef<T = unknown> {
  readonly placeholder: string;
  readonly summary: string;
  /** `some` is one or more, `rest` is any number. */
  readonly arity: 'one' | 'optional' | 'some' | 'rest';
  readonly complete?: Completion;
  readonly choices?: readonly string[];
  /** Carries the type only. */
  readonly __type?: T;
}

export interface FlagDef<T = unknown> {
  readonly type: 'toggle' | 'count' | 'text' | 'list' | 'duration' | 'integer' | 'choice';
  readonly summary: string;
  readonly placeholder?: string;
  readonly short?: string;
  readonly choices?: readonly string[];
  /** Text of the value when the flag is absent; shown in help. */
  readonly fallback?: string;
  /** Value when the flag is given without `=VALUE`. */
  readonly bare?: string;
  /** Whether commas separate values of a list; false for selectors and expressions. */
  readonly splits?: boolean;
  readonly complete?: Completion;
  /** Carries the type only. */
  readonly __type?: T;
}

type ArgOptions = Pick<ArgDef, 'complete' | 'choices'>;
type FlagOptions = Pick<FlagDef, 'short' | 'fallback' | 'bare' | 'splits' | 'complete'>;

/** Exactly one value. */
export const one = (placeholder: string, summary: string, options: ArgOptions = {}): ArgDef<string> => ({
  placeholder,
  summary,
  arity: 'one',
  ...options,
});

/** One value or none. */
export const optional = (
  placeholder: string,
  summary: string,
  options: ArgOptions = {},
): ArgDef<string | undefined> => ({ placeholder, summary, arity: 'optional', ...options });

/** One value or more. */
export const some = (placeholder: string, summary: string, options: ArgOptions = {}): ArgDef<readonly string[]> => ({
  placeholder,
  summary,
  arity: 'some',
  ...options,
});

/** Any number of values. */
export const rest = (placeholder: string, summary: string, options: ArgOptions = {}): ArgDef<readonly string[]> => ({
  placeholder,
  summary,
  arity: 'rest',
  ...options,
});

/** On or off; absent is off. Has a `--no-` form. */
export const toggle = (summary: string, options: Pick<FlagDef, 'short'> = {}): FlagDef<boolean> => ({
  type: 'toggle',
  summary,
  ...options,
});

/** On, off or not said. Has a `--no-` form. */
export const maybe = (summary: string, options: Pick<FlagDef, 'short'> = {}): FlagDef<boolean | undefined> => ({
  type: 'toggle',
  summary,
  fallback: '',
  ...options,
});

/** How often it was given: `-vvv` is 3. */
export const counted = (summary: string, options: Pick<FlagDef, 'short'> = {}): FlagDef<number> => ({
  type: 'count',
  summary,
  ...options,
});

/** Any text. */
export const text = <const O extends FlagOptions>(
  placeholder: string,
  summary: string,
  options?: O,
): FlagDef<Given<O, string>> => ({ type: 'text', placeholder, summary, ...options });

/** Several texts: repeated, or separated by commas. */
export const list = (placeholder: string, summary: string, options: FlagOptions = {}): FlagDef<readonly string[]> => ({
  type: 'list',
  placeholder,
  summary,
  ...options,
});

/** A duration such as `90s`, `15m`, `2h`, `7d`; the value is in milliseconds. */
export const duration = <const O extends FlagOptions>(summary: string, options?: O): FlagDef<Given<O, number>> => ({
  type: 'duration',
  placeholder: 'DUR',
  summary,
  ...options,
});

/** A whole number, zero or more. */
export const integer = <const O extends FlagOptions>(
  placeholder: string,
  summary: string,
  options?: O,
): FlagDef<Given<O, number>> => ({ type: 'integer', placeholder, summary, ...options });

/** One of a few words. */
export const choice = <const C extends readonly string[], const O extends FlagOptions>(
  choices: C,
  summary: string,
  options?: O,
): FlagDef<Given<O, C[number]>> => ({ type: 'choice', placeholder: choices.join('|'), choices, summary, ...options });

type Given<O, T> = O extends { fallback: string } ? T : T | undefined;

/** `requestTimeout` → `request-timeout`. */
export const flagName = (key: string): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** `requestTimeout` → `METALCTL_REQUEST_TIMEOUT`. */
export const environmentName = (key: string): string => `METALCTL_${flagName(key).toUpperCase().replaceAll('-', '_')}`;

/** What the parser collected for one flag: all texts in order, the last boolean, or how often; absent when not given. */
export type RawFlag = readonly string[] | boolean | number | undefined;
export type RawFlags = Readonly<Record<string, RawFlag>>;

/**
 * Turns collected texts into typed values, filling in fallbacks.
 * @throws UserError USAGE naming the flag (or the environment variable it came from).
 */
export function resolveFlags(
  defs: Readonly<Record<string, FlagDef>>,
  raw: RawFlags,
  source: (key: string) => string = (key) => `--${flagName(key)}`,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(defs).map(([key, def]) => [key, resolveFlag(def, raw[key], source(key))]));
}

function resolveFlag(def: FlagDef, raw: RawFlag, source: string): unknown {
  if (def.type === 'count') return typeof raw === 'number' ? raw : 0;
  if (def.type === 'toggle') return typeof raw === 'boolean' ? raw : def.fallback === undefined ? false : undefined;
  const texts = Array.isArray(raw) ? (raw as readonly string[]) : undefined;
  if (def.type === 'list') return listOf(def, texts ?? (def.fallback === undefined ? [] : [def.fallback]));
  const last = texts?.at(-1) ?? def.fallback;
  return last === undefined ? undefined : scalar(def, last, source);
}

const listOf = (def: FlagDef, texts: readonly string[]): string[] =>
  def.splits === false ? [...texts] : texts.flatMap((each) => each.split(',')).filter((each) => each !== '');

function scalar(def: FlagDef, value: string, source: string): unknown {
  if (def.type === 'duration') return durationOf(value, source);
  if (def.type === 'integer') return integerOf(value, source);
  if (def.choices !== undefined && !def.choices.includes(value)) throw badChoice(def.choices, value, source);
  return value;
}

function durationOf(value: string, source: string): number {
  const ms = parseDuration(value);
  if (ms === undefined) {
    throw new UserError('USAGE', `${source} ${value} is not a duration`, { hint: `${source} 90s, 15m, 2h or 7d` });
  }
  return ms;
}

function integerOf(value: string, source: string): number {
  if (!/^\d{1,15}$/.test(value)) {
    throw new UserError('USAGE', `${source} ${value} is not a whole number`, { hint: `${source} 16` });
  }
  return Number(value);
}

/**
 * Raw values of the flags that have a `METALCTL_<FLAG>` in the environment.
 * @throws UserError USAGE for a toggle that is neither yes nor no.
 */
export function rawFromEnvironment(
  defs: Readonly<Record<string, FlagDef>>,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, RawFlag> {
  const given = Object.entries(defs).flatMap(([key, def]) => {
    const value = env[environmentName(key)];
    return value === undefined || value === '' ? [] : [[key, rawOf(def, value, environmentName(key))] as const];
  });
  return Object.fromEntries(given);
}

function rawOf(def: FlagDef, value: string, source: string): RawFlag {
  if (def.type === 'count') return integerOf(value, source);
  if (def.type !== 'toggle') return [value];
  if (/^(1|true|yes|on)$/i.test(value)) return true;
  if (/^(0|false|no|off)$/i.test(value)) return false;
  throw new UserError('USAGE', `${source}=${value} is neither true nor false`, { hint: `${source}=true` });
}

/** The refusal of a word outside a list, with the nearest one. */
export function badChoice(choices: readonly string[], value: string, source: string): UserError {
  const [close] = nearest(value, choices);
  return new UserError('USAGE', `${source} does not know "${value}"`, {
    why: `known: ${choices.join(', ')}`,
    ...(close === undefined ? {} : { hint: `${source} ${close}` }),
  });
}
