/** A listener that stops lets what is under way end. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { listen } from '../../../src/serve/listener.js';

test('a request under way when the listener stops is still answered, and nobody new is', async () => {
  let reached: (response: ServerResponse) => void = () => undefined;
  const waiting = new Promise<ServerResponse>((resolve) => {
    reached = resolve;
  });
  const listening = await listen({
    host: '127.0.0.1',
    port: 0,
    what: 'the test',
    remedy: '',
    handler: (_request, response) => reached(response),
  });
  const asked = fetch(listening.url);
  const response = await waiting;
  const closed = listening.close();
  await assert.rejects(fetch(listening.url));
  response.writeHead(200, { Connection: 'close' }).end('done');
  assert.equal(await (await asked).text(), 'done');
  await closed;
});
