/** The help over a view: all keys can be read on every screen. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { helped, helpFrame } from '../../../../src/ui/shared/help.js';
import type { Binding } from '../../../../src/ui/shared/keymap.js';

const keymap: Binding<string>[] = Array.from({ length: 12 }, (_, at) => ({
  action: `act ${at}`,
  keys: [String.fromCharCode(97 + at)],
  help: `does ${at}`,
}));
const look = { columns: 50, rows: 12, ascii: true };

test('50 columns: the frame, its place in the whole, and how it goes on', () => {
  assert.equal(
    helpFrame('the test view', keymap, look, 0).join('\n'),
    `Keys of the test view                 1 to 7 of 12
--------------------------------------------------
a                  does 0
b                  does 1
c                  does 2
d                  does 3
e                  does 4
f                  does 5
g                  does 6
--------------------------------------------------
up and down scroll, any other key goes back`,
  );
});

test('moving scrolls to the last key and no further; any other key closes', () => {
  const down = (first: number, action: string): number => helped(first, action, keymap, look) ?? Number.NaN;
  assert.equal(down(0, 'down'), 1);
  assert.equal(down(0, 'pagedown'), 5);
  assert.equal(down(5, 'down'), 5);
  assert.match(helpFrame('x', keymap, look, down(0, 'last')).join('\n'), /does 11\n-/);
  assert.equal(helped(3, 'quit', keymap, look), undefined);
  assert.equal(helped(3, undefined, keymap, look), undefined);
});

test('where all keys fit nothing scrolls, and nothing says so', () => {
  const frame = helpFrame('x', keymap, { ...look, rows: 24 }, 0);
  assert.deepEqual([frame.length, frame[0]?.trimEnd(), frame.at(-1)], [23, 'Keys of x', 'any key goes back']);
});
