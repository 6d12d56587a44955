/** The four ways a client finds one BMC among many: address, port, Host header, path. */
import assert from 'node:assert/strict';
import { request } from 'node:https';
import { test } from 'node:test';
import type { EmulatedBmc } from '../../../../src/sandbox/bmc/index.js';
import { createAuthority } from '../../../../src/sandbox/certificates.js';
import { basic, reset, send, systemPath, withEmulator } from './client.js';
import { SteppedClock, settle } from './stepped-clock.js';

test('one port each: the host is the same, the ports follow each other or are any free ones', () =>
  withEmulator({ servers: 2, addressing: 'port' }, async ({ bmcs }) => {
    assert.deepEqual(
      bmcs.map(({ host }) => host),
      ['127.0.0.1', '127.0.0.1'],
    );
    assert.equal(new Set(bmcs.map(({ port }) => port)).size, 2);
  }));

/** The serial number of the first system of whoever answers. */
async function serialAt(url: string, headers: Record<string, string> = {}): Promise<string> {
  const bmc = { url };
  const options = { headers: { ...basic(), ...headers } };
  const { Members } = (await send(bmc, '/redfish/v1/Systems', options)).json;
  return (await send({ url: url.replace(/\/bmc\/.*/, '') }, Members[0]['@odata.id'], options)).json.SerialNumber;
}

test('by Host header: one port, and each name is a machine of its own', () =>
  withEmulator({ servers: 3, addressing: 'host', vendors: 'dell' }, async ({ bmcs, control, log }) => {
    const [first] = bmcs;
    assert.match(first?.url ?? '', /^http:\/\/bmc-1\.bmc\.localhost:\d+$/);
    const url = `http://127.0.0.1:${first?.port}`;
    const found = [];
    for (const { name, port } of bmcs) found.push(await serialAt(url, { Host: `${name}.bmc.localhost:${port}` }));
    assert.deepEqual(
      found,
      bmcs.map(({ serial }) => serial),
    );
    assert.equal((await send({ url }, '/redfish/v1', { headers: { Host: 'bmc-9.bmc.localhost' } })).status, 404);

    // What happens to connections happens to those who ask for the one BMC.
    const ask = (name: string) => send({ url }, '/redfish/v1', { headers: { Host: name } });
    control.fail({ id: 'refused', match: { bmc: 'bmc-2' }, action: { kind: 'connection', how: 'refuse' } });
    await assert.rejects(ask('bmc-2'), { code: 'ECONNRESET' });
    assert.equal((await ask('bmc-3')).status, 200);
    control.heal('refused');
    assert.equal((await ask('bmc-2')).status, 200);
    control.fail({ id: 'silent', match: { bmc: 'bmc-2' }, action: { kind: 'connection', how: 'hang' } });
    await assert.rejects(send({ url }, '/redfish/v1', { headers: { Host: 'bmc-2' }, timeoutMs: 50 }), /no answer/);
    assert.ok(log.count('bmc-2') > 0 && log.count('bmc-1') > 0);
  }));

test('by Host header over TLS: one certificate for all names, and a bad one for who asks for the BMC that has it', async () => {
  const authority = await createAuthority();
  const tls = (hosts: string[], flaw?: 'tlsExpired' | 'tlsSelfSigned' | 'tlsOtherName' | 'tlsNewKey') =>
    authority.issue({ hosts, ...(flaw ? { flaw } : {}) });
  await withEmulator({ servers: 2, addressing: 'host', tls }, async ({ bmcs, control }) => {
    const statusOf = ({ name, port }: EmulatedBmc): Promise<number | string> =>
      new Promise((resolve) => {
        const servername = `${name}.bmc.localhost`;
        const options = { host: '127.0.0.1', port, servername, ca: authority.ca, headers: { Host: servername } };
        const sent = request({ ...options, path: '/redfish/v1', agent: false }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        });
        sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
        sent.end();
      });
    const all = () => Promise.all(bmcs.map(statusOf));
    assert.deepEqual(await all(), [200, 200]);
    control.fail({ match: { bmc: 'bmc-2' }, action: { kind: 'connection', how: 'tlsExpired' } });
    assert.deepEqual(await all(), [200, 'CERT_HAS_EXPIRED']);
    control.heal();
    assert.deepEqual(await all(), [200, 200]);
  });
});

