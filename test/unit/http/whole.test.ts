import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { Pool } from '../../../src/http/undici.js';
import { exchangeWhole, type Onlooker } from '../../../src/http/whole.js';

const indifferent: Onlooker = { onHeaders: () => undefined, onBytes: () => undefined };

async function served(listener: RequestListener, use: (pool: Pool, origin: string) => Promise<void>): Promise<void> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const pool = new Pool(origin, { connections: 1 });
  try {
    await use(pool, origin);
  } finally {
    await pool.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

test('an answer comes whole, however many pieces it had, and the connection serves the next', async () => {
  const ports = new Set<unknown>();
  const listener: RequestListener = (request, response) => {
    ports.add(request.socket.remotePort);
    response.setHeader('x-twice', ['a', 'b']);
    if (request.url === '/none') return void response.writeHead(204).end();
    response.write('one,');
    setImmediate(() => response.end('two'));
  };
  await served(listener, async (pool, origin) => {
    const told: number[] = [];
    const onlooker = { onHeaders: () => void told.push(0), onBytes: (size: number) => void told.push(size) };
    const { statusCode, headers, body } = await exchangeWhole(pool, { origin, path: '/', method: 'GET' }, onlooker)
      .answer;
    assert.deepEqual([statusCode, headers['x-twice'], body.toString()], [200, ['a', 'b'], 'one,two']);
    assert.deepEqual([told[0], told.at(-1)], [0, 7]);
    const none = await exchangeWhole(pool, { origin, path: '/none', method: 'GET' }, indifferent).answer;
    assert.deepEqual([none.statusCode, none.body.length], [204, 0]);
    assert.equal(ports.size, 1);
  });
});

test('an exchange that is ended tells why: before it was sent, while it waits, and in its body', async () => {
  const why = new Error('too late');
  let arrived = (): void => undefined;
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const listener: RequestListener = (request, response) => {
    arrived();
    if (request.url === '/body') response.write('begun');
  };
  await served(listener, async (pool, origin) => {
    const early = exchangeWhole(pool, { origin, path: '/', method: 'GET' }, indifferent);
    early.abort(why);
    await assert.rejects(early.answer, why);
    const waiting = exchangeWhole(pool, { origin, path: '/', method: 'GET' }, indifferent);
    await arrival;
    waiting.abort(why);
    await assert.rejects(waiting.answer, why);
    const onBytes = (): void => {
      throw why;
    };
    const { answer } = exchangeWhole(pool, { origin, path: '/body', method: 'GET' }, { ...indifferent, onBytes });
    await assert.rejects(answer, why);
  });
});

test('a connection that breaks, and one that is never made, end the exchange', async () => {
  await served(
    (request) => request.socket.destroy(),
    async (pool, origin) => {
      const broken = exchangeWhole(pool, { origin, path: '/', method: 'GET' }, indifferent).answer;
      await assert.rejects(broken, { code: 'UND_ERR_SOCKET' });
    },
  );
  const nobody = 'http://127.0.0.1:9';
  const pool = new Pool(nobody);
  await assert.rejects(exchangeWhole(pool, { origin: nobody, path: '/', method: 'GET' }, indifferent).answer, {
    code: 'ECONNREFUSED',
  });
  await pool.destroy();
});
