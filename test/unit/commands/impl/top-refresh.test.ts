/** `top --refresh`: changes are told as they come; ages are counted anew so often, and not while the link is down. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Server } from '../../../../src/api/metal/v1alpha1/index.js';
import { topFeed } from '../../../../src/commands/impl/top.js';
import type { TopEvent } from '../../../../src/ui/top/model.js';
import { world } from '../../../support/world.js';
import { addAvailable, aServer } from '../../workflows/support/servers.js';

async function watching(refresh: number) {
  const w = world();
  addAvailable(w, 'node1');
  let snapshots = 0;
  const send = (event: TopEvent): void => {
    if (event.type === 'snapshot') snapshots += 1;
  };
  const stop = topFeed({ ports: w.ports, flags: { refresh } } as never, send, (error) => assert.fail(error));
  for (let turn = 0; turn < 200 && snapshots === 0; turn += 1) await w.clock.tick(0);
  // The lists of several kinds arrive one after the other.
  for (let turn = 0; turn < 50; turn += 1) await w.clock.tick(0);
  const during = async (ms: number): Promise<number> => {
    const before = snapshots;
    for (let step = 0; step < ms; step += 100) await w.clock.tick(100);
    return snapshots - before;
  };
  return { w, stop, during };
}

test('so often, and not more often', async () => {
  const { stop, during } = await watching(2_000);
  assert.equal(await during(10_000), 5);
  stop();
  assert.equal(await during(10_000), 0);
});

test('a refresh of nothing is twice a second: a terminal is not flooded', async () => {
  const { stop, during } = await watching(0);
  assert.equal(await during(5_000), 10);
  stop();
});

test('a change is told before the next refresh', async () => {
  const { w, stop, during } = await watching(60_000);
  await w.cluster.create(Server, aServer('new'));
  assert.equal(await during(1_000), 1);
  stop();
});
