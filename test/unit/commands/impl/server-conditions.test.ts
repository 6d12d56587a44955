/** Conditions in the view of a server: what is good, what is bad, and what only says that nothing is under way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conditionLines } from '../../../../src/commands/impl/server-detail.js';

test('a server at rest has no bad mark because nothing of it is under way', () => {
  const condition = (type: string, status: string) => ({ type, status, reason: 'R', message: 'm' });
  const conditions = [condition('Ready', 'True'), condition('PoweringOn', 'False'), condition('Discovered', 'False')];
  assert.deepEqual(conditionLines({ status: { conditions } }), [
    { mark: 'good', text: 'Ready True  R  m' },
    { text: '  PoweringOn False  R  m' },
    { mark: 'bad', text: 'Discovered False  R  m' },
  ]);
});
