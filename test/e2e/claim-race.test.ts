/** One server, two claims at the same moment from two processes; `claim-race.slow.test.ts` does it fifty times. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { race } from './claim-races.js';

test('of two claims for one server at the same moment exactly one wins, and the other says who has it', async (t) => {
  assert.equal(await race(1, (line) => t.diagnostic(line)), 1);
});
