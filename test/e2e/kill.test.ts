/** `kill -9` of the daemon in the middle of a claim; `kill.slow.test.ts` does it twenty times. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killAndRecover } from './kills.js';

test('a claim whose daemon was killed is finished by the next pass, with one power-on and one network boot', async (t) => {
  const seed = Number(process.env.METALCTL_SEED ?? 7);
  assert.equal(await killAndRecover(2, seed, (line) => t.diagnostic(line)), 2);
});
