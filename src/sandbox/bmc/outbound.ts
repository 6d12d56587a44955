/** The requests the emulator itself makes: a probe's POST to the registry, and events to their subscribers. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { JsonObject } from './json.js';
import type { BootNetwork } from './machine/netboot.js';

const timeoutMs = 10_000;

/** POSTs JSON on a connection of its own; resolves to the status. Rejects on failure, silence or abort. */
export const postJson = (url: string, body: JsonObject, signal: AbortSignal): Promise<number> =>
  post(url, body, signal, true);

/** The same for a subscriber, whose certificate is not looked at: so BMCs do it, and say VerifyCertificate false. */
export const deliverEvent = (url: string, body: JsonObject, signal: AbortSignal): Promise<number> =>
  post(url, body, signal, false);

const mostBytes = 4 * 1024 * 1024;

/** What a machine asks of a boot server. */
export const bootNetwork: BootNetwork = {
  head: async (url) => (await get('HEAD', url)).status,
  text: async (url) => {
    const { status, text } = await get('GET', url);
    if (status !== 200) throw new Error(`it answers ${status}`);
    return text;
  },
};

function get(method: 'GET' | 'HEAD', url: string): Promise<{ status: number; text: string }> {
  if (!/^https?:/.test(url)) return Promise.reject(new Error('a machine here boots over HTTP alone'));
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = send(url, { method, agent: false, timeout: timeoutMs }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        if (text.length > mostBytes) sent.destroy(new Error('it is too large'));
      });
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.once('error', reject);
    });
    sent.once('timeout', () => sent.destroy(new Error('nobody answers')));
    sent.once('error', reject);
    sent.end();
  });
}

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
