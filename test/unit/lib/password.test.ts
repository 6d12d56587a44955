/** Passwords: every class in them, no favourite character, and lengths a BMC takes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPassword, passwordLength } from '../../../src/lib/password.js';

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
