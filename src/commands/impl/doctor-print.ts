/** The doctor's report: a line per check for people, a document for programs, JUnit for CI servers. */
import type { Tone } from '../../lib/output/style.js';
import { neutralise } from '../../lib/sanitize.js';
import type { Result, Verdict } from '../../workflows/doctor/check.js';
import type { AnyRun } from './kit/run.js';

export async function printResults(run: AnyRun, results: readonly Result[]): Promise<void> {
  const { out } = run;
  if (out.format.kind === 'junit') return out.text(junit(results));
  const summary = summaryOf(results);
  const checks = results.map(({ repair, ...result }) => ({ ...result, isRepairable: repair !== undefined }));
  const text = () => `${results.map((result) => line(run, result)).join('')}${sentence(summary)}\n`;
  await out.document(
    { kind: 'DoctorReport', checks, summary },
    text,
    results.map(({ id }) => id),
  );
}

const tones: Readonly<Record<Verdict, Tone>> = { ok: 'good', warning: 'waiting', failure: 'bad', skipped: 'off' };

/** ` ✔ D001 API server  v1.33.2 reachable (18ms)`; the way out below it. */
function line({ out: { style } }: AnyRun, { verdict, id, title, evidence, fix }: Result): string {
  const mark = verdict === 'skipped' ? (style.ascii ? '[--]' : '–') : style.glyph(tones[verdict]);
  const said = ` ${mark} ${id} ${neutralise(title)}: ${neutralise(evidence)}\n`;
  return fix === undefined || verdict === 'ok' ? said : `${said}        fix  ${neutralise(fix)}\n`;
}

const summaryOf = (results: readonly Result[]) => {
  const count = (verdict: Verdict): number => results.filter((result) => result.verdict === verdict).length;
  return { ok: count('ok'), warnings: count('warning'), failures: count('failure'), skipped: count('skipped') };
};

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

const sentence = ({ ok, warnings, failures, skipped }: ReturnType<typeof summaryOf>): string =>
  `${ok} ok, ${plural(warnings, 'warning')}, ${plural(failures, 'failure')}, ${skipped} skipped`;

const escaped = (text: string): string =>
  neutralise(text).replace(/[<>&"']/g, (letter) => `&#${letter.codePointAt(0)};`);

/** JUnit XML: warnings are successes that say something. */
function junit(results: readonly Result[]): string {
  const { failures, skipped } = summaryOf(results);
  const cases = results.map(({ id, title, area, verdict, evidence, fix = '' }) => {
    const head = `  <testcase classname="metalctl.doctor.${area}" name="${escaped(`${id} ${title}`)}">`;
    const body = {
      ok: `<system-out>${escaped(evidence)}</system-out>`,
      warning: `<system-out>${escaped(`warning: ${evidence}; ${fix}`)}</system-out>`,
      failure: `<failure message="${escaped(evidence)}">${escaped(fix)}</failure>`,
      skipped: `<skipped message="${escaped(evidence)}"/>`,
    }[verdict];
    return `${head}${body}</testcase>`;
  });
  const counts = `tests="${results.length}" failures="${failures}" skipped="${skipped}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="metalctl doctor" ${counts}>\n${cases.join('\n')}\n</testsuite>\n`;
}
