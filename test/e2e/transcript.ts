/**
 * Pages that are transcripts: `console` blocks whose commands are run, one after another, by a person's shell on a
 * terminal, and whose output is what that terminal shows. The page's own text stays as it is.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandsOf } from '../../scripts/lib/transcript.js';
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

// Exit code and all: a prompt nobody prints by chance.
const prompt = '<$?>$ ';
const promptShown = /^<(\d+)>\$ ?$/;
const upOrPrompt = /Ctrl-C stops\s*$|^<(\d+)>\$ ?$/;

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
