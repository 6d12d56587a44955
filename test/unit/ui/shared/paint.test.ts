/** Colour of views: taken off again, the frame is the same; without colour it never was there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { styleOf } from '../../../../src/lib/output/style.js';
import { painted } from '../../../../src/ui/shared/paint.js';

const frame = ['metalctl top', '────', '>✔ a  Available', ' ✖ b  Error', '', '! 3 BMCs did not answer', 'q quit'];
const sgr = new RegExp(`${String.fromCodePoint(27)}\\[\\d+m`, 'g');

test('without colour a frame stays as it is', () => {
  assert.deepEqual(painted(frame, styleOf(false, false)), frame);
});

test('an ASCII terminal gets ASCII only, whatever is shown, and nothing moves', () => {
  const style = { colour: false, ascii: true, paint: (_: string, text: string) => text };
  assert.deepEqual(painted(['node…tem-0  Initial → Available', 'name 機 é|', '--'], style), [
    'node~tem-0  Initial > Available',
    'name ?? ?|',
    '--',
  ]);
});

test('with colour every line says the same, and no colour reaches beyond its line', () => {
  const lines = painted(frame, styleOf(true, false));
  assert.deepEqual(
    lines.map((line) => line.replace(sgr, '')),
    frame,
  );
  assert.equal(lines[3], ' \u001b[31m✖\u001b[39m b  Error');
  assert.equal(lines[2], '\u001b[1m>\u001b[32m✔\u001b[39m a  Available\u001b[22m');
  assert.equal(lines[5], '\u001b[33m! 3 BMCs did not answer\u001b[39m');
  assert.equal(lines[6], '\u001b[2mq quit\u001b[22m');
});

test('data that nobody refreshes is dim, beside its stamp', () => {
  const stale = ['metalctl top  reconnecting 4s (try 3)', ' ✔ a', 'Driver: x  stale 4s', 'q quit'];
  const lines = painted(stale, styleOf(true, false));
  assert.deepEqual(lines.slice(1, 3), ['\u001b[2m ✔ a\u001b[22m', '\u001b[2mDriver: x  stale 4s\u001b[22m']);
});
