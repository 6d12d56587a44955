/** A range of addresses is asked cheaply, politely, and without blaming the other side for our own slowness. */
import assert from 'node:assert/strict';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, connect as dial } from 'node:net';
import { test } from 'node:test';
import type { Clock } from '../../../src/ports/clock.js';
import { silent } from '../../../src/ports/log.js';
import { createIdentification } from '../../../src/redfish/index.js';
import { createAuthority } from '../../../src/sandbox/certificates.js';
import { fakeClock } from '../../support/clock.js';
import { reply, root } from './tiny-bmc.js';

const isSo = async (fact: () => boolean): Promise<void> => {
  while (!fact()) await new Promise((resolve) => setImmediate(resolve));
};

async function aService(listener: RequestListener, tls?: { key: string; cert: string }) {
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`, connections: () => connections, close };
}

test('behind a proxy an address is asked through it, over HTTP and TLS; nothing goes past it', async () => {
  const { issue } = await createAuthority();
  const asked: string[] = [];
  const proxy = createTcpServer((near) => {
    near
      .on('error', () => undefined)
      .once('data', (head: Buffer) => {
        const [, host = '', port = ''] = /^CONNECT ([^:]+):(\d+) /.exec(head.toString()) ?? [];
        asked.push(port);
        const far = dial({ host, port: Number(port) }, () => {
          near.write('HTTP/1.1 200 OK\r\n\r\n');
          near.pipe(far).pipe(near);
        });
        far.on('error', () => undefined);
      });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const way = new URL(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
  for (const tls of [undefined, await issue({ hosts: ['127.0.0.1'] })]) {
    const service = await aService((_request, response) => void reply(response, 200, root), tls);
    const identification = createIdentification({ clock: fakeClock(), log: silent, proxy: way });
    const answer = await identification.identify(service.url, { timeoutMs: 1 });
    assert.equal(answer.serviceUUID, root.UUID);
    assert.equal(asked.at(-1), new URL(service.url).port);
    assert.equal(service.connections(), 1);
    service.close();
  }
  proxy.close();
});

test('the connection that found the door open is the one that is spoken over', async () => {
  const { issue } = await createAuthority();
  for (const tls of [undefined, await issue({ hosts: ['127.0.0.1'] })]) {
    const service = await aService((_request, response) => void reply(response, 200, root), tls);
    const answer = await createIdentification({ clock: fakeClock(), log: silent }).identify(service.url, {
      timeoutMs: 1,
    });
    assert.equal(answer.serviceUUID, root.UUID);
    assert.equal(service.connections(), 1);
    service.close();
  }
});

test('of a full rack some wait for their turn, and are not called silent for it', async () => {
  const held: ServerResponse[] = [];
  let isHolding = true;
  const service = await aService((_request, response) => {
    if (isHolding) held.push(response);
    else reply(response, 200, root);
  });
  const clock = fakeClock();
  const identification = createIdentification({ clock, log: silent });
  const asked = Array.from({ length: 40 }, () => identification.identify(service.url, { timeoutMs: 2000 }));
  const outcomes = Promise.allSettled(asked);
  // All doors are open, and as many conversations as there may be have begun.
  await isSo(() => service.connections() === 40 && held.length === 32);
  isHolding = false;
  await clock.tick(10_000);
  const answered = (await outcomes).filter(({ status }) => status === 'fulfilled');
  assert.equal(answered.length, 8);
  service.close();
});

test('seconds in which this process was too busy to listen are not the silence of the other side', async () => {
  let held: ServerResponse | undefined;
  const service = await aService((_request, response) => {
    held = response;
  });
  let timers: (() => void)[] = [];
  const clock: Clock = {
    ...fakeClock(),
    after: (_ms, fn) => {
      timers.push(fn);
      return () => {
        timers = timers.filter((other) => other !== fn);
      };
    },
  };
  const asked = createIdentification({ clock, log: silent }).identify(service.url, { timeoutMs: 2000 });
  await isSo(() => held !== undefined);
  // Everything that is due, all at once: so it is after a stall.
  for (const fn of [...timers]) fn();
  reply(held as ServerResponse, 200, root);
  assert.equal((await asked).serviceUUID, root.UUID);
  assert.deepEqual(timers, []);
  service.close();
});

test('an address where nothing listens costs a knock, and no deadline of a conversation', async () => {
  const service = await aService(() => undefined);
  service.close();
  const clock = fakeClock();
  let deadlines = 0;
  const after: Clock['after'] = (ms, fn) => {
    deadlines += 1;
    return clock.after(ms, fn);
  };
  const asked = createIdentification({ clock: { ...clock, after }, log: silent }).identify(service.url, {
    timeoutMs: 9,
  });
  await assert.rejects(asked, { code: 'BMC_UNREACHABLE', why: 'connection refused' });
  assert.equal(deadlines, 1);
});

test('a knock that is called off leaves nothing waiting', async () => {
  const service = await aService(() => undefined);
  const clock = fakeClock();
  const calledOff = new AbortController();
  const options = { timeoutMs: 1000, signal: calledOff.signal };
  const asked = createIdentification({ clock, log: silent }).identify(service.url, options);
  calledOff.abort();
  await assert.rejects(asked, { code: 'BMC_UNREACHABLE', why: 'the attempt was called off' });
  assert.equal(clock.pending(), 0);
  service.close();
});
