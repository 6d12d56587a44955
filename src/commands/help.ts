/** Help pages, as text made from the definitions: the grouped overview, an area, one command. */
import { Exit, type ExitName } from '../errors/exit.js';
import { wrap } from '../lib/output/wrap.js';
import type { CommandDef } from './define.js';
import { type ArgDef, type FlagDef, flagName } from './flags.js';
import { globalFlags } from './globals.js';
import { groups } from './groups.js';

const sentences: Readonly<Record<ExitName, string>> = {
  OK: 'done',
  ERROR: 'failed with no better code',
  USAGE: 'bad flag, argument or file',
  WAITING: 'the time allowed is over; the work may go on',
  FAILED_STATE: 'the object reached a bad state that does not end by itself',
  CHANGES: 'differences or blockers were found',
  NO_CAPACITY: 'no server satisfies the claim now',
  NEEDS_INPUT: 'a confirmation or choice is needed and not possible here',
  NOT_FOUND: 'something named does not exist',
  UNSUPPORTED: 'hardware, firmware or installed CRDs cannot do it',
  CHECKS_FAILED: 'checks failed',
  CONFLICT: 'changed meanwhile, in use, or ambiguous',
  PARTIAL: 'some targets succeeded, some failed',
  FORBIDDEN: 'Kubernetes authentication or RBAC',
  BMC_AUTH: 'the BMC refused the credentials or the role',
  BMC_UNREACHABLE: 'network, TLS, or no Redfish service',
  SIGINT: 'interrupted',
  EPIPE: 'the reader of the output went away',
  SIGTERM: 'terminated',
};

/** When a code is returned, in a few words. */
export const exitSentence = (name: ExitName): string => sentences[name];

/** Pages are made at build time, for no terminal in particular: they fit the narrowest that is usual. */
const columns = 80;
/** A longer name stands on a line of its own, or the sentences of all others would be squeezed. */
const longestName = 30;

/** Names with their sentences beside them. */
const indented = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.min(longestName, Math.max(...rows.map(([left]) => left.length)));
  return rows
    .flatMap(([left, right]) => {
      const [first = '', ...rest] = wrap(right, columns - width - 4);
      const below = (text: string): string => `  ${''.padEnd(width)}  ${text}`;
      if (left.length > width) return [`  ${left}`, ...[first, ...rest].map(below)];
      return [`  ${left.padEnd(width)}  ${first}`.trimEnd(), ...rest.map(below)];
    })
    .join('\n');
};

const paragraph = (text: string): string => wrap(text, columns).join('\n');

/** The page of `metalctl` alone: every area and verb under its heading. */
export function overview(commands: readonly CommandDef[], program: string): string {
  const visible = commands.filter((command) => command.hidden !== true);
  const rows = groups
    .map((group) => [group, [...new Set(inGroup(visible, group).map(firstWord))].join('  ')] as const)
    .filter(([, words]) => words !== '');
  const width = Math.max(...rows.map(([group]) => group.length));
  return `${program} discovers, onboards, claims and releases bare-metal servers, with Kubernetes objects as the only record.

Usage: ${program} COMMAND [ARGUMENT ...] [--flag ...]

${rows.map(([group, words]) => `${group.padEnd(width)}   ${words}`).join('\n')}

${program} COMMAND --help explains one; ${program} explain exit-codes lists what scripts can rely on.
No cluster at hand? ${program} sandbox up starts one, with emulated servers.
`.replace(/No cluster.*\n/, visible.some((each) => each.name === 'sandbox up') ? '$&' : '');
}

/** The page of an area such as `power` or `bmc users`: its verbs. */
export function areaPage(area: string, commands: readonly CommandDef[], program: string): string {
  const verbs = commands.filter((command) => command.name.startsWith(`${area} `) && command.hidden !== true);
  return `Usage: ${program} ${area} COMMAND

${indented(verbs.map((command) => [command.name, command.summary]))}

${program} ${area} COMMAND --help explains one.
`;
}

