/** Body of `cordon`. */
import { userInfo } from 'node:os';
import { ownAnnotations } from '../../api/metal/v1alpha1/constants.js';
import type { Server } from '../../api/metal/v1alpha1/server.js';
import { UserError } from '../../errors/classes.js';
import { parseUntil } from '../../lib/duration.js';
import type { cordonCommand } from '../cordon.js';
import { changeEach } from './kit/each.js';
import { serverKind } from './kit/kinds.js';
import type { Change } from './kit/out.js';
import type { Run } from './kit/run.js';
import { serverTargets } from './kit/targets.js';

/** RFC 3339, to the second. @throws UserError USAGE */
function endOf(text: string | undefined, now: Date): string | undefined {
  if (text === undefined) return undefined;
  const end = parseUntil(text, now);
  if (end !== undefined && end > now) return end.toISOString().replace(/\.\d+Z$/, 'Z');
  throw new UserError('USAGE', `--until ${text} is not a time to come`, {
    hint: ['--until 18:00', '--until 2h', '--until 2026-03-04T18:00:00Z'],
  });
}

export default async function (run: Run<typeof cordonCommand>): Promise<void> {
  const { cluster, clock } = run.ports;
  const servers = await serverTargets(run, cluster, { names: run.args.servers, ...run.flags });
  const { reason } = run.flags;
  const until = endOf(run.flags.until, clock.now());
  const cordon = async (server: Server): Promise<Change> => {
    const name = server.metadata.name;
    const before = server.metadata.annotations ?? {};
    const isSame =
      server.spec?.unclaimable === true &&
      (reason === undefined || before[ownAnnotations.cordonReason] === reason) &&
      (until === undefined || before[ownAnnotations.cordonUntil] === until);
    if (isSame) return { object: server, line: `server/${name} unchanged` };
    const annotations = {
      [ownAnnotations.cordonedBy]: userInfo().username,
      [ownAnnotations.cordonedAt]: clock.now().toISOString(),
      [ownAnnotations.cordonReason]: reason ?? null,
      [ownAnnotations.cordonUntil]: until ?? null,
    };
    const patch = { metadata: { annotations }, spec: { unclaimable: true } };
    const isDry = run.globals.dryRun !== 'none';
    const object = await cluster.patch(serverKind, { name }, patch, 'merge', { signal: run.signal, dryRun: isDry });
    return {
      object,
      line: `server/${name} cordoned${until === undefined ? '' : ` until ${until}`}${isDry ? ' (dry run)' : ''}`,
    };
  };
  await changeEach(run, servers, ({ metadata }) => `server/${metadata.name}`, cordon);
  const held = servers.filter(({ spec }) => spec?.serverClaimRef !== undefined).length;
  if (held > 0)
    run.talk.note(`${held} of them ${held === 1 ? 'holds a claim, which is' : 'hold claims, which are'} unaffected`);
}
