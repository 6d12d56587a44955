/** Releases over the real reconcilers: the claim goes, the machine goes off, the server is offered again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Server } from '../../../../src/api/metal/v1alpha1/server.js';
import { ServerClaim } from '../../../../src/api/metal/v1alpha1/serverclaim.js';
import { isMetalError, type MetalError } from '../../../../src/errors/classes.js';
import { claimServer } from '../../../../src/workflows/claim/claim.js';
import {
  findClaims,
  findHolder,
  finishRelease,
  planLine,
  type ReleaseOptions,
  type ReleaseStep,
  releaseClaim,
} from '../../../../src/workflows/release/release.js';
import { type World, world } from '../../../support/world.js';
import { aClaim, addAvailable, aServer, driverOf, inTime } from '../support/servers.js';

const signal = new AbortController().signal;

/** A world with db/db-07 bound to node1 and running. */
async function aBoundClaim(policy: 'Recycle' | 'Retain' = 'Recycle'): Promise<{ w: World; server: string }> {
  const w = world();
  const server = addAvailable(w, 'node1');
  await w.cluster.patch(Server, { name: server }, { spec: { reclaimPolicy: policy } }, 'merge');
  const request = {
    namespace: 'db',
    name: 'db-07',
    image: 'img',
    power: 'On' as const,
    requirements: [],
    tolerations: [],
  };
  const options = {
    driver: driverOf(w),
    timeoutMs: 600_000,
    signal,
    retries: 0,
    waitFor: 'power' as const,
    onEvent: () => undefined,
  };
  await inTime(w, claimServer(w.ports, request, options));
  return { w, server };
}

async function release(w: World, more: Partial<ReleaseOptions> = {}) {
  const steps: ReleaseStep[] = [];
  const [found] = await findClaims(w.cluster, 'db', ['db-07']);
  assert.ok(found);
  const options = {
    driver: driverOf(w),
    wait: true,
    timeoutMs: 600_000,
    signal,
    onStep: (step: ReleaseStep) => steps.push(step),
    ...more,
  };
  const released = await inTime(w, releaseClaim(w.ports, found, options));
  return { released, steps: steps.map((step) => step.step + ('state' in step ? ` ${step.state}` : '')) };
}

const refused = async (promise: Promise<unknown>): Promise<MetalError> => {
  const error = await promise.then(
    () => assert.fail('not refused'),
    (reason: unknown) => reason,
  );
  assert.ok(isMetalError(error), String(error));
  return error;
};

test('a released server is off and available again', async () => {
  const { w, server } = await aBoundClaim();
  const { released, steps } = await release(w);
  assert.deepEqual(steps, ['claim deleted', 'powered off', 'offered Available']);
  assert.equal(released.server?.status?.powerState, 'Off');
  assert.equal(w.cluster.peek(Server, server)?.spec?.serverClaimRef, undefined);
  assert.equal(w.cluster.peek(ServerClaim, 'db/db-07'), undefined);
});

test('a retained server waits for --finish', async () => {
  const { w, server } = await aBoundClaim('Retain');
  const [found] = await findClaims(w.cluster, 'db', ['db-07']);
  assert.match(planLine(found ?? assert.fail()), /^db\/db-07 → node1-system-0 {3}policy Retain: powers OFF/);
  const holding = await refused(finishRelease(w.cluster, server));
  assert.equal(holding.why, 'claim db/db-07 holds it');
  assert.deepEqual((await release(w)).steps, ['claim deleted', 'powered off', 'offered Released']);
  assert.match((await refused(findHolder(w.cluster, server))).hints[0] ?? '', /^metalctl release --finish/);
  const finished = await finishRelease(w.cluster, server);
  assert.equal(finished?.spec?.serverClaimRef, undefined);
  assert.equal(await finishRelease(w.cluster, server), undefined);
});

test('the plan says what happens to the machine', async () => {
  const claim = aClaim('db', 'db-07');
  assert.equal(planLine({ claim }), 'db/db-07 → no server   the claim is not bound: nothing is powered off');
  assert.equal(
    planLine({ claim, server: aServer('s') }),
    'db/db-07 → s   policy Recycle: powers OFF, data on disks stays, claimable again at once',
  );
});

test('a claim of another namespace is found and named', async () => {
  const w = world();
  w.cluster.seed(aClaim('db-stage', 'db-99'));
  const error = await refused(findClaims(w.cluster, 'db', ['db-99']));
  assert.equal(error.message, 'claim "db-99" not found in namespace "db"');
  assert.equal(error.why, 'it exists in namespace "db-stage"');
  assert.deepEqual(error.hints, ['metalctl release db-99 -n db-stage']);
});

test('a server is released by its name', async () => {
  const { w, server } = await aBoundClaim();
  assert.equal((await findHolder(w.cluster, server)).claim.metadata.name, 'db-07');
  assert.equal((await refused(findHolder(w.cluster, 'nobody'))).code, 'NOT_FOUND');
});

test('a new claim of the same name is not deleted in place of the old one', async () => {
  const w = world();
  w.cluster.seed(aClaim('db', 'db-07'));
  const [found] = await findClaims(w.cluster, 'db', ['db-07']);
  await w.cluster.delete(ServerClaim, { namespace: 'db', name: 'db-07' });
  await w.cluster.create(ServerClaim, aClaim('db', 'db-07'));
  const options = { driver: driverOf(w), wait: false, timeoutMs: 1, signal, onStep: () => undefined };
  assert.equal((await refused(releaseClaim(w.ports, found ?? assert.fail(), options))).code, 'CONFLICT');
  assert.ok(w.cluster.peek(ServerClaim, 'db/db-07'));
});
