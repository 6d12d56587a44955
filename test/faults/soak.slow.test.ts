/** A soak of half a day in a minute. */
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { soak } from './soak.js';

setFlagsFromString('--expose-gc');
global.gc = runInNewContext('gc') as typeof global.gc;

test('R-PRC-6: half a day of passes, faults and kills leak nothing', async (t) => {
  const seed = Number(process.env.METALCTL_SEED ?? 3);
  await soak({ servers: 10, hours: 12, seed }, (figure) => t.diagnostic(figure));
});
