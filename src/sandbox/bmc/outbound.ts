/** The requests the emulator itself makes: a probe's POST to the registry, and events to their subscribers. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { JsonObject } from './json.js';

const timeoutMs = 10_000;

/** POSTs JSON on a connection of its own; resolves to the status. Rejects on failure, silence or abort. */
export const postJson = (url: string, body: JsonObject, signal: AbortSignal): Promise<number> =>
  post(url, body, signal, true);

/** The same for a subscriber, whose certificate is not looked at: so BMCs do it, and say VerifyCertificate false. */
export const deliverEvent = (url: string, body: JsonObject, signal: AbortSignal): Promise<number> =>
  post(url, body, signal, false);

function post(url: string, body: JsonObject, signal: AbortSignal, verify: boolean): Promise<number> {
  const content = Buffer.from(JSON.stringify(body), 'utf8');
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': content.length };
    const options = { method: 'POST', headers, agent: false, signal, timeout: timeoutMs, rejectUnauthorized: verify };
    const sent = send(url, options, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
      response.once('error', reject);
    });
    sent.once('timeout', () => sent.destroy(new Error('nobody answers')));
    sent.once('error', reject);
    sent.end(content);
  });
}
