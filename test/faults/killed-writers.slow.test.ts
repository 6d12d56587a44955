/** Two hundred writers of a local file, each killed at a moment of its own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killWriters } from './killed-writers.js';

test('R-PRC-5: two hundred kills during writes leave no torn file', async (t) => {
  const { there, torn } = await killWriters(200, 11);
  t.diagnostic(`200 kills during writes: ${there} reads of what was left, ${torn} torn`);
  assert.equal(torn, 0);
});
