/** Places that are not named on the command line: from the segment, from Endpoints; and what becomes of them with --onboard. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { BMC } from '../../../../src/api/metal/v1alpha1/index.js';
import type { Identification } from '../../../../src/ports/bmc.js';
import type { Search, SearchOptions } from '../../../../src/ports/search.js';
import { aSecret } from '../../../support/build.js';
import { runLine } from '../../../support/run-line.js';
import { world } from '../../../support/world.js';
import { inTime } from '../../workflows/support/servers.js';

const folder = mkdtempSync(join(tmpdir(), 'metalctl-places-'));
after(() => rmSync(folder, { recursive: true }));

function scene(found: readonly { address: string; port?: number }[] = []) {
  const w = world();
  const asked: string[] = [];
  const searched: SearchOptions[] = [];
  const identification: Identification = {
    identify: async (url) => {
      asked.push(url);
      return {
        redfishVersion: '1.18.0',
        vendor: 'Dell',
        serviceUUID: `uuid-${url}`,
        isTrusted: true,
        hasSystems: true,
      };
    },
  };
  const search: Search = {
    search: async (options) => {
      searched.push(options);
      return found.map((each) => ({ way: 'ssdp', ...each }));
    },
  };
  const env = { LANG: 'C.UTF-8' };
  process.env.METALCTL_STATE_DIR = folder;
  const run = (line: string) =>
    inTime(w, runLine(line, { ports: { ...w.ports, cluster: w.cluster, bmc: w.bmcs, identification, search }, env }));
  return { w, asked, searched, run };
}

const endpoint = (name: string, ip: string, macAddress: string) => ({
  apiVersion: 'metal.ironcore.dev/v1alpha1',
  kind: 'Endpoint',
  metadata: { name },
  spec: { ip, macAddress },
});

test('who answers on the segment is looked at, at the port it named or else at --ports', async () => {
  const { asked, searched, run } = scene([{ address: '10.0.0.1', port: 8443 }, { address: '10.0.0.2' }]);
  const said = await run('discover --ssdp --mdns --interface 127.0.0.1 --listen 3s --no-login -o json');
  assert.equal(said.code, 0, said.stderr);
  assert.deepEqual(asked.sort(), ['https://10.0.0.1:8443', 'https://10.0.0.2:443']);
  assert.deepEqual(
    searched.map(({ ways, listenMs, interfaceAddress }) => ({ ways, listenMs, interfaceAddress })),
    [{ ways: ['ssdp', 'mdns'], listenMs: 3_000, interfaceAddress: '127.0.0.1' }],
  );
  assert.match(said.stderr, /2 services answer on the segment/);
});

test('nobody on the segment, and nothing else named: exit 20; an unknown interface is named with those there are', async () => {
  const { run } = scene();
  const said = await run('discover --ssdp');
  assert.equal(said.code, 20, said.stderr);
  assert.match(said.stderr, /nobody answered on the segment/);
  const wrong = await run('discover --ssdp --interface nosuch0');
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /it has .*127\.0\.0\.1/);
});

test('addresses of Endpoints are swept, at the port that the MAC prefix database names', async () => {
  const { w, asked, run } = scene();
  w.cluster.seed(endpoint('a', '10.0.1.1', 'aa:bb:cc:00:00:01'), endpoint('b', '10.0.1.2', '00:00:00:00:00:02'));
  const file = join(folder, 'prefixes.yaml');
  writeFileSync(
    file,
    'macPrefixes:\n- {macPrefix: "aa:bb:cc", manufacturer: X, protocol: Redfish, port: 8000, type: bmc}\n',
  );
  const said = await run(`discover --from-endpoints --mac-prefixes-file ${file} --no-login`);
  assert.equal(said.code, 0, said.stderr);
  assert.deepEqual(asked.sort(), ['https://10.0.1.1:8000', 'https://10.0.1.2:443']);
  assert.equal((await run(`discover --cidr 10.0.0.0/30 --mac-prefixes-file ${file}`)).code, 2);
});

test('--onboard creates what is new and prints that instead of the findings', async () => {
  const { w, run } = scene([{ address: '10.0.0.1' }]);
  w.cluster.seed({ ...aSecret(), metadata: { name: 'oob' } });
  const said = await run('discover --ssdp --no-login --onboard --name-template bmc-{ip} --bmc-secret oob -o name');
  assert.equal(said.code, 0, said.stderr);
  const made = w.cluster.all(BMC);
  assert.equal(made.length, 1, said.stderr);
  assert.equal(said.stdout, `bmc.metal.ironcore.dev/${made[0]?.metadata.name}\n`);
});
