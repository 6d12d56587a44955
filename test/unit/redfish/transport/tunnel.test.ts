/** BMCs behind a proxy: the whole dialogue goes through CONNECT, and what the proxy refuses is said. */
import assert from 'node:assert/strict';
import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { openTunnel, TunnelFailure } from '../../../../src/redfish/transport/tunnel.js';
import { realClock } from '../../../../src/wiring/clock.js';

const listening = async (t: TestContext, onSocket: (socket: Socket) => void): Promise<number> => {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as { port: number }).port;
};

const proxyAt = (port: number): URL => new URL(`http://127.0.0.1:${port}`);
const options = { clock: realClock(), connectMs: 5_000 };
const heads: string[] = [];

/** A proxy that does as it is asked; `more` follows its answer at once. */
const obedient = (t: TestContext, more = ''): Promise<number> =>
  listening(t, (socket) => {
    socket.once('data', (chunk: Buffer) => {
      const head = chunk.toString();
      heads.push(head);
      const [, host = '', port = ''] = /^CONNECT ([^:]+):(\d+) /.exec(head) ?? [];
      const far = dial({ host, port: Number(port) }, () => {
        socket.write(`HTTP/1.1 200 Connection established\r\n\r\n${more}`);
        socket.pipe(far).pipe(socket);
      });
      far.on('error', () => undefined);
    });
  });

const read = (socket: Socket): Promise<string> =>
  new Promise((resolve) => socket.once('data', (chunk: Buffer) => resolve(chunk.toString())).resume());

test('a line through a proxy carries what both ends say, and the proxy sees no credential', async (t) => {
  const echo = await listening(t, (socket) => socket.on('data', (chunk) => socket.write(`echo ${chunk}`)));
  const line = await openTunnel(proxyAt(await obedient(t)), `127.0.0.1:${echo}`, options);
  t.after(() => line.destroy());
  line.write('hello');
  assert.equal(await read(line), 'echo hello');
  assert.equal(heads.at(-1), `CONNECT 127.0.0.1:${echo} HTTP/1.1\r\nHost: 127.0.0.1:${echo}\r\n\r\n`);
});

test('what comes with the answer of the proxy is not lost', async (t) => {
  const far = await listening(t, () => undefined);
  const line = await openTunnel(proxyAt(await obedient(t, 'early')), `127.0.0.1:${far}`, options);
  t.after(() => line.destroy());
  assert.equal(await read(line), 'early');
});

const answers = {
  'HTTP/1.1 403 Forbidden\r\n\r\n': /refused with status 403/,
  'SSH-2.0-OpenSSH\r\n\r\n': /does not speak HTTP/,
  [`HTTP/1.1 200 OK\r\n${'x'.repeat(20_000)}`]: /does not speak HTTP/,
};
for (const [answer, why] of Object.entries(answers)) {
  test(`a proxy that answers ${JSON.stringify(answer.slice(0, 30))} connects nobody`, async (t) => {
    const port = await listening(t, (socket) => socket.once('data', () => socket.write(answer)));
    await assert.rejects(openTunnel(proxyAt(port), 'bmc:443', options), (error: Error) => {
      assert.ok(error instanceof TunnelFailure);
      assert.match(error.message, why);
      return true;
    });
  });
}

test('a proxy that closes, and one that is called off, end the attempt', async (t) => {
  const rude = await listening(t, (socket) => socket.destroy());
  await assert.rejects(openTunnel(proxyAt(rude), 'bmc:443', options));
  const mute = await listening(t, () => undefined);
  const stop = new AbortController();
  const trying = openTunnel(proxyAt(mute), 'bmc:443', { ...options, signal: stop.signal });
  stop.abort();
  await assert.rejects(trying, /called off/);
});
