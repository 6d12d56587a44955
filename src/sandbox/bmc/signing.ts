/** A PKCS #10 certification request (RFC 2986) over a new EC key, written in DER by hand: nothing else here needs ASN.1. */
import { generateKeyPairSync, sign } from 'node:crypto';

const tlv = (tag: number, ...content: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
};

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes = length < 0x100 ? [length] : [length >> 8, length & 0xff];
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

const sequence = (...content: readonly Buffer[]): Buffer => tlv(0x30, ...content);
const set = (...content: readonly Buffer[]): Buffer => tlv(0x31, ...content);
const oid = (hex: string): Buffer => tlv(0x06, Buffer.from(hex, 'hex'));
const text = (value: string): Buffer => tlv(0x0c, Buffer.from(value, 'utf8'));

/** X.520 attribute types 2.5.4.x. */
const subjectTypes = {
  CommonName: '550403',
  Country: '550406',
  City: '550407',
  State: '550408',
  Organization: '55040a',
};
const ecdsaWithSha256 = '2a8648ce3d040302';
const extensionRequest = '2a864886f70d01090e';
const subjectAltName = '551d11';

export interface SigningRequestFacts {
  readonly subject: Readonly<Partial<Record<keyof typeof subjectTypes, string>>>;
  /** DNS names. */
  readonly alternativeNames: readonly string[];
}

/** The request in PEM and the private key it belongs to. */
export function signingRequest({ subject, alternativeNames }: SigningRequestFacts): { csr: string; key: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const info = sequence(
    tlv(0x02, Buffer.from([0])),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa0, ...extensionsOf(alternativeNames)),
  );
  const signature = sign('sha256', info, privateKey);
  const der = sequence(info, sequence(oid(ecdsaWithSha256)), tlv(0x03, Buffer.from([0]), signature));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  const csr = ['-----BEGIN CERTIFICATE REQUEST-----', ...lines, '-----END CERTIFICATE REQUEST-----', ''].join('\n');
  return { csr, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

function nameOf(subject: SigningRequestFacts['subject']): Buffer {
  const parts = Object.entries(subjectTypes).flatMap(([part, type]) => {
    const value = subject[part as keyof typeof subjectTypes];
    return value ? [set(sequence(oid(type), text(value)))] : [];
  });
  return sequence(...parts);
}

function extensionsOf(names: readonly string[]): Buffer[] {
  if (names.length === 0) return [];
  const list = sequence(...names.map((name) => tlv(0x82, Buffer.from(name, 'latin1'))));
  const extension = sequence(oid(subjectAltName), tlv(0x04, list));
  return [sequence(oid(extensionRequest), set(sequence(extension)))];
}
