/** TLS with the sandbox's authority, and captured trees as read-only BMCs. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { serveTree } from '../../../../src/sandbox/bmc/index.js';
import { createAuthority } from '../../../../src/sandbox/certificates.js';
import { basic, password, send, withEmulator } from './client.js';

function statusOverTls(url: string, ca: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/redfish/v1/`, { ca, agent: false }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    sent.once('error', reject);
    sent.end();
  });
}

test('each BMC proves its own address with a certificate of the authority', async () => {
  const authority = await createAuthority();
  const tls = (hosts: string[]) => authority.issue({ hosts });
  await withEmulator({ servers: 2, tls }, async ({ bmcs }) => {
    for (const { url } of bmcs) {
      assert.match(url, /^https:/);
      assert.equal(await statusOverTls(url, authority.ca), 200);
    }
    const stranger = await createAuthority();
    await assert.rejects(statusOverTls(bmcs[0]?.url ?? '', stranger.ca), /certificate|signature/);
  });
});

test('a captured tree is served as it is, read-only, with logins', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'tree-'));
  const put = async (path: string, doc: unknown) => {
    await mkdir(join(dir, path), { recursive: true });
    await writeFile(join(dir, path, 'index.json'), JSON.stringify(doc));
  };
  await put('redfish/v1', { '@odata.id': '/redfish/v1', Systems: { '@odata.id': '/redfish/v1/Systems' } });
  const members = [{ '@odata.id': '/redfish/v1/Systems/A' }, { '@odata.id': '/redfish/v1/Systems/Gone' }];
  await put('redfish/v1/Systems', { '@odata.id': '/redfish/v1/Systems', Members: members });
  const system = { '@odata.id': '/redfish/v1/Systems/A', '@odata.type': '#ComputerSystem.v1_0_0.ComputerSystem' };
  await put('redfish/v1/Systems/A', { ...system, PowerState: 'On', UUID: 'U-1' });
  const tree = await serveTree(dir, { username: 'admin', password });
  try {
    assert.equal((await send(tree, '/redfish/v1', { headers: {} })).status, 200);
    assert.deepEqual((await send(tree, '/redfish/v1/Systems/A')).json, { ...system, PowerState: 'On', UUID: 'U-1' });
    assert.equal((await send(tree, '/redfish/v1/Systems/A', { headers: {} })).status, 401);
    assert.equal((await send(tree, '/redfish/v1/Systems/Gone')).status, 404);
    assert.equal((await send(tree, '/redfish/v1/Systems/A', { method: 'PATCH', body: { UUID: 'x' } })).status, 405);
    const body = { UserName: 'admin', Password: password };
    const login = await send(tree, '/redfish/v1/SessionService/Sessions', { method: 'POST', headers: {}, body });
    assert.equal(login.status, 201);
    const headers = { 'X-Auth-Token': String(login.headers['x-auth-token']) };
    assert.equal((await send(tree, '/redfish/v1/Systems', { headers })).json.Members.length, 2);
    assert.equal(tree.requests().length, 7);
  } finally {
    await tree.close();
    await rm(dir, { recursive: true });
  }
});

const mockups = '../shared/upstream/mockups';
const captured = ['dell-r750-idrac9', 'hpe-ilo-spyroot', 'lenovo-xcc-bmclib', 'nvidia-gh200', 'supermicro-x10-spyroot'];
for (const name of captured) {
  const dir = join(mockups, name);
  test(`the captured tree ${name} serves its systems`, { skip: !existsSync(dir) && `${dir} is absent` }, async () => {
    const tree = await serveTree(dir, { username: 'admin', password });
    try {
      const { Members } = (await send(tree, '/redfish/v1/Systems', { headers: basic() })).json;
      assert.notEqual(Members.length, 0);
      for (const { '@odata.id': path } of Members) assert.match((await send(tree, path)).json.UUID, /-/);
    } finally {
      await tree.close();
    }
  });
}
