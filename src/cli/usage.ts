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
  if (error.code === 'commander.unknownCommand') return unknownCommand(word, argv);
  if (error.code === 'commander.unknownOption') return unknownFlag(word, argv, program);
  if (error.code === 'commander.excessArguments' && commandOf(argv) === undefined)
    return unknownCommand(firstWord(argv), argv);
  const message = error.message.replace(/^error: /, '').replace(/'([^']*)'/g, '"$1"');
  const command = commandOf(argv);
  return new UserError('USAGE', message, { hint: pageOf(command, program) });
}

const firstWord = (argv: readonly string[]): string => argv.find((word) => !word.startsWith('-')) ?? '';

function unknownCommand(word: string, argv: readonly string[]): UserError {
  const area = firstWord(argv);
  const isVerb = area !== word && commands.some((command) => command.name.startsWith(`${area} `));
  const known = commands.filter((command) => command.hidden !== true).map((command) => command.name.split(' '));
  const names = isVerb
    ? known.filter(([first]) => first === area).map(([, verb]) => verb ?? '')
    : known.map(([first]) => first ?? '');
  const close = nearest(word, [...new Set(names)], 3);
  return new UserError('USAGE', `unknown command "${isVerb ? `${area} ${word}` : word}"`, {
    hint:
      close.length > 0
        ? `did you mean: ${close.map((each) => (isVerb ? `${area} ${each}` : each)).join(', ')}`
        : 'metalctl --help',
  });
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
  return (
    commands.find((command) => command.name === plain.slice(0, 2).join(' ')) ??
    commands.find((command) => command.name === plain[0])
  );
}
