/**
 * Which addresses of a probe's report are believed. A report is a claim by whoever runs on the machine: an address that
 * another Server has, or that lies outside the networks of discoveries, would open somebody else's metadata to it.
 */
import { Server } from '../../api/metal/v1alpha1/index.js';
import { contains, parseCidr } from '../../lib/cidr.js';
import { parseIp } from '../../lib/ip.js';
import { sameAddress } from '../../lib/machine-address.js';
import type { ProbeReport } from '../../ports/probes.js';
import { type Effect, warn } from '../effects.js';
import type { ServerInput } from './reader.js';

export interface Believed {
  readonly report: ProbeReport;
  /** What is said about addresses that were left out. */
  readonly effects: readonly Effect[];
}

/** The report without addresses that are not this machine's to claim. */
export function believe(report: ProbeReport, input: ServerInput): Believed {
  const refused: string[] = [];
  const isBelieved = (address: string): boolean => {
    const why = refusalOf(address, input);
    if (why !== undefined) refused.push(`${address.slice(0, 64)} ${why}`);
    return why === undefined;
  };
  const networkInterfaces = report.networkInterfaces.map((nic) => ({
    ...nic,
    ipAddresses: nic.ipAddresses.filter(isBelieved),
  }));
  if (refused.length === 0) return { report, effects: [] };
  const note = `addresses of the report are left out: ${refused.slice(0, 5).join('; ')}`;
  return { report: { ...report, networkInterfaces }, effects: [warn('AddressRefused', 'Discover', note)] };
}

/** Why an address is not believed; addresses that name no machine are harmless. */
function refusalOf(address: string, { server, read, settings }: ServerInput): string | undefined {
  const known = sameAddress(address);
  if (known === undefined) return undefined;
  const owner = read.by(Server, 'address', known).find(({ metadata }) => metadata.name !== server.metadata.name);
  if (owner !== undefined) return `belongs to server ${owner.metadata.name}`;
  const prefixes = settings.discoveryPrefixes;
  const ip = parseIp(known);
  const isInside = prefixes.some((prefix) => {
    const range = parseCidr(prefix);
    return range !== undefined && ip !== undefined && contains(range, ip);
  });
  return prefixes.length === 0 || isInside ? undefined : 'lies in no discovery prefix';
}

/** Addresses a Server has reported, each in one form. */
export const reportedAddresses = ({ status }: Server): string[] =>
  (status?.networkInterfaces ?? []).flatMap(({ ips }) => ips ?? []).flatMap((ip) => sameAddress(ip) ?? []);
