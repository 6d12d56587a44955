/** Twenty daemons killed at random moments of a claim. METALCTL_SEED repeats a run. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killAndRecover, spanMs } from './kills.js';

const lanes = [0, 1, 2, 3];

test('twenty of twenty killed claims recover without a double power action', async () => {
  const seed = Number(process.env.METALCTL_SEED ?? Date.now() % 100_000);
  // Four sandboxes at once, a quarter of the span each: most of the time is waiting for leases to run out.
  const counts = lanes.map((lane) =>
    killAndRecover({
      times: 5,
      seed: seed + lane,
      tell: (line) => console.log(`${lane + 1}/${line}`),
      fromMs: (lane * spanMs) / lanes.length,
      toMs: ((lane + 1) * spanMs) / lanes.length,
      network: `127.${190 + lane}.${process.pid % 250}.0`,
    }),
  );
  const recovered = (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  assert.equal(recovered, 20);
  console.log(`${recovered} of 20 recovered, 0 double power actions (seed ${seed})`);
});
