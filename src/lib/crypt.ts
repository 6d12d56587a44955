/**
 * Password hashes as `/etc/shadow` has them: SHA-512 crypt (`$6$`), which every Linux libc verifies.
 * *Source*: Drepper, "Unix crypt using SHA-256 and SHA-512", its steps 1 to 22.
 */
import { createHash } from 'node:crypto';

const usualRounds = 5_000;
const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const digestBytes = 64;

/** @param salt up to 16 characters of `./0-9A-Za-z`; @param rounds at least 1,000 */
export function sha512Crypt(password: string, salt: string, rounds = usualRounds): string {
  if (!/^[./0-9A-Za-z]{1,16}$/.test(salt)) throw new RangeError('a salt has 1 to 16 characters of ./0-9A-Za-z');
  if (!Number.isInteger(rounds) || rounds < 1_000) throw new RangeError('there are at least 1,000 rounds');
  const [key, seasoning] = [Buffer.from(password), Buffer.from(salt)];
  const first = mixed(key, seasoning);
  const keys = stretched(hash(...Array.from({ length: key.length }, () => key)), key.length);
  const times = 16 + (first[0] ?? 0);
  const salts = stretched(hash(...Array.from({ length: times }, () => seasoning)), seasoning.length);
  let digest = first;
  for (let round = 0; round < rounds; round += 1) {
    const isOdd = round % 2 === 1;
    digest = hash(
      isOdd ? keys : digest,
      ...(round % 3 === 0 ? [] : [salts]),
      ...(round % 7 === 0 ? [] : [keys]),
      isOdd ? digest : keys,
    );
  }
  return `$6$${rounds === usualRounds ? '' : `rounds=${rounds}$`}${salt}$${encoded(digest)}`;
}

const hash = (...parts: readonly Buffer[]): Buffer => createHash('sha512').update(Buffer.concat(parts)).digest();

/** Digests A and B: password and salt, and by each bit of the password's length either digest or password. */
function mixed(key: Buffer, salt: Buffer): Buffer {
  const other = hash(key, salt, key);
  const parts = [key, salt, stretched(other, key.length)];
  for (let bits = key.length; bits > 0; bits >>= 1) parts.push(bits % 2 === 1 ? other : key);
  return hash(...parts);
}

/** The digest over and over, cut to a length. */
const stretched = (digest: Buffer, length: number): Buffer => Buffer.alloc(length, digest);

/** Three bytes to four characters, in the order the format prescribes; the last byte stands alone. */
function encoded(digest: Buffer): string {
  const byte = (at: number): number => digest[at] ?? 0;
  let text = '';
  for (let [a, b, c] = [0, 21, 42], n = 0; n < 21; n += 1, [a, b, c] = [b + 1, c + 1, a + 1]) {
    text += characters((byte(a) << 16) | (byte(b) << 8) | byte(c), 4);
  }
  return text + characters(byte(digestBytes - 1), 2);
}

function characters(value: number, count: number): string {
  return Array.from({ length: count }, (_, at) => alphabet[(value >> (6 * at)) & 63]).join('');
}
