/** A fleet: identities, addresses, profiles by weight, the probe's data beside the Redfish inventory, clean ends. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { hostAt } from '../../../../src/sandbox/bmc/addresses.js';
import { profiles, startEmulator } from '../../../../src/sandbox/bmc/index.js';
import { assignProfiles } from '../../../../src/sandbox/bmc/profiles/index.js';
import { password, reset, send, systemPath, withEmulator } from './client.js';

const everyVendor = profiles.map(({ name }) => name).join(',');

test('UUIDs, serials and MACs are unique in a fleet and the same for the same seed', async () => {
  const identities = (seed: number) =>
    withEmulator({ servers: 60, vendors: everyVendor, seed, addressing: 'port' }, async (emulator) =>
      emulator.bmcs.map(({ name, profile, serial, systemUUIDs }) => {
        const system = profiles.find((known) => known.name === profile)?.systems[0];
        const nics = system?.hardware.nics.map(
          ({ id }) =>
            emulator.control.resource(name, `/redfish/v1/Systems/${system.id}/EthernetInterfaces/${id}`)?.MACAddress,
        );
        return { serial, systemUUIDs, nics };
      }),
    );
  const [first, again, other] = [await identities(1), await identities(1), await identities(2)];
  assert.deepEqual(first, again);
  const all = (fleet: typeof first) =>
    fleet.flatMap(({ serial, systemUUIDs, nics }) => [serial, ...systemUUIDs, ...(nics ?? [])]);
  assert.equal(new Set(all(first)).size, all(first).length);
  assert.ok(!all(first).includes(undefined));
  assert.equal(new Set([...all(first), ...all(other)]).size, all(first).length * 2);
});

test('each BMC has an address of its own and one port', () =>
  withEmulator({ servers: 3 }, async (emulator) => {
    assert.deepEqual(
      emulator.bmcs.map(({ host }) => host),
      ['127.1.0.1', '127.1.0.2', '127.1.0.3'],
    );
    assert.equal(new Set(emulator.bmcs.map(({ port }) => port)).size, 1);
    for (const bmc of emulator.bmcs) {
      const manager = (await send(bmc, '/redfish/v1/Managers/BMC/EthernetInterfaces/1')).json;
      assert.equal(manager.IPv4Addresses[0].Address, bmc.host);
    }
  }));

test('addresses go on in the next block, and only loopback is taken', () => {
  assert.equal(hostAt('127.1.0.0', 253), '127.1.0.254');
  assert.equal(hostAt('127.1.0.0', 254), '127.1.1.1');
  assert.equal(hostAt('127.1.0.0', 9_999), '127.1.39.94');
  assert.throws(() => hostAt('10.0.0.0', 0), { code: 'USAGE' });
});

test('a taken port is named as such', async () => {
  await withEmulator({}, async (_, bmc) => {
    await assert.rejects(startEmulator({ servers: 1, password, port: bmc.port }), { code: 'PORT_IN_USE' });
  });
});

test('weights mix profiles evenly; a bare vendor is its newest profile', () => {
  const names = (vendors: string, servers: number) => assignProfiles(vendors, servers).map(({ name }) => name);
  assert.deepEqual(names('dell-idrac9,hpe-ilo6:3', 4).sort(), ['dell-idrac9', 'hpe-ilo6', 'hpe-ilo6', 'hpe-ilo6']);
  assert.deepEqual(names('dell,hpe,lenovo,supermicro', 4), ['dell-idrac10', 'hpe-ilo7', 'lenovo-xcc2', 'smc-x13']);
  assert.deepEqual(names('generic,openbmc,nvidia,ami', 4), ['generic', 'openbmc', 'nvidia-gb200', 'ami-megarac']);
  assert.throws(() => names('acme', 1), { code: 'USAGE' });
  assert.throws(() => names('dell:0', 1), { code: 'USAGE' });
});

for (const profile of profiles) {
  test(`${profile.name}: the probe reports the machine Redfish shows`, async () => {
    const bodies: { systemUUID: string; data: Record<string, unknown> }[] = [];
    const registry = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      bodies.push(JSON.parse(Buffer.concat(chunks).toString()));
      response.writeHead(201).end();
      registry.emit('registered', request.url);
    });
    await new Promise<void>((done) => registry.listen(0, '127.0.0.1', done));
    const registryUrl = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/token`;
    try {
      await withEmulator(
        {
          vendors: profile.name,
          speed: 1_000,
          networkBoot: async (serverUUID) => ({ kind: 'probe', registryUrl, serverUUID }),
        },
        async (emulator, bmc) => {
          const registered = once(registry, 'registered');
          const path = await bootablePath(bmc);
          await send(bmc, `${path}/Actions/ComputerSystem.Reset`, { method: 'POST', body: { ResetType: 'On' } });
          assert.deepEqual(await registered, ['/token/register']);
          await compare(bmc, path, bodies[0]);
          assert.ok(emulator.log.actions(bmc.name).some(({ action, to }) => action === 'boot' && to === 'probe'));
        },
      );
    } finally {
      registry.close();
    }
  });
}

async function bootablePath(bmc: { url: string }): Promise<string> {
  const { Members } = (await send(bmc, '/redfish/v1/Systems')).json;
  for (const { '@odata.id': path } of Members) {
    if ((await send(bmc, path)).json.Actions) return path.replace(/\/$/, '');
  }
  throw new Error('no bootable system');
}

interface Data {
  systemInfo: { systemInformation: { uuid: string } };
  nics: { mac: string }[];
  storage: { serial: string; sizeBytes: number }[];
  memory: { size: number; serialNumber: string }[];
  cpu: { totalCores: number }[];
}

async function compare(bmc: { url: string }, path: string, body: { systemUUID: string; data: unknown } | undefined) {
  const system = (await send(bmc, path)).json;
  const data = body?.data as Data;
  assert.equal(body?.systemUUID, system.UUID.toLowerCase());
  assert.equal(data.systemInfo.systemInformation.uuid, system.UUID.toLowerCase());
  const memoryBytes = data.memory.reduce((sum, { size }) => sum + size, 0);
  assert.equal(memoryBytes, system.MemorySummary.TotalSystemMemoryGiB * 2 ** 30);
  const cores = data.cpu.reduce((sum, { totalCores }) => sum + totalCores, 0);
  // Older schemas count no cores.
  const { CoreCount: counted = cores } = system.ProcessorSummary;
  assert.equal(cores, counted);
  const nics = await members(bmc, `${path}/EthernetInterfaces`);
  assert.deepEqual(
    data.nics.map(({ mac }) => mac),
    nics.map(({ MACAddress }) => MACAddress.toLowerCase()),
  );
  const dimms = await members(bmc, `${path}/Memory`);
  assert.deepEqual(
    data.memory.map(({ serialNumber }) => serialNumber),
    dimms.map(({ SerialNumber }) => SerialNumber),
  );
  const storages = await members(bmc, `${path}/Storage`);
  const drives = [];
  for (const { Drives } of storages)
    for (const drive of Drives) drives.push((await send(bmc, drive['@odata.id'])).json);
  // X10 shows no storage over Redfish; the disks are there all the same.
  if (storages.length > 0) {
    assert.deepEqual(
      data.storage.map(({ serial, sizeBytes }) => [serial, sizeBytes]),
      drives.map(({ SerialNumber, CapacityBytes }) => [SerialNumber, CapacityBytes]),
    );
  }
}

// biome-ignore lint/suspicious/noExplicitAny: documents of many shapes are looked into
async function members(bmc: { url: string }, path: string): Promise<any[]> {
  const { Members } = (await send(bmc, path)).json;
  const docs = [];
  for (const { '@odata.id': member } of Members) docs.push((await send(bmc, member)).json);
  return docs;
}

test('close ends listeners, connections, timers and requests', async () => {
  const emulator = await startEmulator({ servers: 2, password, port: 0, initialPower: 'On' });
  const [bmc] = emulator.bmcs;
  assert.ok(bmc);
  await reset(bmc, 'ForceRestart');
  emulator.control.fail({ action: { kind: 'connection', how: 'noAnswer' } });
  const silent = assert.rejects(send(bmc, await systemPathQuiet(bmc.url)));
  await new Promise((done) => setImmediate(done));
  await emulator.close();
  await silent;
  await assert.rejects(send(bmc, '/redfish/v1'), { code: 'ECONNREFUSED' });
});

const systemPathQuiet = async (_url: string): Promise<string> => '/redfish/v1/Systems/1';

test('the log counts by BMC and by route, and holds no credential', () =>
  withEmulator({ servers: 2 }, async (emulator, bmc) => {
    await systemPath(bmc);
    await systemPath(bmc);
    assert.deepEqual([emulator.log.count(bmc.name), emulator.log.count('bmc-2'), emulator.log.count()], [2, 0, 2]);
    assert.equal(emulator.log.countByRoute().get('GET /redfish/v1/Systems'), 2);
    assert.equal(JSON.stringify(emulator.log.requests()).includes(password), false);
    emulator.log.reset();
    assert.equal(emulator.log.count(), 0);
  }));
