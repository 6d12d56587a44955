/** Body of `bmc ping`. */
import type { ProbeAnswer } from '../../ports/bmc.js';
import type { bmcPingCommand } from '../bmc.js';
import { type BmcPlace, bmcTargets } from './kit/bmc-places.js';
import { failureOf, readEach } from './kit/each.js';
import type { Run } from './kit/run.js';

type PingRun = Run<typeof bmcPingCommand>;

interface Ping {
  readonly name: string;
  readonly address: string;
  readonly ms: number;
  readonly redfishVersion?: string;
  readonly vendor?: string;
  /** `pinned`, `trusted`, or why it is neither. */
  readonly tls: string;
  /** Absent unless asked for. */
  readonly login?: 'accepted';
}

export default async function (run: PingRun): Promise<void> {
  const targets = await bmcTargets(run, { names: run.args.targets, ...run.flags });
  const read = await readEach(
    run,
    targets,
    ({ name }) => `bmc/${name}`,
    async (target) => ping(run, await target.open()),
  );
  await run.out.document({ kind: 'PingReport', answers: read.values }, () => ({
    columns: [
      { header: 'NAME' },
      { header: 'ADDRESS' },
      { header: 'MS', align: 'right' },
      { header: 'REDFISH' },
      { header: 'VENDOR' },
      { header: 'TLS' },
      ...(run.flags.login ? [{ header: 'LOGIN' }] : []),
    ],
    rows: read.values.map((each) => [
      each.name,
      each.address,
      String(each.ms),
      each.redfishVersion ?? '',
      each.vendor ?? '',
      each.tls,
      ...(run.flags.login ? [each.login ?? ''] : []),
    ]),
  }));
  const failure = failureOf(read);
  if (failure !== undefined) throw failure;
}

async function ping(run: PingRun, { name, access, bmc }: BmcPlace): Promise<Ping> {
  const { clock, identification } = run.ports;
  const startedMs = clock.monotonicMs();
  const answer = await identification.identify(access.url, { timeoutMs: run.flags.timeout, signal: run.signal });
  const ms = Math.round(clock.monotonicMs() - startedMs);
  if (run.flags.login) await bmc.authenticate();
  return {
    name,
    address: access.url,
    ms,
    ...(answer.redfishVersion === undefined ? {} : { redfishVersion: answer.redfishVersion }),
    ...(answer.vendor === undefined ? {} : { vendor: answer.vendor }),
    tls: trustOf(answer, access.tlsPin),
    ...(run.flags.login ? { login: 'accepted' as const } : {}),
  };
}

/** How the certificate shown stands: an old pin that no longer fits is worth more words than "untrusted". */
export function trustOf({ fingerprint, isTrusted, trustError }: ProbeAnswer, pin: string | undefined): string {
  if (fingerprint === undefined) return 'none (plain HTTP)';
  if (pin !== undefined && pin === fingerprint) return 'pinned';
  if (isTrusted) return 'trusted';
  return pin === undefined
    ? `untrusted: ${trustError ?? 'unknown'}`
    : 'changed: it is not the certificate that was pinned';
}
