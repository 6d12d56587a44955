/** The control plane of a running sandbox, from another process: where it is stands in the folder, and so does its token. */
import { request } from 'node:http';
import { TransientError, UserError } from '../errors/classes.js';
import type { SandboxFolder, SandboxRecord } from './files.js';

type Json = Record<string, unknown>;

/** Steps and questions of emulator.md section 2, item 5. */
export interface RemoteControl {
  read(path: string): Promise<Json>;
  step(step: Json): Promise<Json>;
}

/** @throws UserError SANDBOX_NOT_RUNNING (it is of an older version, or stopping) · NOT_FOUND · USAGE */
export async function remoteControl(folder: SandboxFolder, record: SandboxRecord): Promise<RemoteControl> {
  const token = await folder.controlToken();
  const { controlUrl } = record;
  if (token === undefined || controlUrl === undefined) {
    throw new UserError('SANDBOX_NOT_RUNNING', `sandbox "${record.name}" has no control interface`, {
      why: 'it was started by an older version',
      hint: ['metalctl sandbox down', 'metalctl sandbox up'],
    });
  }
  const ask = async (method: string, path: string, body?: Json): Promise<Json> => {
    const { status, text } = await send(new URL(path, controlUrl), method, token, body);
    const answer = JSON.parse(text) as Json & { error?: { code?: string; message: string; hints?: string[] } };
    if (status === 200) return answer;
    const { code, message = `${method} ${path}: ${status}`, hints = [] } = answer.error ?? {};
    throw new UserError(code === 'NOT_FOUND' ? 'NOT_FOUND' : 'USAGE', message, { hint: hints });
  };
  return { read: (path) => ask('GET', path), step: (step) => ask('POST', '/steps', step) };
}

/** Long enough for a machine under load, short enough for a person. */
const patienceMs = 30_000;

function send(url: URL, method: string, token: string, body?: Json): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const sent = request(url, { method, headers, agent: false, timeout: patienceMs }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('error', failed);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    const failed = (cause: unknown): void =>
      reject(new TransientError('UNKNOWN', 'asking the control interface of the sandbox', { cause }));
    sent.on('timeout', () => sent.destroy(new Error('no answer')));
    sent.on('error', failed);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
