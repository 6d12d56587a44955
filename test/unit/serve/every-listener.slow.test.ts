/** Clients that begin and do not go on, at each listener: ten seconds for headers, thirty for a request. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { ask, type Subject, startAll } from './all-listeners.js';

const { all, close } = await startAll();
after(close);

/** Milliseconds until the listener cuts a connection that has sent this much and says no more. */
function patience({ url, ca }: Subject, text: string): Promise<number> {
  const { hostname, port, protocol } = new URL(url);
  const begun = performance.now();
  return new Promise((resolve) => {
    const at = { host: hostname, port: Number(port) };
    const socket = protocol === 'https:' ? connectTls({ ...at, ...(ca && { ca }) }) : connect(at);
    socket.once(protocol === 'https:' ? 'secureConnect' : 'connect', () => socket.write(text));
    socket.on('error', () => undefined).resume();
    socket.once('close', () => resolve(performance.now() - begun));
  });
}

test('S-LIM-1: who does not finish is cut, by every listener, and the others are answered meanwhile', async (t) => {
  const cuts = all.map(async (subject) => {
    const [headers, body] = await Promise.all([
      patience(subject, `${subject.method} ${subject.path} HTTP/1.1\r\nHost: x\r\nX-Slow: `),
      patience(subject, `POST ${subject.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{`),
    ]);
    return `${subject.name}: headers ${Math.round(headers / 1_000)} s, body ${Math.round(body / 1_000)} s`;
  });
  for (const subject of all) assert.ok((await ask(subject, { ...subject, body: '{}' })).status > 0, subject.name);
  // That each ends at all is what counts: the test would hang otherwise. How long it took is told.
  for (const line of await Promise.all(cuts)) t.diagnostic(line);
});
