/** Body of `bmc net set`. */
import { UserError } from '../../errors/classes.js';
import type { bmcNetSetCommand } from '../bmc-config.js';
import { ntpOf, type ProtocolPlace, protocolsOf } from './bmc-net.js';
import { changeResource, type Json, textIn } from './bmc-resources.js';
import { bmcPlace } from './kit/bmc-places.js';
import type { Run } from './kit/run.js';

type SetRun = Run<typeof bmcNetSetCommand>;

export default async function (run: SetRun): Promise<void> {
  const { hostname, ntp } = run.flags;
  if (hostname === undefined && ntp.length === 0) {
    throw new UserError('USAGE', 'nothing to set', { hint: '--hostname NAME or --ntp HOST' });
  }
  const { bmc, name } = await bmcPlace(run, run.args.target);
  const place = await protocolsOf(bmc);
  const { body, lines } = changeOf(place, run.flags);
  const isDry = run.globals.dryRun !== 'none';
  if (lines.length > 0 && !isDry) {
    const plan = lines.map((line) => `bmc/${name}: ${line}`);
    await run.confirm({ level: 2, what: `changing the network of bmc/${name}`, plan });
    run.signal.throwIfAborted();
    await changeResource(bmc, place.path, body, place.etag);
  }
  const outcome = lines.length === 0 ? 'unchanged' : `${isDry ? 'would change' : 'changed'}: ${lines.join('; ')}`;
  await run.out.document(
    { kind: 'BmcNetworkChange', bmc: name, changes: body, outcome },
    () => `bmc/${name} ${outcome}\n`,
  );
}

/** What differs from what the BMC says, as a body and in words. */
function changeOf({ json }: ProtocolPlace, { hostname, ntp }: SetRun['flags']): { body: Json; lines: string[] } {
  const now = ntpOf(json);
  const isOtherName = hostname !== undefined && hostname !== textIn(json.HostName);
  const isOtherTime = ntp.length > 0 && (!now.isOn || now.servers.join() !== ntp.join());
  return {
    body: {
      ...(isOtherName ? { HostName: hostname } : {}),
      ...(isOtherTime ? { NTP: { ProtocolEnabled: true, NTPServers: ntp } } : {}),
    },
    lines: [
      ...(isOtherName ? [`host name ${textIn(json.HostName) ?? 'none'} to ${hostname}`] : []),
      ...(isOtherTime ? [`time servers ${now.servers.join(', ') || 'none'} to ${ntp.join(', ')}`] : []),
    ],
  };
}
