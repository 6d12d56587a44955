/** A cluster that upstream’s operator ran until now, and one whose claims bring ignition: whole passes over fakes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../../src/api/kubernetes.js';
import { ServerBootConfiguration } from '../../../src/api/metal/v1alpha1/index.js';
import { Server, ServerClaim, type World, world } from '../../support/world.js';

const serverName = 'rack1-system-0';
const apiVersion = 'metal.ironcore.dev/v1alpha1';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

async function passes(w: World, count = 4, between = async () => undefined as unknown): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    await w.pass();
    await w.bootOperator();
    await between();
    await w.clock.tick(2_000);
  }
}

/** A machine as upstream has it, half-way through its discovery, booting its probe. */
function underway(w: World): string {
  const uuid = w.addMachine('rack1');
  w.bmcs.machine('rack1').power = 'On';
  const ref = { namespace: 'default', name: serverName };
  w.cluster.seed(
    {
      apiVersion,
      kind: 'Server',
      metadata: { name: serverName, finalizers: ['metal.ironcore.dev/server'] },
      spec: {
        systemUUID: uuid,
        systemURI: '/redfish/v1/Systems/1',
        bmcRef: { name: 'rack1' },
        bootConfigurationRef: ref,
      },
      status: { state: 'Discovery', powerState: 'On' },
    } as never,
    {
      apiVersion,
      kind: 'ServerBootConfiguration',
      metadata: { ...ref, annotations: { 'metal.ironcore.dev/type': 'Internal' } },
      spec: { serverRef: { name: serverName }, image: 'probe' },
      status: { state: 'Ready' },
    } as never,
  );
  return uuid;
}

test('a discovery of upstream’s that is under way is ended and made anew, and nothing of it is left', async () => {
  const w = world();
  const uuid = underway(w);
  const machine = w.bmcs.machine('rack1');
  await passes(w, 8, async () => {
    if (machine.power === 'On' && machine.bootOnce === 'Pxe') w.probes.arrive(uuid);
  });
  const { spec, status } = w.cluster.peek(Server, serverName) ?? {};
  assert.deepEqual([status?.state, status?.powerState, spec?.bootConfigurationRef], ['Available', 'Off', undefined]);
  assert.deepEqual(
    (await w.cluster.list(ServerBootConfiguration)).items.map(({ metadata }) => metadata.name),
    [],
  );
  const sent = machine.calls.filter((call) => call.startsWith('setPower'));
  assert.deepEqual(sent, ['setPower Off graceful', 'setPower On graceful', 'setPower Off graceful']);
});

test('a tenant that upstream bound meanwhile keeps its machine, though we noted an earlier claim', async () => {
  const w = world();
  const uuid = w.addMachine('rack1');
  w.bmcs.machine('rack1').power = 'On';
  w.cluster.seed(
    {
      apiVersion,
      kind: 'Server',
      metadata: { name: serverName, annotations: { 'metalctl.dev/claim-uid': 'long-gone' } },
      spec: {
        systemUUID: uuid,
        systemURI: '/redfish/v1/Systems/1',
        bmcRef: { name: 'rack1' },
        serverClaimRef: { namespace: 'db', name: 'db-07' },
      },
      status: { state: 'Reserved', powerState: 'On' },
    } as never,
    {
      apiVersion,
      kind: 'ServerClaim',
      metadata: { name: 'db-07', namespace: 'db', uid: 'of-now' },
      spec: { power: 'On', image: 'os:1', serverRef: { name: serverName } },
      status: { phase: 'Bound' },
    } as never,
  );
  await passes(w, 5);
  const server = w.cluster.peek(Server, serverName);
  assert.equal(server?.status?.state, 'Reserved');
  assert.equal(server?.metadata.annotations?.['metalctl.dev/claim-uid'], 'of-now');
  assert.equal(w.cluster.peek(ServerClaim, 'db/db-07')?.status?.phase, 'Bound');
  assert.equal(w.bmcs.machine('rack1').power, 'On');
  assert.deepEqual(
    w.bmcs.machine('rack1').calls.filter((call) => call.startsWith('set')),
    [],
  );
});

test('IgnitionValid: enforced, a machine waits for an ignition it can boot with; then nothing is written any more', async () => {
  const w = world({ ignitionValidation: 'enforce' });
  const uuid = w.addMachine('rack1');
  const machine = w.bmcs.machine('rack1');
  await passes(w, 8, async () => {
    if (machine.power === 'On') w.probes.arrive(uuid);
  });
  w.cluster.seed(
    {
      apiVersion,
      kind: 'ServerClaim',
      metadata: { name: 'db-07', namespace: 'db' },
      spec: { power: 'On', image: 'os:1', ignitionSecretRef: { name: 'ign' } },
    } as never,
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'ign', namespace: 'db' },
      data: { ignition: base64('{"ignition":{"version":"3.4.0"},"passwd":[]}') },
    } as never,
  );
  const said = () => {
    const { metadata, status } = w.cluster.peek(ServerBootConfiguration, 'db/db-07') ?? {};
    const found = status?.conditions?.find(({ type }) => type === 'IgnitionValid');
    return [found?.status, found?.reason, found?.observedGeneration === metadata?.generation];
  };
  await passes(w, 6);
  assert.deepEqual(said(), ['False', 'SchemaViolation', true]);
  assert.equal(machine.power, 'Off');
  const ready = w.cluster.peek(Server, serverName)?.status?.conditions?.find(({ type }) => type === 'Ready');
  assert.deepEqual([ready?.status, ready?.reason], ['False', 'IgnitionNotValid']);
  await w.cluster.patch(
    Secret,
    { namespace: 'db', name: 'ign' },
    { data: { ignition: base64('{"ignition":{"version":"3.4.0"}}') } },
    'merge',
  );
  await passes(w, 6);
  assert.deepEqual(said(), ['True', 'Valid', true]);
  assert.equal(machine.power, 'On');
  const before = w.cluster.writes().length;
  await passes(w, 2);
  assert.equal(w.cluster.writes().length - before, 0);
});
