/** Every state the reconcilers know is explained, and nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meanings } from '../../../../src/commands/impl/explain-state.js';
import { stateTables } from '../../../../src/reconcile/index.js';

test('the states that are explained are the states there are', () => {
  const states = stateTables.flatMap(({ kind, table }) => Object.keys(table).map((state) => `${kind}.${state}`));
  assert.deepEqual(Object.keys(meanings).sort(), states.sort());
});
