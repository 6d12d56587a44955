/** No link of a BMC leads anywhere but to itself (S-SSRF-1): by table, and by counting connections at the attacker. */
import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { Secret } from '../../../../src/lib/secret.js';
import { systemUri } from '../../../../src/ports/bmc.js';
import { silent } from '../../../../src/ports/log.js';
import { createBmcFactory } from '../../../../src/redfish/index.js';
import { comparable, fragmentOf, locationPath, safePath } from '../../../../src/redfish/transport/link.js';
import { harmlessLinks, hostileLinks } from '../hostile-links.js';
import { hastyClock, reply, system, type TinyBmc, tinyBmc } from '../tiny-bmc.js';

const origin = 'https://10.0.0.1';

describe('links of a BMC', () => {
  it('refuses more than sixty hostile ones', () => {
    const links = hostileLinks('evil.example');
    assert.ok(links.length >= 60, `${links.length} links`);
    for (const link of links) {
      assert.throws(
        () => safePath(link, origin),
        { code: 'BMC_HOSTILE_LINK', class: 'permanent' },
        JSON.stringify(link),
      );
    }
  });

  it('follows odd ones that stay on the BMC', () => {
    for (const link of harmlessLinks) {
      const path = safePath(link, origin);
      assert.equal(new URL(path, origin).origin, origin);
      assert.doesNotMatch(path, /[\s#]/);
    }
    assert.equal(safePath('/redfish/v1/Chassis/1/Drives/Disk 0', origin), '/redfish/v1/Chassis/1/Drives/Disk%200');
  });

  it('accepts an absolute Location of the same origin only', () => {
    assert.equal(locationPath('https://10.0.0.1/redfish/v1/x?y', origin), '/redfish/v1/x?y');
    assert.equal(locationPath('/redfish/v1/x', origin), '/redfish/v1/x');
    for (const location of [
      'http://10.0.0.1/x',
      'https://10.0.0.1:444/x',
      'https://10.0.0.2/x',
      'https://a@10.0.0.1/x',
    ]) {
      assert.throws(() => locationPath(location, origin), { code: 'BMC_HOSTILE_LINK' }, location);
    }
  });

  it('compares links without slash and fragment, and tells the fragment', () => {
    assert.equal(comparable('/redfish/v1/systems/1/'), '/redfish/v1/systems/1');
    assert.equal(comparable('/a/b#/c'), '/a/b');
    assert.equal(fragmentOf('/a/Power#/PowerSupplies/0'), '/PowerSupplies/0');
    assert.equal(fragmentOf('/a'), undefined);
  });
});

describe('a BMC whose links are hostile', () => {
  let bmc: TinyBmc;
  let visits = 0;
  let bytesIn = 0;
  const attacker = createServer(() => {
    visits += 1;
  });
  // Also what is no HTTP, such as a TLS handshake.
  attacker.on('connection', (socket) => {
    socket.on('data', ({ length }) => {
      bytesIn += length;
    });
  });

  before(async () => {
    bmc = await tinyBmc();
    await new Promise<void>((resolve) => attacker.listen(0, '127.0.0.1', resolve));
  });
  after(async () => {
    await bmc.close();
    attacker.close();
  });

  const client = () => {
    const factory = createBmcFactory({ clock: hastyClock(), log: silent });
    const access = { id: 'b', url: bmc.url, username: 'admin', credentialVersion: '1', allowPlainHttp: true };
    return { factory, bmc: factory.open({ ...access, password: new Secret(bmc.password) }) };
  };

  it('gets no request elsewhere through members, next pages, action targets, settings and redirects', async (t) => {
    const host = `127.0.0.1:${(attacker.address() as AddressInfo).port}`;
    const one = systemUri('/redfish/v1/Systems/1');
    const links = hostileLinks(host).filter((link) => typeof link === 'string');
    for (const link of links) {
      const reset = { '#ComputerSystem.Reset': { target: link } };
      bmc.tree.set('/redfish/v1/Systems/1', {
        ...structuredClone(system),
        Actions: reset,
        Processors: { '@odata.id': link },
      });
      bmc.tree.set('/redfish/v1/Systems', { '@odata.id': '/redfish/v1/Systems', Members: [{ '@odata.id': link }] });
      bmc.tree.set('/redfish/v1/Managers', {
        '@odata.id': '/redfish/v1/Managers',
        Members: [],
        'Members@odata.nextLink': link,
      });
      const { factory, bmc: opened } = client();
      await assert.rejects(opened.systems(), { code: 'BMC_HOSTILE_LINK' }, `member ${JSON.stringify(link)}`);
      await assert.rejects(opened.manager(), { code: 'BMC_HOSTILE_LINK' }, `next page ${JSON.stringify(link)}`);
      await assert.rejects(opened.processors(one), { code: 'BMC_HOSTILE_LINK' }, `collection ${JSON.stringify(link)}`);
      const pressed = opened.setPower(one, 'On', 'force');
      await assert.rejects(pressed, /./, `target ${JSON.stringify(link)}`);
      await factory.close();
    }
    t.diagnostic(`${links.length} hostile links in 4 places: ${visits} requests, ${bytesIn} bytes left the origin`);
    assert.deepEqual([visits, bytesIn], [0, 0]);
  });

  it('gets no request and no token elsewhere through any redirect', async (t) => {
    const { port } = attacker.address() as AddressInfo;
    const locations = [
      `http://127.0.0.1:${port}/`,
      `https://127.0.0.1:${port}/`,
      `//127.0.0.1:${port}/`,
      'http://localhost/',
    ];
    for (const status of [301, 302, 303, 307, 308]) {
      for (const location of locations) {
        bmc.handler = ({ url }, response) =>
          url === '/redfish/v1/Systems/1' ? reply(response, status, undefined, { location }) : undefined;
        const { factory, bmc: opened } = client();
        // 303 is not followed at all; to HTTPS on its own host it is told to be asked by that.
        const code = location.startsWith('https:') ? 'BMC_PLAIN_HTTP' : 'BMC_HOSTILE_LINK';
        const expected = status === 303 ? /./ : { code };
        await assert.rejects(opened.system(systemUri('/redfish/v1/Systems/1')), expected, `${status} ${location}`);
        await factory.close();
      }
    }
    t.diagnostic(`${locations.length * 5} hostile redirects: ${visits} requests, ${bytesIn} bytes left the origin`);
    assert.deepEqual([visits, bytesIn], [0, 0]);
  });

  it('is followed when it redirects within itself, at most three times', async () => {
    bmc.tree.set('/redfish/v1/Systems/1', system);
    bmc.handler = ({ url }, response) => {
      if (url === '/redfish/v1/systems/1')
        return reply(response, 308, undefined, { location: `${bmc.url}/redfish/v1/Systems/1` });
      if (url === '/loop') return reply(response, 302, undefined, { location: '/loop' });
      return undefined;
    };
    const { factory, bmc: opened } = client();
    assert.equal((await opened.system(systemUri('/redfish/v1/systems/1'))).model, 'X1');
    const before = bmc.log.length;
    await assert.rejects(opened.system(systemUri('/loop')), { code: 'BMC_BAD_RESPONSE' });
    assert.equal(bmc.log.length - before, 4);
    await factory.close();
  });
});
