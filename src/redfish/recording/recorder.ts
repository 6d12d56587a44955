/**
 * Writes what is said between metalctl and BMCs into a folder, one file of JSON lines per BMC, redacted. The sandbox
 * serves such a folder again (`metalctl redfish replay`). Files are 0600 in a 0700 folder: identities of machines stay.
 */
import { appendFileSync, chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../errors/classes.js';
import { recorded, type SeenExchange } from './exchange.js';
import { Redaction } from './redaction.js';

export const recordingVersion = 1;

/** Takes each exchange when it is over. */
export type Recorder = (seen: SeenExchange) => void;

/** @throws UserError USAGE when the folder cannot be made */
export function createRecorder(folder: string, userAgent: string): Recorder {
  openFolder(folder);
  const files = new Map<string, { readonly path: string; readonly redaction: Redaction }>();
  return (seen) => {
    const known = files.get(seen.bmc);
    const file = known ?? { path: join(folder, fileFor(seen.bmc, files)), redaction: new Redaction() };
    if (known === undefined) {
      files.set(seen.bmc, file);
      write(file.path, { recording: 'metalctl-redfish', version: recordingVersion, by: userAgent });
    }
    write(file.path, recorded(seen, file.redaction));
  };
}

function openFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
  } catch (cause) {
    throw new UserError('USAGE', `--trace-redfish ${folder} cannot be written to`, {
      why: (cause as Error).message,
      cause,
    });
  }
}

/** Names of BMCs come from objects and addresses: nothing of them may lead out of the folder or hide a file. */
function fileFor(bmc: string, files: ReadonlyMap<string, { readonly path: string }>): string {
  const plain =
    bmc
      .replace(/[^A-Za-z0-9._-]/g, '_')
      .replace(/^\.+/, '_')
      .slice(0, 120) || '_';
  const taken = new Set([...files.values()].map(({ path }) => path.split('/').at(-1)));
  let name = `${plain}.jsonl`;
  for (let n = 2; taken.has(name); n += 1) name = `${plain}-${n}.jsonl`;
  return name;
}

/** At once, so that a process that is killed leaves what it had heard. */
const write = (path: string, line: unknown): void => appendFileSync(path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
