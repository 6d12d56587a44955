/** Multicast DNS (RFC 6762) as far as one question needs it: PTR of `_redfish._tcp.local`, and the SRV of the answers. */

export const mdnsGroup = { address: '224.0.0.251', port: 5353 } as const;

const name = ['_redfish', '_tcp', 'local'];
const types = { ptr: 12, srv: 33 } as const;

/** Asked from a port of our own, so that answers come to us alone (RFC 6762 6.7). */
export function mdnsQuestion(): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt16BE(1, 4);
  const labels = name.flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]);
  return Buffer.concat([header, ...labels, Buffer.from([0, 0, types.ptr, 0, 1])]);
}

/** RFC 6762 17: the longest message. */
const mostBytes = 9_000;
const mostRecords = 100;

/** Whether it is an answer about Redfish services, and the port it names. Undefined for everything else, broken ones too. */
export function readMdns(datagram: Buffer): { readonly port?: number } | undefined {
  if (datagram.length > mostBytes || datagram.length < 12 || (datagram.readUInt8(2) & 0x80) === 0) return undefined;
  try {
    const records = recordsOf(datagram).filter(({ owner }) => owner.endsWith(name.join('.')));
    if (records.length === 0) return undefined;
    const service = records.find(({ type }) => type === types.srv);
    // Priority and weight stand before the port (RFC 2782).
    return service === undefined ? {} : { port: datagram.readUInt16BE(service.at + 4) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

interface Resource {
  readonly owner: string;
  readonly type: number;
  /** Where its data begin. */
  readonly at: number;
}

/** @throws RangeError when the message ends too early */
function recordsOf(message: Buffer): Resource[] {
  let at = 12;
  for (let left = message.readUInt16BE(4); left > 0; left -= 1) at = nameAt(message, at).end + 4;
  const counts = message.readUInt16BE(6) + message.readUInt16BE(8) + message.readUInt16BE(10);
  const records: Resource[] = [];
  for (let left = Math.min(counts, mostRecords); left > 0; left -= 1) {
    const { text, end } = nameAt(message, at);
    records.push({ owner: text.toLowerCase(), type: message.readUInt16BE(end), at: end + 10 });
    at = end + 10 + message.readUInt16BE(end + 8);
  }
  return records;
}

/** A name, whose end may be written elsewhere (RFC 1035 4.1.4). Each jump goes further back than all before it, so that none goes round. */
function nameAt(message: Buffer, from: number): { readonly text: string; readonly end: number } {
  const labels: string[] = [];
  let [at, end, lowest] = [from, -1, from];
  for (;;) {
    const length = message.readUInt8(at);
    if (length === 0) return { text: labels.join('.'), end: end === -1 ? at + 1 : end };
    if (length < 0xc0) {
      if (at + 1 + length > message.length) throw new RangeError('a label ends behind the message');
      labels.push(message.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
      continue;
    }
    const target = message.readUInt16BE(at) & 0x3fff;
    if (end === -1) end = at + 2;
    if (target >= lowest) throw new RangeError('a name goes round');
    [at, lowest] = [target, target];
  }
}
