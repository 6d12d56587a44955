/** Where BMCs listen: 127.1.0.1, 127.1.0.2 … on one port, or one port each where the system has only 127.0.0.1. */
import { UserError } from '../../errors/classes.js';
import type { Route } from './http/front.js';

export interface Addressing {
  readonly network?: string;
  readonly addressing?: 'auto' | 'ip' | 'port' | 'host' | 'path';
  readonly port?: number;
}

/** Names below `localhost` never leave the machine (RFC 6761); a certificate for all needs one level more. */
export const hostSuffix = 'bmc.localhost';

/** `bmc-3.bmc.localhost`, or the bare name of a BMC. */
export function routeByHost<B>(bmcs: ReadonlyMap<string, B>): Route<B> {
  return ({ host }) => {
    const bmc = bmcs.get(host.split('.')[0] ?? '');
    return bmc === undefined ? undefined : { bmc };
  };
}

/** `/bmc/3/redfish/v1` is that of the third. */
export function routeByPath<B>(bmcs: readonly B[]): Route<B> {
  return ({ url }) => {
    const [prefix, number] = /^\/bmc\/(\d{1,6})(?=[/?]|$)/.exec(url) ?? [];
    const bmc = bmcs[Number(number) - 1];
    return prefix === undefined || bmc === undefined ? undefined : { bmc, prefix };
  };
}

/** Opens BMC `index` on an address; resolves to the port taken. */
export type OpenPlace = (index: number, host: string, port: number) => Promise<number>;

const hostsPerBlock = 254;
/** Listeners opened at a time. */
const batch = 256;
const attempts = 5;

/** Host number `index` of the network: 254 per last byte, as a sweep of /24 blocks finds them. */
export function hostAt(network: string, index: number): string {
  const bytes = network.split('.').map(Number);
  const [a = 127, b = 1, c = 0] = bytes;
  if (bytes.length !== 4 || a !== 127 || bytes.some((byte) => !(byte >= 0 && byte <= 255))) {
    throw new UserError('USAGE', `"${network}" is no block of loopback addresses, such as 127.1.0.0`);
  }
  const block = c + Math.floor(index / hostsPerBlock);
  return `127.${(b + Math.floor(block / 256)) % 256}.${block % 256}.${(index % hostsPerBlock) + 1}`;
}

/** Which BMCs of a fleet. */
export interface Places {
  readonly from: number;
  readonly count: number;
}

/**
 * Opens places. With port 0 all addresses get the same free port; when one of them has it taken, `abandon` undoes the
 * attempt and another port is tried.
 */
export async function placesFor(
  options: Addressing,
  places: Places,
  open: OpenPlace,
  abandon: () => void,
): Promise<void> {
  const { addressing = 'auto', network = '127.1.0.0', port = 8443 } = options;
  if (places.count === 0) return;
  if (addressing === 'port') return openPorts(places, port, open);
  for (let attempt = 1; ; attempt++) {
    try {
      return await openAddresses(network, places, port, open);
    } catch (error) {
      abandon();
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EADDRNOTAVAIL' && addressing === 'auto') return openPorts(places, port, open);
      if (code !== 'EADDRINUSE' || port !== 0 || attempt === attempts) throw error;
    }
  }
}

async function openAddresses(network: string, { from, count }: Places, port: number, open: OpenPlace): Promise<void> {
  const shared = await open(from, hostAt(network, from), port);
  await inBatches({ from: from + 1, count: count - 1 }, (index) => open(index, hostAt(network, index), shared));
}

const openPorts = (places: Places, port: number, open: OpenPlace): Promise<void> =>
  inBatches(places, (index) => open(index, '127.0.0.1', port === 0 ? 0 : port + index));

async function inBatches({ from: first, count }: Places, open: (index: number) => Promise<number>): Promise<void> {
  const end = first + count;
  for (let from = first; from < end; from += batch) {
    const size = Math.min(batch, end - from);
    const results = await Promise.allSettled(Array.from({ length: size }, (_, i) => open(from + i)));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }
}
