/** What a sweep will touch: ranges, named hosts and rows of files become one ordered list of addresses, checked first. */
import { UserError } from '../../errors/classes.js';
import { type Cidr, cidrText, contains, hostBits, hostsOf, isPrivateRange, parseCidr } from '../../lib/cidr.js';
import { formatIp, parseIp, urlHost } from '../../lib/ip.js';
import type { TargetRow } from './target-file.js';

export type Scheme = 'https' | 'http';

/** One address to probe. Whatever a person said about it travels along. */
export interface Target {
  /** IP address in canonical form, or a host name. */
  readonly host: string;
  readonly port: number;
  readonly scheme: Scheme;
  /** Named by a person (`--target`, a file row) rather than met in a range. */
  readonly isNamed: boolean;
  readonly row?: TargetRow;
}

export interface TargetRequest {
  readonly cidrs?: readonly string[];
  readonly exclude?: readonly string[];
  /** `HOST` or `HOST:PORT`. */
  readonly targets?: readonly string[];
  readonly rows?: readonly TargetRow[];
  /** Default 443. */
  readonly ports?: readonly number[];
  /** Default `https`. */
  readonly scheme?: Scheme;
  /** Lifts the limits on size and on public ranges. */
  readonly force?: boolean;
}

/** Largest range swept unless forced, as host bits: 65536 addresses (security: S-DISC-1). */
const largestHostBits = 16;

/** `https://10.0.0.1:443` */
export const targetUrl = ({ scheme, host, port }: Pick<Target, 'scheme' | 'host' | 'port'>): string =>
  `${scheme}://${urlHost(host)}:${port}`;

/**
 * Expands a request: named hosts and rows first, then ranges in ascending order, each address and port once.
 * @throws UserError USAGE · RANGE_TOO_LARGE · RANGE_NOT_PRIVATE
 */
export function readTargets(request: TargetRequest): Target[] {
  const ports = request.ports?.length ? request.ports : [443];
  const scheme = request.scheme ?? 'https';
  const excluded = (request.exclude ?? []).map((text) => readRange(text));
  const ranges = (request.cidrs ?? []).map((text) => readRange(text));
  if (!request.force) for (const range of ranges) refuseUnfitRange(range);

  const named = [...(request.targets ?? []).map((text) => ({ host: text })), ...(request.rows ?? [])];
  const found = new Map<string, Target>();
  const add = (target: Target): void => {
    const url = targetUrl(target);
    if (!found.has(url) && !isExcluded(target.host, excluded)) found.set(url, target);
  };
  for (const row of named) for (const target of namedTargets(row, ports, scheme)) add(target);
  for (const range of ranges) {
    for (const ip of hostsOf(range)) {
      for (const port of ports) add({ host: formatIp(ip), port, scheme, isNamed: false });
    }
  }
  if (found.size === 0) throw nothingToSweep(excluded.length > 0);
  return [...found.values()];
}

function namedTargets(row: TargetRow, ports: readonly number[], scheme: Scheme): Target[] {
  const { host, port } = readHost(row.host);
  const known = { host, scheme, isNamed: true, ...(hasDetails(row) ? { row } : {}) };
  return (port === undefined ? ports : [port]).map((each) => ({ ...known, port: each }));
}

const hasDetails = (row: TargetRow): boolean => Object.keys(row).length > 1;

/** Splits `10.0.0.1:8443`, `[fd00::1]:443`, `fd00::1`, `bmc7.lab`. @throws UserError USAGE */
export function readHost(text: string): { host: string; port?: number } {
  const [, bracketed, plain, portText] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text.trim()) ?? [];
  const host = bracketed ?? plain ?? text.trim();
  const ip = parseIp(host);
  const port = portText === undefined ? undefined : Number(portText);
  if ((ip === undefined && !isHostName(host)) || port === 0 || (port ?? 1) > 65535) throw badHost(text);
  return { host: ip ? formatIp(ip) : host.toLowerCase(), ...(port === undefined ? {} : { port }) };
}

const isHostName = (text: string): boolean =>
  text.length <= 253 &&
  /[a-z]/i.test(text) &&
  text.split('.').every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(label));

const badHost = (text: string): UserError =>
  new UserError('USAGE', `"${text}" is neither an address nor a host name`, {
    hint: ['--target 10.0.0.1', '--target 10.0.0.1:8443', '--target [fd00::1]:443', '--cidr 10.0.0.0/24 for a range'],
  });

function readRange(text: string): Cidr {
  const range = parseCidr(text);
  if (range !== undefined) return range;
  throw new UserError('USAGE', `"${text}" is not an address range`, { hint: '--cidr 10.20.0.0/22 or fd00::/112' });
}

function refuseUnfitRange(range: Cidr): void {
  const bits = hostBits(range);
  if (bits > largestHostBits) {
    throw new UserError(
      'RANGE_TOO_LARGE',
      `range ${cidrText(range)} has 2^${bits} addresses; the largest range swept is ${2 ** largestHostBits}`,
      { hint: ['Sweep smaller ranges.', 'Name the hosts with --target or -f FILE.'] },
    );
  }
  if (isPrivateRange(range)) return;
  throw new UserError('RANGE_NOT_PRIVATE', `range ${cidrText(range)} is not private`, {
    why: 'only RFC 1918, unique local and loopback ranges are swept unless told otherwise',
    hint: ['Name the hosts with --target or -f FILE.', '--force   sweep it all the same'],
  });
}

function isExcluded(host: string, excluded: readonly Cidr[]): boolean {
  if (excluded.length === 0) return false;
  const ip = parseIp(host);
  return ip !== undefined && excluded.some((range) => contains(range, ip));
}

const nothingToSweep = (hasExclusions: boolean): UserError =>
  new UserError('USAGE', hasExclusions ? 'every address is excluded' : 'nothing to sweep was named', {
    hint: [
      'metalctl discover --cidr 10.20.0.0/24',
      'metalctl discover --target 10.20.0.11',
      'metalctl discover -f FILE',
    ],
  });
