/** Texts broken into lines. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wrap } from '../../../src/lib/output/wrap.js';

test('lines break at blanks, as late as they may', () => {
  assert.deepEqual(wrap('one two three', 7), ['one two', 'three']);
  assert.deepEqual(wrap('one two', 7), ['one two']);
  assert.deepEqual(wrap('', 7), ['']);
});

test('a word that is too long has a line of its own, whole', () => {
  assert.deepEqual(wrap('see ghcr.io/ironcore-dev/metalprobe:latest now', 10), [
    'see',
    'ghcr.io/ironcore-dev/metalprobe:latest',
    'now',
  ]);
});
