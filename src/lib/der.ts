/** ASN.1 in DER (X.690), as far as certificates and requests for them need it: written by hand, nothing else needs more. */

/** One value: tag, length, content. */
export function tlv(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes = [(length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff];
  while (bytes[0] === 0) bytes.shift();
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

export const sequence = (...content: readonly Uint8Array[]): Buffer => tlv(0x30, ...content);
export const set = (...content: readonly Uint8Array[]): Buffer => tlv(0x31, ...content);
/** An object identifier, its content in hexadecimal. */
export const oid = (hex: string): Buffer => tlv(0x06, Buffer.from(hex, 'hex'));
export const utf8 = (value: string): Buffer => tlv(0x0c, Buffer.from(value, 'utf8'));
export const octets = (...content: readonly Uint8Array[]): Buffer => tlv(0x04, ...content);
export const yes = tlv(0x01, Buffer.from([0xff]));
/** Bits from the left, with so many unused at the end. */
export const bits = (content: Uint8Array, unused = 0): Buffer => tlv(0x03, Buffer.from([unused]), content);
/** A number no less than zero, in as few bytes as it takes: OpenSSL refuses a certificate with one byte more. */
export function integer(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? Buffer.from([0]) : bytes.subarray(first);
  return tlv(0x02, (digits[0] ?? 0) & 0x80 ? Buffer.from([0]) : Buffer.alloc(0), digits);
}

/** Two digits of the year until 2049, four from then on (RFC 5280 4.1.2.5). */
export function time(date: Date): Buffer {
  const digits = `${date.toISOString().slice(0, 19).replace(/[-T:]/g, '')}Z`;
  return date.getUTCFullYear() < 2050
    ? tlv(0x17, Buffer.from(digits.slice(2), 'latin1'))
    : tlv(0x18, Buffer.from(digits, 'latin1'));
}

/** The values inside a value, each whole. Only for DER that this program or OpenSSL wrote: lengths are believed. */
export function valuesIn(value: Buffer): Buffer[] {
  const values: Buffer[] = [];
  for (let at = contentOf(value).start; at < value.length; ) {
    const { end } = contentOf(value, at);
    values.push(value.subarray(at, end));
    at = end;
  }
  return values;
}

function contentOf(bytes: Buffer, at = 0): { readonly start: number; readonly end: number } {
  const first = bytes[at + 1] ?? 0;
  const size = first & 0x80 ? first & 0x7f : 0;
  const start = at + 2 + size;
  return { start, end: start + (size === 0 ? first : bytes.readUIntBE(at + 2, size)) };
}

/** PEM (RFC 7468): `CERTIFICATE`, `CERTIFICATE REQUEST`. */
export function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
