/** A folder of captured documents as living BMCs: they take commands, and each has an identity of its own. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Emulator, profiles, startEmulator } from '../../../../src/sandbox/bmc/index.js';
import { password, reset, send, withEmulator } from './client.js';
import { SteppedClock } from './stepped-clock.js';

const folder = mkdtempSync(join(tmpdir(), 'metalctl-captured-'));
const tree = join(folder, 'rack server');
const captured: Record<string, unknown> = {};
after(() => rmSync(folder, { recursive: true, force: true }));

/** Saves what an emulated iDRAC shows, as a crawler would save a real one. */
before(async () => {
  const profile = profiles.find(({ name }) => name === 'dell-idrac9');
  await withEmulator({ vendors: 'dell-idrac9', seed: 99 }, async ({ control }, bmc) => {
    for (const path of profile?.template.paths ?? []) {
      const doc = control.resource(bmc.name, path);
      if (path === '/redfish' || !doc) continue;
      captured[path] = doc;
      const dir = join(tree, path.endsWith('.json') ? path.slice(0, path.lastIndexOf('/')) : path);
      await mkdir(dir, { recursive: true });
      const file = path.endsWith('.json') ? path.slice(path.lastIndexOf('/') + 1) : 'index.json';
      await writeFile(join(dir, file), JSON.stringify(doc));
    }
  });
});

const system = '/redfish/v1/Systems/System.Embedded.1';

test('captured documents take power, boot, BIOS, account and update commands', async () => {
  const clock = new SteppedClock();
  const networkBoot = async () => ({ kind: 'os', image: 'os:1' }) as const;
  await withEmulator({ vendors: tree, clock, networkBoot }, async ({ powerState, log }, bmc) => {
    assert.deepEqual([bmc.vendor, bmc.profile], ['captured', 'rack server']);
    const before = (await send(bmc, system)).json;
    const old = captured[system] as Record<string, unknown>;
    assert.deepEqual([before.Model, before.PowerState], [old.Model, 'Off']);

    const boot = { BootSourceOverrideEnabled: 'Once', BootSourceOverrideTarget: 'Pxe' };
    assert.equal((await send(bmc, system, { method: 'PATCH', body: { Boot: boot } })).status, 200);
    const pending = (await send(bmc, `${system}/Bios`)).json['@Redfish.Settings'].SettingsObject['@odata.id'];
    const [name = ''] = Object.keys((old as { Bios?: unknown }) && (await send(bmc, `${system}/Bios`)).json.Attributes);
    const change = { Attributes: { [name]: 'Changed' } };
    assert.ok((await send(bmc, pending, { method: 'PATCH', body: change })).status < 300);
    const odd = await send(bmc, pending, { method: 'PATCH', body: { Attributes: { NoSuchThing: 1 } } });
    assert.equal(odd.status, 400);

    assert.ok((await reset(bmc, 'On')).status < 300);
    assert.equal(powerState(bmc.name), 'PoweringOn');
    await clock.step(120_000);
    assert.ok(log.actions().some(({ action, from }) => action === 'boot' && from === 'Pxe'));
    const after = (await send(bmc, system)).json;
    assert.deepEqual([after.PowerState, after.Boot.BootSourceOverrideTarget], ['On', 'None']);
    assert.equal((await send(bmc, `${system}/Bios`)).json.Attributes[name], 'Changed');

    const accounts = (await send(bmc, '/redfish/v1/AccountService/Accounts')).json;
    assert.ok(accounts.Members.length > 0);
    const update = '/redfish/v1/UpdateService/Actions/UpdateService.SimpleUpdate';
    const body = { ImageURI: 'http://127.0.0.1/BIOS-2.0.0.bin' };
    assert.equal((await send(bmc, update, { method: 'POST', body })).status, 202);
    await clock.step(120_000);
  });
});

