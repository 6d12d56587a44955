import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAge, formatDuration, parseDuration } from '../../../src/lib/duration.js';
import { matchesLabels, parseSelector } from '../../../src/lib/labels.js';
import { nearest } from '../../../src/lib/nearest.js';
import { formatBytes, parseQuantity } from '../../../src/lib/quantity.js';

test('durations are read in every documented form, and nothing else is', () => {
  const rows: [string, number | undefined][] = [
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['7d', 604_800_000],
    ['250ms', 250],
    ['1.5h', 5_400_000],
    ['0', 0],
    ['', undefined],
    ['-1s', undefined],
    ['5', undefined],
    ['5 m', undefined],
    ['m', undefined],
  ];
  for (const [text, ms] of rows) assert.equal(parseDuration(text), ms, text);
});

test('ages and spans read as people say them', () => {
  assert.deepEqual([5_000, 310_000, 11_520_000, 3_542_400_000, -5].map(formatAge), [
    '5s',
    '5m10s',
    '3h12m',
    '41d',
    '0s',
  ]);
  assert.deepEqual([72_000, 1_800_000, 7_200_000, 40].map(formatDuration), ['1m12s', '30m', '2h', '40ms']);
});

test('the nearest names are found, and far ones are not', () => {
  assert.deepEqual(nearest('firmwre', ['firmware', 'power']), ['firmware']);
  assert.deepEqual(nearest('gte', ['get', 'delete']), ['get']);
  assert.deepEqual(nearest('desc', ['describe']), ['describe']);
  assert.deepEqual(nearest('xyzzy', ['get', 'describe']), []);
});

test('quantities are numbers with units', () => {
  assert.deepEqual(['512Gi', '1.5k', '250m', '1e3', 'x'].map(parseQuantity), [
    549_755_813_888,
    1500,
    0.25,
    1000,
    undefined,
  ]);
  assert.equal(formatBytes(549_755_813_888), '512Gi');
});

test('selectors hold as the API server judges them', () => {
  const labels = { rack: 'r12', env: 'prod' };
  const rows: [string, boolean][] = [
    ['rack=r12', true],
    ['rack==r12,env!=lab', true],
    ['missing!=x', true],
    ['env in (lab, prod)', true],
    ['env notin (prod)', false],
    ['rack', true],
    ['!rack', false],
    ['', true],
  ];
  for (const [text, holds] of rows) assert.equal(matchesLabels(parseSelector(text) ?? [], labels), holds, text);
  for (const text of ['=a', 'a=b c', 'a in b', 'a in (b']) assert.equal(parseSelector(text), undefined, text);
});
