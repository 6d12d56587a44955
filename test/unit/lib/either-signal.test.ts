/** A signal of two: aborts with either, and bears any number of listeners. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eitherSignal } from '../../../src/lib/either-signal.js';

test('either of them aborts it, with its reason', () => {
  for (const which of [0, 1]) {
    const controls = [new AbortController(), new AbortController()];
    const signal = eitherSignal(...controls.map((control) => control.signal));
    assert.equal(signal.aborted, false);
    controls[which]?.abort(new Error(`by ${which}`));
    assert.equal(signal.reason.message, `by ${which}`);
  }
});

test('a claim that waits on four machines does not print a warning of Node about listeners', async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on('warning', onWarning);
  const signal = eitherSignal(new AbortController().signal);
  for (let n = 0; n < 50; n += 1) signal.addEventListener('abort', () => undefined);
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', onWarning);
  assert.deepEqual(warnings, []);
});
