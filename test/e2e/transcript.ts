/**
 * Pages that are transcripts: `console` blocks whose commands are run, one after another, by a person's shell on a
 * terminal, and whose output is what that terminal shows. The page's own text stays as it is.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTerminal, type Terminal } from './terminal.js';

/** A command as the page has it, what it printed, and the exit code the shell saw. */
export interface Step {
  readonly command: string;
  readonly output: string;
  readonly code: number;
}

/** How a page is walked. */
export interface Walk {
  /** Text of the commands, and what is run in its place: addresses and speeds that are a test's own. */
  readonly replaced?: readonly (readonly [of: string | RegExp, by: string])[];
  readonly patienceMs: number;
  readonly columns?: number;
}

const block = /^```console\n([\s\S]*?)^```$/gm;
// Exit code and all: a prompt nobody prints by chance.
const prompt = '<$?>$ ';
const promptShown = /^<(\d+)>\$ ?$/;
const upOrPrompt = /Ctrl-C stops\s*$|^<(\d+)>\$ ?$/;

/** Commands of the page in order; lines that end in a backslash go on. */
export const commandsOf = (page: string): string[] =>
  [...page.matchAll(block)].flatMap(([, text = '']) => stepsOf(text).map(({ command }) => command));

function stepsOf(text: string): { readonly command: string; readonly output: string }[] {
  const steps: { command: string; output: string }[] = [];
  let isOpen = false;
  for (const line of text.split('\n').slice(0, -1)) {
    const last = steps.at(-1);
    if (isOpen && last !== undefined) last.command += `\n${line}`;
    else if (line.startsWith('$ ')) steps.push({ command: line.slice(2), output: '' });
    else if (last !== undefined) last.output += `${line}\n`;
    isOpen = (isOpen || line.startsWith('$ ')) && line.endsWith('\\');
  }
  return steps;
}

/** What the page says each command printed. */
export const outputsOf = (page: string): string[] =>
  [...page.matchAll(block)].flatMap(([, text = '']) => stepsOf(text).map(({ output }) => output));

/** The page with other outputs, in order. */
export function withOutputs(page: string, outputs: readonly string[]): string {
  const left = [...outputs];
  return page.replace(block, (_, text: string) => {
    const steps = stepsOf(text).map(({ command }) => `$ ${command}\n${left.shift() ?? ''}`);
    return `\`\`\`console\n${steps.join('')}\`\`\``;
  });
}

/** Runs all commands of the page in a home of their own; `sandbox up` gets a terminal to itself and is stopped at the end. */
export async function walk(page: string, { replaced = [], patienceMs, columns = 118 }: Walk): Promise<Step[]> {
  const home = mkdtempSync(join(tmpdir(), 'metalctl-walk-'));
  writeFileSync(join(home, 'db.ign'), '{"ignition":{"version":"3.4.0"}}\n');
  const environment = {
    PATH: process.env.PATH,
    HOME: home,
    LANG: 'C.UTF-8',
    USER: 'you',
    LOGNAME: 'you',
    PAGER: 'cat',
  };
  const open = () => openTerminal(environment, { columns, rows: 60 }, prompt, home);
  const terminals: Terminal[] = [];
  const steps: Step[] = [];
  const shown = (text: string): string =>
    replaced.reduce(
      (all, [of, by]) => (typeof of === 'string' ? all.replaceAll(by, of) : all),
      text.replaceAll(home, '~'),
    );
  try {
    const [first, second] = [await open(), await open()];
    terminals.push(first, second);
    for (const terminal of terminals) await terminal.shows(/^<0>\$/);
    for (const command of commandsOf(page)) {
      const asked = replaced.reduce((all, [of, by]) => all.replaceAll(of, by), command.replaceAll(/ \\\n +/g, ' '));
      const isSandbox = command.startsWith('metalctl sandbox up');
      const { output, code } = await (isSandbox ? first : second).run(
        asked,
        patienceMs,
        isSandbox ? upOrPrompt : promptShown,
      );
      steps.push({ command, output: shown(output), code });
    }
  } finally {
    await terminals[0]?.interrupt(promptShown);
    for (const terminal of terminals) terminal.close();
    rmSync(home, { recursive: true, force: true });
  }
  return steps;
}
