/** Requests to a control plane over HTTP, from another thread or process. */
import { request } from 'node:http';
import type { JsonObject } from './json.js';

export interface ControlAnswer {
  readonly status: number;
  readonly body: JsonObject;
}

/** Long enough for a machine under load, short enough for a person. */
const patienceMs = 30_000;

/** One request to a control plane. Rejects when there is no answer, or one that is not JSON. */
export function askControl(
  base: string,
  token: string,
  method: string,
  path: string,
  body?: JsonObject,
): Promise<ControlAnswer> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const sent = request(new URL(path, base), { method, headers, agent: false, timeout: patienceMs }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('error', reject);
      response.on('end', () => {
        try {
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as JsonObject });
        } catch (error) {
          reject(error);
        }
      });
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer')));
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
