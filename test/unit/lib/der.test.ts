import assert from 'node:assert/strict';
import { test } from 'node:test';
import { integer, octets, sequence, time, tlv, valuesIn } from '../../../src/lib/der.js';

const hex = (bytes: readonly number[]): string => Buffer.from(bytes).toString('hex');

test('numbers take as few bytes as they can, and are never read as negative', () => {
  assert.equal(integer(Buffer.from([0x00, 0x00, 0x7f])).toString('hex'), hex([2, 1, 0x7f]));
  assert.equal(integer(Buffer.from([0x00, 0x80])).toString('hex'), hex([2, 2, 0, 0x80]));
  assert.equal(integer(Buffer.from([0, 0])).toString('hex'), hex([2, 1, 0]));
});

test('lengths of any size are written so that they are read again', () => {
  const parts = [0, 1, 127, 128, 255, 256, 70_000].map((size) => octets(Buffer.alloc(size, 7)));
  assert.deepEqual(valuesIn(sequence(...parts)), parts);
  assert.deepEqual([...tlv(4, Buffer.alloc(200)).subarray(0, 3)], [4, 0x81, 200]);
});

test('years have two digits until 2049, and four from then on', () => {
  assert.equal(time(new Date('2049-12-31T23:59:59Z')).toString('latin1'), '\x17\x0d491231235959Z');
  assert.equal(time(new Date('2050-01-01T00:00:00Z')).toString('latin1'), '\x18\x0f20500101000000Z');
});
