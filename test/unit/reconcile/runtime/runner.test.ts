/** What wakes whom: mapped watches of old and new objects, the scope, and one run per key. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BMC, Server } from '../../../../src/api/metal/v1alpha1/index.js';
import { Runner, type RunnerOptions } from '../../../../src/reconcile/index.js';
import { apiBackoff } from '../../../../src/reconcile/runtime/backoff.js';
import { rest } from '../../../../src/reconcile/runtime/decision.js';
import { type AnyRegistration, wakes } from '../../../../src/reconcile/runtime/registration.js';
import { aBmc, aServer } from '../../../support/build.js';
import { settle } from '../../../support/clock.js';
import { world } from '../../../support/world.js';

/** Visits BMCs, woken by the Servers that name them. */
function scene(
  options: Partial<RunnerOptions> = {},
  work: () => Promise<void> = async () => undefined,
  racks: readonly string[] = ['rack1', 'rack2'],
) {
  const visited: string[] = [];
  const reg: AnyRegistration = {
    name: 'bmc',
    kind: BMC,
    workers: 2,
    backoff: apiBackoff,
    indexes: [],
    asks: [],
    watches: [wakes(Server, (server) => [{ name: server.spec?.bmcRef?.name ?? '' }])],
    input: (bmc: BMC) => ({ bmc }),
    machine: {
      interrupts: [],
      settled: () => rest('Seen'),
      steps: [
        {
          name: 'see',
          run: async ({ bmc }: { bmc: BMC }) => {
            visited.push(bmc.metadata.name);
            await work();
            return undefined;
          },
        },
      ],
    },
  };
  const w = world();
  const runner = new Runner(w.ports, { registrations: [reg], settings: w.settings, ...options });
  for (const name of racks) runner.store.put(BMC, { ...aBmc(), metadata: { name, uid: name } });
  const server = (bmc: string, resourceVersion: string): Server => {
    const built = aServer().build();
    return {
      ...built,
      metadata: { ...built.metadata, resourceVersion },
      spec: { systemUUID: 'u', bmcRef: { name: bmc } },
    };
  };
  const drain = async () => {
    visited.length = 0;
    await runner.drain();
    return [...visited].sort();
  };
  return { runner, reg, visited, server, drain };
}

test('a reference that moved wakes both sides', async () => {
  const { runner, server, drain } = scene();
  runner.store.put(Server, server('rack1', '1'));
  await drain();
  runner.store.put(Server, server('rack2', '2'));
  assert.deepEqual(await drain(), ['rack1', 'rack2']);
});

test('an object that went wakes whom it named', async () => {
  const { runner, server, drain } = scene();
  runner.store.put(Server, server('rack1', '1'));
  await drain();
  runner.store.remove(Server, { name: 'rack1-system-0' });
  assert.deepEqual(await drain(), ['rack1']);
});

test('a reference to nothing wakes nobody', async () => {
  const { runner, server, drain } = scene();
  await drain();
  runner.store.put(Server, server('nobody', '1'));
  assert.deepEqual(await drain(), []);
});

test('what is out of scope is read, and never visited', async () => {
  const inScope: RunnerOptions['inScope'] = (_, object) => object.metadata.name === 'rack2';
  const { runner, server, drain } = scene({ inScope });
  runner.store.put(Server, server('rack1', '1'));
  runner.enqueueAll();
  assert.deepEqual(await drain(), ['rack2']);
  assert.ok(runner.store.get(BMC, { name: 'rack1' }));
});

test('one key is never worked on twice at once, and a change meanwhile brings it back', async () => {
  let [running, most] = [0, 0];
  const open: (() => void)[] = [];
  const work = async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise<void>((resolve) => open.push(resolve));
    running -= 1;
  };
  const { runner, visited } = scene({ inScope: (_, { metadata }) => metadata.name === 'rack1' }, work);
  const drained = runner.drain();
  await settle();
  for (const version of ['1', '2', '3']) {
    runner.store.put(BMC, { ...aBmc(), metadata: { name: 'rack1', uid: 'rack1', resourceVersion: version } });
  }
  await settle();
  assert.deepEqual([visited, most], [['rack1'], 1]);
  open.shift()?.();
  await settle();
  open.shift()?.();
  await drained;
  assert.deepEqual([visited, most], [['rack1', 'rack1'], 1]);
});

const racks = Array.from({ length: 12 }, (_, n) => `rack${n}`);

test('a kind that names its workers has no more visits at the same time', async () => {
  let [running, most] = [0, 0];
  const work = async () => {
    running += 1;
    most = Math.max(most, running);
    await settle(1);
    running -= 1;
  };
  const { runner, drain } = scene({}, work, racks);
  runner.enqueueAll();
  assert.equal((await drain()).length, racks.length);
  assert.equal(most, 2);
});

test('alone, objects are visited in their order; beside others, every process has an order of its own', async () => {
  const { settings } = world();
  const order = async (more: Partial<RunnerOptions>) => {
    const { runner, visited, drain } = scene({ concurrency: 1, ...more }, undefined, racks);
    await drain();
    visited.length = 0;
    runner.enqueueAll();
    await runner.drain();
    return [...visited];
  };
  const of = (instance: string) => order({ besideOthers: true, settings: { ...settings, instance } });
  const [alone, a, again, b] = [await order({}), await of('a'), await of('a'), await of('b')];
  assert.deepEqual(alone, racks);
  assert.deepEqual([...a].sort(), [...racks].sort());
  assert.deepEqual(a, again);
  assert.notDeepEqual(a, alone);
  assert.notDeepEqual(a, b);
});
