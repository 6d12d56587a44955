/** The built program killed after every single mutating request of discovery, claim and release; and answers lost. */
import { after, before, test } from 'node:test';
import type { Fault } from '../support/fault-proxy.js';
import { ProcessRig } from './process-rig.js';
import { disturbAll, rounds } from './process-stories.js';

/** A pass mostly waits for its machine: three sandboxes keep two cores busy. */
const rigs: ProcessRig[] = [];
before(async () => {
  for (let n = 0; n < 3; n += 1) rigs.push(await ProcessRig.start());
});
after(async () => {
  for (const rig of rigs) await rig.close();
});

const faults: readonly [Fault, string][] = [
  ['kill', 'R-API-7: killed after any request'],
  ['lose answer', 'R-API-4: the answer of any request lost'],
];

for (const round of rounds) {
  for (const [fault, words] of faults) {
    test(`${words} of ${round.name}: two more passes at most, the same end`, async (t) => {
      for (const line of await disturbAll(rigs, round, fault)) t.diagnostic(line);
    });
  }
}
