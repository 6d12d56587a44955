/** The figures of the failure requirements on a whole fleet. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storm } from './claim-storm.js';
import { halfOpen, idlePasses, wrongPasswords } from './fleet-figures.js';

test('R-API-15: a hundred idle passes over five hundred servers', (t) =>
  idlePasses(500, 100, (figure) => t.diagnostic(figure)));

test('R-BMC-5: an hour with a wrong password on fifty BMCs', (t) =>
  wrongPasswords(50, 30, (figure) => t.diagnostic(figure)));

test('R-BMC-2: five silent BMCs among a hundred', (t) => halfOpen(100, (figure) => t.diagnostic(figure)));

test('R-API-1: two hundred claims race for a hundred servers, ten times', async (t) => {
  const [servers, claims] = [100, 200];
  let attempts = 0;
  for (let seed = 1; seed <= 10; seed += 1) {
    const calm = await storm({ servers, claims, processes: 3, lagMs: 5_000, seed });
    assert.equal(calm.bound, servers, `seed ${seed}`);
    attempts += calm.attempts;
  }
  const each = (attempts / servers / 10).toFixed(2);
  t.diagnostic(`10 seeds: ${servers} of ${claims} claims bound, 0 double, ${each} binding PATCH per bound claim`);
});
