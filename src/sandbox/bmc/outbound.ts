/** The one request the emulator itself makes: a probe's POST to the registry. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { JsonObject } from './json.js';

const timeoutMs = 10_000;

/** POSTs JSON on a connection of its own; resolves to the status. Rejects on failure, silence or abort. */
export function postJson(url: string, body: JsonObject, signal: AbortSignal): Promise<number> {
  const content = Buffer.from(JSON.stringify(body), 'utf8');
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': content.length };
    const sent = send(url, { method: 'POST', headers, agent: false, signal, timeout: timeoutMs }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
      response.once('error', reject);
    });
    sent.once('timeout', () => sent.destroy(new Error('the registry does not answer')));
    sent.once('error', reject);
    sent.end(content);
  });
}
