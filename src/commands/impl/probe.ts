/** Body of `probe`: reads the machine, then reports until Ctrl-C. */
import { networkInterfaces } from 'node:os';
import { UserError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import { trailingSlashes } from '../../lib/trailing-slashes.js';
import { collect, ethtool, postReport, readLldp, rootAt, runAgent } from '../../probe/index.js';
import type { probeCommand } from '../probe.js';
import type { Run } from './kit/run.js';

type ProbeRun = Run<typeof probeCommand>;

export default async function (run: ProbeRun): Promise<ExitName | undefined> {
  const { clock, log } = run.ports;
  const isHere = run.flags.root === '/';
  const hardware = collect(
    rootAt(run.flags.root),
    isHere ? networkInterfaces() : {},
    (part, error) => log.log('warn', `${part} could not be read`, { cause: String(error) }),
    isHere ? ethtool : undefined,
  );
  if (run.flags.print) {
    await run.out.document({ kind: 'ProbeReport', ...hardware }, () => `${JSON.stringify(hardware, null, 2)}\n`);
    return undefined;
  }
  const { registryUrl, systemUUID } = targetOf(run);
  const { lldpSyncInterval: intervalMs, lldpSyncDuration: limitMs, registryClientTimeout: timeoutMs } = run.flags;
  await runAgent({
    systemUUID,
    hardware,
    retryMs: run.flags.duration,
    lldp: () => readLldp({ intervalMs, limitMs, pace: clock, signal: run.signal }),
    post: (body) => postReport(registryUrl, body, timeoutMs, run.signal),
    pace: clock,
    random: Math.random,
    signal: run.signal,
    tell: (level, message, fields) => {
      log.log(level, message, fields);
      if (level === 'info') run.talk.note(message);
    },
  });
  return 'OK';
}

/** @throws UserError USAGE */
function targetOf({ flags }: ProbeRun): { registryUrl: string; systemUUID: string } {
  const { registryUrl, serverUuid } = flags;
  if (!serverUuid) throw new UserError('USAGE', 'server uuid is missing', { hint: '--server-uuid UUID' });
  if (!registryUrl) throw new UserError('USAGE', 'registry URL is missing', { hint: '--registry-url URL' });
  if (!URL.canParse(registryUrl) || !/^https?:$/.test(new URL(registryUrl).protocol)) {
    throw new UserError('USAGE', '--registry-url is no http or https URL');
  }
  return { registryUrl: registryUrl.replace(trailingSlashes, ''), systemUUID: serverUuid };
}
