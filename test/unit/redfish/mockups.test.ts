/** Captured trees of real products, discovered by the client: what it finds must equal what the files say. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Secret } from '../../../src/lib/secret.js';
import type { BmcFactory, StorageInfo, SystemInfo } from '../../../src/ports/bmc.js';
import { silent } from '../../../src/ports/log.js';
import { createBmcFactory, createIdentification } from '../../../src/redfish/index.js';
import { ServiceRoot } from '../../../src/redfish/schema/service-root.js';
import type { Stats } from '../../../src/redfish/stats.js';
import { vendorOf } from '../../../src/redfish/vendors/index.js';
import { serveTree } from '../../../src/sandbox/bmc/index.js';
import { expectedSystems, type Json, line, membersOf, readTree, serveCaptured, treesFolder } from './captured-tree.js';
import { hastyClock, type TinyBmc, tinyBmc } from './tiny-bmc.js';

interface Expected {
  readonly vendor: string;
  /** Most requests of a whole discovery, with and without `$expand`. */
  readonly budget?: readonly [number, number];
}

const trees: Readonly<Record<string, Expected>> = {
  'dell-r750-idrac9': { vendor: 'dell', budget: [13, 24] },
  'hpe-ilo-spyroot': { vendor: 'hpe' },
  'lenovo-xcc-bmclib': { vendor: 'lenovo' },
  'supermicro-x10-spyroot': { vendor: 'supermicro-x10' },
  'nvidia-gh200': { vendor: 'nvidia' },
  'dmtf-public-rackmount1': { vendor: 'generic' },
  'metal-operator-mock': { vendor: 'generic' },
};

const storageLine = ({ name, drives, volumes }: StorageInfo): string =>
  line(name, drives.map(inRedfish), volumes.map(inRedfish));
const inRedfish = ({ name, capacityBytes }: { name: string; capacityBytes?: number }): Json => ({
  Name: name,
  ...(capacityBytes === undefined ? {} : { CapacityBytes: capacityBytes }),
});

const skip = existsSync(treesFolder) ? false : 'the captured trees of ../shared/upstream/mockups are absent';

describe('captured trees', { skip }, () => {
  let bmc: TinyBmc;
  let factory: BmcFactory & { stats(): Readonly<Stats> };
  beforeEach(async () => {
    bmc = await tinyBmc();
    factory = createBmcFactory({ clock: hastyClock(), log: silent });
  });
  afterEach(async () => {
    await factory.close();
    await bmc.close();
  });

  const discover = async (url = bmc.url) => {
    const access = { id: 'b', url, username: 'admin', credentialVersion: '1', allowPlainHttp: true };
    const opened = factory.open({ ...access, password: new Secret(bmc.password) });
    const manager = await opened.manager();
    const systems = await opened.systems();
    const whole = async (system: SystemInfo) => ({
      uri: system.uri,
      uuid: system.uuid,
      manufacturer: system.manufacturer,
      model: system.model,
      serialNumber: system.serialNumber,
      memoryGiB: system.memoryGiB,
      processors: (await opened.processors(system.uri)).map(
        (cpu) => `${cpu.id} ${cpu.model ?? ''} ${cpu.totalCores ?? ''}`,
      ),
      storages: (await opened.storages(system.uri)).map(storageLine),
    });
    const found = [];
    for (const system of systems) found.push(await whole(system));
    return { manager, systems: found };
  };

  for (const [name, { vendor, budget }] of Object.entries(trees)) {
    for (const expand of [true, false]) {
      it(`${name} ${expand ? 'with' : 'ignoring'} $expand is found as it is`, async (t) => {
        const tree = readTree(join(treesFolder, name));
        const root = tree.get('/redfish/v1') ?? {};
        serveCaptured(bmc, tree, expand);
        assert.equal(vendorOf(ServiceRoot.parse(root)).id, vendor);

        const { manager, systems } = await discover();
        assert.deepEqual(systems, expectedSystems(tree));
        const [firstManager] = membersOf(tree, root.Managers);
        assert.equal(manager.firmwareVersion, firstManager?.FirmwareVersion);
        assert.equal(manager.uuid, (firstManager?.UUID as string | undefined)?.toLowerCase());

        const { requests } = factory.stats();
        const [cpus, drives] = [systems.flatMap((s) => s.processors).length, systems.flatMap((s) => s.storages).length];
        t.diagnostic(`${requests} requests: ${systems.length} systems, ${cpus} processors, ${drives} storages`);
        const most = budget?.[expand ? 0 : 1];
        if (most !== undefined) assert.ok(requests <= most, `${requests} requests, ${most} allowed`);
      });
    }

    it(`${name} behind the emulator is found as it is`, async (t) => {
      const folder = join(treesFolder, name);
      const served = await serveTree(folder, { username: 'admin', password: bmc.password });
      const { systems } = await discover(served.url).finally(() => factory.close().then(() => served.close()));
      assert.deepEqual(systems, expectedSystems(readTree(folder)));
      const most = budget?.[0] ?? Number.POSITIVE_INFINITY;
      const requests = served.requests().filter(({ method }) => method !== 'DELETE').length;
      t.diagnostic(`${requests} requests`);
      assert.ok(requests <= most, `${requests} requests, ${most} allowed`);
    });

    it(`${name} is identified without credentials`, async () => {
      serveCaptured(bmc, readTree(join(treesFolder, name)), false);
      const root = bmc.tree.get('/redfish/v1') as Json;
      const answer = await createIdentification({ clock: hastyClock(), log: silent }).identify(bmc.url, {
        timeoutMs: 3000,
      });
      assert.equal(answer.redfishVersion, root.RedfishVersion);
      assert.equal(answer.hasSystems, true);
      assert.deepEqual(bmc.lines(), ['GET /redfish/v1/']);
    });
  }
});
