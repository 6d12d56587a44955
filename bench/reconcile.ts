/**
 * `node --import tsx bench/reconcile.ts`: what one visit of a Server costs when there is nothing to do, without any
 * socket: cache, decision and comparison alone. Prints, asserts nothing.
 */
import { performance } from 'node:perf_hooks';
import { reconcileOnce, reconcilers } from '../src/reconcile/index.js';
import { world } from '../test/support/world.js';

const count = 500;
const w = world();
for (let n = 0; n < count; n += 1) w.addMachine(`rack-${n}`);
const options = { registrations: reconcilers, settings: w.settings };
for (let round = 0; round < 6; round += 1) {
  let isOver = false;
  const pass = reconcileOnce(w.ports, options).finally(() => {
    isOver = true;
  });
  while (!isOver) await w.clock.tick(1_000);
  await pass;
  await w.bootOperator();
}
const writes = w.cluster.writes().length;
const times: number[] = [];
let visits = 0;
for (let round = 0; round < 10; round += 1) {
  const started = performance.now();
  const { report } = await reconcileOnce(w.ports, options);
  times.push(performance.now() - started);
  visits = report.objects.length;
}
const best = Math.min(...times);
const idle = w.cluster.writes().length - writes;
console.log(
  `idle visit, ${visits} objects in a pass: ${(best / visits).toFixed(3)} ms each (best of 10), ${idle} writes`,
);
