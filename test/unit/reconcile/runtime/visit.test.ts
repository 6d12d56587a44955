/** One visit: its effects, its one status patch, and what is left on the object when it fails. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Server } from '../../../../src/api/metal/v1alpha1/index.js';
import { ConflictError, PermanentError, TransientError } from '../../../../src/errors/classes.js';
import { Secret } from '../../../../src/lib/secret.js';
import { systemUri } from '../../../../src/ports/bmc.js';
import { patchSelf } from '../../../../src/reconcile/effects.js';
import { Runner } from '../../../../src/reconcile/index.js';
import { bmcBackoff } from '../../../../src/reconcile/runtime/backoff.js';
import { type Decision, go, rest, stay } from '../../../../src/reconcile/runtime/decision.js';
import type { Registration } from '../../../../src/reconcile/runtime/registration.js';
import type { VisitResult } from '../../../../src/reconcile/runtime/visit.js';
import { aServer } from '../../../support/build.js';
import { world } from '../../../support/world.js';

const key = { name: 'rack1-system-0' };

/** A reconciler of Servers that decides what the test says. */
const deciding = (
  decide: (server: Server) => Decision | Promise<Decision>,
): Registration<Server, { server: Server }> => ({
  name: 'server',
  kind: Server,
  workers: 1,
  backoff: bmcBackoff,
  summary: 'Ready',
  observesGeneration: true,
  watches: [],
  indexes: [],
  asks: [],
  input: (server) => ({ server }),
  machine: {
    interrupts: [],
    steps: [{ name: 'test', run: async ({ server }) => decide(server) }],
    settled: () => rest('Done'),
  },
});

async function scene(
  decide: (server: Server) => Decision | Promise<Decision>,
  server = aServer().in('Available').build(),
) {
  const w = world();
  w.cluster.seed(server);
  const runner = new Runner(w.ports, { registrations: [deciding(decide)], settings: w.settings });
  for (const object of w.cluster.all(Server)) runner.store.put(Server, object);
  const results: VisitResult[] = [];
  runner.onVisited((_, result) => results.push(result));
  const visit = async () => {
    runner.queue.add({ reg: runner.registrations[0] as never, key });
    await runner.drain();
    return results.at(-1) as VisitResult;
  };
  return { w, visit, runner, results, stored: () => w.cluster.peek(Server, key), patches: () => w.cluster.writes() };
}

const readyOf = (server: Server | undefined) => server?.status?.conditions?.find(({ type }) => type === 'Ready');

test('state, status and conditions go out as one status patch, after the effects', async () => {
  const decide = ({ status }: Server) =>
    status?.state === 'Available'
      ? go('Reserved', 'Claimed', {
          status: { powerState: 'Off' },
          effects: [patchSelf({ spec: { unclaimable: true } })],
        })
      : rest('Claimed');
  const { visit, patches, stored, results } = await scene(decide);
  await visit();
  assert.deepEqual(
    patches()
      .slice(0, 2)
      .map(({ subresource }) => subresource),
    [undefined, 'status'],
  );
  assert.equal(results.length, 3, 'each write wakes it once more');
  assert.equal(patches().length, 3);
  assert.deepEqual([stored()?.status?.state, stored()?.status?.powerState], ['Reserved', 'Off']);
});

test('a state is not entered when an effect failed: the status says why, and nothing else of it changed', async () => {
  const { w, visit, stored } = await scene(() =>
    go('Reserved', 'Claimed', { status: { powerState: 'On' }, effects: [patchSelf({ spec: { unclaimable: true } })] }),
  );
  w.cluster.failNext('patch', new TransientError('API_UNREACHABLE', 'no answer'));
  const result = await visit();
  assert.deepEqual([stored()?.status?.state, stored()?.status?.powerState], ['Available', undefined]);
  assert.deepEqual([readyOf(stored())?.status, readyOf(stored())?.reason], ['False', 'APIUnreachable']);
  assert.deepEqual(result.outcome, { kind: 'after', ms: 1_000 });
});

test('a failure that goes on is written and announced once', async () => {
  const { w, visit, patches } = await scene(() => {
    throw new TransientError('BMC_UNREACHABLE', 'no route to host');
  });
  for (let time = 0; time < 4; time += 1) await visit();
  assert.equal(patches().length, 1);
  assert.deepEqual(
    w.events.map(({ event }) => `${event.type} ${event.reason}`),
    ['Warning ConnectionFailed'],
  );
});

