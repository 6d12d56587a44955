/** Pages of `docs/reference/cli/`: the help of every command, as Markdown. */

import type { CommandDef } from '../../src/commands/define.js';
import { commandPage } from '../../src/commands/help.js';
import { commands } from '../../src/commands/index.js';
import { generatedMark } from './module.js';

const fileOf = ({ name }: CommandDef): string => `${name.replaceAll(' ', '-')}.md`;

const page = (command: CommandDef): string =>
  `${generatedMark}\n# metalctl ${command.name}\n\n\`\`\`\n${commandPage(command, 'metalctl')}\`\`\`\n`;

export async function generate(): Promise<Map<string, string>> {
  const visible = commands.filter((command) => command.hidden !== true);
  const rows = visible.map((command) => `- [metalctl ${command.name}](${fileOf(command)}): ${command.summary}`);
  return new Map([
    ['docs/reference/cli/README.md', `${generatedMark}\n# Commands\n\n${rows.join('\n')}\n`],
    ...visible.map((command): [string, string] => [`docs/reference/cli/${fileOf(command)}`, page(command)]),
  ]);
}