/** The page of one command: a sentence, examples, its flags, global flags in a line, related commands, exit codes. */
export function commandPage(command: CommandDef, program: string): string {
  const named = (text: string): string => text.replace(/^metalctl\b/, program);
  const args = Object.values(command.args);
  const flags = Object.entries(command.flags);
  const sections = [
    paragraph(command.summary + (command.stability === 'preview' ? ' (preview: may change)' : '')),
    `Usage: ${usage(command, program)}`,
    ...(command.details === undefined ? [] : [paragraph(command.details)]),
    ...(args.length === 0 ? [] : [`Arguments:\n${indented(args.map((arg) => [argText(arg), arg.summary]))}`]),
    `Examples:\n${command.examples.map(([line, meaning]) => `  ${named(line)}\n      ${wrap(meaning, columns - 6).join('\n      ')}`).join('\n')}`,
    ...(flags.length === 0 ? [] : [`Flags:\n${indented(flags.map(([key, flag]) => flagRow(key, flag)))}`]),
    paragraph(`Global flags: ${globalLine(command)}`),
    ...(command.related === undefined ? [] : [paragraph(`See also: ${command.related.join(', ')}`)]),
    `Exit codes:\n${indented(exitRows(command))}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

/** `metalctl get KIND [NAME ...] [flags]`. */
export const usage = (command: CommandDef, program: string): string =>
  [program, command.name, ...Object.values(command.args).map(argText), '[flags]'].join(' ');

/** `KIND`, `[NAME]`, `NAME ...`, `[NAME ...]`. */
function argText({ arity, placeholder }: ArgDef): string {
  const texts = {
    one: placeholder,
    optional: `[${placeholder}]`,
    some: `${placeholder} ...`,
    rest: `[${placeholder} ...]`,
  };
  return texts[arity];
}

/** `-w, --watch`, and the sentence with its default. */
export function flagRow(key: string, flag: FlagDef): readonly [string, string] {
  const name = flagName(key);
  const value =
    flag.placeholder === undefined ? '' : flag.bare === undefined ? ` ${flag.placeholder}` : `[=${flag.placeholder}]`;
  const fallback = flag.fallback === undefined || flag.fallback === '' ? '' : ` Default ${flag.fallback}.`;
  return [`${flag.short === undefined ? '    ' : `-${flag.short}, `}--${name}${value}`, flag.summary + fallback];
}

function globalLine(command: CommandDef): string {
  const absent = new Set([
    ...(command.dryRun === undefined ? ['dryRun'] : []),
    ...(command.plans === undefined ? ['plan'] : []),
  ]);
  const shown = Object.entries(globalFlags).filter(([key]) => !absent.has(key));
  const names = shown.map(([key, flag]) => (flag.short === undefined ? `--${flagName(key)}` : `-${flag.short}`));
  return `${names.join(' ')}  (metalctl explain flags)`;
}

/** Codes a command can return, in the order of their numbers. */
export const exitsOf = (command: CommandDef): ExitName[] =>
  [
    ...new Set<ExitName>([
      'OK',
      'ERROR',
      'USAGE',
      ...(command.needs.includes('cluster') ? (['FORBIDDEN'] as const) : []),
      ...(command.plans === undefined ? [] : (['CHANGES', 'PARTIAL'] as const)),
      ...command.exits,
    ]),
  ].sort((a, b) => Exit[a] - Exit[b]);

const exitRows = (command: CommandDef): [string, string][] =>
  exitsOf(command).map((name) => [`${String(Exit[name]).padStart(3)} ${name}`, sentences[name]]);

const inGroup = (commands: readonly CommandDef[], group: string): CommandDef[] =>
  commands.filter((command) => command.group === group);

const firstWord = (command: CommandDef): string => command.name.split(' ')[0] ?? command.name;
