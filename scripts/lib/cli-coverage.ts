/** Holds the program's commands and flags against the specified ones: what is missing, and whether a reason is given. */
import { type FlagDef, flagName } from '../../src/commands/flags.js';
import { globalFlags } from '../../src/commands/globals.js';
import { commands } from '../../src/commands/index.js';
import { later, specified, specifiedGlobals } from '../../test/parity/cli-commands.js';

export interface Missing {
  /** `bios get`, or `discover --ssdp`. */
  readonly what: string;
  /** Undefined when nobody gave one. */
  readonly reason: string | undefined;
}

export interface Coverage {
  readonly built: number;
  readonly missing: readonly Missing[];
  /** Reasons for what is there, or was never asked for. */
  readonly stale: readonly string[];
}

/** Spelled without `no-`: `--login` and `--no-login` are one flag. */
const plain = (name: string): string => name.replace(/^no-/, '');
/** Long names, and the letters some have as well. */
const namesOf = (flags: Readonly<Record<string, FlagDef>>): string[] =>
  Object.entries(flags).flatMap(([key, { short }]) => [plain(flagName(key)), ...(short === undefined ? [] : [short])]);
const globals = new Set(['help', 'h', 'version', ...namesOf(globalFlags)]);

/** The command that answers these words: itself, or one that takes the last word as an argument. */
const answering = (words: string) =>
  commands.find(({ name }) => name === words) ??
  commands.find(({ name, args }) => words.startsWith(`${name} `) && Object.keys(args).length > 0);

/** `--long`, or `-s`. */
const spelled = (flag: string): string => (flag.length === 1 ? `-${flag}` : `--${flag}`);

export function coverage(): Coverage {
  const asked = [
    ...specifiedGlobals
      .split(' ')
      .map((flag) => ({ what: `every command ${spelled(flag)}`, isThere: globals.has(flag) })),
    ...Object.entries(specified).flatMap(([command, flags]) => askedOf(command, flags)),
  ];
  const missing = asked.filter(({ isThere }) => !isThere).map(({ what }) => ({ what, reason: reasonOf(what) }));
  // A reason for a whole area stays true when the area is complete; one for a single thing does not.
  const exact = later.filter(([pattern]) => !pattern.includes('*'));
  const stale = exact.filter(([pattern]) => !missing.some(({ what }) => matches(pattern, what)));
  return { built: asked.length - missing.length, missing, stale: stale.map(([pattern]) => pattern) };
}

/** A missing command is told once, not once per flag. */
function askedOf(command: string, flags: string): { what: string; isThere: boolean }[] {
  const found = answering(command);
  if (found === undefined) return [{ what: command, isThere: false }];
  const known = new Set([...globals, ...namesOf(found.flags)]);
  const own = flags.split(' ').filter((flag) => flag !== '');
  return [
    { what: command, isThere: true },
    ...own.map((flag) => ({ what: `${command} ${spelled(flag)}`, isThere: known.has(flag) })),
  ];
}

const reasonOf = (what: string): string | undefined => later.find(([pattern]) => matches(pattern, what))?.[1];

const matches = (pattern: string, what: string): boolean => new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(what);
