/** IP addresses and CIDR blocks in rules. Zones, leading zeros and IPv4-mapped IPv6 addresses are refused, as net/netip's use in Kubernetes does. */
import type { Environment } from '@marcbachmann/cel-js';
import { type Cidr, cidrText, contains, parseCidr } from '../../../../lib/cidr.js';
import { formatIp, type Ip, parseIp } from '../../../../lib/ip.js';

class Address {
  constructor(readonly ip: Ip) {}
}

class Block {
  constructor(
    readonly cidr: Cidr,
    readonly address: Ip,
  ) {}
}

const MAPPED = 0xffffn;

function readIp(text: string): Ip | undefined {
  const ip = parseIp(text);
  return ip?.family === 6 && ip.value >> 32n === MAPPED ? undefined : ip;
}

function readBlock(text: string): Block | undefined {
  const [cidr, address] = [parseCidr(text), readIp(text.replace(/\/.*$/, ''))];
  return cidr === undefined || address === undefined || !text.includes('/') ? undefined : new Block(cidr, address);
}

function ip(text: string): Address {
  const found = readIp(text);
  if (found === undefined)
    throw new Error(`IP Address ${JSON.stringify(text)} parse error during conversion from string`);
  return new Address(found);
}

function cidr(text: string): Block {
  const found = readBlock(text);
  if (found === undefined)
    throw new Error(`network address parse error during conversion from string: ${JSON.stringify(text)}`);
  return found;
}

/** Is an address in one of the ranges, of which only those of its family count? */
const isIn = (...ranges: string[]) => {
  const blocks = ranges.flatMap((range) => parseCidr(range) ?? []);
  return ({ ip: address }: Address) =>
    blocks.some((block) => block.family === address.family && contains(block, address));
};

const isUnspecified = isIn('0.0.0.0/32', '::/128');
const isLoopback = isIn('127.0.0.0/8', '::1/128');
const isLinkLocalUnicast = isIn('169.254.0.0/16', 'fe80::/10');
const isLinkLocalMulticast = isIn('224.0.0.0/24', 'ff02::/16');
const isMulticast = isIn('224.0.0.0/4', 'ff00::/8');
const isBroadcast = isIn('255.255.255.255/32');
/** Also private ones: whatever names one host beyond this link. */
const isGlobalUnicast = (address: Address): boolean =>
  ![isUnspecified, isLoopback, isMulticast, isLinkLocalUnicast, isBroadcast].some((is) => is(address));

const holds = ({ cidr: outer }: Block, { cidr: inner, address }: Block): boolean =>
  outer.family === inner.family && outer.prefix <= inner.prefix && contains(outer, address);

export function registerNetwork(environment: Environment): void {
  const [IP, CIDR] = ['net.IP', 'net.CIDR'];
  const add = (signature: string, run: (...values: never[]) => unknown) =>
    environment.registerFunction(signature, run as (...values: unknown[]) => unknown);
  environment.registerType(IP, { ctor: Address, fields: {} });
  environment.registerType(CIDR, { ctor: Block, fields: {} });
  add('isIP(string): bool', (text: string) => readIp(text) !== undefined);
  add(`ip(string): ${IP}`, ip);
  add(`string(${IP}): string`, ({ ip: address }: Address) => formatIp(address));
  environment.registerOperator(
    `${IP} == ${IP}`,
    (a: Address, b: Address) => a.ip.family === b.ip.family && a.ip.value === b.ip.value,
  );
  add(`${IP}.family(): int`, ({ ip: { family } }: Address) => BigInt(family));
  const tests = { isUnspecified, isLoopback, isLinkLocalUnicast, isLinkLocalMulticast, isGlobalUnicast };
  for (const [name, test] of Object.entries(tests)) add(`${IP}.${name}(): bool`, test);
  add('isCIDR(string): bool', (text: string) => readBlock(text) !== undefined);
  add(`cidr(string): ${CIDR}`, cidr);
  add(`string(${CIDR}): string`, (block: Block) => `${formatIp(block.address)}/${block.cidr.prefix}`);
  environment.registerOperator(
    `${CIDR} == ${CIDR}`,
    (a: Block, b: Block) => cidrText(a.cidr) === cidrText(b.cidr) && a.address.value === b.address.value,
  );
  const isHost = (block: Block, address: Ip) => block.cidr.family === address.family && contains(block.cidr, address);
  add(`${CIDR}.containsIP(string): bool`, (block: Block, text: string) => isHost(block, ip(text).ip));
  add(`${CIDR}.containsIP(${IP}): bool`, (block: Block, address: Address) => isHost(block, address.ip));
  add(`${CIDR}.containsCIDR(string): bool`, (block: Block, text: string) => holds(block, cidr(text)));
  add(`${CIDR}.containsCIDR(${CIDR}): bool`, holds);
  add(`${CIDR}.ip(): ${IP}`, (block: Block) => new Address(block.address));
  add(`${CIDR}.masked(): ${CIDR}`, ({ cidr: block }: Block) => cidr(cidrText(block)));
  add(`${CIDR}.prefixLength(): int`, (block: Block) => BigInt(block.cidr.prefix));
}
