/** Journals of moves, as files of the state directory: on disk before the first change of their phase. */
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../../errors/classes.js';
import { stateDir } from '../../lib/state-dir.js';
import { type Journal, type MoveRecord, parseRecord } from '../../workflows/move/journal.js';
import { readText } from './discover-credentials.js';

export const journalPath = (id: string): string => join(stateDir(), 'moves', `${id}.json`);

/** Written aside, flushed, then renamed: after a crash the file is the old one or the new one. */
export function fileJournal(path: string): Journal {
  return {
    write: async (record) => {
      const draft = `${path}.${process.pid}.tmp`;
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        const file = await open(draft, 'w', 0o600);
        try {
          await file.writeFile(`${JSON.stringify(record, null, 2)}\n`);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(draft, path);
      } catch (cause) {
        throw new UserError('FILE_NOT_FOUND', `the journal ${path} cannot be written`, {
          why: (cause as Error).message,
        });
      }
    },
  };
}

/** @throws UserError FILE_NOT_FOUND · PermanentError MANIFEST_INVALID */
export const readJournal = async (path: string): Promise<MoveRecord> =>
  parseRecord(await readText(path, 'the journal'), path);
