/** Merge patches by property: what is left out of a patch changes nothing, and nothing left means nothing to change. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyMergePatch, combinePatches, effectivePatch, isEqual, isObject } from '../../../src/lib/merge-patch.js';

/** Small reproducible random numbers (mulberry32). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** A value of few names and few leaves, so that two of them often overlap. */
function value(next: (below: number) => number, depth: number, allowsNull: boolean): unknown {
  const leaves = ['x', 'y', 1, false, [1], ['x', { a: 1 }], {}, ...(allowsNull ? [null] : [])];
  if (depth === 0 || next(3) === 0) return leaves[next(leaves.length)];
  const members = ['a', 'b', 'c'].filter(() => next(2) === 0);
  return Object.fromEntries(members.map((name) => [name, value(next, depth - 1, allowsNull)]));
}

const object = (next: (below: number) => number, allowsNull: boolean): Record<string, unknown> => ({
  a: value(next, 3, allowsNull),
  d: value(next, 3, allowsNull),
  [['a', 'b'][next(2)] as string]: value(next, 2, allowsNull),
});

const cases = Array.from({ length: 5_000 }, (_, seed) => {
  const next = random(seed);
  return { seed, target: object(next, false), patch: object(next, true) };
});

/** Without empty objects: an API server drops them, so a patch is not sent for the sake of one. */
function full(value: unknown): unknown {
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([name, member]) => [name, full(member)] as const);
  return Object.fromEntries(members.filter(([, member]) => !isObject(member) || Object.keys(member).length > 0));
}

test('the effective patch has the same effect as the whole one', () => {
  for (const { seed, target, patch } of cases) {
    const effective = effectivePatch(target, patch);
    const found = effective === undefined ? target : applyMergePatch(target, effective);
    assert.deepEqual(full(found), full(applyMergePatch(target, patch)), `seed ${seed}`);
  }
});

test('it is empty exactly when the whole patch changes nothing', () => {
  let empty = 0;
  for (const { seed, target, patch } of cases) {
    const whole = applyMergePatch(target, patch);
    const effective = effectivePatch(target, patch);
    if (isEqual(whole, target)) assert.equal(effective, undefined, `seed ${seed}`);
    if (effective !== undefined) continue;
    assert.deepEqual(full(whole), full(target), `seed ${seed}`);
    empty += 1;
  }
  assert.ok(empty > 20, `only ${empty} of the cases changed nothing`);
});

/** Where one patch sets a leaf or removes, and the next puts an object there, no single patch can say it. */
const clashes = (first: unknown, second: unknown): boolean =>
  isObject(second) &&
  (isObject(first)
    ? Object.keys(second).some((name) => name in first && clashes(first[name], second[name]))
    : first !== undefined);

test('two patches as one do what they do one after the other', () => {
  let tried = 0;
  for (const [at, { target, patch }] of cases.entries()) {
    const second = cases[(at + 1) % cases.length]?.patch ?? {};
    if (clashes(patch, second)) continue;
    const expected = applyMergePatch(applyMergePatch(target, patch), second);
    assert.deepEqual(applyMergePatch(target, combinePatches(patch, second)), expected, `pair ${at}`);
    tried += 1;
  }
  assert.ok(tried > 500, `only ${tried} pairs`);
});

test('applying a patch twice is applying it once', () => {
  for (const { target, patch } of cases) {
    const once = applyMergePatch(target, patch);
    assert.deepEqual(applyMergePatch(once, patch), once);
    assert.equal(effectivePatch(once, patch), undefined);
  }
});

test('inputs are never changed', () => {
  for (const { target, patch } of cases.slice(0, 500)) {
    const [before, asked] = [structuredClone(target), structuredClone(patch)];
    applyMergePatch(target, patch);
    effectivePatch(target, patch);
    assert.deepEqual([target, patch], [before, asked]);
  }
});

const examples: [string, unknown, unknown, unknown][] = [
  ['null removes a member', { a: 'b' }, { a: null }, {}],
  ['a list is replaced whole', { a: [1, 2] }, { a: [2] }, { a: [2] }],
  ['objects merge', { a: { b: 1 } }, { a: { c: 2 } }, { a: { b: 1, c: 2 } }],
  ['an object replaces a leaf, without its nulls', { a: 'x' }, { a: { b: 1, c: null } }, { a: { b: 1 } }],
  ['a leaf replaces an object', { a: { b: 1 } }, { a: 'x' }, { a: 'x' }],
  ['a patch that is no object replaces everything', { a: 1 }, ['x'], ['x']],
  ['null in an absent place leaves nothing', {}, { a: { b: { c: null } } }, { a: { b: {} } }],
];

for (const [name, target, patch, expected] of examples) {
  test(`RFC 7386: ${name}`, () => assert.deepEqual(applyMergePatch(target, patch), expected));
}

test('an undefined member is no member', () => {
  assert.deepEqual(applyMergePatch({ a: 1 }, { a: undefined }), { a: 1 });
  assert.equal(isEqual({ a: 1, b: undefined }, { a: 1 }), true);
});
