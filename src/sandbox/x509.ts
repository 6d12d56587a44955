/**
 * X.509 certificates (RFC 5280) over EC P-256 keys. Written here rather than with a library, because a fleet needs one for
 * each BMC the moment somebody knocks: this takes a fraction of a millisecond, general libraries some thirty.
 */
import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import { isIP } from 'node:net';
import { bits, integer, octets, oid, pem, sequence, set, time, tlv, utf8, valuesIn, yes } from '../lib/der.js';

export interface CertificateFacts {
  readonly commonName: string;
  readonly from: Date;
  readonly until: Date;
  /** IP addresses and DNS names a server answers to; absent: an authority. */
  readonly hosts?: readonly string[];
  /** Who signs; absent: the new key itself. */
  readonly by?: Signer;
}

export interface Pems {
  readonly cert: string;
  readonly key: string;
}

/** An authority, ready to sign. */
export interface Signer {
  readonly name: Buffer;
  readonly key: KeyObject;
  readonly keyId: Buffer;
}

/** Reads an authority's certificate and key. */
export function signerOf({ cert, key }: Pems): Signer {
  const { raw, publicKey } = new X509Certificate(cert);
  const [version, serial, algorithm, issuer, validity, subject] = valuesIn(valuesIn(raw)[0] as Buffer);
  if (!(version && serial && algorithm && issuer && validity && subject)) throw new TypeError('no certificate');
  return { name: subject, key: createPrivateKey(key), keyId: keyIdOf(spkiOf(publicKey)) };
}

/** Makes a key and a certificate for it. */
export function certify(facts: CertificateFacts): Pems {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = spkiOf(publicKey);
  const subject = sequence(set(sequence(oid('550403'), utf8(facts.commonName))));
  const by = facts.by ?? { name: subject, key: privateKey, keyId: keyIdOf(spki) };
  const content = sequence(
    tlv(0xa0, integer(Buffer.from([2]))),
    integer(randomBytes(16)),
    ecdsaWithSha256,
    by.name,
    sequence(time(facts.from), time(facts.until)),
    subject,
    spki,
    tlv(0xa3, sequence(...extensionsOf(facts.hosts, keyIdOf(spki), by.keyId))),
  );
  const der = sequence(content, ecdsaWithSha256, bits(sign('sha256', content, by.key)));
  return { cert: pem('CERTIFICATE', der), key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));

const spkiOf = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });

/** SHA-1 of the key's bits (RFC 5280 4.2.1.2): a name, not a safeguard. */
const keyIdOf = (spki: Buffer): Buffer =>
  createHash('sha1')
    .update((valuesIn(spki)[1] as Buffer).subarray(3))
    .digest();

const extension = (id: string, value: Buffer, isCritical = false): Buffer =>
  sequence(oid(id), ...(isCritical ? [yes] : []), octets(value));

function extensionsOf(hosts: readonly string[] | undefined, subjectKey: Buffer, issuerKey: Buffer): Buffer[] {
  const both = [extension('551d0e', octets(subjectKey)), extension('551d23', sequence(tlv(0x80, issuerKey)))];
  // keyCertSign, cRLSign, digitalSignature
  if (hosts === undefined) {
    return [extension('551d13', sequence(yes), true), extension('551d0f', bits(Buffer.from([0x86]), 1), true), ...both];
  }
  return [
    extension('551d13', sequence(), true),
    extension('551d0f', bits(Buffer.from([0x80]), 7), true),
    extension('551d25', sequence(oid('2b06010505070301'))),
    extension('551d11', sequence(...hosts.map(altName))),
    ...both,
  ];
}

function altName(host: string): Buffer {
  const family = isIP(host);
  if (family === 0) return tlv(0x82, Buffer.from(host, 'latin1'));
  return tlv(0x87, family === 4 ? Buffer.from(host.split('.').map(Number)) : sixteenBytes(host));
}

/** The URL parser spells an IPv6 address in groups of hexadecimal, with one `::` at most. */
function sixteenBytes(host: string): Buffer {
  const [head = '', tail] = new URL(`http://[${host}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [first, last] = [groups(head), groups(tail ?? '')];
  const all = [...first, ...Array<string>(8 - first.length - last.length).fill('0'), ...last];
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex');
}
