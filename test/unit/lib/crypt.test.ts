/** SHA-512 crypt against openssl, another implementation of the same paper. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { sha512Crypt } from '../../../src/lib/crypt.js';

const openssl = (password: string, salt: string): string =>
  execFileSync('openssl', ['passwd', '-6', '-salt', salt, '-stdin'], {
    input: `${password}\n`,
    encoding: 'utf8',
  }).trim();

test('hashes are those openssl makes, for every length that takes another way', () => {
  for (const length of [1, 2, 3, 20, 31, 32, 63, 64, 65, 100]) {
    const password = 'aZ9!'.repeat(25).slice(0, length);
    for (const salt of ['s', 'saltsalt', './0aZ./0aZ./0aZ.'])
      assert.equal(sha512Crypt(password, salt), openssl(password, salt));
  }
  assert.equal(sha512Crypt('über', 'salt'), openssl('über', 'salt'));
});

test('other numbers of rounds are told in the hash', () => {
  // From the test vectors of the paper.
  assert.equal(
    sha512Crypt('Hello world!', 'saltstringsaltst', 10_000),
    '$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.',
  );
  assert.match(sha512Crypt('x', 'salt', 1_000), /^\$6\$rounds=1000\$salt\$[./0-9A-Za-z]{86}$/);
});

test('what no libc reads is not made', () => {
  assert.throws(() => sha512Crypt('x', ''), RangeError);
  assert.throws(() => sha512Crypt('x', 'has$dollar'), RangeError);
  assert.throws(() => sha512Crypt('x', 'a'.repeat(17)), RangeError);
  assert.throws(() => sha512Crypt('x', 'salt', 999), RangeError);
});
