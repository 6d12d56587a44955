/** The work queue under a stepped clock: one run per key, no change lost, order by priority, delays by one timer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorkQueue } from '../../../../src/reconcile/runtime/queue.js';
import { fakeClock } from '../../../support/clock.js';

const make = () => {
  const clock = fakeClock();
  return { clock, queue: new WorkQueue<string>(clock, (key) => key) };
};
const drain = (queue: WorkQueue<string>): string[] => {
  const keys: string[] = [];
  for (let item = queue.take(); item !== undefined; item = queue.take()) {
    keys.push(item.key);
    queue.done(item.key);
  }
  return keys;
};

test('a key is queued once, however often it is added', () => {
  const { queue } = make();
  for (const key of ['a', 'b', 'a']) queue.add(key);
  assert.deepEqual(drain(queue), ['a', 'b']);
});

test('a change while a key is worked on brings it back afterwards, once', () => {
  const { queue } = make();
  queue.add('a');
  queue.take();
  queue.add('a');
  queue.add('a');
  assert.equal(queue.take(), undefined, 'never twice at the same time');
  queue.done('a');
  assert.deepEqual(drain(queue), ['a']);
});

test('live changes overtake the initial list, and a raised key moves up', () => {
  const { queue } = make();
  for (const key of ['old1', 'old2', 'old3']) queue.add(key, -100);
  queue.add('new');
  queue.add('old3', 0);
  assert.deepEqual(drain(queue), ['new', 'old3', 'old1', 'old2']);
});

test('nothing starves: a key that waited a minute counts as normal', async () => {
  const { clock, queue } = make();
  queue.add('low', -100);
  await clock.tick(61_000);
  queue.add('normal');
  assert.equal(queue.take()?.key, 'low');
});

test('of two delays the earlier one holds, and many delays share one timer', async () => {
  const { clock, queue } = make();
  queue.addAfter('a', 5_000);
  queue.addAfter('a', 1_000);
  queue.addAfter('a', 9_000);
  for (let n = 0; n < 100; n += 1) queue.addAfter(`x${n}`, 20_000 + n);
  assert.equal(clock.pending(), 1);
  await clock.tick(1_000);
  assert.deepEqual(drain(queue), ['a']);
  await clock.tick(8_000);
  assert.deepEqual(drain(queue), [], 'the later deadlines of the key are gone');
});

test('an immediate add takes the place of a delayed one', async () => {
  const { clock, queue } = make();
  queue.addAfter('a', 1_000);
  queue.add('a');
  assert.deepEqual(drain(queue), ['a']);
  await clock.tick(2_000);
  assert.deepEqual(drain(queue), []);
});

test('failures are counted in a row and forgotten on success', () => {
  const { queue } = make();
  assert.equal(queue.fail('a'), 1);
  assert.equal(queue.fail('a'), 2);
  queue.add('a');
  assert.equal(queue.take()?.failures, 2);
  queue.forget('a');
  assert.equal(queue.fail('a'), 1);
});

test('a closed queue takes nothing and wakes whoever waits', async () => {
  const { clock, queue } = make();
  const waiting = queue.changed();
  queue.addAfter('a', 10);
  queue.close();
  await waiting;
  queue.add('b');
  await clock.tick(100);
  assert.equal(queue.take(), undefined);
  assert.equal(clock.pending(), 0);
});
