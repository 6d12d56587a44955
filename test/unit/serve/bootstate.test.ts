/** `/bootstate`: who may say that a machine is up, and what is recorded of it. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, test } from 'node:test';
import type { KubeObject } from '../../../src/api/kind.js';
import { type Server, ServerBootConfiguration } from '../../../src/api/metal/v1alpha1/index.js';
import { ConflictError, TransientError } from '../../../src/errors/classes.js';
import type { EventNote } from '../../../src/ports/events.js';
import { silent } from '../../../src/ports/log.js';
import { parseBootState } from '../../../src/serve/registry/bootstate.js';
import { startRegistry } from '../../../src/serve/registry/index.js';
import { fakeClock } from '../../support/clock.js';
import { fakeCluster } from '../../support/fake-cluster.js';

const uuid = '38947555-7742-3448-3784-823347823834';
const apiVersion = 'metal.ironcore.dev/v1alpha1';
const server = (name: string, spec: object, status = {}) =>
  ({
    apiVersion,
    kind: 'Server',
    metadata: { name },
    spec: { systemUUID: uuid, ...spec },
    status,
  }) as unknown as Server;
const boot = (name: string, conditions: object[] = []) =>
  ({
    apiVersion,
    kind: 'ServerBootConfiguration',
    metadata: { namespace: 'lab', name, generation: 3 },
    spec: { serverRef: { name: 'a' } },
    status: { state: 'Ready', conditions },
  }) as unknown as ServerBootConfiguration;
const ref = (name: string) => ({ namespace: 'lab', name });

const closers: (() => Promise<void>)[] = [];
after(async () => void (await Promise.all(closers.map((close) => close()))));

async function open(isOpen = true) {
  const clock = fakeClock();
  const cluster = fakeCluster(() => clock.now());
  const told: EventNote[] = [];
  const events = { emit: (_object: unknown, note: EventNote) => void told.push(note), flush: async () => undefined };
  const registry = await startRegistry({
    host: '127.0.0.1',
    port: 0,
    clock,
    log: silent,
    isOpen,
    boots: { cluster, events },
  });
  closers.push(() => registry.close());
  const say = async (body: unknown, path = '/bootstate') => {
    const answer = await fetch(`${registry.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
    return [answer.status, (await answer.text()).trim()] as const;
  };
  const conditions = (name: string) =>
    cluster.peek(ServerBootConfiguration, { namespace: 'lab', name })?.status?.conditions as { type: string }[];
  return { clock, cluster, told, registry, say, conditions };
}
const up = { systemUUID: uuid.toUpperCase(), booted: true };
const foreign = {
  type: 'IgnitionValid',
  status: 'True',
  reason: 'Valid',
  message: '',
  lastTransitionTime: '2025-01-01T00:00:00Z',
};

test('the condition is set beside others, keeps its time, and the Server is told', async () => {
  const { clock, cluster, told, say, conditions } = await open();
  cluster.seed<KubeObject>(server('a', { bootConfigurationRef: ref('b') }), boot('b', [foreign]));
  assert.deepEqual(await say(up), [200, '']);
  const received = {
    type: 'BootStateReceived',
    status: 'True',
    reason: 'BootStateReceived',
    message: 'Server successfully posted boot state',
    observedGeneration: 3,
    lastTransitionTime: '2026-01-01T00:00:00Z',
  };
  assert.deepEqual(conditions('b'), [foreign, received]);
  await clock.tick(60_000);
  assert.deepEqual(await say(up), [200, '']);
  assert.deepEqual(conditions('b'), [foreign, received]);
  assert.equal(told[0]?.reason, 'BootStateReceived');
});

test('a writer in between is not overwritten', async () => {
  const { cluster, say, conditions } = await open();
  cluster.seed<KubeObject>(server('a', { bootConfigurationRef: ref('b') }), boot('b', [foreign]));
  cluster.failNext('patch', new ConflictError('CONFLICT', 'changed'), 'ServerBootConfiguration');
  assert.deepEqual(await say(up), [200, '']);
  assert.equal(conditions('b').length, 2);
});

test('in maintenance, the maintenance’s boot configuration counts', async () => {
  const { cluster, say, conditions } = await open();
  const refs = { bootConfigurationRef: ref('b'), maintenanceBootConfigurationRef: ref('m') };
  cluster.seed<KubeObject>(server('a', refs, { state: 'Maintenance' }), boot('b'), boot('m'));
  assert.deepEqual(await say(up), [200, '']);
  assert.equal(conditions('m').length, 1);
  assert.equal(conditions('b').length, 0);
});

test('upstream’s answers for what cannot be found, and nothing for a machine that is not up', async () => {
  const { cluster, say } = await open();
  assert.deepEqual(await say({ systemUUID: uuid, booted: false }), [200, '']);
  assert.deepEqual(await say({ booted: true }), [400, 'systemUUID is empty']);
  assert.equal((await say(up))[0], 404);
  cluster.seed<KubeObject>(server('a', {}));
  assert.match((await say(up))[1], /does not reference a ServerBootConfiguration$/);
  cluster.seed<KubeObject>(server('a', { bootConfigurationRef: ref('gone') }));
  assert.match((await say(up))[1], /^No ServerBootConfig found for system UUID/);
  cluster.seed<KubeObject>(server('twin', { bootConfigurationRef: ref('gone') }));
  assert.match((await say(up))[1], /^No servers found for system UUID/);
  cluster.failNext('list', new TransientError('API_ERROR', 'boom'), 'Server');
  assert.deepEqual(await say(up), [500, `Failed to list servers for system UUID ${up.systemUUID}`]);
  assert.equal(cluster.writes().length, 0);
});

test('a write that fails is said by the name of what could not be written, and why is kept from the network', async () => {
  const { cluster, say, told } = await open();
  cluster.seed<KubeObject>(server('a', { bootConfigurationRef: ref('b') }), boot('b'));
  cluster.failNext('patch', new TransientError('API_ERROR', 'etcd at 10.0.0.1 is full'), 'ServerBootConfiguration');
  assert.deepEqual(await say(up), [500, 'Failed to update boot state for ServerBootConfig b']);
  assert.deepEqual(told, []);
});

test('without open mode only the machine’s own token lets it speak', async () => {
  const { clock, cluster, registry, say } = await open(false);
  cluster.seed<KubeObject>(server('a', { bootConfigurationRef: ref('b') }), boot('b'));
  const token = 't'.repeat(43);
  const hash = createHash('sha256').update(token).digest('hex');
  registry.expect(uuid, hash, new Date(clock.now().getTime() + 60_000));
  registry.expect(
    'other',
    createHash('sha256').update('o'.repeat(43)).digest('hex'),
    new Date(clock.now().getTime() + 1),
  );
  assert.equal((await say(up))[0], 401);
  assert.equal((await say(up, `/t/${'x'.repeat(43)}/bootstate`))[0], 403);
  assert.equal((await say(up, `/t/${'o'.repeat(43)}/bootstate`))[0], 403);
  assert.equal(cluster.writes().length, 0);
  assert.equal((await say(up, `/t/${token}/bootstate`))[0], 200);
});

test('an address that asks too often is told to wait, and may ask again later', async () => {
  const { clock, say } = await open();
  const answers = await Promise.all(Array.from({ length: 230 }, () => say({ systemUUID: 'x', booted: false })));
  assert.ok(answers.filter(([status]) => status === 429).length >= 30);
  await clock.tick(1_000);
  assert.equal((await say({ systemUUID: 'x', booted: false }))[0], 200);
});

test('members in any case, as Go reads them', () => {
  assert.deepEqual(parseBootState('{"SYSTEMuuid":"a","Booted":true} more'), { systemUUID: 'a', booted: true });
});
