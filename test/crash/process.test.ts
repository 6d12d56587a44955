/** The built program killed after a sample of its mutating requests; `process.slow.test.ts` takes every one. */
import { after, before, test } from 'node:test';
import { ProcessRig } from './process-rig.js';
import { disturbAll, rounds } from './process-stories.js';

let rig: ProcessRig;
before(async () => {
  rig = await ProcessRig.start();
});
after(() => rig.close());

for (const round of rounds) {
  test(`R-API-7: ${round.name}: killed after a middle request, one or two more passes reach the same end`, async (t) => {
    const inTheMiddle = (k: number, of: number) => k === Math.ceil(of / 2);
    for (const line of await disturbAll([rig], round, 'kill', inTheMiddle)) t.diagnostic(line);
  });
}
