/** Places a sweep is told of by others than a person: who answers on the segment, and Endpoint objects. */
import { networkInterfaces } from 'node:os';
import type { Endpoint } from '../../api/metal/v1alpha1/endpoint.js';
import { resolveKind } from '../../api/names.js';
import { TransientError, UserError } from '../../errors/classes.js';
import { urlHost } from '../../lib/ip.js';
import { searchWays } from '../../ports/search.js';
import type { DiscoverRun } from './discover-report.js';
import { kindOf } from './kit/kinds.js';

/** The run with these places among its targets. @throws TransientError NO_BMC when they are all there is, and none is */
export async function withFoundPlaces(run: DiscoverRun): Promise<DiscoverRun> {
  const { flags } = run;
  if (flags.macPrefixesFile !== undefined && !flags.fromEndpoints)
    throw new UserError('USAGE', '--mac-prefixes-file is about Endpoints', { hint: 'add --from-endpoints' });
  if (!flags.ssdp && !flags.mdns && !flags.fromEndpoints) return run;
  const places = [...(await answering(run)), ...(await endpoints(run))];
  const isAll = flags.cidr.length + flags.target.length === 0 && flags.file === undefined && flags.resume === undefined;
  if (places.length === 0 && isAll) throw nobody(run);
  return { ...run, flags: { ...flags, target: [...flags.target, ...places] } };
}

const placeText = (host: string, port: number | undefined): string =>
  port === undefined ? host : `${urlHost(host)}:${port}`;

async function answering({ flags, open, talk, signal }: DiscoverRun): Promise<string[]> {
  const ways = searchWays.filter((way) => flags[way]);
  if (ways.length === 0) return [];
  const search = await open('search');
  const progress = talk.progress('search');
  progress.update({ phase: 'Listen', text: `asking the segment by ${ways.join(' and ')}` });
  const found = await search
    .search({
      ways,
      listenMs: flags.listen,
      signal,
      ...(flags.interface === undefined ? {} : { interfaceAddress: addressOf(flags.interface) }),
    })
    .finally(() => progress.done());
  talk.note(`${found.length} ${found.length === 1 ? 'service answers' : 'services answer'} on the segment`);
  return found.map(({ address, port }) => placeText(address, port));
}

/** @throws UserError USAGE naming the interfaces there are */
function addressOf(text: string): string {
  const all = Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.filter(({ family }) => family === 'IPv4').map(({ address }) => ({ name, address })),
  );
  const found = all.find(({ name, address }) => name === text || address === text);
  if (found !== undefined) return found.address;
  throw new UserError('USAGE', `this machine has no interface ${text} with an IPv4 address`, {
    why: `it has ${all.map(({ name, address }) => `${name} (${address})`).join(', ')}`,
  });
}

async function endpoints({ flags, ports, signal }: DiscoverRun): Promise<string[]> {
  if (!flags.fromEndpoints) return [];
  const names = resolveKind('Endpoint');
  if (names === undefined) throw new Error('Endpoint is not among the names of kinds');
  const { items } = await ports.cluster.list(kindOf<Endpoint>(names), { signal });
  const portFor = flags.macPrefixesFile === undefined ? () => undefined : await portsOf(flags.macPrefixesFile);
  return items.flatMap(({ spec }) =>
    spec?.ip === undefined ? [] : [placeText(spec.ip, portFor(spec.macAddress ?? ''))],
  );
}

/** The port a database names for a MAC address. */
async function portsOf(path: string): Promise<(mac: string) => number | undefined> {
  const [{ readMacPrefixes }, { longestPrefix }] = await Promise.all([
    import('./reconcile-settings.js'),
    import('../../reconcile/endpoint/prefix.js'),
  ]);
  const prefixes = await readMacPrefixes(path);
  return (mac) => longestPrefix(mac, prefixes)?.port;
}

const nobody = ({ flags }: DiscoverRun): TransientError =>
  new TransientError('NO_BMC', 'no place to look at was found', {
    why: flags.fromEndpoints ? 'there is no Endpoint object with an address' : 'nobody answered on the segment in time',
    hint: ['--listen 15s   waits longer', '--cidr RANGE   asks every address instead'],
  });
