import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  choice,
  counted,
  duration,
  integer,
  list,
  maybe,
  rawFromEnvironment,
  resolveFlags,
  text,
  toggle,
} from '../../../src/commands/flags.js';
import { UserError } from '../../../src/errors/classes.js';

const defs = {
  timeout: duration('d', { fallback: '30m' }),
  limit: integer('N', 'n'),
  only: list('K', 'k'),
  for: list('C', 'c', { splits: false }),
  mode: choice(['a', 'b'], 'm'),
  name: text('T', 't'),
  watch: toggle('w'),
  ask: maybe('i'),
  verbose: counted('v'),
};

test('absent flags have their fallbacks', () => {
  const expected = {
    timeout: 1_800_000,
    limit: undefined,
    only: [],
    for: [],
    mode: undefined,
    name: undefined,
    watch: false,
    ask: undefined,
    verbose: 0,
  };
  assert.deepEqual(resolveFlags(defs, {}), expected);
});

test('lists append and split, expressions do not; of a single value the last one counts', () => {
  const raw = {
    only: ['a,b', 'c'],
    for: ['x=1,2'],
    name: ['one', 'two'],
    watch: true,
    ask: false,
    verbose: 2,
    limit: ['5'],
    timeout: ['90s'],
  };
  const values = resolveFlags(defs, raw);
  assert.deepEqual(values.only, ['a', 'b', 'c']);
  assert.deepEqual(values.for, ['x=1,2']);
  assert.deepEqual(
    [values.name, values.watch, values.ask, values.verbose, values.limit, values.timeout],
    ['two', true, false, 2, 5, 90_000],
  );
});

test('bad values name the flag, or the variable they came from', () => {
  const usage = (message: RegExp) => (error: unknown) =>
    error instanceof UserError && error.code === 'USAGE' && message.test(error.message);
  assert.throws(() => resolveFlags(defs, { timeout: ['-5m'] }), usage(/--timeout -5m/));
  assert.throws(() => resolveFlags(defs, { limit: ['1.5'] }), usage(/--limit 1\.5/));
  assert.throws(() => resolveFlags(defs, { mode: ['c'] }), usage(/--mode/));
  assert.throws(() => rawFromEnvironment(defs, { METALCTL_WATCH: 'perhaps' }), usage(/METALCTL_WATCH=perhaps/));
});

test('the environment gives defaults', () => {
  assert.deepEqual(rawFromEnvironment(defs, { METALCTL_NAME: 'x', METALCTL_WATCH: 'yes', METALCTL_LIMIT: '' }), {
    name: ['x'],
    watch: true,
  });
});
