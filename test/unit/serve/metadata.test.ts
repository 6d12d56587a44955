/** The metadata service over real sockets: who is answered with what, and who with nothing. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, test } from 'node:test';
import type { Server } from '../../../src/api/metal/v1alpha1/index.js';
import { silent } from '../../../src/ports/log.js';
import { AddressBook, startMetadata } from '../../../src/serve/index.js';
import { fakeClock } from '../../support/clock.js';
import { fakeCluster } from '../../support/fake-cluster.js';

const apiVersion = 'metal.ironcore.dev/v1alpha1';
const prefix = 'metadata.metal.ironcore.dev/';
const flavor = { 'Metadata-Flavor': 'IronCore Metal' };
const clock = fakeClock();
const cluster = fakeCluster();
const addresses = new AddressBook();
const service = await startMetadata({
  host: '127.0.0.1',
  port: 0,
  clock,
  log: silent,
  cluster,
  addresses,
  fixed: { region: 'lab', rack: 'none', zone: 'z' },
});
after(() => service.close());

function put(name: string, ips: string[], more: { metadata?: object; spec?: object } = {}): void {
  const networkInterfaces = [{ name: 'eth0', macAddress: 'aa:bb:cc:00:00:01', ips }];
  const server = {
    apiVersion,
    kind: 'Server',
    metadata: { name, ...more.metadata },
    spec: { systemUUID: name, ...more.spec },
    status: { networkInterfaces },
  } as unknown as Server;
  cluster.seed(server);
  addresses.put(server);
}
function claim(spec: object, metadata: object = {}): void {
  cluster.seed({
    apiVersion,
    kind: 'ServerClaim',
    metadata: { namespace: 'db', name: 'c', uid: 'u1', ...metadata },
    spec,
  } as never);
}
function secret(data: Record<string, string>, type = 'metal.ironcore.dev/user-data'): void {
  const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  const metadata = { namespace: 'db', name: 'data' };
  cluster.seed({ apiVersion: 'v1', kind: 'Secret', metadata, type, data: Object.fromEntries(encoded) } as never);
}

/** Asks from a loopback address of its own: the peer is the identity. */
function ask(from: string, path: string, headers: Record<string, string> = flavor, method = 'GET') {
  return new Promise<{ status: number; text: string; type: string }>((resolve, reject) => {
    const sent = request(`${service.url}${path}`, { localAddress: from, headers, method, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, text, type: answer.headers['content-type'] ?? '' }),
      );
    });
    sent.on('error', reject).end();
  });
}
const statusOf = async (...args: Parameters<typeof ask>): Promise<number> => (await ask(...args)).status;

test('metadata: static, then the name, annotations, labels; the later wins', async () => {
  put('a', ['127.0.0.11'], {
    metadata: {
      annotations: { [`${prefix}rack`]: 'r1', [`${prefix}note`]: 'hello', other: 'no' },
      labels: { [`${prefix}rack`]: 'r2' },
    },
  });
  const { status, text, type } = await ask('127.0.0.11', '/v1/');
  assert.equal(status, 200);
  assert.equal(type, 'application/json');
  assert.equal(text, '{"note":"hello","rack":"r2","region":"lab","server-name":"a","zone":"z"}\n');
  assert.deepEqual(await ask('127.0.0.11', '/v1/rack'), { status: 200, text: 'r2', type: 'text/plain; charset=utf-8' });
  assert.equal(await statusOf('127.0.0.11', '/v1/absent'), 404);
  assert.equal(await statusOf('127.0.0.11', '/v1/__proto__'), 404);
});

test('without the header 403, in another flavour too; other paths 404; other methods 405', async () => {
  put('a', ['127.0.0.11']);
  const refused = await ask('127.0.0.11', '/v1/', {});
  assert.equal(refused.status, 403);
  assert.equal(refused.text, 'missing required header: Metadata-Flavor: IronCore Metal\n');
  assert.equal(await statusOf('127.0.0.11', '/v1/', { 'Metadata-Flavor': 'Google' }), 403);
  assert.equal(await statusOf('127.0.0.11', '/latest', {}), 404);
  assert.equal(await statusOf('127.0.0.11', '/v1/', flavor, 'POST'), 405);
  assert.equal(await statusOf('127.0.0.11', '/v1'), 307);
});

