/** With any one verb of a role taken away its mode fails, and says which verb of which kind is missing. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isMetalError } from '../../src/errors/classes.js';
import { type ModeName, modeNames } from '../../src/workflows/install/modes.js';
import { type Live, startLive } from '../support/live.js';
import { claim, discover, operate, view } from '../support/mode-stories.js';
import { type Holder, roleHolder, textOf, verbsOf } from '../support/roles.js';

let live: Live;
before(async () => {
  live = await startLive({ servers: 1 });
  await live.installCrds();
  await live.onboard();
  await live.pass({ settle: true });
});
after(() => live.close());

const stories: Readonly<Record<ModeName, (holder: Holder) => Promise<unknown>>> = {
  viewer: (holder) => view(holder),
  claimer: (holder) => claim(live, holder),
  discoverer: (holder) => discover(live, holder),
  daemon: (holder) => operate(live, holder),
};

/** Everything a person would have been told. */
async function toldBy(mode: ModeName, holder: Holder): Promise<string> {
  try {
    return String((await stories[mode](holder)) ?? '');
  } catch (error) {
    if (!isMetalError(error)) throw error;
    return `${error.message}: ${error.why}`;
  }
}

for (const mode of modeNames) {
  test(`S-K8S-2, R-API-11: ${mode} names the verb and the kind it lacks, whichever it is`, async (t) => {
    const holder = await roleHolder(live, mode);
    const silent: string[] = [];
    for (const verb of verbsOf(mode)) {
      await holder.take(verb);
      const told = await toldBy(mode, holder);
      const [plural = '', sub] = verb.resource.split('/');
      const resource = `${plural}${verb.group === '' ? '' : `.${verb.group}`}${sub === undefined ? '' : `/${sub}`}`;
      // Where the server judges a patch as a creation too, its own words name it.
      const isNamed =
        told.includes(`"${verb.verb}" on ${resource}`) ||
        told.includes(`cannot ${verb.verb} resource "${verb.resource}"`);
      if (!isNamed) silent.push(textOf(verb));
    }
    await holder.close();
    assert.deepEqual(silent, [], `${mode}: not told when missing`);
    t.diagnostic(`${verbsOf(mode).length} verbs taken away one by one`);
  });
}
