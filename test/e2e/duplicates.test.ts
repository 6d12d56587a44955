/** Two BMC objects for one machine, through the sandbox: both say so, nothing is told to the machine, and one fewer heals it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BMC, ServerClaim } from '../../src/api/metal/v1alpha1/index.js';
import { type Live, startLive } from '../support/live.js';

let live: Live;
let name = '';
before(async () => {
  live = await startLive({ servers: 1 });
  await live.installCrds();
  await live.onboard();
  name = live.sandbox.emulator.bmcs[0]?.name ?? '';
});
after(() => live.close());

const twin = async (): Promise<void> => {
  const { spec } = (await live.ports.cluster.get(BMC, { name })) ?? {};
  const head = { apiVersion: 'metal.ironcore.dev/v1alpha1', kind: 'BMC', metadata: { name: 'twin' } };
  await live.ports.cluster.create(BMC, { ...head, spec } as BMC);
};

/** Requests of the machine that are no reads; opening and closing a session is no change. */
const told = () =>
  live.sandbox.emulator.log
    .requests(name)
    .filter(({ method, path }) => method !== 'GET' && !/\/Sessions/.test(path))
    .map(({ method, path }) => `${method} ${path}`);

async function flags(): Promise<unknown[]> {
  const { items } = await live.ports.cluster.list(BMC);
  return items.map(({ metadata, status }) => {
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    const doubt = status?.conditions?.find(({ type }) => type === 'DuplicateIdentity');
    return [metadata.name, ready?.status, ready?.reason, doubt?.status];
  });
}

const flagged = () => [
  [name, 'False', 'DuplicateIdentity', 'True'],
  ['twin', 'False', 'DuplicateIdentity', 'True'],
];

test('R-API-14: two BMC objects of one address from the start: both are flagged, and nothing at all is asked', async () => {
  await twin();
  await live.pass({ settle: true });
  assert.deepEqual(await flags(), flagged());
  assert.deepEqual(live.sandbox.emulator.log.requests(name), []);
  assert.deepEqual(await live.servers(), []);
});

test('R-API-14: with one of them gone, the other goes on', async () => {
  await live.ports.cluster.delete(BMC, { name: 'twin' });
  await live.pass({ settle: true });
  assert.deepEqual(await flags(), [[name, 'True', 'Connected', 'False']]);
  assert.deepEqual(
    (await live.servers()).map(({ status }) => status?.state),
    ['Available'],
  );
});

test('R-API-14: one that comes later stops all work on the machine, also that of a claim', async () => {
  await twin();
  const claim = { name: 'db', namespace: 'default' };
  const head = { apiVersion: 'metal.ironcore.dev/v1alpha1', kind: 'ServerClaim', metadata: claim };
  await live.ports.cluster.create(ServerClaim, { ...head, spec: { power: 'On', image: 'os:1' } } as ServerClaim);
  const before = told();
  for (let round = 0; round < 3; round += 1) await live.pass();
  assert.deepEqual(await flags(), flagged());
  assert.deepEqual(told(), before, 'the machine was told something');
  await live.ports.cluster.delete(BMC, { name: 'twin' });
  await live.pass({ settle: true });
  const [server] = await live.servers();
  assert.deepEqual([server?.status?.state, server?.status?.powerState], ['Reserved', 'On']);
});
