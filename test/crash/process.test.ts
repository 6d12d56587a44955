/** The built program killed after a sample of its mutating requests; `process.slow.test.ts` takes every one. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ProcessRig } from './process-rig.js';
import { disturbed, stories, undisturbed } from './process-stories.js';

let rig: ProcessRig;
before(async () => {
  rig = await ProcessRig.start();
});
after(() => rig.close());

for (const story of stories) {
  test(`R-API-7: ${story.name}: killed after the middle request, one or two more passes reach the same end`, async (t) => {
    const good = await undisturbed(rig, story);
    assert.ok(good.requests.length > 3, good.requests.join('\n'));
    const k = Math.ceil(good.requests.length / 2);
    t.diagnostic(await disturbed(rig, story, { fault: 'kill', k, good }));
  });
}
