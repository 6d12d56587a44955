/** What a listener bounds: connections that say nothing, bodies without end, and callers nobody expects. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { silent } from '../../../src/ports/log.js';
import { startRegistry } from '../../../src/serve/registry/index.js';
import { fakeClock } from '../../support/clock.js';

const clock = fakeClock();
const registry = await startRegistry({ host: '127.0.0.1', port: 0, clock, log: silent });
const { hostname, port } = new URL(registry.url);
const sockets: Socket[] = [];
after(async () => {
  for (const socket of sockets) socket.destroy();
  await registry.close();
});

const uuid = '38947555-7742-3448-3784-823347823834';
const token = 'a'.repeat(43);
const hash = createHash('sha256').update(token).digest('hex');
const body = JSON.stringify({ systemUUID: uuid, data: {} });

/** Posts a report from a loopback address of its own. */
function register(localAddress: string, chunks: Iterable<string> = [body]): Promise<number | string> {
  return new Promise((resolve) => {
    const options = { host: hostname, port, path: `/t/${token}/register`, method: 'POST', localAddress, agent: false };
    const sent = request(options, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    sent.on('error', (error) => resolve((error as NodeJS.ErrnoException).code ?? 'cut'));
    const next = chunks[Symbol.iterator]();
    const write = (): void => {
      for (let each = next.next(); !each.done; each = next.next()) {
        if (!sent.write(each.value)) return void sent.once('drain', write);
        if (sent.destroyed) return;
      }
      sent.end();
    };
    write();
  });
}

/** A connection that begins a request and never goes on; settles when the listener, or the end of the test, cuts it. */
function slow(localAddress: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), localAddress });
    sockets.push(socket);
    socket.on('error', () => resolve());
    socket.once('close', () => resolve());
    socket.once('connect', () => socket.write('POST /t/x/register HTTP/1.1\r\nHost: x\r\nX-Slow: '));
  });
}

/** Settles when so many of them have. */
const some = (count: number, all: readonly Promise<void>[]): Promise<void> =>
  new Promise((resolve) => {
    let settled = 0;
    for (const each of all) each.then(() => ++settled === count && resolve());
  });

test('a thousand slow connections keep nobody else out', { timeout: 120_000 }, async (t) => {
  registry.expect(uuid, hash, new Date(clock.now().getTime() + 3_600_000));
  const before = process.memoryUsage.rss();
  const opened = Array.from({ length: 1_000 }, () => slow('127.0.0.66'));
  // The registry keeps 256 of one address: it never ends where more are kept.
  await some(1_000 - 256, opened);
  assert.equal(await register('127.0.0.67'), 201);
  const open = sockets.filter(({ destroyed }) => !destroyed).length;
  const mb = Math.round((process.memoryUsage.rss() - before) / 1e6);
  t.diagnostic(`1,000 slow connections from one address: ${open} kept, a machine was answered; ${mb} MB more`);
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(opened);
});

test('an address that let its connections go may come again', { timeout: 120_000 }, async () => {
  registry.forget(uuid);
  registry.expect(uuid, hash, new Date(clock.now().getTime() + 3_600_000));
  // The listener learns of the end of a connection a moment after its owner.
  let answer = await register('127.0.0.66');
  while (typeof answer === 'string') answer = await register('127.0.0.66');
  assert.equal(answer, 201);
});

test('a report without end is cut off at a mebibyte, though it has the token', async () => {
  registry.forget(uuid);
  registry.expect(uuid, hash, new Date(clock.now().getTime() + 3_600_000));
  let sent = 0;
  function* endless(): Generator<string> {
    const chunk = 'x'.repeat(65_536);
    while (sent < 1e9) {
      sent += chunk.length;
      yield chunk;
    }
  }
  const outcome = await register('127.0.0.68', endless());
  assert.ok(outcome === 413 || typeof outcome === 'string', String(outcome));
  assert.ok(sent < 64e6, `${sent} bytes were taken before the end`);
  assert.equal(await registry.report(uuid, hash), undefined);
});

test('machines nobody expects leave nothing behind', async () => {
  for (let n = 0; n < 200; n += 1) {
    const asked = await fetch(`${registry.url}/t/${'b'.repeat(43)}/register`, {
      method: 'POST',
      body: `{"systemUUID":"uuid-${n}"}`,
    });
    assert.ok([403, 429].includes(asked.status));
    await asked.text();
    assert.equal(await registry.report(`uuid-${n}`, hash), undefined);
  }
});
