/** The concept page about claimable servers has every gate, in the order of the list, in its words. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { claimable } from '../../../../src/reconcile/server/gates.js';

test('docs/concepts/claimable.md tells the gates as they are', () => {
  const page = readFileSync(new URL('../../../../docs/concepts/claimable.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` \| ([^|]+?) \|/gm)].map(([, reason, must]) => [reason, must]);
  assert.deepEqual(
    rows,
    claimable.gates.map(({ reason, must }) => [reason, must]),
  );
});
