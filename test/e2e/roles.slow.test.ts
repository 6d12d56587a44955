/** With any one verb of a role taken away its mode fails, and says which verb of which kind is missing. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type KindDef, keyOf } from '../../src/api/kind.js';
import { Lease } from '../../src/api/kubernetes.js';
import {
  BMC,
  BMCSecret,
  BMCUser,
  Endpoint,
  Server,
  ServerClaim,
  ServerReadinessRule,
} from '../../src/api/metal/v1alpha1/index.js';
import { isMetalError } from '../../src/errors/classes.js';
import type { ModeName } from '../../src/workflows/install/modes.js';
import { type Live, startLive } from '../support/live.js';
import { briskly, claim, discover, operate, view } from '../support/mode-stories.js';
import { type Holder, roleHolder, textOf, type Verb, verbsOf } from '../support/roles.js';

let live: Live;
before(async () => {
  live = await startLive({ servers: 1 });
  await live.installCrds();
});
after(() => live.close());

/** Nobody waits long for what cannot come. */
const patienceMs = 15_000;

const stories: Readonly<Record<ModeName, (holder: Holder) => Promise<unknown>>> = {
  viewer: (holder) => view(holder),
  discoverer: (holder) => discover(live, holder, patienceMs),
  claimer: (holder) => claim(live, holder, patienceMs),
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

/** What a story that failed in the middle left behind goes, so that the next begins as the first did. */
async function tidy(): Promise<void> {
  const { cluster } = live.ports;
  const own = new Set(live.sandbox.emulator.bmcs.map(({ name }) => name));
  const kinds = [ServerClaim, ServerReadinessRule, BMCUser, Endpoint, BMC, BMCSecret] as KindDef[];
  for (const kind of kinds)
    for (const object of (await cluster.list(kind)).items)
      if (!own.has(object.metadata.name)) await cluster.delete(kind, keyOf(object));
  for (const server of (await live.servers()).filter(({ spec }) => !own.has(spec?.bmcRef?.name ?? '')))
    await cluster.delete(Server, keyOf(server));
  // Taken by the first who works, and kept: the next has to make it too.
  await cluster.delete(Lease, { namespace: 'metalctl-system', name: 'metalctl-reconciler' });
  await live.pass({ settle: true, settings: briskly(live) });
}

/** Where the server judges a patch as a creation too, its own words name it. */
function isNamed(text: string, { verb, resource, group }: Verb): boolean {
  // What the log was told is JSON.
  const told = text.replaceAll('\\"', '"');
  const [plural = '', sub] = resource.split('/');
  const kind = `${plural}${group === '' ? '' : `.${group}`}${sub === undefined ? '' : `/${sub}`}`;
  return told.includes(`"${verb}" on ${kind}`) || told.includes(`cannot ${verb} resource "${resource}"`);
}

for (const mode of Object.keys(stories) as ModeName[]) {
  test(`S-K8S-2, R-API-11: ${mode} names the verb and the kind it lacks, whichever it is`, async (t) => {
    if (mode === 'claimer') await live.onboard();
    const holder = await roleHolder(live, mode);
    const silent: string[] = [];
    for (const verb of verbsOf(mode)) {
      await tidy();
      await holder.take(verb);
      const told = await toldBy(mode, holder);
      if (!isNamed(told, verb)) silent.push(`${textOf(verb)}: ${told.slice(-700)}`);
    }
    await holder.close();
    assert.deepEqual(silent, [], `${mode}: not told when missing`);
    t.diagnostic(`${verbsOf(mode).length} verbs taken away one by one`);
  });
}
