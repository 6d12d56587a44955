/** Machines that boot from a real boot server: what its script names is asked for, and what is missing is told. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { readScenario } from '../../../../src/sandbox/bmc/index.js';
import { bootFrom, NoBoot, readScript } from '../../../../src/sandbox/bmc/machine/netboot.js';
import { reset, withEmulator } from './client.js';

const uuid = '38947555-7742-3448-3784-823347823834';
const script = [
  '#!ipxe',
  'set base http://images.example/os',
  `kernel --name vmlinuz \${base}/vmlinuz initrd=initrd ignition.config.url=/ignition/\${uuid} quiet || goto failed`,
  `initrd --name initrd \${base}/initrd`,
  'boot',
].join('\n');

/** A boot server in memory: texts by URL; images answer unless they are missing. */
function aNetwork(texts: Record<string, string>, missing = '') {
  const asked: string[] = [];
  const text = async (url: string): Promise<string> => {
    asked.push(`GET ${url}`);
    return texts[url] ?? Promise.reject(new Error('it answers 404'));
  };
  const head = async (url: string): Promise<number> => {
    asked.push(`HEAD ${url}`);
    return url === missing ? 404 : 200;
  };
  return { asked, text, head };
}

test('a script is followed to its images and its ignition, over chains', async () => {
  const network = aNetwork({
    [`http://boot/ipxe/${uuid}`]: `#!ipxe\nchain --autofree /next?u=\${uuid}\n`,
    [`http://boot/next?u=${uuid}`]: script,
    [`http://boot/ignition/${uuid}`]: '{}',
  });
  assert.deepEqual(await bootFrom('http://boot/', uuid, network), {
    kind: 'os',
    image: 'http://images.example/os/vmlinuz',
  });
  assert.deepEqual(network.asked.slice(2), [
    'HEAD http://images.example/os/vmlinuz',
    'HEAD http://images.example/os/initrd',
    `GET http://boot/ignition/${uuid}`,
  ]);
});

test('an ignition that starts the probe makes the machine report', async () => {
  const ignition = `ExecStart=/probe --registry-url=http://registry:30010 --server-uuid=${uuid}`;
  const network = aNetwork({ [`http://boot/ipxe/${uuid}`]: script, [`http://boot/ignition/${uuid}`]: ignition });
  const offer = await bootFrom('http://boot', uuid, network);
  assert.deepEqual(offer, { kind: 'probe', registryUrl: 'http://registry:30010', serverUUID: uuid });
});

test('whatever is missing fails the boot by name', async () => {
  const all = { [`http://boot/ipxe/${uuid}`]: script, [`http://boot/ignition/${uuid}`]: '{}' };
  const loop = { [`http://boot/ipxe/${uuid}`]: `#!ipxe\nchain http://boot/ipxe/${uuid}` };
  const rows: [ReturnType<typeof aNetwork>, RegExp][] = [
    [aNetwork({}), /ipxe.*: it answers 404/],
    [aNetwork(all, 'http://images.example/os/initrd'), /initrd answers 404/],
    [aNetwork({ [`http://boot/ipxe/${uuid}`]: script }), /ignition.*: it answers 404/],
    [aNetwork(loop), /from script to script/],
  ];
  for (const [network, why] of rows) {
    await assert.rejects(
      bootFrom('http://boot', uuid, network),
      (error: Error) => error instanceof NoBoot && why.test(error.message),
    );
  }
  assert.throws(() => readScript('<html>', 'http://boot/', uuid), /is no iPXE script/);
  assert.throws(() => readScript('#!ipxe\nboot', 'http://boot/', uuid), /boots no kernel/);
});

test('a scenario sends machines to a boot server, and its system says that it is up', async () => {
  const posted: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      if (request.method === 'POST') posted.push(`${request.url} ${body}`);
      if (request.url?.startsWith('/ipxe/')) response.end('#!ipxe\nkernel /vmlinuz\nboot');
      else if (request.url === '/vmlinuz' || request.method === 'POST') response.end();
      else response.writeHead(request.url?.includes(uuids[0] ?? '') ? 200 : 404).end();
    });
  });
  let uuids: string[] = [];
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const scenario = readScenario({ boot: { server: url, registry: url } });
  await withEmulator({ servers: 2, speed: 10_000, scenario }, async ({ bmcs, log }) => {
    uuids = [bmcs[0]?.systemUUIDs[0]?.toLowerCase() ?? ''];
    for (const bmc of bmcs) await reset(bmc, 'On');
    const isOver = (): boolean => posted.length === 1 && log.actions('bmc-2').some(({ to }) => to === 'failed');
    while (!isOver()) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(posted, [`/bootstate ${JSON.stringify({ systemUUID: uuids[0], booted: true })}`]);
    assert.match(log.actions('bmc-2').find(({ to }) => to === 'failed')?.cause ?? '', /ignition.*: it answers 404/);
  });
  server.close();
  for (const boot of ['x', { server: 'ftp://boot' }, { registry: 5 }, { else: url }]) {
    assert.throws(() => readScenario({ boot }), { code: 'USAGE' }, JSON.stringify(boot));
  }
});
