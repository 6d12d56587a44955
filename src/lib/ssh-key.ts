/** A new SSH key pair in the two texts that OpenSSH reads: PROTOCOL.key of OpenSSH, RFC 4253 §6.6, RFC 8709. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';

/** Both texts end with a line's end, as the files of ssh-keygen do. */
export interface SshKey {
  /** `-----BEGIN OPENSSH PRIVATE KEY-----`, not encrypted, without a comment. */
  readonly pem: string;
  /** A line for authorized_keys. */
  readonly pub: string;
}

const type = 'ssh-ed25519';
const lineLength = 70;
/** What an unencrypted private part is padded to. */
const blockBytes = 8;

/** Ed25519: an RSA key takes a thousand times as long to find, and a fleet is discovered at once. */
export function newSshKey(): SshKey {
  const { d = '', x = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const [seed, point] = [Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')];
  const pub = Buffer.concat([field(type), field(point)]);
  // The same random number twice: who decrypts sees by it whether the passphrase was right.
  const check = randomBytes(4);
  const secret = padded(Buffer.concat([check, check, pub, field(Buffer.concat([seed, point])), field('')]));
  const none = [field('none'), field('none'), field('')];
  const whole = Buffer.concat([Buffer.from('openssh-key-v1\0'), ...none, uint32(1), field(pub), field(secret)]);
  const lines = whole.toString('base64').match(new RegExp(`.{1,${lineLength}}`, 'g')) ?? [];
  const [begin, end] = ['BEGIN', 'END'].map((word) => `-----${word} OPENSSH PRIVATE KEY-----`);
  return { pem: [begin, ...lines, end, ''].join('\n'), pub: `${type} ${pub.toString('base64')}\n` };
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A string of RFC 4251: its length, then its bytes. */
function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content as string);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

/** Padding counts up from one. */
function padded(bytes: Buffer): Buffer {
  const missing = (blockBytes - (bytes.length % blockBytes)) % blockBytes;
  return Buffer.concat([bytes, Buffer.from(Array.from({ length: missing }, (_, at) => at + 1))]);
}

/**
 * Whether a line is one of authorized_keys: options perhaps, the type of a key, and a key that says it is of that type.
 * Options may hold blanks within quotes, so the pair is looked for wherever it stands.
 */
export function isSshKeyLine(line: string): boolean {
  const words = line.trim().split(/\s+/, maxWords);
  return words.some((word, at) => isKeyOf(word, words[at + 1] ?? ''));
}

const maxWords = 100;

function isKeyOf(kind: string, key: string): boolean {
  if (!/^[a-z][\w@.-]{2,63}$/.test(kind) || !/^[A-Za-z0-9+/]+={0,2}$/.test(key)) return false;
  const bytes = Buffer.from(key, 'base64');
  if (bytes.length < 8 || bytes.readUInt32BE(0) !== kind.length) return false;
  return bytes.subarray(4, 4 + kind.length).toString('latin1') === kind;
}