test('by path: links, Location and what is sent back all have the prefix', async () => {
  const clock = new SteppedClock();
  await withEmulator({ servers: 2, addressing: 'path', clock }, async ({ bmcs, powerState }) => {
    const second = bmcs[1] as EmulatedBmc;
    assert.match(second.url, /^http:\/\/127\.0\.0\.1:\d+\/bmc\/2$/);
    assert.equal(await serialAt(second.url), second.serial);
    const origin = { url: second.url.replace(/\/bmc\/2$/, '') };
    const root = await send(second, '/redfish/v1/');
    assert.equal(root.json.Systems['@odata.id'], '/bmc/2/redfish/v1/Systems');
    assert.doesNotMatch(root.text, /"\/redfish/);
    assert.equal(root.headers['content-length'], String(Buffer.byteLength(root.text)));
    const body = { UserName: 'admin', Password: 'correct horse' };
    const login = await send(second, '/redfish/v1/SessionService/Sessions', { method: 'POST', headers: {}, body });
    assert.match(String(login.headers.location), /^\/bmc\/2\/redfish\/v1\/SessionService\/Sessions\/1$/);
    assert.equal((await send(origin, String(login.headers.location))).status, 200);

    const system = (await send(origin, await systemPath(second))).json;
    const target = system.Actions['#ComputerSystem.Reset'].target;
    assert.equal((await send(origin, target, { method: 'POST', body: { ResetType: 'On' } })).status, 204);
    assert.deepEqual([powerState('bmc-1'), powerState('bmc-2')], ['Off', 'PoweringOn']);

    const [storage] = (await send(origin, system.Storage['@odata.id'])).json.Members;
    const { Drives, Volumes } = (await send(origin, storage['@odata.id'])).json;
    const volume = { RAIDType: 'RAID1', Links: { Drives: Drives.slice(0, 2) } };
    const made = await send(origin, Volumes['@odata.id'], { method: 'POST', body: volume });
    assert.equal(made.status, 201, made.text);
    assert.equal((await send(origin, '/redfish/v1')).status, 404);
    assert.equal((await send(origin, '/bmc/3/redfish/v1')).status, 404);
    assert.equal((await send(origin, '/bmc/0/redfish/v1')).status, 404);
    await settle();
  });
});

test('a shared port serves a hundred requests on one connection without piling up listeners', () =>
  withEmulator({ servers: 1, addressing: 'path' }, async ({ log }, bmc) => {
    const { Agent, get } = await import('node:http');
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const warnings: string[] = [];
    const warn = (warning: Error): void => void warnings.push(warning.name);
    process.on('warning', warn);
    for (let i = 0; i < 100; i++) {
      await new Promise<void>((resolve, reject) => {
        get(`${bmc.url}/redfish/v1`, { agent }, (response) => response.resume().on('end', resolve)).on('error', reject);
      });
    }
    await settle();
    process.off('warning', warn);
    agent.destroy();
    assert.deepEqual([log.count(), warnings], [100, []]);
  }));

test('equal seeds and equal requests give equal bytes, dates included', async () => {
  const story = () =>
    withEmulator({ seed: 7, vendors: 'dell-idrac9', clock: new SteppedClock() }, async ({ control }, bmc) => {
      control.fail({ when: { probability: 0.5 }, action: { kind: 'status', status: 503 } });
      const seen: string[] = [];
      const note = async (...asked: Parameters<typeof send>) => {
        const { status, headers, text } = await send(...asked);
        seen.push(JSON.stringify([status, headers, text]));
      };
      for (const path of [
        '/redfish/v1',
        '/redfish/v1/Managers?$expand=.',
        await systemPath(bmc).catch(() => '/redfish'),
      ]) {
        await note(bmc, path);
      }
      control.heal();
      await reset(bmc, 'On');
      const body = { UserName: 'admin', Password: 'correct horse' };
      await note(bmc, '/redfish/v1/SessionService/Sessions', { method: 'POST', headers: {}, body });
      await note(bmc, '/redfish/v1/Systems/System.Embedded.1');
      await note(bmc, '/redfish/v1/Systems/System.Embedded.1/LogServices?$expand=*($levels=1)');
      return seen;
    });
  const [first, second] = [await story(), await story()];
  assert.deepEqual(first, second);
  assert.ok(
    first.some((line) => line.includes('"PowerState')),
    'the story says something',
  );
});
