/** Address ranges in CIDR notation: size, members, containment, and which ranges are private. */
import { formatIp, type Ip, parseIp } from './ip.js';

export interface Cidr {
  readonly family: 4 | 6;
  /** First address, host bits cleared. */
  readonly base: bigint;
  readonly prefix: number;
}

const widthOf = (family: 4 | 6): number => (family === 4 ? 32 : 128);

/** Parses `10.0.0.0/24`, `fd00::/112`, or one address (a range of one); `undefined` when it is none of them. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = '', prefixText, ...rest] = text.trim().split('/');
  const ip = parseIp(address);
  if (ip === undefined || rest.length > 0) return undefined;
  if (prefixText !== undefined && !/^\d{1,3}$/.test(prefixText)) return undefined;
  const width = widthOf(ip.family);
  const prefix = prefixText === undefined ? width : Number(prefixText);
  if (prefix > width) return undefined;
  const hostBits = BigInt(width - prefix);
  return { family: ip.family, base: (ip.value >> hostBits) << hostBits, prefix };
}

/** Host bits of a range: it has 2^hostBits addresses. */
export const hostBits = (cidr: Cidr): number => widthOf(cidr.family) - cidr.prefix;

/** Whether an address lies in a range. */
export function contains(cidr: Cidr, ip: Ip): boolean {
  const shift = BigInt(hostBits(cidr));
  return cidr.family === ip.family && ip.value >> shift === cidr.base >> shift;
}

/** Whether the whole of `inner` lies in `outer`. */
const containsRange = (outer: Cidr, inner: Cidr): boolean =>
  outer.prefix <= inner.prefix && contains(outer, { family: inner.family, value: inner.base });

/** Number of addresses `hostsOf` gives. IPv4 ranges of more than two leave out network and broadcast address. */
export const countHosts = (cidr: Cidr): bigint => (1n << BigInt(hostBits(cidr))) - (hasEdges(cidr) ? 2n : 0n);

const hasEdges = (cidr: Cidr): boolean => cidr.family === 4 && cidr.prefix < 31;

/** Host addresses of a range, ascending. */
export function* hostsOf(cidr: Cidr): Generator<Ip> {
  const first = cidr.base + (hasEdges(cidr) ? 1n : 0n);
  const end = first + countHosts(cidr);
  for (let value = first; value < end; value += 1n) yield { family: cidr.family, value };
}

/** RFC 1918, loopback and unique local addresses (RFC 4193): what a sweep may touch without being forced. */
const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '127.0.0.0/8', '::1/128', 'fc00::/7'].flatMap(
  (text) => parseCidr(text) ?? [],
);

/** Whether a range lies wholly in private or loopback space. */
export const isPrivateRange = (cidr: Cidr): boolean => privateRanges.some((range) => containsRange(range, cidr));

/** `10.0.0.0/24` again. */
export const cidrText = (cidr: Cidr): string => `${formatIp({ family: cidr.family, value: cidr.base })}/${cidr.prefix}`;
