/** Protocol buffer wire format: tags, varints and length-delimited fields. */

export interface WireField {
  readonly number: number;
  /** A varint as a number, or the bytes of a length-delimited field. */
  readonly value: number | Uint8Array;
}

/** The bytes do not follow the wire format. */
export class WireError extends Error {}

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const FIXED32 = 5;

/** Fields in the order they come. @throws WireError */
export function* readFields(bytes: Uint8Array): Generator<WireField> {
  let at = 0;
  const varint = (): number => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new WireError('unexpected EOF');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(BigInt.asIntN(64, value));
    }
    throw new WireError('integer overflow');
  };
  const take = (length: number): Uint8Array => {
    if (length < 0 || at + length > bytes.length) throw new WireError('unexpected EOF');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = tag >>> 3;
    switch (tag & 7) {
      case VARINT:
        yield { number, value: varint() };
        break;
      case DELIMITED:
        yield { number, value: take(varint()) };
        break;
      case FIXED64:
        yield { number, value: take(8) };
        break;
      case FIXED32:
        yield { number, value: take(4) };
        break;
      default:
        throw new WireError(`wrong wire type ${tag & 7}`);
    }
  }
}
