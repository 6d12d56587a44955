/** The end of a run that failed: what is written to stderr, and the exit code. */
import { isMetalError } from '../../../errors/classes.js';
import { Exit } from '../../../errors/exit.js';
import { redactText } from '../../../lib/output/clean.js';
import { neutralise } from '../../../lib/sanitize.js';
import { stackOf, writeCrashReport } from './crash.js';
import { type ErrorView, errorJson, errorText, viewOf } from './errors.js';
import { styleFor, wantsJson } from './session.js';
import { streamOf } from './streams.js';

export interface FailedRun {
  readonly words: readonly string[];
  readonly program: string;
  /** Empty when no command was recognised. */
  readonly command: string;
  readonly version: string;
}

/** Writes the failure and returns its exit code. Anything but a MetalError is a bug and leaves a crash report. */
export async function report(error: unknown, run: FailedRun): Promise<number> {
  const stderr = streamOf(process.stderr);
  const isJson = wantsJson(outputOf(run.words));
  if (isMetalError(error)) {
    const view = inPlace(viewOf(error), run);
    const style = styleFor({ color: colourOf(run.words), accessible: run.words.includes('--accessible') }, stderr);
    await stderr.write(isJson ? errorJson(view) : errorText(view, style, run.program));
    if (verbosity(run.words) >= 3) await stderr.write(`${stackOf(error)}\n`);
    return view.exit;
  }
  await stderr.write(bugText(error, run, isJson));
  return Exit.ERROR;
}

/** Lines to copy, for this command and under the name the program was called by. */
const inPlace = (view: ErrorView, { program, command }: FailedRun): ErrorView => ({
  ...view,
  fix: view.fix.map((line) =>
    line.replace('COMMAND --help', `${command} --help`.trim()).replace(/^metalctl\b/, program),
  ),
});

function bugText(error: unknown, run: FailedRun, isJson: boolean): string {
  const path = writeCrashReport(error, run.command, run.version, new Date());
  const what = neutralise(redactText(error instanceof Error ? error.message : String(error))).slice(0, 300);
  const where = path === undefined ? 'no report could be written' : `report: ${path}`;
  if (isJson) {
    const fix = path === undefined ? [] : [`report this with ${path}`];
    return errorJson({ code: 'UNKNOWN', exit: Exit.ERROR, what, fix, targets: [], retryable: false });
  }
  const line = `error: metalctl failed unexpectedly (${what}); ${where}\n`;
  return verbosity(run.words) >= 3 ? `${line}${stackOf(error)}\n` : line;
}

// The flags that shape an error are looked up in the words themselves: parsing may be what failed.

/** The last `-o` of the words, or of the environment. */
function outputOf(words: readonly string[]): string {
  const found = words.flatMap((word, at) => {
    if (word === '-o' || word === '--output') return [words[at + 1] ?? ''];
    return /^(?:-o=?|--output=)(.+)$/s.exec(word)?.slice(1, 2) ?? [];
  });
  return found.at(-1) ?? process.env.METALCTL_OUTPUT ?? 'table';
}

function colourOf(words: readonly string[]): 'auto' | 'always' | 'never' {
  const at = words.findIndex((word) => word === '--color' || word.startsWith('--color='));
  const value = words[at]?.split('=')[1] ?? words[at + 1];
  return at !== -1 && (value === 'always' || value === 'never') ? value : 'auto';
}

const verbosity = (words: readonly string[]): number =>
  words.reduce((sum, word) => sum + (/^-v+$/.test(word) ? word.length - 1 : word === '--verbose' ? 1 : 0), 0);
