/** Holds the deep paths of undici that `src/http/undici.ts` relies on, and what must never pass through it. */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { Agent, Pool, request } from '../../../src/http/undici.js';

describe('the undici door', () => {
  const seen: string[] = [];
  let server: Server;
  let origin: string;

  before(async () => {
    server = createServer((req: IncomingMessage, res: ServerResponse) => {
      seen.push(`${req.method} ${req.url}`);
      res.setHeader('x-cookie', req.headers.cookie ?? 'none');
      if (req.url === '/redirect') res.writeHead(302, { location: '/landed', 'set-cookie': 'a=b' });
      res.end('hello');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => new Promise((resolve) => server.close(resolve)));

  it('sends a request through an Agent and through a Pool', async () => {
    for (const dispatcher of [new Agent(), new Pool(origin, { connections: 1 })]) {
      const answer = await request(dispatcher, { origin, path: '/a?b=c', method: 'GET' });
      assert.equal(answer.statusCode, 200);
      assert.equal(await answer.body.text(), 'hello');
      await dispatcher.close();
    }
    assert.deepEqual(seen.splice(0), ['GET /a?b=c', 'GET /a?b=c']);
  });

  it('follows no redirect and keeps no cookie', async () => {
    const pool = new Pool(origin);
    const answer = await request(pool, { origin, path: '/redirect', method: 'GET' });
    await answer.body.dump();
    assert.equal(answer.statusCode, 302);
    const next = await request(pool, { origin, path: '/next', method: 'GET' });
    await next.body.dump();
    assert.equal(next.headers['x-cookie'], 'none');
    assert.deepEqual(seen.splice(0), ['GET /redirect', 'GET /next']);
    await pool.close();
  });

  it('ignores proxy variables', async () => {
    const names = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'ALL_PROXY'];
    const before = names.map((name) => process.env[name]);
    for (const name of names) process.env[name] = 'http://127.0.0.1:1';
    const pool = new Pool(origin);
    const answer = await request(pool, { origin, path: '/', method: 'GET' });
    await answer.body.dump();
    assert.equal(answer.statusCode, 200);
    await pool.close();
    names.forEach((name, index) => {
      const value = before[index];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    });
  });
});
