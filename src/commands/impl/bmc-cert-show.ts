/** Body of `bmc cert show`. */
import { isMetalError } from '../../errors/classes.js';
import type { CertificateInfo } from '../../ports/bmc.js';
import type { bmcCertShowCommand } from '../bmc.js';
import { trustOf } from './bmc-ping.js';
import { type BmcPlace, bmcTargets } from './kit/bmc-places.js';
import { failureOf, readEach } from './kit/each.js';
import type { Run } from './kit/run.js';

type ShowRun = Run<typeof bmcCertShowCommand>;

interface Shown extends Partial<CertificateInfo> {
  readonly bmc: string;
  /** How the certificate that is served stands. */
  readonly tls: string;
  readonly servedFingerprint?: string;
  readonly daysLeft?: number;
}

export default async function (run: ShowRun): Promise<void> {
  const targets = await bmcTargets(run, { names: run.args.targets, ...run.flags });
  const read = await readEach(
    run,
    targets,
    ({ name }) => `bmc/${name}`,
    async (target) => certificatesOf(run, await target.open()),
  );
  const { expires } = run.flags;
  const shown = read.values
    .flat()
    .filter(({ daysLeft }) => expires === undefined || (daysLeft !== undefined && daysLeft * dayMs <= expires));
  await run.out.document({ kind: 'CertificateList', certificates: shown }, () => ({
    columns: [
      { header: 'BMC' },
      { header: 'SUBJECT' },
      { header: 'ISSUER', drop: 1 },
      { header: 'ENDS' },
      { header: 'DAYS', align: 'right' },
      { header: 'TLS' },
      { header: 'FINGERPRINT', wide: true },
    ],
    rows: shown.map((each) => [
      each.bmc,
      each.subject ?? '',
      each.issuer ?? '',
      each.validNotAfter ?? '',
      each.daysLeft === undefined ? '' : String(each.daysLeft),
      each.tls,
      each.servedFingerprint ?? each.fingerprint ?? '',
    ]),
  }));
  if (shown.length === 0 && expires !== undefined) run.talk.note('No certificate ends so soon.');
  const failure = failureOf(read);
  if (failure !== undefined) throw failure;
}

const dayMs = 86_400_000;

async function certificatesOf(run: ShowRun, { name, bmc, access }: BmcPlace): Promise<readonly Shown[]> {
  const answer = await run.ports.identification.identify(access.url, { timeoutMs: 10_000, signal: run.signal });
  const served = {
    bmc: name,
    tls: trustOf(answer, access.tlsPin),
    ...(answer.fingerprint === undefined ? {} : { servedFingerprint: answer.fingerprint }),
    ...endOf(answer.certificateEnds, run.out.times.nowMs),
  };
  // A certificate that is not trusted keeps the credential here, and the rest unknown.
  if (served.tls !== 'trusted' && served.tls !== 'pinned') return [served];
  try {
    const certificates = await bmc.certificates();
    if (certificates.length === 0) return [served];
    const { validNotAfter: _, daysLeft: __, ...common } = served;
    const shown = certificates.length === 1 ? served : common;
    return certificates.map((each) => ({ ...each, ...shown, ...endOf(each.validNotAfter, run.out.times.nowMs) }));
  } catch (error) {
    if (isMetalError(error) && error.code === 'BMC_UNSUPPORTED') return [served];
    throw error;
  }
}

/** What Redfish says of the end comes before what the handshake showed: a BMC may have more certificates than the one it serves. */
function endOf(validNotAfter: string | undefined, nowMs: number): Pick<Shown, 'validNotAfter' | 'daysLeft'> {
  const endMs = Date.parse(validNotAfter ?? '');
  if (validNotAfter === undefined || Number.isNaN(endMs)) return {};
  return { validNotAfter, daysLeft: Math.floor((endMs - nowMs) / dayMs) };
}
