/** Lists of views: filters, orders, and that what does not change is not made again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { everything, heldOrder, type Listed, placeIn, resorted, shownOf } from '../../../../src/ui/shared/listing.js';

interface Row {
  readonly name: string;
  readonly cores: number;
}
const listed: Listed<Row> = {
  fields: { name: ({ name }) => name, cores: ({ cores }) => cores },
  sorts: ['name', 'cores'],
};
const rows: readonly Row[] = [
  { name: 'node-10', cores: 8 },
  { name: 'node-9', cores: 128 },
  { name: 'gpu', cores: 64 },
];
const names = (filter: string, sort = '', isReversed = false): string[] =>
  shownOf(listed, rows, { filter, sort, isReversed }).map(({ name }) => name);

test('filters: all words must fit; fields, negation, expressions', () => {
  assert.deepEqual(names('node'), ['node-10', 'node-9']);
  assert.deepEqual(names('node !128'), ['node-10']);
  assert.deepEqual(names('cores=64'), ['gpu']);
  assert.deepEqual(names('~^node-\\d+$'), []);
  assert.deepEqual(names('~^node-\\d+'), ['node-10', 'node-9']);
  assert.deepEqual(names('~('), []);
  assert.deepEqual(names('nofield=x'), []);
  assert.deepEqual(names('!'), ['node-10', 'node-9', 'gpu']);
});

test('numbers are sorted as numbers, also inside names', () => {
  assert.deepEqual(names('', 'name'), ['gpu', 'node-9', 'node-10']);
  assert.deepEqual(names('', 'cores', true), ['node-9', 'gpu', 'node-10']);
});

test('a longer filter narrows, a shorter one widens again', () => {
  for (const filter of ['n', 'no', 'node-1', 'no', '', 'g']) {
    const expected = rows.filter(({ name }) => name.includes(filter)).map(({ name }) => name);
    assert.deepEqual(names(filter), expected, filter);
  }
});

test('the same wish is the same array, and places are found in it', () => {
  const wish = { ...everything, sort: 'name' };
  const shown = shownOf(listed, rows, wish);
  assert.equal(shownOf(listed, rows, { ...wish }), shown);
  assert.equal(
    placeIn(shown, ({ name }) => name, 'node-10'),
    2,
  );
  assert.equal(
    placeIn(shown, ({ name }) => name, 'gone'),
    -1,
  );
});

test('held rows that all stand where they stood are the rows as they are, and nobody looks for their places again', () => {
  let asked = 0;
  const nameOf = ({ name }: Row): string => {
    asked += 1;
    return name;
  };
  const held = rows.map((row) => ({ ...row }));
  assert.equal(placeIn(held, nameOf, 'gpu'), 2);
  const now = held.map((row) => ({ ...row, cores: row.cores + 1 }));
  assert.equal(heldOrder(held, now, nameOf), now);
  const before = asked;
  assert.equal(placeIn(heldOrder(held, now, nameOf), nameOf, 'node-9'), 1);
  assert.equal(asked, before);
  const moved = [now[2], now[0], now[1], { name: 'new', cores: 1 }] as Row[];
  assert.deepEqual(
    heldOrder(held, moved, nameOf).map(({ name }) => name),
    ['node-10', 'node-9', 'gpu', 'new'],
  );
});

test('s walks through the columns and comes back to the order of arrival', () => {
  const first = resorted(listed, everything, 'sort');
  const second = resorted(listed, first, 'sort');
  assert.deepEqual([first.sort, second.sort, resorted(listed, second, 'sort').sort], ['name', 'cores', '']);
});
