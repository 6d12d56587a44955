/** A recording served again: the client learns from it what it learnt from the BMC, for every emulated vendor. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { Secret } from '../../../../src/lib/secret.js';
import type { Bmc } from '../../../../src/ports/bmc.js';
import { silent } from '../../../../src/ports/log.js';
import { createBmcFactory } from '../../../../src/redfish/index.js';
import { profiles, serveRecording, startEmulator } from '../../../../src/sandbox/bmc/index.js';
import { hastyClock } from '../../redfish/tiny-bmc.js';

const folder = mkdtempSync(join(tmpdir(), 'metalctl-replay-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const password = 'emulator-password-1';
const accessTo = (id: string, url: string, secret = password) => ({
  id,
  url,
  username: 'admin',
  password: new Secret(secret),
  credentialVersion: '1',
  allowPlainHttp: true,
});

/** A dialogue with reads, a change, and the end of a session. */
async function talk(bmc: Bmc): Promise<unknown> {
  const [system] = (await bmc.systems()).filter(({ isBootable }) => isBootable);
  assert.ok(system);
  const manager = await bmc.manager();
  const processors = await bmc.processors(system.uri);
  const storages = await bmc.storages(system.uri);
  await bmc.setPower(system.uri, 'On', 'graceful');
  const accounts = await bmc.accounts();
  return { system, manager, processors, storages, accounts: accounts.map(({ roleId }) => roleId) };
}

async function recordedAs(name: string, vendors: string): Promise<unknown> {
  const emulator = await startEmulator({ servers: 1, vendors, password, addressing: 'port', port: 0, speed: 1000 });
  const factory = createBmcFactory({ clock: hastyClock(), log: silent, random: () => 0.5, recordTo: folder });
  try {
    return await talk(factory.open(accessTo(name, emulator.bmcs[0]?.url ?? '')));
  } finally {
    await factory.close();
    await emulator.close();
  }
}

describe('a recording', () => {
  for (const { name } of profiles) {
    it(`of an emulated ${name} says the same when it is served, to whatever password`, async () => {
      const then = await recordedAs(name, name);
      const replay = await serveRecording(join(folder, `${name}.jsonl`));
      const factory = createBmcFactory({ clock: hastyClock(), log: silent, random: () => 0.5 });
      try {
        const [bmc] = replay.bmcs;
        assert.ok(bmc !== undefined && bmc.exchanges > 5);
        assert.deepEqual(await talk(factory.open(accessTo('replayed', bmc.url, 'another one'))), then);
        assert.deepEqual(replay.strays(), []);
      } finally {
        await factory.close();
        await replay.close();
      }
    });
  }

  it('of a folder is as many BMCs as it has files', async () => {
    const replay = await serveRecording(folder);
    await replay.close();
    assert.deepEqual(replay.bmcs.map(({ name }) => `${name}.jsonl`).sort(), readdirSync(folder).sort());
  });

  it('says 404 to what nobody recorded, and counts it', async () => {
    writeFileSync(
      join(folder, 'small.jsonl'),
      '{"request":{"method":"GET","path":"/redfish/v1/"},"response":{"status":200,"headers":{},"body":{}}}\n',
    );
    const replay = await serveRecording(join(folder, 'small.jsonl'));
    const [bmc] = replay.bmcs;
    const answers = await Promise.all(
      ['/redfish/v1', '/redfish/v1/Systems'].map((path) => fetch(`${bmc?.url}${path}`)),
    );
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 404],
    );
    assert.deepEqual(replay.strays(), ['GET /redfish/v1/Systems']);
    await replay.close();
  });

  for (const [what, text, why] of [
    ['no JSON', 'nonsense\n', /not a JSON object/],
    ['another version', '{"recording":"metalctl-redfish","version":9}\n', /this version/],
    ['no request', '{"response":{"status":200}}\n', /no request/],
    ['no status', '{"request":{"method":"GET","path":"/"},"response":{"status":"OK"}}\n', /status/],
  ] as const) {
    it(`with ${what} is refused with the place`, async () => {
      writeFileSync(join(folder, 'bad.jsonl'), text);
      await assert.rejects(
        serveRecording(join(folder, 'bad.jsonl')),
        (error: Error & { code?: string; why?: string }) => {
          assert.equal(error.code, 'MANIFEST_INVALID');
          assert.match(error.message, /bad\.jsonl:1/);
          return why.test(error.why ?? '');
        },
      );
    });
  }

  it('that is not there is named', async () => {
    await assert.rejects(serveRecording(join(folder, 'absent')), { code: 'FILE_NOT_FOUND' });
  });
});
