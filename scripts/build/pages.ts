/** The texts that never change between builds, made ahead: `bin/metalctl` prints them without loading the program. */
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { completionScript, shells } from '../../src/commands/completion-scripts.js';
import { areaPage, commandPage, overview } from '../../src/commands/help.js';
import { commands } from '../../src/commands/index.js';
import { clientLine, version } from '../../src/version.js';

/** Text by the words that ask for it: `help`, `help get`, `completion bash`, `version`. `{node}` stands for the version of Node that prints it. */
export function pages(): ReadonlyMap<string, string> {
  const areas = [...new Set(commands.flatMap(({ name }) => prefixesOf(name)))];
  return new Map([
    ['version', `metalctl ${version()}\n`],
    ['version client', clientLine('{node}')],
    ['help', overview(commands, 'metalctl')],
    ...areas.map((area): [string, string] => [`help ${area}`, areaPage(area, commands, 'metalctl')]),
    ...commands.map((command): [string, string] => [`help ${command.name}`, commandPage(command, 'metalctl')]),
    ...shells.map((shell): [string, string] => [`completion ${shell}`, completionScript(shell)]),
  ]);
}

/** `bmc users list` → `bmc`, `bmc users`. */
const prefixesOf = (name: string): string[] =>
  name
    .split(' ')
    .slice(0, -1)
    .map((_, at, words) => words.slice(0, at + 1).join(' '));

/** Writes them below `folder`, each whole or not at all, and takes away those of commands that are gone. */
export function writePages(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const files = new Map([...pages()].map(([words, text]) => [`${words.replaceAll(' ', '_')}.txt`, text]));
  for (const [file, text] of files) {
    const temporary = join(folder, `.${file}.${process.pid}`);
    writeFileSync(temporary, text);
    renameSync(temporary, join(folder, file));
  }
  for (const file of readdirSync(folder)) if (!files.has(file)) rmSync(join(folder, file), { force: true });
}
