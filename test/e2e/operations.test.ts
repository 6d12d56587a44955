/** Operations, light and boot order against emulated BMCs over sockets: what the machines were really told, and how often. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Server, ServerClaim } from '../../src/api/metal/v1alpha1/index.js';
import { startLive } from '../support/live.js';

const vendors = ['generic', 'dell', 'hpe', 'lenovo', 'supermicro'];
const live = await startLive({ servers: vendors.length, vendors: vendors.map((vendor) => `${vendor}:1`).join(',') });
after(() => live.close());
const { emulator } = live.sandbox;
const { cluster } = live.ports;
const names = emulator.bmcs.map(({ name }) => name);
const serverOf = async (bmc: string): Promise<Server> => {
  const server = (await live.servers()).find(({ spec }) => spec?.bmcRef?.name === bmc);
  assert.ok(server, `no server behind ${bmc}`);
  return server;
};
const patchAll = async (patch: Record<string, unknown>) => {
  for (const { metadata } of await live.servers()) await cluster.patch(Server, metadata, patch, 'merge');
};
const resets = (bmc: string, type: string) => emulator.log.powerActions(bmc).filter(({ to }) => to === type).length;
const conditionOf = ({ status }: Server, type: string) => status?.conditions?.find((it) => it.type === type);

test('machines of every vendor are discovered and claimed', async () => {
  await live.installCrds();
  await live.onboard();
  await live.pass({ settle: true });
  for (const bmc of names) {
    const { name } = (await serverOf(bmc)).metadata;
    const spec = { power: 'On', image: 'os:1', serverRef: { name } };
    const metadata = { namespace: 'default', name: `for-${name}` };
    const claim = { apiVersion: 'metal.ironcore.dev/v1alpha1', kind: 'ServerClaim', metadata, spec };
    await cluster.create(ServerClaim, claim as ServerClaim);
  }
  await live.pass({ settle: true });
  for (const bmc of names) assert.equal((await serverOf(bmc)).status?.state, 'Reserved', bmc);
});

test('a restart is carried out once, and what became of it is on the server', async () => {
  await patchAll({ metadata: { annotations: { 'metal.ironcore.dev/operation': 'hard-restart-server' } } });
  await live.pass({ settle: true });
  await live.pass();
  for (const bmc of names) {
    const server = await serverOf(bmc);
    assert.equal(resets(bmc, 'ForceRestart'), 1, bmc);
    assert.equal(server.metadata.annotations?.['metal.ironcore.dev/operation'], undefined, bmc);
    assert.equal(server.metadata.annotations?.['metalctl.dev/reset-intent'], undefined, bmc);
    assert.equal(conditionOf(server, 'Operation')?.reason, 'OperationCompleted', bmc);
  }
});

test("the BMC's own restart is refused on a Server, and the host runs on", async () => {
  const before = names.map((bmc) => emulator.log.powerActions(bmc).length);
  await patchAll({ metadata: { annotations: { 'metal.ironcore.dev/operation': 'graceful-restart-bmc' } } });
  await live.pass();
  assert.deepEqual(
    names.map((bmc) => emulator.log.powerActions(bmc).length),
    before,
  );
  for (const bmc of names) {
    assert.equal(conditionOf(await serverOf(bmc), 'Operation')?.reason, 'UnsupportedOperation', bmc);
    assert.equal(emulator.powerState(bmc), 'On', bmc);
  }
});

test('light and boot order are asked for once, and a pass that finds them as wanted writes nothing', async () => {
  for (const bmc of names) {
    const server = await serverOf(bmc);
    const system = emulator.control.resource(bmc, server.spec?.systemURI ?? '') as {
      Boot?: { BootOrder?: string[] };
    };
    const turned = [...(system.Boot?.BootOrder ?? [])].reverse();
    const bootOrder = turned.map((device, priority) => ({ name: device, priority, device }));
    const spec = { indicatorLED: 'Blinking', bootOrder };
    await cluster.patch(Server, server.metadata, { spec }, 'merge');
  }
  await live.pass({ settle: true });
  await live.pass();
  const before = emulator.log.requests().filter(({ method }) => method !== 'GET').length;
  const { report } = await live.pass();
  assert.deepEqual(
    report.objects.filter(({ writes }) => writes > 0).map(({ name, message }) => [name, message]),
    [],
  );
  assert.equal(emulator.log.requests().filter(({ method }) => method !== 'GET').length, before);
  for (const bmc of names) {
    const { indicatorLED } = (await serverOf(bmc)).status ?? {};
    assert.ok(['Lit', 'Blinking'].includes(indicatorLED ?? ''), `${bmc} shows ${indicatorLED}`);
  }
});

test('a reset the machine does not know is refused once, noted, and holds nothing up', async () => {
  await patchAll({ metadata: { annotations: { 'metal.ironcore.dev/operation': 'power-cycle-server' } } });
  await live.pass({ settle: true });
  await live.pass();
  const outcomes = await Promise.all(
    names.map(async (bmc) => [resets(bmc, 'PowerCycle'), conditionOf(await serverOf(bmc), 'Operation')?.reason]),
  );
  const refused = outcomes.filter(([, reason]) => reason === 'ResetTypeUnsupported');
  assert.ok(refused.length > 0, 'no emulated profile lacks PowerCycle');
  for (const [sent, reason] of outcomes) assert.equal(sent, reason === 'OperationCompleted' ? 1 : 0);
  for (const bmc of names) {
    const server = await serverOf(bmc);
    assert.equal(server.metadata.annotations?.['metalctl.dev/reset-intent'], undefined, bmc);
    assert.equal(conditionOf(server, 'Ready')?.status, 'True', bmc);
  }
});

test('a boot order that waits for a reset is in force after the next one, and is remembered no longer', async () => {
  await patchAll({ metadata: { annotations: { 'metal.ironcore.dev/operation': 'hard-restart-server' } } });
  await live.pass({ settle: true });
  await live.pass();
  for (const bmc of names) {
    const server = await serverOf(bmc);
    const wanted = server.spec?.bootOrder?.map(({ device }) => device) ?? [];
    if (wanted.length === 0) continue;
    const shown = emulator.control.resource(bmc, server.spec?.systemURI ?? '') as { Boot?: { BootOrder?: string[] } };
    assert.deepEqual(shown.Boot?.BootOrder?.slice(0, wanted.length), wanted, bmc);
    assert.equal(server.metadata.annotations?.['metalctl.dev/boot-order-asked'], undefined, bmc);
  }
});
