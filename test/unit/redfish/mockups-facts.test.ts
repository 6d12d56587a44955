/**
 * Captured trees of real products, asked for everything that can be read: nothing but "not offered" may go wrong, and what
 * the files hold must be found.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { isMetalError } from '../../../src/errors/classes.js';
import { Secret } from '../../../src/lib/secret.js';
import type { Bmc, SystemUri } from '../../../src/ports/bmc.js';
import { silent } from '../../../src/ports/log.js';
import { createBmcFactory } from '../../../src/redfish/index.js';
import { type Json, linkOf, membersOf, readTree, serveCaptured, treesFolder } from './captured-tree.js';
import { hastyClock, tinyBmc } from './tiny-bmc.js';
import { bootable } from './with-profile.js';

const skip = existsSync(treesFolder) ? false : 'the captured trees of ../shared/upstream/mockups are absent';

const names = [
  'dell-r750-idrac9',
  'hpe-ilo-spyroot',
  'lenovo-xcc-bmclib',
  'supermicro-x10-spyroot',
  'nvidia-gh200',
  'dmtf-public-rackmount1',
  'metal-operator-mock',
];

/** Those whose capture holds the body of the BIOS registry; GH200's Bios does not name it. */
const registries = ['dell-r750-idrac9', 'nvidia-gh200'];

/** Every read, as a number of things found. */
const reads: Readonly<Record<string, (bmc: Bmc, uri: SystemUri) => Promise<number>>> = {
  accounts: async (bmc) => (await bmc.accounts()).length,
  attributes: async (bmc, uri) => Object.keys((await bmc.biosAttributes(uri)).current).length,
  rules: async (bmc, uri) => (await bmc.biosRegistry(uri)).length,
  firmware: async (bmc) => (await bmc.firmwareInventory()).length,
  media: async (bmc, uri) => (await bmc.mediaSlots(uri)).length,
  sensors: async (bmc, uri) => (await bmc.sensors(uri)).length,
  logs: async (bmc, uri) => (await bmc.logs(uri)).length,
  consoles: async (bmc, uri) => (await bmc.consoles(uri)).length,
  drives: async (bmc, uri) => (await bmc.drives(uri)).length,
  certificates: async (bmc) => (await bmc.certificates()).length,
  subscriptions: async (bmc) => (await bmc.subscriptions()).length,
  tasks: async (bmc) => (await bmc.tasks()).length,
  conditions: async (bmc, uri) => (await bmc.health(uri)).conditions.length,
};

/** Members of the collection a link of a link leads to. */
function held(tree: Map<string, Json>, first: string, second: string): number {
  const root = tree.get('/redfish/v1') ?? {};
  const service = tree.get((linkOf(root[first]) ?? '').replace(/\/$/, '')) ?? {};
  return membersOf(tree, service[second]).length;
}

/** The Bios itself has most of them; its settings object has what waits. */
const mostAttributes = (tree: Map<string, Json>): number =>
  Math.max(
    ...[...tree.values()]
      .filter((doc) => /^#Bios\./.test(String(doc['@odata.type'])))
      .map((doc) => Object.keys((doc.Attributes as object | undefined) ?? {}).length),
  );

describe('captured trees, asked for everything', { skip }, () => {
  for (const name of names) {
    it(`${name} tells what it holds`, async (t) => {
      const bmc = await tinyBmc();
      const tree = readTree(join(treesFolder, name));
      serveCaptured(bmc, tree, true);
      const factory = createBmcFactory({ clock: hastyClock(), log: silent });
      try {
        const access = { id: 'b', url: bmc.url, username: 'admin', credentialVersion: '1', allowPlainHttp: true };
        const client = factory.open({ ...access, password: new Secret(bmc.password) });
        const { uri } = bootable(await client.systems());
        const found: Record<string, number | string> = {};
        for (const [what, read] of Object.entries(reads)) {
          found[what] = await read(client, uri).catch((error: unknown) => {
            if (isMetalError(error) && error.code === 'BMC_UNSUPPORTED') return 'not offered';
            // The capture stopped there.
            if (isMetalError(error) && error.code === 'BMC_NOT_FOUND') return 'not captured';
            throw error;
          });
        }
        t.diagnostic(
          Object.entries(found)
            .map(([what, count]) => `${what} ${count}`)
            .join(', '),
        );
        const inventory = held(tree, 'UpdateService', 'FirmwareInventory');
        assert.ok(found.firmware === inventory || typeof found.firmware === 'string');
        const { attributes = 0 } = found;
        if (registries.includes(name)) assert.ok(Number(found.rules) > 100, 'its registry is found');
        if (typeof attributes === 'number') assert.equal(attributes, mostAttributes(tree));
      } finally {
        await factory.close();
        await bmc.close();
      }
    });
  }
});
