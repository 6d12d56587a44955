/** Twenty daemons killed at random moments of a claim. METALCTL_SEED repeats a run. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killAndRecover } from './kills.js';

test('twenty of twenty killed claims recover without a double power action', { timeout: 1_200_000 }, async () => {
  const seed = Number(process.env.METALCTL_SEED ?? Date.now() % 100_000);
  assert.equal(await killAndRecover({ times: 20, seed, tell: console.log }), 20);
});