test('a stranger gets 404, whatever he forwards', async () => {
  put('a', ['127.0.0.11']);
  assert.equal(await statusOf('127.0.0.99', '/v1/'), 404);
  assert.equal(await statusOf('127.0.0.99', '/v1/', { ...flavor, 'X-Forwarded-For': '127.0.0.11' }), 404);
});

test('an address that two Servers report is answered by neither, until one of them lets it go', async () => {
  put('a', ['127.0.0.12']);
  put('b', ['127.0.0.12']);
  assert.equal(await statusOf('127.0.0.12', '/v1/'), 404);
  addresses.remove('a');
  assert.equal((await ask('127.0.0.12', '/v1/server-name')).text, 'b');
  put('b', ['127.0.0.13']);
  assert.equal(await statusOf('127.0.0.12', '/v1/'), 404);
});

test('what the cluster says now counts, not what was known', async () => {
  put('d', ['127.0.0.14']);
  cluster.seed({
    apiVersion,
    kind: 'Server',
    metadata: { name: 'd' },
    spec: {},
    status: { networkInterfaces: [] },
  } as never);
  assert.equal(await statusOf('127.0.0.14', '/v1/'), 404);
});

test('user data: by key, raw; 404 for each piece that is missing; 500 for another type of Secret', async () => {
  const spec = { serverClaimRef: { namespace: 'db', name: 'c' } };
  put('e', ['127.0.0.15'], { spec, metadata: { annotations: { 'metalctl.dev/claim-uid': 'u1' } } });
  assert.equal(await statusOf('127.0.0.15', '/v1/user-data'), 404);
  claim({ serverRef: { name: 'e' } });
  assert.equal(await statusOf('127.0.0.15', '/v1/user-data'), 404);
  claim({ serverRef: { name: 'e' }, userDataRef: { name: 'data' } });
  assert.equal(await statusOf('127.0.0.15', '/v1/user-data'), 404);
  secret({});
  assert.equal(await statusOf('127.0.0.15', '/v1/user-data'), 404);
  secret({ b: '2', a: 'über' });
  assert.equal((await ask('127.0.0.15', '/v1/user-data')).text, '{"a":"über","b":"2"}\n');
  assert.equal((await ask('127.0.0.15', '/v1/user-data/a')).text, 'über');
  assert.equal(await statusOf('127.0.0.15', '/v1/user-data/c'), 404);
  assert.match((await ask('127.0.0.15', '/v1/')).text, /"user-data":\{"a":"über","b":"2"\}/);
  secret({ a: '1' }, 'Opaque');
  assert.deepEqual(await ask('127.0.0.15', '/v1/user-data'), {
    status: 500,
    text: "wrong secret type for user-data 'Opaque'\n",
    type: 'text/plain; charset=utf-8',
  });
});

test('user data goes to the machine its claim is bound to, and to no other', async () => {
  const spec = { serverClaimRef: { namespace: 'db', name: 'c' } };
  put('e', ['127.0.0.15'], { spec, metadata: { annotations: { 'metalctl.dev/claim-uid': 'u1' } } });
  secret({ a: '1' });
  const userData = { userDataRef: { name: 'data' } };
  claim({ serverRef: { name: 'elsewhere' }, ...userData });
  assert.equal(await statusOf('127.0.0.15', '/v1/user-data'), 404);
  claim({ serverRef: { name: 'e' }, ...userData }, { uid: 'u2' });
  assert.equal(await statusOf('127.0.0.15', '/v1/user-data'), 404, 'a claim made again under the old name');
  claim({ serverRef: { name: 'e' }, ...userData }, { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['x'] });
  assert.equal(await statusOf('127.0.0.15', '/v1/user-data'), 404, 'a claim being given up');
  claim({ serverRef: { name: 'e' }, ...userData });
  assert.equal(await statusOf('127.0.0.15', '/v1/user-data'), 200);
});
