/** BMCs over several threads: the same machines as in one, reached by one control plane. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { askControl } from '../../../../src/sandbox/bmc/control-client.js';
import { type ShardedEmulator, startEmulator, startShardedEmulator } from '../../../../src/sandbox/bmc/index.js';
import { sharesOf } from '../../../../src/sandbox/bmc/shards/sharded.js';
import { createAuthority } from '../../../../src/sandbox/certificates.js';
import { ownBlock } from '../../../support/live.js';
import { password, reset, send } from './client.js';

const options = { servers: 5, vendors: 'dell,hpe:2', seed: 3, password, port: 0, network: ownBlock(), speed: 1_000 };
const token = 'of this test';
const script = new URL('../../../support/bmc-thread.mjs', import.meta.url);
const offered: string[] = [];
let fleet: ShardedEmulator;

before(async () => {
  fleet = await startShardedEmulator({
    ...options,
    workers: 2,
    token,
    script,
    networkBoot: async (uuid) => {
      offered.push(uuid);
      return { kind: 'os', image: 'os:1' };
    },
    systemUUID: async (name) => (name === 'rack-5' ? fleet.bmcs[4]?.systemUUIDs[0] : undefined),
    scenario: { faults: [], steps: [{ afterMs: 1, step: { do: 'power', bmc: 'bmc-5', to: 'On' } }] },
  });
});
after(() => fleet.close());

const read = async (path: string) => (await askControl(fleet.control.url, token, 'GET', path)).body as never;
const step = (body: Record<string, string | object>) =>
  askControl(fleet.control.url, token, 'POST', '/steps', body as never);

test('shares are even, in order and never empty', () => {
  assert.deepEqual(sharesOf(5, 2), [
    { from: 0, count: 2 },
    { from: 2, count: 3 },
  ]);
  assert.deepEqual(
    sharesOf(2, 8).map(({ count }) => count),
    [1, 1],
  );
  assert.deepEqual(sharesOf(0, 4), [{ from: 0, count: 0 }]);
});

test('every machine is the one it would be in a single thread, at the same kind of address', async () => {
  const single = await startEmulator({ ...options, network: ownBlock() });
  const facts = (bmcs: ShardedEmulator['bmcs']) =>
    bmcs.map(({ name, profile, serial, systemUUIDs }) => ({ name, profile, serial, systemUUIDs }));
  assert.deepEqual(facts(fleet.bmcs), facts(single.bmcs));
  await single.close();
  assert.equal(new Set(fleet.bmcs.map(({ port }) => port)).size, 1);
  assert.equal(new Set(fleet.bmcs.map(({ host }) => host)).size, 5);
});

test('the control plane finds the thread of a machine, and joins what all of them say', async () => {
  const [first, , , , last] = fleet.bmcs;
  assert.ok(first && last);
  const { id } = (await step({ do: 'fail', rule: { action: { kind: 'status', status: 503 } } })).body;
  assert.deepEqual(
    await Promise.all([first, last].map(async (bmc) => (await send(bmc, '/redfish/v1')).status)),
    [503, 503],
  );
  const { faults } = (await read('/faults')) as { faults: object[] };
  assert.deepEqual(faults, [{ id, rule: { id, action: { kind: 'status', status: 503 } }, struck: 2 }]);
  assert.deepEqual((await step({ do: 'heal', bmc: 'rack-5' })).body, { healed: [id] });
  assert.deepEqual(
    await Promise.all([first, last].map(async (bmc) => (await send(bmc, '/redfish/v1')).status)),
    [503, 200],
  );
  assert.deepEqual((await step({ do: 'heal' })).body, { healed: [id] });
  const { requests } = (await read('/counters')) as { requests: number };
  assert.equal(requests, 4);
  const { bmcs } = (await read('/bmcs')) as { bmcs: { name: string; powerState: string }[] };
  assert.deepEqual(
    bmcs.map(({ name }) => name).sort(),
    fleet.bmcs.map(({ name }) => name),
  );
  assert.equal(
    bmcs.find(({ name }) => name === 'bmc-5')?.powerState,
    'On',
    'the step of the scenario was for this one',
  );
  const log = (await read(`/requests?bmc=${last.serial}`)) as { requests: { bmc: string }[] };
  assert.deepEqual(
    log.requests.map(({ bmc }) => bmc),
    ['bmc-5', 'bmc-5'],
  );
  assert.equal((await step({ do: 'power', bmc: 'bmc-9', to: 'On' })).status, 404);
  assert.equal((await step({ do: 'fail', fault: 'gremlins' })).status, 400);
  assert.equal((await askControl(fleet.control.url, 'wrong', 'GET', '/bmcs')).status, 401);
});

test('a machine in another thread boots what the boot network of this one serves', async () => {
  const bmc = fleet.bmcs[3];
  assert.ok(bmc);
  await reset(bmc, 'On');
  const deadline = performance.now() + 20_000;
  const isBooted = async () => JSON.stringify(await read(`/actions?bmc=${bmc.name}`)).includes('os os:1');
  while (!(await isBooted()) && performance.now() < deadline);
  assert.ok(await isBooted(), 'it booted');
  assert.ok(offered.includes(String(bmc.systemUUIDs[0]).toLowerCase()));
});

test('threads get their certificates from here, and what cannot start is told in its own words', async () => {
  const authority = await createAuthority();
  const tls = (hosts: string[]) => authority.issue({ hosts });
  const secure = { ...options, servers: 1, workers: 1, token, script, tls, network: ownBlock() };
  const second = await startShardedEmulator(secure);
  const { get } = await import('node:https');
  const statuses = await Promise.all(
    second.bmcs.map(
      ({ url }) =>
        new Promise((resolve, reject) => {
          get(`${url}/redfish/v1`, { ca: authority.ca, agent: false }, (response) => {
            response.resume();
            resolve(response.statusCode);
          }).on('error', reject);
        }),
    ),
  );
  assert.deepEqual(statuses, [200]);
  const taken = { ...secure, port: second.bmcs[0]?.port ?? 0 };
  await assert.rejects(startShardedEmulator(taken), { code: 'PORT_IN_USE' });
  await assert.rejects(startShardedEmulator({ ...secure, addressing: 'path' }), { code: 'USAGE' });
  await second.close();
});
