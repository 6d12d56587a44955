/** Addresses that tell one machine from another, each in one form: two ways to write one are one key. */
import { contains, parseCidr } from './cidr.js';
import { formatIp, parseIp } from './ip.js';

/** Addresses that are the same on every machine name none of them: loopback, link-local, unspecified, multicast. */
const nobody = ['0.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '::/127', 'fe80::/10', 'ff00::/8'].flatMap(
  (text) => parseCidr(text) ?? [],
);

/** The address in its canonical text, without a zone, IPv4 as IPv4; undefined for what names no machine. */
export function sameAddress(text: string): string | undefined {
  const ip = parseIp(text.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, ''));
  return ip === undefined || nobody.some((range) => contains(range, ip)) ? undefined : formatIp(ip);
}
