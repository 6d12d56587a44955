/** The control plane of a running sandbox, from another process: where it is stands in the folder, and so does its token. */
import { TransientError, UserError } from '../errors/classes.js';
import { askControl } from './bmc/control-client.js';
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
    const { status, body: answer } = await askControl(controlUrl, token, method, path, body as never).catch((cause) => {
      throw new TransientError('UNKNOWN', 'asking the control interface of the sandbox', { cause });
    });
    if (status === 200) return answer;
    const error = (answer.error ?? {}) as { code?: string; message?: string; hints?: string[] };
    const { code, message = `${method} ${path}: ${status}`, hints = [] } = error;
    throw new UserError(code === 'NOT_FOUND' ? 'NOT_FOUND' : 'USAGE', message, { hint: hints });
  };
  return { read: (path) => ask('GET', path), step: (step) => ask('POST', '/steps', step) };
}
