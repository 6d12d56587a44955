/** SSDP as Redfish uses it (DSP0266, "SSDP message format"): M-SEARCH for the service type, answers with AL. */

export const ssdpGroup = { address: '239.255.255.250', port: 1900 } as const;

const service = 'urn:dmtf-org:service:redfish-rest:1';

/** One question to everybody; whoever is meant answers within two seconds. */
export const ssdpQuestion = (): Buffer =>
  Buffer.from(
    [
      'M-SEARCH * HTTP/1.1',
      `HOST: ${ssdpGroup.address}:${ssdpGroup.port}`,
      'MAN: "ssdp:discover"',
      'MX: 2',
      `ST: ${service}`,
      '',
      '',
    ].join('\r\n'),
  );

/** Longest answer that is looked at: a datagram of one Ethernet frame. */
const mostBytes = 1_500;

/** Whether it is an answer of a Redfish service, and the port it names. Undefined for everything else. */
export function readSsdp(datagram: Buffer): { readonly port?: number } | undefined {
  if (datagram.length > mostBytes) return undefined;
  const [first = '', ...lines] = datagram.toString('latin1').split('\r\n');
  if (!first.startsWith('HTTP/1.1 200')) return undefined;
  const headers = new Map(
    lines.map((line) => {
      const at = line.indexOf(':');
      return [line.slice(0, Math.max(at, 0)).toLowerCase(), line.slice(at + 1).trim()] as const;
    }),
  );
  if (!(headers.get('st') ?? '').startsWith(service)) return undefined;
  const place = headers.get('al') ?? '';
  const url = URL.canParse(place) ? new URL(place) : undefined;
  // Plain HTTP is never tried because somebody on the segment says so.
  return url?.protocol === 'https:' ? { port: Number(url.port) || 443 } : {};
}
