/** Claims from wish to running machine, over the real reconcilers and a cluster in memory; and every refusal. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../../../src/api/kubernetes.js';
import { Server } from '../../../../src/api/metal/v1alpha1/server.js';
import { ServerClaim } from '../../../../src/api/metal/v1alpha1/serverclaim.js';
import { isMetalError, type MetalError } from '../../../../src/errors/classes.js';
import { type ClaimEvent, type ClaimOptions, claimServer } from '../../../../src/workflows/claim/claim.js';
import type { ClaimRequest } from '../../../../src/workflows/claim/request.js';
import { readRequirements } from '../../../../src/workflows/claim/requirements.js';
import { watchingDriver } from '../../../../src/workflows/driver.js';
import { type World, world } from '../../../support/world.js';
import { aClaim, addAvailable, aServer, driverOf, inTime } from '../support/servers.js';

const aRequest = (more: Partial<ClaimRequest> = {}): ClaimRequest => ({
  namespace: 'db',
  name: 'db-07',
  image: 'ghcr.io/acme/os:2026.3',
  power: 'On',
  requirements: [],
  tolerations: [],
  ...more,
});

function claim(w: World, request: ClaimRequest, more: Partial<ClaimOptions> = {}) {
  const events: ClaimEvent[] = [];
  const result = claimServer(w.ports, request, {
    driver: watchingDriver('none'),
    timeoutMs: 60_000,
    signal: new AbortController().signal,
    retries: 5,
    onEvent: (event) => events.push(event),
    ...more,
  });
  return { result, events };
}

const refused = async (result: Promise<unknown>): Promise<MetalError> => {
  const error = await result.then(
    () => assert.fail('it was not refused'),
    (reason: unknown) => reason,
  );
  assert.ok(isMetalError(error), String(error));
  return error;
};

test('a claim is bound, booted and powered on by the local driver', async () => {
  const w = world();
  const server = addAvailable(w, 'node1');
  const { result, events } = claim(w, aRequest({ ignition: { text: '{"ignition":{"version":"3.4.0"}}' } }), {
    driver: driverOf(w),
    waitFor: 'power',
  });
  const view = await inTime(w, result);
  assert.equal(view.server?.metadata.name, server);
  assert.equal(view.server?.status?.powerState, 'On');
  assert.deepEqual(
    events.flatMap((event) => (event.type === 'step' ? `${event.step.step} ${event.step.detail}` : event.type)),
    ['plan', 'created', `bound ${server}`, 'boot config Ready', 'power On'],
  );
  const secret = w.cluster.peek(Secret, 'db/db-07-ignition');
  assert.deepEqual(
    secret?.metadata.ownerReferences?.map(({ kind, name, uid }) => [kind, name, uid]),
    [['ServerClaim', 'db-07', view.claim.metadata.uid]],
  );
  assert.equal(Buffer.from(secret?.data?.ignition ?? '', 'base64').toString(), '{"ignition":{"version":"3.4.0"}}');
});

test('without waiting the claim is written and nothing is driven', async () => {
  const w = world();
  w.cluster.seed(aServer('a'));
  const { claim: made } = await claim(w, aRequest({ selector: 'pool!=lab' })).result;
  assert.deepEqual(made.spec, {
    image: 'ghcr.io/acme/os:2026.3',
    power: 'On',
    serverSelector: { matchExpressions: [{ key: 'pool', operator: 'NotIn', values: ['lab'] }] },
  });
  assert.deepEqual(
    w.cluster.writes().map(({ verb, kind }) => `${verb} ${kind}`),
    ['create ServerClaim'],
  );
});

test('hardware filters pin the first server that fits', async () => {
  const w = world();
  w.cluster.seed(
    aServer('small', { status: { processors: [{ id: 'c', totalCores: 8 }] } }),
    aServer('x'),
    aServer('y'),
  );
  const requirements = readRequirements({ cpu: 64, memory: '512Gi', vendor: 'dell', model: '*R660', disk: '400G:ssd' });
  const { claim: made } = await claim(w, aRequest({ requirements })).result;
  assert.equal(made.spec?.serverRef?.name, 'x');
});

test('a shortage shows the funnel and the nearest misses, and writes nothing', async () => {
  const w = world();
  const general = { pool: 'general' };
  const taints = [{ key: 'hw/nic-fault', effect: 'NoBind' as const }];
  w.cluster.seed(
    aServer('lab'),
    aServer('small', { labels: general, status: { processors: [] } }),
    aServer('used', {
      labels: general,
      status: { state: 'Reserved', powerState: 'On' },
      spec: { serverClaimRef: { namespace: 'ci', name: 'b' } },
    }),
    aServer('node031', { labels: general, spec: { taints } }),
    aServer('node044', { labels: general, status: { powerState: 'On' } }),
  );
  const request = aRequest({ selector: 'pool=general', requirements: readRequirements({ cpu: 64 }) });
  const error = await refused(claim(w, request).result);
  assert.equal(error.code, 'NO_CAPACITY');
  assert.equal(error.message, 'no server satisfies claim db/db-07 now');
  assert.equal(
    error.why,
    '5 servers → 4 match pool=general → 3 have ≥ 64 cores → 2 not held by another claim → 1 powered off → 0 tolerated\n' +
      'nearest: node031 (taint hw/nic-fault:NoBind)\n' +
      '         node044 (power is On, a claimable server must be off)',
  );
  assert.equal(error.hints[0], 'metalctl why server/node031                   what keeps it back, and what lifts that');
  assert.deepEqual(w.cluster.writes(), []);
});

test('a named server that cannot be had is refused with the reason', async () => {
  const cases: [string, Parameters<typeof aServer>[1], string, string][] = [
    ['missing', undefined, 'NOT_FOUND', 'the nearest names are s1'],
    ['cordoned', { spec: { unclaimable: true } }, 'SERVER_NOT_CLAIMABLE', 'it is cordoned'],
    ['on', { status: { powerState: 'On' } }, 'SERVER_NOT_CLAIMABLE', 'power is On, a claimable server must be off'],
    [
      'reserved',
      { status: { state: 'Reserved' }, spec: { serverClaimRef: { namespace: 'ci', name: 'build-3' } } },
      'SERVER_NOT_CLAIMABLE',
      'claim ci/build-3 holds it; state is Reserved',
    ],
  ];
  for (const [name, traits, code, why] of cases) {
    const w = world();
    w.cluster.seed(aServer('s1', traits));
    const error = await refused(
      claim(w, aRequest({ server: name === 'missing' ? 's2' : 's1' }), { waitFor: 'power' }).result,
    );
    assert.deepEqual([error.code, error.why], [code, why], name);
    assert.deepEqual(w.cluster.writes(), [], name);
  }
});

test('of two claims for one server one wins, and the loser is told who has it', async () => {
  const w = world();
  const server = addAvailable(w, 'node1');
  const run = (name: string) =>
    claim(w, aRequest({ name, server }), { driver: driverOf(w), waitFor: 'bound' }).result.catch(
      (error: unknown) => error,
    );
  const results = await inTime(w, Promise.all([run('a'), run('b')]));
  const errors = results.filter(isMetalError);
  assert.equal(errors.length, 1);
  const winner = w.cluster.peek(Server, server)?.spec?.serverClaimRef?.name;
  assert.equal(errors[0]?.code, 'SERVER_NOT_CLAIMABLE');
  assert.match(errors[0]?.why ?? '', new RegExp(`^claim db/${winner} (has|holds) it`));
  assert.deepEqual(
    (await w.cluster.list(ServerClaim)).items.map(({ metadata }) => metadata.name),
    [winner],
  );
});

test('a race lost under hardware filters goes on with the next server', async () => {
  const w = world();
  addAvailable(w, 'node1');
  const second = addAvailable(w, 'node2');
  const requirements = readRequirements({ cpu: 64 });
  const { result, events } = claim(w, aRequest({ requirements }), {
    driver: driverOf(w),
    waitFor: 'bound',
    onEvent: (event) => {
      events.push(event);
      if (event.type !== 'created' || event.claim.spec?.serverRef?.name !== 'node1-system-0') return;
      void w.cluster.patch(
        Server,
        { name: 'node1-system-0' },
        { spec: { serverClaimRef: { namespace: 'ci', name: 'build-9' } } },
        'merge',
      );
    },
  });
  const view = await inTime(w, result);
  assert.equal(view.server?.metadata.name, second);
  assert.deepEqual(
    events.filter(({ type }) => type === 'lost'),
    [{ type: 'lost', server: 'node1-system-0', holder: 'ci/build-9' }],
  );
});

test('a waiting claim is queued until a server becomes free', async () => {
  const w = world();
  const server = addAvailable(w, 'node1');
  await w.cluster.patch(Server, { name: server }, { spec: { unclaimable: true } }, 'merge');
  const { result, events } = claim(w, aRequest(), { driver: driverOf(w), waitFor: 'bound', timeoutMs: 600_000 });
  w.clock.after(5_000, () => {
    void w.cluster.patch(Server, { name: server }, { spec: { unclaimable: false } }, 'merge');
  });
  assert.equal((await inTime(w, result)).server?.metadata.name, server);
  assert.equal(events[0]?.type, 'queued');
});

test('a queue that ends without a server is a shortage and leaves no claim', async () => {
  const w = world();
  w.cluster.seed(aServer('a', { spec: { unclaimable: true } }));
  const error = await refused(inTime(w, claim(w, aRequest(), { waitFor: 'bound', timeoutMs: 5_000 }).result));
  assert.equal(error.code, 'NO_CAPACITY');
  assert.deepEqual((await w.cluster.list(ServerClaim)).items, []);
  assert.equal(w.clock.pending(), 0);
});

test('a wait that is only slow times out and keeps the claim', async () => {
  const w = world();
  w.cluster.seed(aServer('a'));
  const error = await refused(inTime(w, claim(w, aRequest(), { waitFor: 'bound', timeoutMs: 5_000 }).result));
  assert.equal(error.code, 'WAIT_TIMEOUT');
  assert.equal((await w.cluster.list(ServerClaim)).items.length, 1);
});

test('a taken name is refused; --adopt takes an equal claim and refuses another', async () => {
  const w = world();
  w.cluster.seed<Server | ServerClaim>(aServer('a'), aClaim('db', 'db-07', 'a'));
  assert.equal((await refused(claim(w, aRequest({ image: 'img' })).result)).code, 'ALREADY_EXISTS');
  const { result, events } = claim(w, aRequest({ image: 'img' }), { adopt: true });
  await result;
  assert.equal(events.at(-1)?.type, 'unchanged');
  const error = await refused(claim(w, aRequest({ image: 'other' }), { adopt: true }).result);
  assert.equal(error.message, 'claim db/db-07 exists and asks for something else');
  assert.deepEqual(w.cluster.writes(), []);
});

test('a claim that cannot be created leaves no Secret behind', async () => {
  const w = world();
  w.cluster.seed(aServer('a'));
  w.cluster.failNext('create', new TypeError('a bug'), 'ServerClaim');
  await assert.rejects(claim(w, aRequest({ ignition: { text: '{}' } })).result, TypeError);
  assert.deepEqual((await w.cluster.list(Secret)).items, []);
});

test('a Secret left by a killed run is used again; a foreign one is not overwritten', async () => {
  const w = world();
  w.cluster.seed(aServer('a'));
  const request = aRequest({ ignition: { text: '{}' } });
  const orphan = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'db', name: 'db-07-ignition' } };
  const data = { ignition: 'e30=', format: 'ZmNvcw==' };
  w.cluster.seed({ ...orphan, data } as never);
  await claim(w, request).result;
  assert.equal(w.cluster.peek(Secret, 'db/db-07-ignition')?.metadata.ownerReferences?.length, 1);

  const other = world();
  other.cluster.seed(aServer('a'), { ...orphan, data: { ignition: 'eA==' } } as never);
  assert.equal((await refused(claim(other, request).result)).code, 'ALREADY_EXISTS');
  assert.deepEqual(other.cluster.writes(), []);
});

test('user data of a file is kept in a Secret of the claim, of the type the metadata service serves', async () => {
  const w = world();
  w.cluster.seed(aServer('a'));
  await claim(w, aRequest({ ignition: { text: '{}' }, userData: { text: 'hostname: db-07' } })).result;
  const secret = w.cluster.peek(Secret, 'db/db-07-user-data');
  assert.equal(secret?.type, 'metal.ironcore.dev/user-data');
  assert.deepEqual(secret?.data, { 'user-data': Buffer.from('hostname: db-07').toString('base64') });
  const [owner] = secret?.metadata.ownerReferences ?? [];
  assert.deepEqual([owner?.kind, owner?.name], ['ServerClaim', 'db-07']);
  assert.deepEqual(w.cluster.peek(ServerClaim, 'db/db-07')?.spec?.userDataRef, { name: 'db-07-user-data' });
});

test("of two Secrets the first is taken back when the second is somebody else's", async () => {
  const w = world();
  const foreign = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'db', name: 'db-07-user-data' } };
  w.cluster.seed(aServer('a'), { ...foreign, data: { 'user-data': 'eA==' } } as never);
  const request = aRequest({ ignition: { text: '{}' }, userData: { text: 'x' } });
  const error = await refused(claim(w, request).result);
  assert.equal(error.code, 'ALREADY_EXISTS', 'the same bytes under another type are not the same');
  assert.equal(w.cluster.peek(Secret, 'db/db-07-ignition'), undefined);
  assert.equal(w.cluster.peek(ServerClaim, 'db/db-07'), undefined);
  assert.ok(w.cluster.peek(Secret, 'db/db-07-user-data'), 'what is not ours stays');
});

test('a Secret that a killed run left to nobody goes to the claim that is adopted, once', async () => {
  const w = world();
  w.cluster.seed(aServer('a'));
  const request = aRequest({ ignition: { text: '{}' } });
  w.cluster.failNext('patch', new TypeError('killed'), 'Secret');
  await assert.rejects(claim(w, request).result, TypeError);
  assert.ok(w.cluster.peek(Secret, 'db/db-07-ignition'), 'the claim names it, and keeps it');
  await claim(w, request, { adopt: true }).result;
  const owners = () => w.cluster.peek(Secret, 'db/db-07-ignition')?.metadata.ownerReferences?.map(({ name }) => name);
  assert.deepEqual(owners(), ['db-07']);
  const writes = w.cluster.writes().length;
  await claim(w, request, { adopt: true }).result;
  assert.equal(w.cluster.writes().length, writes, 'what is given is not given again');
});

test('a failed boot configuration ends the wait at once', async () => {
  const w = world();
  addAvailable(w, 'node1');
  w.bootOperator = async () => {
    const { ServerBootConfiguration } = await import('../../../../src/api/metal/v1alpha1/serverbootconfiguration.js');
    for (const boot of (await w.cluster.list(ServerBootConfiguration)).items) {
      await w.cluster.patch(ServerBootConfiguration, boot.metadata, { status: { state: 'Error' } }, 'merge', {
        subresource: 'status',
      });
    }
  };
  const error = await refused(inTime(w, claim(w, aRequest(), { driver: driverOf(w), waitFor: 'power' }).result));
  assert.equal(error.code, 'FAILED_STATE');
});
