/** Whom `sandbox fail` and `sandbox heal` mean, by the words that were given. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Victim, victimOf } from '../../../../src/commands/impl/kit/sandbox-victim.js';

const rows: [target: string | undefined, fault: string | undefined, isAll: boolean, expected: Victim | RegExp][] = [
  ['bmc-1', 'disk', false, { server: 'bmc-1', fault: 'disk' }],
  ['bmc-1', undefined, false, { server: 'bmc-1' }],
  ['disk', undefined, true, { fault: 'disk' }],
  [undefined, undefined, true, {}],
  [undefined, undefined, false, /which machine/],
  ['bmc-1', 'disk', true, /name none beside it/],
];
for (const [target, fault, isAll, expected] of rows) {
  test(`${target} ${fault}${isAll ? ' --all' : ''}`, () => {
    if (expected instanceof RegExp) assert.throws(() => victimOf({ target, fault }, isAll), { message: expected });
    else assert.deepEqual(victimOf({ target, fault }, isAll), expected);
  });
}
