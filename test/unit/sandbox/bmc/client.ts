/** A plain HTTP client for tests: one request, no connection kept, nothing retried. */
import { type IncomingHttpHeaders, request } from 'node:http';
import {
  type EmulatedBmc,
  type Emulator,
  type EmulatorOptions,
  startEmulator,
} from '../../../../src/sandbox/bmc/index.js';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: documents of many shapes are looked into
  readonly json: any;
}

export const password = 'correct horse';
export const basic = (username = 'admin', word = password): Record<string, string> => ({
  Authorization: `Basic ${Buffer.from(`${username}:${word}`).toString('base64')}`,
});

export interface Send {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly timeoutMs?: number;
}

/** Sends with the administrator's password unless headers are given. */
export function send(bmc: { url: string }, path: string, options: Send = {}): Promise<Reply> {
  const { method = 'GET', headers = basic(), body, timeoutMs = 2_000 } = options;
  const content = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = request(bmc.url + path, { method, headers, agent: false, timeout: timeoutMs }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('aborted', () => reject(new Error('aborted')));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: parsed(text) });
      });
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer')));
    sent.on('error', reject);
    sent.end(content);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Starts BMCs for one test and ends them with it. */
export async function withEmulator<T>(
  options: Partial<EmulatorOptions>,
  run: (emulator: Emulator, first: EmulatedBmc) => Promise<T>,
): Promise<T> {
  const emulator = await startEmulator({ servers: 1, password, port: 0, ...options });
  try {
    const [first] = emulator.bmcs;
    if (!first) throw new Error('the test wants at least one BMC');
    return await run(emulator, first);
  } finally {
    await emulator.close();
  }
}

/** Path of the first system, as the service links it. */
export async function systemPath(bmc: { url: string }): Promise<string> {
  const reply = await send(bmc, '/redfish/v1/Systems');
  return reply.json.Members[0]['@odata.id'];
}

/** POSTs a reset to the first system. */
export async function reset(bmc: { url: string }, type: string): Promise<Reply> {
  const system = await send(bmc, await systemPath(bmc));
  const target: string = system.json.Actions['#ComputerSystem.Reset'].target;
  return send(bmc, target, { method: 'POST', body: { ResetType: type } });
}

/** The MessageIds of an error body. */
export const messageIds = (reply: Reply): string[] =>
  reply.json.error['@Message.ExtendedInfo'].map((info: { MessageId: string }) => info.MessageId);
