/** `discover --onboard`: what was found and is shown goes straight into the cluster. */
import type { ExitName } from '../../errors/exit.js';
import type { Credential } from '../../workflows/discover/credentials.js';
import type { DiscoverReport } from '../../workflows/discover/report.js';
import { resolveFlags } from '../flags.js';
import { onboardCommand } from '../onboard.js';
import type { DiscoverRun } from './discover-report.js';
import { type OnboardRun, onboardFindings } from './onboard.js';

/** Onboards the findings of `--status`, by default the new ones. */
export async function onboardReport(
  run: DiscoverRun,
  given: Credential | undefined,
  { findings }: DiscoverReport,
): Promise<ExitName | undefined> {
  const { status } = run.flags;
  const wanted = new Set(status.length === 0 ? ['new'] : status.filter((each) => each === 'new' || each === 'known'));
  const chosen = findings.filter((finding) => wanted.has(finding.status));
  if (chosen.length === 0) {
    run.talk.note('nothing new to onboard');
    return undefined;
  }
  // Whatever discover has no flag for is as onboard has it by itself.
  const flags = { ...resolveFlags(onboardCommand.flags, {}), ...run.flags };
  return onboardFindings({ ...run, args: { addresses: [] }, flags } as unknown as OnboardRun, given, chosen);
}
