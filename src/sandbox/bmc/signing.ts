/** A PKCS #10 certification request (RFC 2986) over a new EC key, written in DER by hand: nothing else here needs ASN.1. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { bits, integer, octets, oid, pem, sequence, set, tlv, utf8 } from '../../lib/der.js';

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
    integer(Buffer.from([0])),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa0, ...extensionsOf(alternativeNames)),
  );
  const signature = sign('sha256', info, privateKey);
  const der = sequence(info, sequence(oid(ecdsaWithSha256)), bits(signature));
  const csr = pem('CERTIFICATE REQUEST', der);
  return { csr, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

function nameOf(subject: SigningRequestFacts['subject']): Buffer {
  const parts = Object.entries(subjectTypes).flatMap(([part, type]) => {
    const value = subject[part as keyof typeof subjectTypes];
    return value ? [set(sequence(oid(type), utf8(value)))] : [];
  });
  return sequence(...parts);
}

function extensionsOf(names: readonly string[]): Buffer[] {
  if (names.length === 0) return [];
  const list = sequence(...names.map((name) => tlv(0x82, Buffer.from(name, 'latin1'))));
  const extension = sequence(oid(subjectAltName), octets(list));
  return [sequence(oid(extensionRequest), set(sequence(extension)))];
}
