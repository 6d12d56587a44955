/** The figures of the failure requirements on a whole fleet. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calmed } from './claim-storm.js';
import { halfOpen, outage, slowOnes, wrongPasswords } from './fleet-figures.js';

test('R-BMC-5: an hour with a wrong password on fifty BMCs', (t) =>
  wrongPasswords(50, 30, (figure) => t.diagnostic(figure)));

test('R-BMC-2: five silent BMCs among a hundred', (t) => halfOpen(100, (figure) => t.diagnostic(figure)));

test('R-BMC-3: one BMC in a hundred ten times slower', (t) => slowOnes(200, (figure) => t.diagnostic(figure)));

test('R-BMC-4: a fifth of a hundred BMCs away for ten minutes', (t) => outage(100, (figure) => t.diagnostic(figure)));

test('R-API-1: two hundred claims race for a hundred servers, fifty times', async (t) => {
  const patches: number[] = [];
  for (let seed = 1; seed <= 50; seed += 1) {
    patches.push(await calmed({ servers: 100, claims: 200, seed }, () => undefined));
  }
  const mean = patches.reduce((sum, each) => sum + each, 0) / patches.length;
  t.diagnostic(
    `50 seeds: 100 of 200 claims bound, 0 double, ${mean.toFixed(2)} binding PATCH per bound claim (at most ${Math.max(...patches)})`,
  );
  assert.ok(mean <= 1.2, `${mean} binding PATCH per bound claim`);
});
