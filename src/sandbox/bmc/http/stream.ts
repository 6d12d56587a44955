/** Server-sent events over one socket: what was missed, what comes, and a comment now and then to show life. */
import type { ServerResponse } from 'node:http';
import { eventDocument } from '../events/event.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import type { BmcRequest } from './answer.js';

const keepAliveMs = 30_000;

/** Opens the stream; it ends with the connection. Returns no bytes, because it has no end. */
export function openStream(bmc: VirtualBmc, request: BmcRequest, response: ServerResponse): number {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache', 'OData-Version': '4.0' });
  response.write(': hello\n\n');
  const last = request.headers['last-event-id'];
  const rules = bmc.profile.quirks.events;
  const end = bmc.events.stream(
    (event) => response.write(`id: ${event.id}\ndata: ${JSON.stringify(eventDocument(rules, [event], null))}\n\n`),
    typeof last === 'string' && /^\d+$/.test(last) ? Number(last) : undefined,
  );
  const beat = (): (() => void) =>
    bmc.world.delay(keepAliveMs, () => {
      response.write(': alive\n\n');
      cancel = beat();
    });
  let cancel = beat();
  response.once('close', () => {
    cancel();
    end();
  });
  return 0;
}
