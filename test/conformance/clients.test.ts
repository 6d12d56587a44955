/** Clients that stop reading, stop sending, or die: each costs the server no more than itself. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import type { ApiServerOptions } from '../../src/sandbox/apiserver/index.js';
import { embeddedOnly } from './servers/choice.js';
import { type EmbeddedApi, startEmbedded } from './start-api.js';

const CONFIGMAPS = '/api/v1/namespaces/default/configmaps';
const skip = embeddedOnly('a process whose clients a test may ill-treat');

async function start(context: TestContext, options: Partial<ApiServerOptions> = {}): Promise<EmbeddedApi> {
  return startEmbedded(context, options);
}

/** A raw connection that has sent the head of a request. */
async function open(api: EmbeddedApi, method: string, path: string, more = ''): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(api.url).port), ca: api.ca });
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  const head = [`${method} ${path} HTTP/1.1`, 'host: 127.0.0.1', `authorization: ${api.auth.authorization}`];
  socket.write(`${head.join('\r\n')}\r\n${more}\r\n`);
  return socket;
}

const isServed = async (api: EmbeddedApi) => (await api.call('GET', CONFIGMAPS)).status === 200;

test('a watcher that does not read is cut off, and the others get everything', { skip }, async (context) => {
  let at = Date.now();
  const api = await start(context, { now: () => new Date(at) });
  const deaf = await open(api, 'GET', `${CONFIGMAPS}?watch=true`);
  await once(deaf, 'readable'); // the head has come; from here on nothing is read
  deaf.pause();
  const good = await api.watch(`${CONFIGMAPS}?watch=true`);
  let isCut = false;
  deaf.once('close', () => (isCut = true));
  const text = 'x'.repeat(900_000);
  let written = 0;
  for (; !isCut && written < 80; written++) {
    await api.call('POST', CONFIGMAPS, { body: { metadata: { name: `c-${written}` }, data: { text } } });
    at += 1_000;
    if (written > 40) deaf.destroyed || (await peek(deaf));
  }
  assert.ok(isCut, `still open after ${written} events of 0.9 MB`);
  const events = await good.until(written);
  assert.equal(events.filter(({ type }) => type === 'ADDED').length, written);
  good.close();
});

/** Reading is what tells that the other side is gone: take what is there and look for the end. */
async function peek(socket: TLSSocket): Promise<void> {
  socket.resume();
  await new Promise((resolve) => setTimeout(resolve, 20));
  socket.pause();
}

test('a body that never comes holds nothing up', { skip }, async (context) => {
  const api = await start(context);
  const slow = await open(api, 'POST', CONFIGMAPS, 'content-type: application/json\r\ncontent-length: 100\r\n');
  slow.write('{"metadata":');
  assert.ok(await isServed(api));
  slow.destroy();
  assert.ok(await isServed(api));
  assert.equal((await api.call('GET', CONFIGMAPS)).body.items.length, 0, 'half a body is no object');
});

test('clients that die in the middle of a body or a watch leave the server as it was', { skip }, async (context) => {
  const api = await start(context);
  for (let round = 0; round < 20; round++) {
    const watcher = await open(api, 'GET', `${CONFIGMAPS}?watch=true`);
    const writer = await open(api, 'POST', CONFIGMAPS, 'content-length: 1000\r\n');
    writer.write('{');
    watcher.destroy();
    writer.destroy();
    await api.call('POST', CONFIGMAPS, { body: { metadata: { name: `c-${round}` } } });
  }
  assert.equal((await api.call('GET', CONFIGMAPS)).body.items.length, 20);
});

test('what is not HTTP is refused on its own connection', { skip }, async (context) => {
  const api = await start(context);
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(api.url).port), ca: api.ca });
  await once(socket, 'secureConnect');
  socket.write('\x16\x03\x01 not http\r\n\r\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  assert.match(answer.toString(), /^HTTP\/1\.1 4\d\d /);
  assert.ok(await isServed(api));
});
