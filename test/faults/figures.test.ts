/** The figures of the failure requirements on a small fleet; `figures.slow.test.ts` has the full numbers. */
import { test } from 'node:test';
import { calmed } from './claim-storm.js';
import { halfOpen, idlePasses, outage, slowOnes, wrongPasswords } from './fleet-figures.js';

test('R-API-15: idle passes write nothing, ask each BMC at most once and log in nowhere', (t) =>
  idlePasses(8, 10, (figure) => t.diagnostic(figure)));

test('R-BMC-5: an hour with a wrong password is one refused login per BMC, also over restarts', (t) =>
  wrongPasswords(6, 30, (figure) => t.diagnostic(figure)));

test('R-BMC-2: a BMC that never answers fails alone', (t) => halfOpen(10, (figure) => t.diagnostic(figure)));

test('R-BMC-3: slow BMCs hold up nobody', (t) => slowOnes(10, (figure) => t.diagnostic(figure)));

test('R-BMC-4: after an outage of some all is as before, by itself', (t) =>
  outage(10, (figure) => t.diagnostic(figure)));

test('R-API-1: claims race for servers through old caches, and every server has one claim', async (t) => {
  for (let seed = 1; seed <= 5; seed += 1)
    await calmed({ servers: 10, claims: 20, seed }, (figure) => t.diagnostic(figure));
});
