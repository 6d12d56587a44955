/** `--log-file`: lines appended to a file of mode 0600, which is put aside when it is full; five are kept. */
import { appendFileSync, renameSync, statSync } from 'node:fs';
import { UserError } from '../../../errors/classes.js';

const fullBytes = 20 * 1024 * 1024;
const kept = 5;

/** A writer of lines. @throws UserError FILE_NOT_FOUND when the file cannot be written */
export function logFile(path: string, limit = fullBytes): (line: string) => void {
  append(path, '');
  let size = statSync(path).size;
  return (line) => {
    if (size + line.length > limit) {
      putAside(path);
      size = 0;
    }
    append(path, line);
    size += Buffer.byteLength(line);
  };
}

function append(path: string, text: string): void {
  try {
    appendFileSync(path, text, { mode: 0o600 });
  } catch (cause) {
    throw new UserError('FILE_NOT_FOUND', `--log-file ${path} cannot be written`, { cause });
  }
}

/** `log` → `log.1` → … → `log.4`; the oldest goes. */
function putAside(path: string): void {
  for (let n = kept - 1; n > 0; n -= 1) {
    try {
      renameSync(n === 1 ? path : `${path}.${n - 1}`, `${path}.${n}`);
    } catch {
      // There is none yet.
    }
  }
}
