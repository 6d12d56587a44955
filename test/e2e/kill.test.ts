/** `kill -9` of the daemon in the middle of a claim; `kill.slow.test.ts` does it twenty times. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownBlock } from '../support/live.js';
import { killAndRecover, spanMs } from './kills.js';

test('a claim whose daemon was killed is finished by the next pass, with one power-on and one network boot', async (t) => {
  const seed = Number(process.env.METALCTL_SEED ?? 7);
  const one = { times: 1, seed, tell: (line: string) => t.diagnostic(line) };
  // Two sandboxes at once: each has to wait until the lease of the dead daemon has run out.
  const early = killAndRecover({ ...one, toMs: spanMs / 2 });
  const late = killAndRecover({ ...one, fromMs: spanMs / 2, network: ownBlock().replace(/^127\.\d+/, '127.198') });
  assert.deepEqual(await Promise.all([early, late]), [1, 1]);
});
