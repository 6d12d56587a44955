/** What is wrong with a command line, in words that name the nearest command or flag. */
import type { CommandDef } from '../commands/define.js';
import { flagName } from '../commands/flags.js';
import { globalFlags } from '../commands/globals.js';
import { commands } from '../commands/index.js';
import { UserError } from '../errors/classes.js';
import { nearest } from '../lib/nearest.js';

/** What the parser complains about; its `code` begins with `commander.`. */
interface Complaint {
  readonly code: string;
  readonly message: string;
}

/** The word commander complains about stands in quotes in its message. */
const quoted = (error: Complaint): string => /'([^']*)'/s.exec(error.message)?.[1] ?? '';

/** The complaint in our words: what is wrong, and the nearest command or flag. */
export function usageError(error: Complaint, argv: readonly string[], program: string): UserError {
  const word = quoted(error);
  // An area alone: commander would print the help on stderr, and calls that a complaint without words.
  if (error.code === 'commander.help') return unfinished(areaOf(argv), program);
  if (error.code === 'commander.unknownCommand') return unknownCommand(word, argv);
  if (error.code === 'commander.unknownOption') return unknownFlag(word, argv, program);
  if (error.code === 'commander.excessArguments' && commandOf(argv) === undefined)
    return unknownCommand(firstWord(argv), argv);
  if (error.code === 'commander.missingArgument') return incomplete(word, argv, program);
  const message = error.message.replace(/^error: /, '').replace(/'([^']*)'/g, '"$1"');
  const command = commandOf(argv);
  return new UserError('USAGE', message, { hint: pageOf(command, program) });
}

const firstWord = (argv: readonly string[]): string => argv.find((word) => !word.startsWith('-')) ?? '';

function unknownCommand(word: string, argv: readonly string[]): UserError {
  const area = areaOf(argv);
  const isVerb = area !== '' && area !== word;
  const depth = isVerb ? area.split(' ').length : 0;
  const known = commands.filter(({ hidden, name }) => hidden !== true && (!isVerb || name.startsWith(`${area} `)));
  const close = nearest(word, [...new Set(known.map(({ name }) => name.split(' ')[depth] ?? ''))], 3);
  return new UserError('USAGE', `unknown command "${isVerb ? `${area} ${word}` : word}"`, {
    hint:
      close.length > 0
        ? `did you mean: ${close.map((each) => (isVerb ? `${area} ${each}` : each)).join(', ')}`
        : isVerb
          ? `metalctl ${area} --help`
          : 'metalctl --help',
  });
}

/** `power`, and nothing behind it. */
function unfinished(area: string, program: string): UserError {
  const below = commands.filter(({ hidden, name }) => hidden !== true && name.startsWith(`${area} `));
  const verbs = new Set(below.map(({ name }) => name.split(' ')[area.split(' ').length] ?? ''));
  return new UserError('USAGE', `"${area}" needs a word behind it: ${[...verbs].join(', ')}`, {
    hint: `${program} ${area} --help`,
  });
}

/** An argument is lacking: which, as the usage line spells it, and a line that has it. */
function incomplete(word: string, argv: readonly string[], program: string): UserError {
  const command = commandOf(argv);
  const arg = Object.values(command?.args ?? {}).find(({ placeholder }) => placeholder.toLowerCase() === word);
  const example = command?.examples[0]?.[0].replace(/^metalctl\b/, program);
  return new UserError('USAGE', `${command?.name ?? program} needs ${arg?.placeholder ?? word}`, {
    ...(arg === undefined ? {} : { why: arg.summary }),
    hint: [...(example === undefined ? [] : [example]), pageOf(command, program)],
  });
}

/** The longest beginning of the words that is an area: `bmc users`; empty when the first word is none. */
function areaOf(argv: readonly string[]): string {
  const plain = argv.filter((word) => !word.startsWith('-'));
  const begun = plain.map((_, at) => plain.slice(0, at + 1).join(' '));
  return begun.findLast((area) => commands.some(({ name }) => name.startsWith(`${area} `))) ?? '';
}

function unknownFlag(word: string, argv: readonly string[], program: string): UserError {
  const command = commandOf(argv);
  const flags = Object.entries({ ...globalFlags, ...command?.flags });
  const names = flags.flatMap(([key, flag]) => [
    `--${flagName(key)}`,
    ...(flag.type === 'toggle' ? [`--no-${flagName(key)}`] : []),
  ]);
  const [close] = nearest(word.split('=')[0] ?? word, names);
  return new UserError('USAGE', `unknown flag "${word}"`, {
    hint: close === undefined ? pageOf(command, program) : `did you mean: ${close}`,
  });
}

/** The command whose page tells more. */
const pageOf = (command: CommandDef | undefined, program: string): string =>
  `${program} ${command?.name ?? ''} --help`.replace('  ', ' ');

/** The command the words begin with, flags aside. */
function commandOf(argv: readonly string[]): CommandDef | undefined {
  const plain = argv.filter((word) => !word.startsWith('-'));
  const begun = plain.map((_, at) => plain.slice(0, at + 1).join(' '));
  return commands.findLast((command) => begun.includes(command.name));
}
