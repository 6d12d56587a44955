/** From flags to a sweep: targets, credentials, pace; and what is said on stderr while it runs. */
import { UserError } from '../../errors/classes.js';
import type { BmcFactory, Identification } from '../../ports/bmc.js';
import type { Clock } from '../../ports/clock.js';
import type { Cluster } from '../../ports/cluster.js';
import type { Credential } from '../../workflows/discover/credentials.js';
import { type DiscoverEvent, discover } from '../../workflows/discover/discover.js';
import type { DiscoverReport } from '../../workflows/discover/report.js';
import { readTargetFile, type TargetFormat } from '../../workflows/discover/target-file.js';
import { readTargets, type TargetRequest } from '../../workflows/discover/targets.js';
import type { PinPolicy } from '../../workflows/discover/trust.js';
import {
  type CredentialFlags,
  credentialBook,
  credentialLoader,
  flagCredential,
  readText,
  stdinText,
} from './discover-credentials.js';
import type { Talk } from './kit/talk.js';

export interface SweepFlags extends CredentialFlags {
  readonly cidr?: readonly string[];
  readonly exclude?: readonly string[];
  readonly target?: readonly string[];
  readonly force?: boolean;
  readonly login?: boolean | undefined;
  readonly file: string | undefined;
  readonly format: TargetFormat;
  readonly ports: readonly string[];
  readonly scheme: 'https' | 'http';
  readonly rate: number;
  readonly sweepConcurrency: number;
  readonly probeTimeout: number;
  readonly pin: PinPolicy;
}

export interface SweepPorts {
  readonly identification: Identification;
  readonly bmc: BmcFactory;
  readonly clock: Clock;
  readonly cluster: Cluster;
}

export interface SweepRun {
  readonly flags: SweepFlags;
  readonly ports: SweepPorts;
  readonly talk: Talk;
  readonly signal: AbortSignal;
  readonly resume?: DiscoverReport;
  /** Account of the flags, when the caller read it already: stdin can be read once. */
  readonly given?: Credential | undefined;
}

/** Starts a sweep; its events arrive as they happen. @throws UserError of bad input, before anything is sent */
export async function startSweep(run: SweepRun): Promise<AsyncIterable<DiscoverEvent>> {
  const { flags, ports, talk, signal, resume } = run;
  const request = resume ? { ...resume.request } : requestOf(flags);
  const rows = flags.file === undefined ? [] : await rowsOf(flags);
  const targets = readTargets({ ...request, rows, force: flags.force ?? false });
  const given = run.given ?? (await flagCredential(flags, talk));
  const credentials = flags.login === false ? undefined : await credentialBook(flags, given);
  return discover(
    { identification: ports.identification, bmcs: ports.bmc, clock: ports.clock, cluster: ports.cluster },
    {
      targets,
      request: { ...request, targets: [...request.targets, ...rows.map(({ host }) => host)] },
      loadCredential: credentialLoader(ports.cluster, talk),
      pin: flags.pin,
      ratePerSecond: Math.max(1, flags.rate),
      concurrency: Math.max(1, flags.sweepConcurrency),
      probeTimeoutMs: flags.probeTimeout,
      signal,
      ...(credentials ? { credentials } : {}),
      ...(resume ? { resume } : {}),
    },
  );
}

const requestOf = (flags: SweepFlags) =>
  ({
    cidrs: flags.cidr ?? [],
    exclude: flags.exclude ?? [],
    targets: flags.target ?? [],
    ports: flags.ports.map(portOf),
    scheme: flags.scheme,
  }) satisfies TargetRequest;

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new UserError('USAGE', `--ports ${text} is not a port`, { hint: '--ports 443,8443' });
}

async function rowsOf({ file = '', format }: SweepFlags): Promise<ReturnType<typeof readTargetFile>> {
  if (file === '-') return readTargetFile(await stdinText(), format, 'stdin');
  return readTargetFile(await readText(file, '--file'), format, file);
}

/** Runs a sweep to its report, showing progress. */
export async function sweepToReport(
  run: SweepRun,
  onEvent: (event: DiscoverEvent) => Promise<void> = async () => undefined,
): Promise<DiscoverReport> {
  const events = await startSweep(run);
  const progress = run.talk.progress('discover');
  let report: DiscoverReport | undefined;
  try {
    for await (const event of events) {
      if (event.type === 'progress') {
        const { total, probed, found } = event.progress;
        const percent = total === 0 ? 100 : Math.floor((100 * probed) / total);
        progress.update({
          phase: 'Sweep',
          percent: percent - (percent % 10),
          text: `${total} addresses · ${probed} probed · ${found} found`,
        });
      }
      if (event.type === 'report') report = event.report;
      await onEvent(event);
    }
  } finally {
    progress.done();
  }
  if (report === undefined) throw new Error('a sweep ended without a report');
  return report;
}
