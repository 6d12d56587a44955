/** The built program killed after every single mutating request of discovery, claim and release; and answers lost. */
import { after, before, test } from 'node:test';
import type { Fault } from '../support/fault-proxy.js';
import { ProcessRig } from './process-rig.js';
import { disturbed, stories, undisturbed } from './process-stories.js';

let rig: ProcessRig;
before(async () => {
  rig = await ProcessRig.start();
});
after(() => rig.close());

const faults: readonly [Fault, string][] = [
  ['kill', 'R-API-7: killed after any request'],
  ['lose answer', 'R-API-4: the answer of any request lost'],
];

for (const story of stories) {
  for (const [fault, words] of faults) {
    test(`${words} of ${story.name}: two more passes at most, the same end`, async (t) => {
      const good = await undisturbed(rig, story);
      for (let k = 1; k <= good.requests.length; k += 1) t.diagnostic(await disturbed(rig, story, { fault, k, good }));
      t.diagnostic(`${story.name}: ${good.requests.length} requests, ${fault}: 0 double power actions, 0 left behind`);
    });
  }
}
