/** Keys that a person bound otherwise: what they do, and what the key line and the help say of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initialClaim, reduceClaim } from '../../../../src/ui/claim/model.js';
import { drawClaim } from '../../../../src/ui/claim/view.js';
import { initialDiscover, reduceDiscover } from '../../../../src/ui/discover/model.js';
import { drawDiscover } from '../../../../src/ui/discover/view.js';
import { viewKeys } from '../../../../src/ui/keys.js';
import { initialServer, reduceServer } from '../../../../src/ui/server/model.js';
import { drawServer } from '../../../../src/ui/server/view.js';
import {
  actionOf,
  type BoundKeys,
  bindingName,
  bound,
  helpLines,
  keyFor,
  keyLine,
} from '../../../../src/ui/shared/keymap.js';
import { everything, noneMatches } from '../../../../src/ui/shared/listing.js';
import { initialTop, reduceTop, type TopSnapshot, topKeys } from '../../../../src/ui/top/model.js';
import { drawTop } from '../../../../src/ui/top/view.js';

const look = { columns: 100, rows: 24, ascii: false };
const press = (key: string) => ({ type: 'press', press: { key } }) as const;
const tableOf = (view: string, keys: BoundKeys) => bound(view, viewKeys[view] ?? [], keys);

const node = {
  id: 'server/1',
  kind: 'server',
  name: 'node-1',
  state: 'Available',
  mark: 'good',
  since: '1m',
  note: '',
} as const;
const oneServer: TopSnapshot = {
  rows: { attention: [], servers: [{ ...node, opens: 'node-1' }], racks: [], bmcs: [], claims: [] },
  counts: [],
  bar: [],
  racks: [],
  claims: [],
  servers: 1,
  bmcs: 0,
  events: [],
  driver: 'x',
  at: '14:02:31',
};

test('a bound key does what it is bound to, its old one nothing, and the others what they did', () => {
  const table = tableOf('discover', { 'discover.onboard': ['o'], 'discover.report': [] });
  assert.equal(actionOf(table, { key: 'o' }), 'onboard');
  assert.equal(actionOf(table, { key: 'return' }), undefined);
  assert.equal(actionOf(table, { key: 'space' }), 'select');
});

test('the key line and the help say the bound key; an action without one is in the help only', () => {
  const table = tableOf('top', { 'top.power-off': ['ctrl-p'], 'top.cordon': [], 'top.open': ['o', 'return'] });
  assert.match(keyLine(table, 200), /o open/);
  assert.doesNotMatch(keyLine(table, 200), /cordon/);
  const help = helpLines(table).join('\n');
  assert.match(help, /^o enter +open the server; on a rack: its servers$/m);
  assert.match(help, /^ctrl-p +power the selected servers off$/m);
  assert.match(help, /^- +keep new claims off the selected servers$/m);
});

test('Ctrl-C leaves every view, whatever leaves it beside', () => {
  for (const view of Object.keys(viewKeys)) {
    const table = tableOf(view, { [`${view}.quit`]: ['X'] });
    assert.equal(actionOf(table, { key: 'X' }), 'quit', view);
    assert.equal(actionOf(table, { key: 'ctrl-c' }), 'quit', view);
    assert.equal(actionOf(table, { key: 'q' }), undefined, view);
  }
});

test('names are the same in no two actions of a view, and have no blank', () => {
  for (const [view, table] of Object.entries(viewKeys)) {
    const names = table.map(({ action }) => bindingName(view, action));
    assert.equal(new Set(names).size, names.length, view);
    for (const name of names) assert.match(name, /^[a-z]+\.[a-z-]+$/);
  }
});

test('every view obeys its bound keys, and says them at the bottom and in its help', () => {
  const keys = (view: string) => ({ [`${view}.help`]: ['H'], [`${view}.quit`]: ['X'] });
  const claim = initialClaim({ look, claim: 'db/db-07', image: 'img', ignition: '', power: 'On' });
  const frames: Readonly<Record<string, (...pressed: readonly string[]) => readonly string[]>> = {
    discover: (...pressed) =>
      drawDiscover(
        pressed.map(press).reduce(reduceDiscover, {
          ...initialDiscover(look, '10.20.0.0/22'),
          keymap: bound('discover', initialDiscover(look, '').keymap, keys('discover')),
        }),
      ),
    claim: (...pressed) =>
      drawClaim(
        pressed.map(press).reduce(reduceClaim, { ...claim, keymap: bound('claim', claim.keymap, keys('claim')) }),
      ),
    top: (...pressed) =>
      drawTop(
        pressed.map(press).reduce(reduceTop, {
          ...initialTop(look, 'servers'),
          keymap: bound('top', initialTop(look, 'servers').keymap, keys('top')),
        }),
      ),
    server: (...pressed) =>
      drawServer(
        pressed.map(press).reduce(reduceServer, {
          ...initialServer(look, 'node-44'),
          keymap: bound('server', initialServer(look, 'node-44').keymap, keys('server')),
        }),
      ),
  };
  assert.deepEqual(Object.keys(frames), Object.keys(viewKeys));
  for (const [view, frame] of Object.entries(frames)) {
    assert.match(frame().at(-1) ?? '', /H help {2}X quit|H X$/, view);
    assert.match(frame('H').join('\n'), /^Keys of /, view);
    assert.doesNotMatch(frame('?').join('\n'), /^Keys of /, view);
  }
});

test('sentences name the bound key too', () => {
  const table = tableOf('top', { 'top.back': ['ctrl-x'], 'top.range': ['V'], 'top.none': [] });
  assert.equal(
    noneMatches(412, { ...everything, filter: 'gpu' }, table),
    '0 of 412 match "gpu". Ctrl-x clears the filter.',
  );
  assert.equal(keyFor(table, 'range'), 'V');
  assert.equal(keyFor(table, 'none'), '-');
  const start = { ...initialTop(look, 'servers'), keymap: bound('top', topKeys, { 'top.range': ['V'] }) };
  const told = reduceTop(start, { type: 'snapshot', snapshot: oneServer });
  assert.equal(reduceTop(told, press('V')).message, 'moving selects; V ends');
});
