/** Passwords: every class in them, no favourite character, and lengths a BMC takes. */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { newPassword, passwordLength } from '../../../src/lib/password.js';
import { vendors } from '../../../src/redfish/vendors/index.js';

test('lengths are what the BMC takes, at least twenty where it does', () => {
  assert.equal(passwordLength({}), 24);
  assert.equal(passwordLength({ maxLength: 19 }), 19);
  assert.equal(passwordLength({ maxLength: 0 }), 24);
  assert.equal(passwordLength({ minLength: 30 }), 30);
  assert.equal(passwordLength({ maxLength: 40 }, 32), 32);
  assert.equal(passwordLength({}, 4), 8);
});

test('every password has every class, and only specials the vendor takes', () => {
  for (let round = 0; round < 500; round += 1) {
    const password = newPassword(12, { specials: '!"$@' });
    assert.equal(password.length, 12);
    for (const wanted of [/[a-z]/, /[A-Z]/, /[0-9]/, /[!@]/]) assert.match(password, wanted);
    assert.doesNotMatch(password, /["$']/);
  }
  assert.match(newPassword(20, { specials: '"' }), /[!\-_.@]/);
});

test('characters come up evenly, wherever they stand', () => {
  const counts = new Map<string, number>();
  const rounds = 4_000;
  for (let round = 0; round < rounds; round += 1) {
    for (const char of newPassword(24)) counts.set(char, (counts.get(char) ?? 0) + 1);
  }
  const lower = [...counts].filter(([char]) => /[a-z]/.test(char)).map(([, count]) => count);
  assert.equal(lower.length, 25);
  assert.ok(Math.max(...lower) / Math.min(...lower) < 1.35, `${Math.min(...lower)}…${Math.max(...lower)}`);
  const firsts = new Set(Array.from({ length: 300 }, () => newPassword(8)[0]?.match(/[a-z]/) !== null));
  assert.equal(firsts.size, 2, 'the first character has always the same class');
});

for (const vendor of vendors) {
  test(`S-SEC-4: passwords for ${vendor.id} have every class and nothing else`, () => {
    const { specials } = vendor.accounts;
    for (let round = 0; round < 300; round += 1) {
      const password = newPassword(passwordLength(vendor.accounts), vendor.accounts);
      assert.ok(password.length >= Math.min(20, vendor.accounts.maxLength ?? 20), `${password.length}`);
      for (const wanted of [/[a-z]/, /[A-Z]/, /[0-9]/]) assert.match(password, wanted);
      const rest = [...password.replace(/[A-Za-z0-9]/g, '')];
      assert.ok(rest.length > 0 && rest.every((character) => specials.includes(character)));
    }
  });
}

/** Pearson's statistic over equally likely cells, in standard deviations from what it is on average. */
function surprise(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const chi = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  const freedom = counts.length - 1;
  return (chi - freedom) / Math.sqrt(2 * freedom);
}

test('S-SEC-4: no character of a class and no place for it is likelier than another', (t) => {
  const characters = new Map<string, number>();
  const places = new Array<number>(20).fill(0);
  for (let round = 0; round < 20_000; round += 1) {
    for (const [place, character] of [...newPassword(20)].entries()) {
      if (/[A-Z]/.test(character)) characters.set(character, (characters.get(character) ?? 0) + 1);
      if (/[!\-_.@]/.test(character)) places[place] = (places[place] ?? 0) + 1;
    }
  }
  const [letters, where] = [surprise([...characters.values()]), surprise(places)];
  t.diagnostic(`20000 passwords: letters ${letters.toFixed(2)} and places ${where.toFixed(2)} standard deviations off`);
  assert.ok(letters < 6 && where < 6, `${letters} ${where}`);
});

test('a source that favours small numbers is told by the statistic', () => {
  const counts = new Array<number>(90).fill(0);
  for (let round = 0; round < 100_000; round += 1) {
    const drawn = randomInt(256) % 90;
    counts[drawn] = (counts[drawn] ?? 0) + 1;
  }
  assert.ok(surprise(counts) > 6);
});
