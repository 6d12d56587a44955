/** A secret shows itself to nobody who does not ask for it by name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { Secret } from '../../../src/lib/secret.js';

test('S-SEC-3: JSON, templates, inspection and causes show [redacted]', () => {
  const secret = new Secret('canary');
  const error = new Error('failed', { cause: { password: secret } });
  const shown = [
    `${secret}`,
    String(secret),
    JSON.stringify({ secret }),
    inspect({ secret }),
    inspect(error, { depth: 9 }),
  ];
  for (const text of shown) {
    assert.doesNotMatch(text, /canary/);
    assert.match(text, /\[redacted\]/);
  }
  assert.deepEqual(Object.values(secret), [], 'nor does whoever copies its fields');
});
