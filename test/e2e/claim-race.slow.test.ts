/** Fifty races of two claims for one server. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { race } from './claim-races.js';

test('fifty races have fifty single winners', async () => {
  assert.equal(await race(50, console.log), 50);
});
