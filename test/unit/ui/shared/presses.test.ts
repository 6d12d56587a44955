/** Keys as Ink hands them over. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pasted } from '../../../../src/ui/shared/keymap.js';
import { pressReader } from '../../../../src/ui/shared/presses.js';

const keysOf = (...events: readonly (readonly [input: string, key?: Record<string, boolean>])[]): string[] => {
  const read = pressReader();
  return events.flatMap(([input, key = {}]) => read(input, key).map((press) => press.key));
};

test('keys have names; keys read together are taken apart', () => {
  assert.deepEqual(keysOf(['', { upArrow: true }], [' '], ['c', { ctrl: true }]), ['up', 'space', 'ctrl-c']);
  assert.deepEqual(keysOf(['/zz\r']), ['/', 'z', 'z', 'return']);
});

test('escape and the key behind it, read together, are both there', () => {
  assert.deepEqual(keysOf(['q', { meta: true }]), ['escape', 'q']);
  assert.deepEqual(keysOf(['\u001a']), ['escape', 'ctrl-z']);
  assert.deepEqual(keysOf(['', { upArrow: true, meta: true }]), ['escape', 'up']);
  assert.deepEqual(keysOf(['', { escape: true, meta: true }]), ['escape']);
});

test('a paste is one key, whatever is in it', () => {
  assert.deepEqual(keysOf(['[200~'], ['q\nx'], ['[201~'], ['q']), [`${pasted}q\nx`, 'q']);
});