test('each BMC of one tree has serials, UUIDs and addresses of its own, and none has those that were captured', () =>
  withEmulator({ servers: 3, vendors: `${tree}:2,generic` }, async ({ bmcs, control }) => {
    const of = (index: number) => control.resource(bmcs[index]?.name ?? '', system) ?? {};
    const trees = bmcs.filter(({ vendor }) => vendor === 'captured');
    assert.equal(trees.length, 2);
    const known = captured[system] as Record<string, string>;
    const identities = bmcs.flatMap((bmc, index) => (bmc.vendor === 'captured' ? [of(index)] : []));
    const uuids = [known.UUID, ...identities.map(({ UUID }) => UUID)];
    const serials = [known.SerialNumber, ...identities.map(({ SerialNumber }) => SerialNumber)];
    assert.deepEqual([new Set(uuids).size, new Set(serials).size], [3, 3]);
    assert.deepEqual(
      trees.map(({ serial }) => serial),
      identities.map(({ SerialNumber }) => SerialNumber),
    );
    const all = JSON.stringify(
      trees.map(({ name }) => Object.keys(captured).map((path) => control.resource(name, path))),
    );
    for (const secret of [known.UUID, known.SerialNumber]) assert.ok(!all.includes(String(secret)), secret);
    const seen = control.probeReport(trees[0]?.name ?? '') as { systemInfo?: unknown };
    assert.ok(JSON.stringify(seen).includes(String(trees[0]?.serial)));
  }));

test('the short form and a folder inside the long one are understood; what is no tree is named', async () => {
  const short = join(folder, 'short');
  await mkdir(join(short, 'Systems'), { recursive: true });
  const collection = {
    '@odata.id': '/redfish/v1/Systems',
    '@odata.type': '#ComputerSystemCollection.ComputerSystemCollection',
    Members: [],
  };
  await writeFile(
    join(short, 'index.json'),
    JSON.stringify({ '@odata.id': '/redfish/v1/', Name: 'Root', Systems: { '@odata.id': '/redfish/v1/Systems' } }),
  );
  await writeFile(join(short, 'Systems', 'index.json'), JSON.stringify(collection));
  await withEmulator({ vendors: short }, async (_, bmc) => {
    assert.equal((await send(bmc, '/redfish/v1', { headers: {} })).json.Name, 'Root');
    assert.deepEqual((await send(bmc, '/redfish/v1/Systems')).json.Members, []);
  });
  const empty = join(folder, 'empty');
  await mkdir(empty, { recursive: true });
  const rows: [vendors: string, code: string][] = [
    ['./no-such-folder', 'FILE_NOT_FOUND'],
    [empty, 'MANIFEST_INVALID'],
    ['no-such-vendor', 'USAGE'],
  ];
  for (const [vendors, code] of rows)
    await assert.rejects(startEmulator({ servers: 1, password, vendors, port: 0 }), { code }, vendors);
  await writeFile(join(empty, 'index.json'), '{');
  await assert.rejects(startEmulator({ servers: 1, password, vendors: empty, port: 0 }), { code: 'MANIFEST_INVALID' });
});

const mockups = join(import.meta.dirname, '../../../../../shared/upstream/mockups');
const skip = existsSync(mockups) ? false : 'the captured trees of ../shared/upstream/mockups are absent';
const names = skip === false ? readdirSync(mockups).filter((name) => existsSync(join(mockups, name, 'redfish'))) : [];

test('every captured tree of a real product comes alive: it is found, powered on and tells two machines apart', {
  skip,
}, async (t) => {
  for (const name of names) {
    await t.test(name, async () => {
      const emulator: Emulator = await startEmulator({ servers: 2, password, port: 0, vendors: join(mockups, name) });
      try {
        const [first, second] = emulator.bmcs;
        assert.ok(first && second);
        const { Members = [] } = (await send(first, '/redfish/v1/Systems')).json;
        if (Members.length === 0) return;
        assert.notDeepEqual(first.systemUUIDs, second.systemUUIDs);
        for (const { '@odata.id': path } of Members) {
          const doc = (await send(first, path)).json;
          const target = doc.Actions?.['#ComputerSystem.Reset']?.target;
          if (target === undefined) continue;
          const id = path.replace(/\/$/, '').split('/').at(-1);
          assert.ok((await send(first, target, { method: 'POST', body: { ResetType: 'On' } })).status < 300, target);
          assert.equal(emulator.powerState(first.name, id), 'PoweringOn');
          assert.equal(emulator.powerState(second.name, id), 'Off');
        }
      } finally {
        await emulator.close();
      }
    });
  }
});
