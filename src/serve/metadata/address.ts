/** One form for each IP address, so that two ways to write it are one key. */
import { BlockList, isIP, SocketAddress } from 'node:net';

/** Addresses that are the same on every machine name none of them: loopback, link-local, unspecified, multicast. */
const nobody = new BlockList();
nobody.addSubnet('0.0.0.0', 8, 'ipv4');
nobody.addSubnet('169.254.0.0', 16, 'ipv4');
nobody.addSubnet('224.0.0.0', 4, 'ipv4');
nobody.addAddress('::', 'ipv6');
nobody.addAddress('::1', 'ipv6');
nobody.addSubnet('fe80::', 10, 'ipv6');
nobody.addSubnet('ff00::', 8, 'ipv6');

/** The address in its canonical text, without a zone; undefined for what names no machine. */
export function sameAddress(text: string): string | undefined {
  const bare = text.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '');
  const version = isIP(bare);
  if (version === 0) return undefined;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (nobody.check(bare, family)) return undefined;
  return new SocketAddress({ address: bare, family }).address;
}
