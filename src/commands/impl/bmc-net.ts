/** The network of a BMC, read by its own API: what `bmc net get` and `set` share. */
import { PermanentError } from '../../errors/classes.js';
import type { Bmc } from '../../ports/bmc.js';
import { type Json, linkOf, readResource, textIn, textsIn } from './bmc-resources.js';

export interface Nic {
  readonly id: string;
  readonly mac?: string;
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
  readonly gateway?: string;
  readonly nameServers: readonly string[];
  readonly isDhcp: boolean;
}

export interface BmcNetwork {
  readonly hostName?: string;
  readonly ntp: { readonly isOn: boolean; readonly servers: readonly string[] };
  readonly interfaces: readonly Nic[];
}

/** Where names and time servers are written. */
export interface ProtocolPlace {
  readonly path: string;
  readonly etag?: string;
  readonly json: Json;
}

const most = 16;

/** @throws PermanentError BMC_UNSUPPORTED where the manager tells nothing of its protocols */
export async function protocolsOf(bmc: Bmc): Promise<ProtocolPlace> {
  const { uri } = await bmc.manager();
  const path = linkOf((await readResource(bmc, uri)).json.NetworkProtocol);
  if (path === undefined) throw new PermanentError('BMC_UNSUPPORTED', 'the manager shows no network protocols');
  return { path, ...(await readResource(bmc, path)) };
}

export async function readNetwork(bmc: Bmc, signal: AbortSignal): Promise<BmcNetwork> {
  const { json } = await protocolsOf(bmc);
  const hostName = textIn(json.HostName);
  const interfaces = await nicsOf(bmc, signal);
  return { ...(hostName === undefined ? {} : { hostName }), ntp: ntpOf(json), interfaces };
}

export function ntpOf({ NTP }: Json): BmcNetwork['ntp'] {
  const ntp = (NTP ?? {}) as Json;
  return { isOn: ntp.ProtocolEnabled === true, servers: textsIn(ntp.NTPServers) };
}

async function nicsOf(bmc: Bmc, signal: AbortSignal): Promise<Nic[]> {
  const { uri } = await bmc.manager();
  const link = linkOf((await readResource(bmc, uri)).json.EthernetInterfaces);
  const members = link === undefined ? [] : (((await readResource(bmc, link)).json.Members ?? []) as unknown[]);
  const found: Nic[] = [];
  for (const member of members.slice(0, most)) {
    signal.throwIfAborted();
    const path = linkOf(member);
    if (path !== undefined) found.push(toNic((await readResource(bmc, path)).json));
  }
  return found;
}

function toNic(json: Json): Nic {
  const addresses = (list: unknown): Json[] => (Array.isArray(list) ? (list.filter(Boolean) as Json[]) : []);
  const ipv4 = addresses(json.IPv4Addresses);
  const mac = textIn(json.MACAddress);
  const gateway = ipv4.map(({ Gateway }) => textIn(Gateway)).find((found) => found !== undefined);
  const names = textsIn(json.NameServers);
  return {
    id: textIn(json.Id) ?? '',
    ...(mac === undefined ? {} : { mac }),
    ipv4: ipv4.flatMap(({ Address }) => textIn(Address) ?? []),
    ipv6: addresses(json.IPv6Addresses).flatMap(({ Address }) => textIn(Address) ?? []),
    ...(gateway === undefined ? {} : { gateway }),
    nameServers: names.length > 0 ? names : textsIn(json.StaticNameServers),
    isDhcp: (json.DHCPv4 as Json | undefined)?.DHCPEnabled === true,
  };
}
