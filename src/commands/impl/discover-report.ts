/** `discover` without a view: the sweep, its report and what is said of it. */

import { PermanentError, TransientError, UserError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import { type Finding, findingStatuses, isProblem, placeOf } from '../../workflows/discover/finding.js';
import { type DiscoverReport, summaryLine } from '../../workflows/discover/report.js';
import { vendorName } from '../../workflows/vendor-name.js';
import type { discoverCommand } from '../discover.js';
import { accountWords, flagCredential } from './discover-credentials.js';
import { withFoundPlaces } from './discover-places.js';
import { keepLast, readReport, writeReport } from './discover-store.js';
import { sweepToReport } from './discover-sweep.js';
import type { Rows } from './kit/out.js';
import type { Run } from './kit/run.js';

export type DiscoverRun = Run<typeof discoverCommand>;

export async function discoverAndPrint(asked: DiscoverRun): Promise<ExitName | undefined> {
  checkStatuses(asked.flags.status);
  const run = await withFoundPlaces(asked);
  const isStream = run.out.format.kind === 'jsonl';
  const resume = run.flags.resume === undefined ? undefined : await readReport(run.flags.resume);
  // Read here, once: it may come from stdin, and onboarding needs it too.
  const given = await flagCredential(run.flags, run.talk);
  const how = { ...(await sweepOf(run)), given, ...(resume ? { resume } : {}) };
  const report = await sweepToReport(how, async (event) => {
    if (isStream && event.type === 'finding' && isShown(event.finding, run)) await run.out.event(event.finding);
  });
  await keep(run, report);
  if (!isStream && !run.flags.onboard) await print(run, report);
  conclude(run, report);
  if (!run.flags.onboard || run.signal.aborted) return undefined;
  return (await import('./discover-onboard.js')).onboardReport(run, given, report);
}

/** A sweep by the flags of the run; what it goes through to BMCs is opened now. */
export async function sweepOf({ flags, ports, talk, signal, open }: DiscoverRun) {
  const [identification, bmc] = await Promise.all([open('identification'), open('bmc')]);
  return { flags, ports: { ...ports, identification, bmc }, talk, signal };
}

/** @throws UserError USAGE */
export function checkStatuses(statuses: readonly string[]): void {
  const unknown = statuses.find((status) => !findingStatuses.some((each) => each === status));
  if (unknown === undefined) return;
  throw new UserError('USAGE', `--status does not know "${unknown}"`, { why: `known: ${findingStatuses.join(', ')}` });
}

/** Kept for `onboard --from last`, and where `--out` says. A state directory that cannot be written only warns. */
export async function keep({ flags, talk }: DiscoverRun, report: DiscoverReport): Promise<void> {
  const out = flags.out ?? (report.complete ? undefined : flags.resume);
  if (out !== undefined && out !== 'last') await writeReport(out, report);
  await keepLast(report).catch((error: Error) => talk.warn(`the report is not kept for --from last: ${error.message}`));
}

const isShown = ({ status }: Finding, { flags }: DiscoverRun): boolean =>
  flags.status.length === 0 || flags.status.includes(status);

async function print(run: DiscoverRun, report: DiscoverReport): Promise<void> {
  const findings = report.findings.filter((finding) => isShown(finding, run));
  const shown = { ...report, findings };
  await run.out.document(shown, () => rowsOf(findings), findings.map(placeOf));
}

/** The table of findings. */
export function rowsOf(findings: readonly Finding[]): Rows | string {
  if (findings.length === 0) return '';
  return {
    columns: [
      { header: 'ADDRESS' },
      { header: 'STATUS' },
      { header: 'VENDOR' },
      { header: 'MODEL' },
      { header: 'SERIAL' },
      { header: 'SYSTEMS', align: 'right', drop: 2 },
      { header: 'POWER' },
      { header: 'FIRMWARE', drop: 3 },
      { header: 'OBJECT', drop: 1 },
      { header: 'WHY', wide: true },
    ],
    rows: findings.map((finding) => [
      placeOf(finding),
      finding.status,
      vendorName(finding.vendor),
      finding.model ?? '',
      finding.serial ?? '',
      finding.systems ? String(finding.systems.length) : '',
      finding.power ?? '',
      finding.firmware ?? '',
      objectText(finding),
      finding.why ?? '',
    ]),
  };
}

const objectText = ({ object, was }: Finding): string => (was ? `${object} (was ${was})` : (object ?? ''));

/** The summary, what to do next, and the failure if there is one. */
export function conclude({ talk, flags, signal }: DiscoverRun, report: DiscoverReport): void {
  talk.note(summaryLine(report));
  for (const { target, why } of report.unanswered) talk.note(`${target} did not answer: ${why}`);
  for (const text of problemLines(report.findings)) talk.note(text);
  if (!report.complete) {
    talk.note(
      `stopped after ${report.summary.probed} of ${report.summary.addresses} addresses; --resume FILE goes on from --out FILE`,
    );
  }
  if (signal.aborted) return;
  if (report.findings.length === 0) throw nothingAnswered(report);
  if (flags.strict) refuseProblems(report);
  const isLoggedIn = report.findings.some(({ credential }) => credential !== undefined);
  if (!isLoggedIn && flags.login !== false && report.findings.some(({ status }) => status === 'new')) {
    talk.hint(
      'No account was named, so nothing logged in: --bmc-username U --bmc-password-file F shows models and serials.',
    );
  }
  if (!flags.onboard && report.findings.some(({ status }) => status === 'new')) {
    talk.hint(`Next: ${['metalctl onboard --from last --status new', ...accountWords(flags), '--wait'].join(' ')}`);
  }
}

/** A line per cause, with three of the addresses that share it: a wrong CA says so once, not per BMC. */
export function problemLines(findings: readonly Finding[]): string[] {
  const byCause = new Map<string, Finding[]>();
  for (const finding of findings.filter(isProblem)) {
    const cause = `${finding.status}: ${finding.why ?? ''}`;
    byCause.set(cause, [...(byCause.get(cause) ?? []), finding]);
  }
  return [...byCause].flatMap(([cause, group]) => {
    const places = group.slice(0, 3).map(placeOf).join(', ');
    const more = group.length > 3 ? ` and ${group.length - 3} more` : '';
    const isTls = group[0]?.status === 'tls';
    return [
      `${places}${more} ${cause}`,
      ...(isTls ? ['  fix   --bmc-ca FILE   or, for a first meeting, --pin first-use'] : []),
    ];
  });
}

const nothingAnswered = ({ summary, request, unanswered }: DiscoverReport): TransientError =>
  new TransientError(
    'NO_BMC',
    `nothing answered on ${summary.addresses} ${summary.addresses === 1 ? 'address' : 'addresses'}`,
    {
      why: unanswered[0]?.why ?? `every connection to port ${request.ports.join(', ')} was refused or timed out`,
      hint: ['Check the range and --ports.', '--probe-timeout 5s   for slow BMCs'],
    },
  );

/** With `--strict`: partial, or the one cause when every BMC has it. @throws PermanentError */
function refuseProblems({ findings }: DiscoverReport): void {
  const problems = findings.filter(isProblem);
  const [first] = problems;
  if (first === undefined) return;
  const isAll = problems.length === findings.length && problems.every(({ status }) => status === first.status);
  const code =
    isAll && first.status === 'auth' ? 'BMC_AUTH_FAILED' : isAll && first.status === 'tls' ? 'BMC_TLS' : 'PARTIAL';
  const said = problems
    .slice(0, 3)
    .map((each) => `${placeOf(each)}${each.vendor ? ` (${each.vendor})` : ''}: ${each.why}`);
  throw new PermanentError(code, `${problems.length} of ${findings.length} BMCs ${verb(problems)}`, {
    why: said.join('\n'),
    hint: hintFor(first),
    context: { targets: problems.map(placeOf) },
  });
}

const verb = (problems: readonly Finding[]): string =>
  problems.every(({ status }) => status === 'auth') ? 'refused the credentials' : 'have problems';

const hintFor = (finding: Finding): string =>
  finding.status === 'auth'
    ? `metalctl discover --target ${placeOf(finding)} --bmc-secret NAME     the right secret for this one`
    : `metalctl discover --target ${placeOf(finding)} -o yaml     everything about it`;
