/** Failures as people and programs read them: four lines of text, or one JSON line. */
import { catalogue } from '../../../errors/catalogue.js';
import { isMetalError, type MetalError } from '../../../errors/classes.js';
import { Exit, type ExitCode } from '../../../errors/exit.js';
import { redactText } from '../../../lib/output/clean.js';
import type { Style } from '../../../lib/output/style.js';
import { escapeJson, neutralise, neutraliseLines } from '../../../lib/sanitize.js';

/** One failure, ready to be written. */
export interface ErrorView {
  readonly code: string;
  readonly exit: ExitCode;
  readonly what: string;
  readonly why?: string;
  readonly fix: readonly string[];
  readonly targets: readonly string[];
  readonly retryable: boolean;
}

/** How a MetalError is shown. Targets come from its context (`targets`, else `target`). */
export function viewOf(error: MetalError): ErrorView {
  const entry = catalogue[error.code];
  const exit = Exit[entry.exit];
  const why = error.why ?? causes(error);
  return {
    code: error.code,
    exit,
    what: error.message,
    ...(why === '' ? {} : { why }),
    fix: error.hints.length > 0 ? error.hints : [entry.hint],
    targets: targetsOf(error.context),
    retryable: error.class === 'transient' || error.class === 'conflict',
  };
}

function targetsOf(context: Readonly<Record<string, unknown>>): string[] {
  if (Array.isArray(context.targets)) return context.targets.map(String);
  return context.target === undefined ? [] : [String(context.target)];
}

/** Messages of the causes below, outermost first, without repeating what was said. */
function causes(error: Error): string {
  const texts: string[] = [];
  for (let cause = error.cause, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    const text = isMetalError(cause) ? (cause.why ?? cause.message) : cause.message;
    if (text !== '' && !texts.some((each) => each.includes(text))) texts.push(text);
  }
  return texts.join(': ');
}

const longest = 2_000;
const safe = (text: string): string =>
  neutralise(redactText(text.length > longest ? `${text.slice(0, longest)}…` : text));

/** The text block of cli.md 9. Ends with a newline. */
export function errorText(view: ErrorView, style: Style, program: string): string {
  const lines = [`${style.paint('bad', 'error:')} ${safe(view.what)}`];
  if (view.targets.length > 1) lines.push(`  on    ${safe(grouped(view.targets))}`);
  if (view.why !== undefined) lines.push(`  why   ${indented(view.why)}`);
  view.fix.forEach((fix, at) => {
    lines.push(`  ${at === 0 ? 'fix  ' : '     '} ${indented(fix)}`);
  });
  lines.push(
    style.paint('dim', `  code  ${view.code} (exit ${view.exit})   more: ${program} explain error ${view.code}`),
  );
  return `${lines.join('\n')}\n`;
}

const indented = (text: string): string =>
  neutraliseLines(redactText(text.slice(0, longest)))
    .split('\n')
    .slice(0, 12)
    .join('\n        ');

const grouped = (targets: readonly string[]): string => {
  const names = targets.slice(0, 3).join(', ');
  return targets.length > 3 ? `${targets.length}: ${names}, …` : names;
};

/** The JSON line of cli.md 9. Ends with a newline. */
export function errorJson(view: ErrorView): string {
  const document = {
    apiVersion: 'cli.metalctl.dev/v1',
    kind: 'Error',
    code: view.code,
    exit: view.exit,
    what: redactText(view.what),
    ...(view.why === undefined ? {} : { why: redactText(view.why) }),
    fix: view.fix,
    targets: view.targets,
    retryable: view.retryable,
  };
  return `${escapeJson(JSON.stringify(document))}\n`;
}
