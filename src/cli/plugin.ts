/** Programs on PATH that extend metalctl: `metalctl foo` runs `metalctl-foo`. Built-in commands win. */
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { commands } from '../commands/index.js';
import { isProgram } from '../commands/program.js';

/** The program for these words and the words left for it: the longest name wins. Undefined when there is none. */
export function findPlugin(
  words: readonly string[],
  path: string = process.env.PATH ?? '',
): { readonly program: string; readonly words: readonly string[] } | undefined {
  const plain = words.findIndex((word) => !/^[a-z0-9][a-z0-9_-]*$/.test(word));
  const names = plain === -1 ? words : words.slice(0, plain);
  if (names.length === 0 || commands.some(({ name }) => name.split(' ')[0] === names[0])) return undefined;
  for (let count = Math.min(names.length, 3); count > 0; count -= 1) {
    const file = `metalctl-${names.slice(0, count).join('-')}`;
    const folder = path.split(delimiter).find((each) => each !== '' && isProgram(join(each, file)));
    if (folder !== undefined) return { program: join(folder, file), words: words.slice(count) };
  }
  return undefined;
}

/** Runs it with this terminal; its exit code is ours. Signals of the terminal reach it by themselves. */
export function runPlugin(program: string, words: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}
