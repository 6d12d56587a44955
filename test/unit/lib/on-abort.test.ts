import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onAbort } from '../../../src/lib/on-abort.js';

test('all who still wait are told once, and the signal has one listener', () => {
  const abort = new AbortController();
  const told: string[] = [];
  let listeners = 0;
  const { signal } = abort;
  const add = signal.addEventListener.bind(signal);
  signal.addEventListener = ((...words: Parameters<typeof add>) => {
    listeners += 1;
    add(...words);
  }) as typeof signal.addEventListener;
  onAbort(signal, () => told.push('first'));
  onAbort(signal, () => told.push('second'))();
  const tellThird = (): void => void told.push('third');
  onAbort(signal, tellThird);
  onAbort(signal, tellThird);
  assert.equal(listeners, 1);
  abort.abort();
  assert.deepEqual(told, ['first', 'third', 'third']);
  onAbort(signal, () => told.push('too late'));
  onAbort(undefined, () => told.push('never'))();
  assert.equal(told.length, 3);
});
