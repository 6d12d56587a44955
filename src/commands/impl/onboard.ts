/** Body of `onboard`. */
import { PermanentError, TransientError, UserError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import { formatIp, parseIp } from '../../lib/ip.js';
import type { Credential } from '../../workflows/discover/credentials.js';
import { type Finding, placeOf } from '../../workflows/discover/finding.js';
import { readHost } from '../../workflows/discover/targets.js';
import { nameFindings } from '../../workflows/onboard/names.js';
import { type WriteOutcome, writeOnboarding } from '../../workflows/onboard/onboard.js';
import {
  marksText,
  type OnboardOptions,
  type OnboardPlan,
  planOnboarding,
  planText,
  readLabels,
  type SecretChoice,
} from '../../workflows/onboard/plan.js';
import { readTaint } from '../../workflows/taints.js';
import type { onboardCommand } from '../onboard.js';
import { clockText, printDryRun } from './claim-print.js';
import { flagCredential } from './discover-credentials.js';
import { checkStatuses } from './discover-report.js';
import { readReport } from './discover-store.js';
import { sweepToReport } from './discover-sweep.js';
import type { Run } from './kit/run.js';
import { type Followed, followWritten } from './onboard-follow.js';
import { notAvailable, printOutcomes } from './onboard-print.js';

export type OnboardRun = Run<typeof onboardCommand>;

export default async function (run: OnboardRun): Promise<ExitName | undefined> {
  const { flags } = run;
  checkStatuses(flags.status);
  const given = await flagCredential(flags, run.talk);
  // What the flags lack is said before anything is read or asked.
  optionsOf(run, given);
  return onboardFindings(run, given, await findingsOf(run, given));
}

/** Plans, asks, and creates what findings need; those that are not wanted must have been left out. */
export async function onboardFindings(
  run: OnboardRun,
  given: Credential | undefined,
  findings: readonly Finding[],
): Promise<ExitName | undefined> {
  const { flags } = run;
  const options = optionsOf(run, given);
  if (findings.length === 0) {
    run.talk.note(`No findings with status ${flags.status.join(', ')}: nothing to onboard.`);
    return undefined;
  }
  const named = nameFindings(findings, flags.nameTemplate, { location: flags.location, rack: flags.rack });
  const plan = await planOnboarding(run.ports.cluster, named, options);
  if (run.globals.dryRun === 'client') {
    run.talk.note(planLine(plan, options));
    await printDryRun(run, objectsOf(plan), 'client');
    return undefined;
  }
  tellUnmarked(run, plan, options);
  const isDry = run.globals.dryRun === 'server';
  const stops = flags.power === 'off' && plan.entries.some(({ isRunning, action }) => isRunning && action === 'create');
  await run.confirm({
    level: stops && !isDry ? 2 : 1,
    what: `onboarding ${plan.entries.length} BMCs`,
    plan: [planLine(plan, options)],
  });
  return carryOut(run, plan, isDry);
}

/** What is about to be made; marks are for new servers, and those that are there already are told apart. */
function planLine(plan: OnboardPlan, options: OnboardOptions): string {
  const marks = plan.entries.some(({ action }) => action === 'create') ? marksText(options) : '';
  return `PLAN  ${planText(plan, options.power)}${marks === '' ? '' : ` · ${marks}`}`;
}

/** Servers that are there already keep what they have: a flag must not pretend otherwise. */
function tellUnmarked({ talk }: OnboardRun, { entries }: OnboardPlan, options: OnboardOptions): void {
  const kept = entries.filter(({ action }) => action === 'unchanged').map(({ name }) => `bmc/${name}`);
  if (kept.length === 0 || marksText(options) === '') return;
  talk.warn(
    `${kept.slice(0, 3).join(', ')}${kept.length > 3 ? ', …' : ''}: there before, so their servers are not marked; use metalctl cordon and taint`,
  );
}

const objectsOf = ({ entries }: OnboardPlan) => entries.flatMap(({ secret, bmc }) => (secret ? [secret, bmc] : [bmc]));

export function optionsOf({ flags }: OnboardRun, given: Credential | undefined): OnboardOptions {
  return {
    secret: choiceOf(flags, given),
    labels: readLabels(flags.label),
    location: flags.location,
    rack: flags.rack,
    power: flags.power,
    cordon: flags.cordon,
    taints: flags.taint.map(readTaint),
  };
}

function choiceOf(flags: OnboardRun['flags'], given: Credential | undefined): SecretChoice {
  if (flags.bmcSecret !== undefined) return { use: flags.bmcSecret };
  if (given !== undefined) return { create: given };
  if (!flags.createSecret) return undefined;
  throw new UserError('NEEDS_INPUT', '--create-secret needs an account', {
    hint: '--bmc-username U --bmc-password-file F',
  });
}

/** From a report, or by discovering the addresses named; only those of the wanted statuses. */
async function findingsOf(run: OnboardRun, given: Credential | undefined): Promise<Finding[]> {
  const { flags, args } = run;
  if (flags.from === undefined && args.addresses.length === 0 && flags.file === undefined) {
    throw new UserError('USAGE', 'what to onboard is not said', {
      hint: ['metalctl onboard --from last', 'metalctl onboard ADDRESS …', 'metalctl onboard -f FILE'],
    });
  }
  const all = flags.from === undefined ? await discovered(run, given) : (await readReport(flags.from)).findings;
  const wanted = new Set(args.addresses.map((text) => addressOf(text)));
  const chosen =
    flags.from === undefined || wanted.size === 0 ? all : all.filter((finding) => isNamed(finding, wanted));
  const missing = [...wanted].find((address) => !chosen.some((finding) => isNamed(finding, new Set([address]))));
  if (flags.from !== undefined && missing !== undefined) {
    throw new PermanentError('NOT_FOUND', `${missing} is not in the report`, {
      hint: `metalctl onboard ${missing}   discovers it first`,
    });
  }
  return chosen.filter((finding) => accepts(run, finding, wanted.size > 0));
}

/** A finding that was named and cannot be taken is told; one of a whole report is only left out. */
function accepts({ flags, talk }: OnboardRun, finding: Finding, isNamedOne: boolean): boolean {
  const again = isNamedOne && finding.status === 'known';
  const takes = (flags.status.includes(finding.status) || again) && takeable.has(finding.status);
  if (!takes && isNamedOne)
    talk.warn(`${placeOf(finding)} is not onboarded: ${finding.status}${finding.why ? `, ${finding.why}` : ''}`);
  return takes;
}

const takeable: ReadonlySet<string> = new Set(['new', 'known']);

const addressOf = (text: string): string => {
  const { host, port } = readHost(text);
  return port === undefined ? host : placeOf({ address: host, port, scheme: 'https' });
};

const isNamed = (finding: Finding, wanted: ReadonlySet<string>): boolean => {
  const ip = parseIp(finding.address);
  return wanted.has(placeOf(finding)) || wanted.has(ip ? formatIp(ip) : finding.address);
};

async function discovered(run: OnboardRun, given: Credential | undefined): Promise<readonly Finding[]> {
  const { flags, ports, talk, signal } = run;
  const report = await sweepToReport({ flags: { ...flags, target: run.args.addresses }, ports, talk, signal, given });
  for (const { target, why } of report.unanswered) talk.warn(`${target} did not answer: ${why}`);
  if (report.findings.length > 0) return report.findings;
  throw new TransientError('NO_BMC', 'nothing answered', {
    why: report.unanswered[0]?.why ?? 'no connection was accepted',
  });
}

async function carryOut(run: OnboardRun, plan: OnboardPlan, isDry: boolean): Promise<ExitName | undefined> {
  const { flags, ports } = run;
  const startedMs = ports.clock.monotonicMs();
  const outcomes = await writeOnboarding(ports.cluster, plan, () => undefined, isDry);
  const written = outcomes.filter((each) => each.outcome !== 'failed').map(({ entry }) => entry.name);
  const waits = flags.wait && !isDry && written.length > 0;
  const followed: Followed = waits ? await followWritten(run, written) : { progress: [] };
  const { progress, error } = followed;
  // What was made is told whatever the waiting came to.
  await printOutcomes(run, { outcomes, progress, elapsed: clockText(ports.clock.monotonicMs() - startedMs), isDry });
  if (error !== undefined) throw error;
  return conclude(run, outcomes, followed);
}

/** @throws the failure of a write, or of servers that did not become Available */
function conclude(
  { talk, flags }: OnboardRun,
  outcomes: readonly WriteOutcome[],
  { progress, live }: Followed,
): undefined {
  const failed = outcomes.flatMap((each) => (each.outcome === 'failed' ? [each] : []));
  const [first] = failed;
  if (first !== undefined && failed.length === outcomes.length) throw first.error;
  if (first !== undefined) {
    throw new PermanentError('PARTIAL', `${failed.length} of ${outcomes.length} BMCs were not onboarded`, {
      why: failed.map(({ entry, error }) => `${entry.name}: ${error.message}`).join('\n'),
    });
  }
  const late = progress.filter(({ end }) => end === undefined || end === 'failed');
  if (late.length > 0) throw notAvailable(late, progress.length, live);
  if (!flags.wait && outcomes.some(({ outcome }) => outcome === 'created'))
    talk.hint(
      'Next: metalctl reconcile --once --settle --hold-for-probe 10m      or a running daemon brings them to Available',
    );
}
