/** IP addresses as numbers: parsing, canonical text and the question whether an address is private. */

export interface Ip {
  readonly family: 4 | 6;
  readonly value: bigint;
}

const octet = /^(0|[1-9]\d{0,2})$/;
const hextet = /^[0-9a-f]{1,4}$/i;

/** Parses an IPv4 or IPv6 address without zone or brackets; `undefined` when it is neither. */
export function parseIp(text: string): Ip | undefined {
  return text.includes(':') ? parseV6(text) : parseV4(text);
}

function parseV4(text: string): Ip | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => octet.test(part) && Number(part) <= 255)) return undefined;
  return { family: 4, value: parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n) };
}

function parseV6(text: string): Ip | undefined {
  if (text.length > 45) return undefined;
  const halves = withoutDottedTail(text)?.split('::');
  if (halves === undefined || halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  if (head === undefined) return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...(tail ?? [])];
  if (!groups.every((group) => hextet.test(group))) return undefined;
  return { family: 6, value: groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n) };
}

/** `::ffff:10.0.0.1` → `::ffff:a00:1`, so that one parser serves both spellings. */
function withoutDottedTail(text: string): string | undefined {
  if (!text.includes('.')) return text;
  const cut = text.lastIndexOf(':') + 1;
  const v4 = parseV4(text.slice(cut));
  if (v4 === undefined) return undefined;
  return `${text.slice(0, cut)}${(v4.value >> 16n).toString(16)}:${(v4.value & 0xffffn).toString(16)}`;
}

/** Canonical text: dotted decimal, or RFC 5952 (lower case, the longest run of zeros as `::`). */
export function formatIp(ip: Ip): string {
  return ip.family === 4 ? formatV4(ip.value) : formatV6(ip.value);
}

const formatV4 = (value: bigint): string => [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.');

function formatV6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  const text = groups.join(':');
  const runs = text.match(/(?<=^|:)0(?::0)+(?=:|$)/g) ?? [];
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  if (longest === '') return text;
  const at = text.search(new RegExp(`(?<=^|:)${longest}(?=:|$)`));
  return `${text.slice(0, at).replace(/:$/, '')}::${text.slice(at + longest.length).replace(/^:/, '')}`;
}

/**
 * One text for one place, however it is written: addresses canonical, IPv4 in IPv6 as IPv4, a zone as it is, names in
 * lower case without the dot of the root. For comparing, not for connecting.
 */
export function sameHost(text: string): string {
  const [address = '', zone] = text
    .trim()
    .replace(/^\[|\]$/g, '')
    .split('%');
  const ip = parseIp(address);
  if (ip === undefined) return text.trim().toLowerCase().replace(/\.$/, '');
  const isMapped = ip.family === 6 && ip.value >> 32n === 0xffffn;
  const plain = formatIp(isMapped ? { family: 4, value: ip.value & 0xffff_ffffn } : ip);
  return zone === undefined ? plain : `${plain}%${zone}`;
}

/** Orders addresses: IPv4 before IPv6, then by number. Text that is no address sorts last, by text. */
export function compareAddresses(left: string, right: string): number {
  const [a, b] = [parseIp(left), parseIp(right)];
  if (a === undefined || b === undefined) return a ? -1 : b ? 1 : left < right ? -1 : left > right ? 1 : 0;
  if (a.family !== b.family) return a.family - b.family;
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
}

/** Host part of a URL: IPv6 in brackets. */
export const urlHost = (address: string): string => (address.includes(':') ? `[${address}]` : address);
