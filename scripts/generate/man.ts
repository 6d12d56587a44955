/** Manual pages `man/metalctl.1` and `man/metalctl-COMMAND.1`, from the definitions the help is made from. */

import type { CommandDef } from '../../src/commands/define.js';
import { environmentName, type FlagDef } from '../../src/commands/flags.js';
import { globalFlags } from '../../src/commands/globals.js';
import { exitSentence, exitsOf, flagRow, usage } from '../../src/commands/help.js';
import { commands } from '../../src/commands/index.js';
import { Exit } from '../../src/errors/exit.js';

/** Backslashes and leading dots mean something to roff; a plain dash would be set as a hyphen. */
const roff = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(?=[.'])/gm, '\\&');

const titled = (name: string): string => `.TH "${name.toUpperCase().replaceAll(' ', '-')}" 1\n`;
const section = (title: string, text: string): string => (text === '' ? '' : `.SH ${title}\n${text}`);
const item = (head: string, text: string): string => `.TP\n.B ${roff(head)}\n${roff(text)}\n`;

const flagItems = (flags: Readonly<Record<string, FlagDef>>, more: (key: string) => string = () => ''): string =>
  Object.entries(flags)
    .map(([key, flag]) => {
      const [head, meaning] = flagRow(key, flag);
      return item(head.trim(), `${meaning}${more(key)}`);
    })
    .join('');

function commandManual(command: CommandDef): string {
  const { name, summary, details = '', args, flags, examples, related = [] } = command;
  return [
    titled(`metalctl ${name}`),
    section('NAME', `${roff(`metalctl-${name.replaceAll(' ', '-')}`)} \\- ${roff(summary)}\n`),
    section('SYNOPSIS', `.B ${roff(usage(command, 'metalctl'))}\n`),
    section('DESCRIPTION', details === '' ? '' : `${roff(details)}\n`),
    section(
      'ARGUMENTS',
      Object.values(args)
        .map((arg) => item(arg.placeholder, arg.summary))
        .join(''),
    ),
    section('OPTIONS', `${flagItems(flags)}.PP\nOptions of every command are in\n.BR metalctl (1).\n`),
    section('EXAMPLES', examples.map(([line, meaning]) => item(line, meaning)).join('')),
    section(
      'EXIT STATUS',
      exitsOf(command)
        .map((exit) => item(String(Exit[exit]), `${exit}: ${exitSentence(exit)}`))
        .join(''),
    ),
    section(
      'SEE ALSO',
      ['metalctl', ...related.map((each) => `metalctl-${each.replaceAll(' ', '-')}`)]
        .map((each) => `.BR ${roff(each)} (1)\n`)
        .join(''),
    ),
  ].join('');
}

function overviewManual(visible: readonly CommandDef[]): string {
  const environment = (key: string): string => ` Default from ${environmentName(key)}.`;
  return [
    titled('metalctl'),
    section('NAME', 'metalctl \\- discover, onboard, claim and release bare\\-metal servers\n'),
    section('SYNOPSIS', '.B metalctl\nCOMMAND [ARGUMENT ...] [\\-\\-flag ...]\n'),
    section('COMMANDS', visible.map(({ name, summary }) => item(`metalctl ${name}`, summary)).join('')),
    section('OPTIONS', flagItems(globalFlags, environment)),
    section(
      'EXIT STATUS',
      Object.entries(Exit)
        .map(([name, code]) => item(String(code), `${name}: ${exitSentence(name as keyof typeof Exit)}`))
        .join(''),
    ),
  ].join('');
}

export async function generate(): Promise<Map<string, string>> {
  const visible = commands.filter(({ hidden }) => hidden !== true);
  return new Map([
    ['man/metalctl.1', overviewManual(visible)],
    ...visible.map((command): [string, string] => [
      `man/metalctl-${command.name.replaceAll(' ', '-')}.1`,
      commandManual(command),
    ]),
  ]);
}
