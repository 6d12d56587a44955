/** Rendezvous hashing: the same everywhere, spread evenly, and undisturbed by what others lose. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { preferred, weightOf } from '../../../src/lib/rendezvous.js';

const servers = Array.from({ length: 100 }, (_, n) => `node-${n}`);
const claims = Array.from({ length: 2_000 }, (_, n) => `uid-${n}`);
const self = (name: string) => name;

test('nobody to choose from is no choice', () => assert.equal(preferred('a', [], self), undefined));

test('the order of the choices is no part of the choice', () => {
  for (const claim of claims)
    assert.equal(preferred(claim, servers, self), preferred(claim, [...servers].reverse(), self));
});

test('the likings are spread: no server is everybody’s first', () => {
  const chosen = new Map<string, number>();
  for (const claim of claims) {
    const name = preferred(claim, servers, self) ?? '';
    chosen.set(name, (chosen.get(name) ?? 0) + 1);
  }
  assert.equal(chosen.size, servers.length, 'every server is somebody’s favourite');
  assert.ok(
    Math.max(...chosen.values()) <= 45,
    `${Math.max(...chosen.values())} of 2,000 claims want one of 100 servers`,
  );
});

test('what is taken away moves only those who wanted it', () => {
  const left = servers.slice(1);
  for (const claim of claims) {
    const before = preferred(claim, servers, self);
    if (before !== servers[0]) assert.equal(preferred(claim, left, self), before);
  }
});

test('a weight is the same in every process, now and later', () => {
  assert.deepEqual([weightOf('a', 'b'), weightOf('b', 'a'), weightOf('', '')], [1564531501, 949694036, 91794203]);
});