test('a failing object waits longer each time, and starts over after a good visit', async () => {
  let isDown = true;
  const { visit } = await scene(() => {
    if (isDown) throw new TransientError('BMC_UNREACHABLE', 'no route to host');
    return rest('Fine');
  });
  const waits: unknown[] = [];
  for (let time = 0; time < 3; time += 1) waits.push((await visit()).outcome);
  isDown = false;
  await visit();
  isDown = true;
  waits.push((await visit()).outcome);
  assert.deepEqual(
    waits,
    [1_000, 2_000, 4_000, 1_000].map((ms) => ({ kind: 'after', ms })),
  );
});

test('a bug in one reconciler is contained, said, and tried again slowly', async () => {
  const { visit, stored } = await scene(() => {
    throw new TypeError('cannot read x of undefined');
  });
  const result = await visit();
  assert.deepEqual([readyOf(stored())?.reason, result.outcome], ['InternalError', { kind: 'after', ms: 1_000 }]);
});

test('a conflict leaves no trace on the object and no event: it concerns nobody', async () => {
  let isFirst = true;
  const { w, visit, patches, results } = await scene(() => {
    if (!isFirst) return rest('Fine');
    isFirst = false;
    throw new ConflictError('CONFLICT', 'somebody else wrote first');
  });
  await visit();
  assert.deepEqual(results.map(({ because }) => because).slice(0, 2), ['Conflict', 'Fine']);
  assert.deepEqual([patches().length, w.events], [1, []]);
});

test('somebody labelled the Server between list and write: the visit is repeated on what is there now', async () => {
  // It used to be repeated on the same old cache, five times, and then given up for this pass.
  const { w, visit, stored } = await scene(() =>
    rest('Fine', { effects: [patchSelf({ spec: { unclaimable: true } })] }),
  );
  await w.cluster.patch(Server, key, { metadata: { labels: { zone: 'a' } } }, 'merge');
  const result = await visit();
  assert.equal(result.error, undefined);
  assert.deepEqual([stored()?.spec?.unclaimable, stored()?.metadata.labels], [true, { zone: 'a' }]);
});

test('an unchanged object is visited without a write, whatever the clock says', async () => {
  const { w, visit, patches } = await scene(() => stay('Waiting', { recheckMs: 5_000 }));
  await visit();
  const before = patches().length;
  await w.clock.tick(60_000);
  await visit();
  assert.equal(patches().length, before);
});

test('the transition time moves only with the status of a condition', async () => {
  let reason = 'One';
  const { w, visit, stored } = await scene(() => stay(reason));
  await visit();
  const first = readyOf(stored())?.lastTransitionTime;
  await w.clock.tick(60_000);
  reason = 'Two';
  await visit();
  assert.deepEqual([readyOf(stored())?.reason, readyOf(stored())?.lastTransitionTime], ['Two', first]);
});

test('a change of state is an event that names both', async () => {
  const decide = ({ status }: Server) => (status?.state === 'Available' ? go('Reserved', 'Claimed') : rest('Claimed'));
  const { w, visit } = await scene(decide);
  await visit();
  assert.deepEqual(
    w.events.map(({ event }) => [event.reason, event.note]),
    [['Claimed', 'Available → Reserved: Claimed']],
  );
});

test('a visit that never ends is cut off after two minutes', async () => {
  const { w, visit, stored } = await scene(() => new Promise<Decision>(() => undefined));
  const visited = visit();
  await w.clock.tick(121_000);
  assert.deepEqual((await visited).outcome, { kind: 'after', ms: 1_000 });
  assert.equal(readyOf(stored())?.reason, 'ConnectionFailed');
});

test('a BMC that refuses a power-off is not asked again and again: the next try waits for the back-off', async () => {
  // Intent written, request refused, intent withdrawn: these two writes used to wake the server at once, for ever.
  const access = {
    id: 'rack1',
    url: 'https://10.0.0.1',
    username: 'admin',
    password: new Secret('pw'),
    credentialVersion: '1',
  };
  const note = (value: string | null) => ({ metadata: { annotations: { intent: value } } });
  const { w, visit, results } = await scene(() => {
    if (results.length > 20) return rest('LoopNoticed');
    const how = { to: 'Off', how: 'graceful', intent: note('off'), withdraw: note(null) } as const;
    return stay('Off', { effects: [{ do: 'setPower', access, system: systemUri('/redfish/v1/Systems/1'), ...how }] });
  });
  const machine = w.bmcs.add('rack1', { power: 'On' });
  for (let time = 0; time < 30; time += 1)
    machine.failNext('setPower', new PermanentError('RESET_TYPE_UNSUPPORTED', 'no'));
  await visit();
  assert.deepEqual(machine.calls, ['setPower Off graceful']);
});

test('an object that is gone is no failure', async () => {
  const { runner, visit } = await scene(() => rest('Fine'));
  runner.store.remove(Server, key);
  const result = await visit();
  assert.deepEqual([result.isGone, result.error, result.writes], [true, undefined, 0]);
});
