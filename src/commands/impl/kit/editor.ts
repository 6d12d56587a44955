/** A text in the user's editor. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../../errors/classes.js';

export interface Edited {
  readonly text: string;
  /** Where it is until it is forgotten. */
  readonly file: string;
  forget(): void;
}

/**
 * Opens `$VISUAL`, `$EDITOR` or vi, and waits until it is closed. The file is its user's own.
 * @throws UserError NEEDS_INPUT where nobody can edit · USAGE when the editor fails
 */
export async function edited(text: string, name: string, isInteractive: boolean, env = process.env): Promise<Edited> {
  if (!isInteractive) {
    throw new UserError('NEEDS_INPUT', 'an editor cannot be opened here', {
      why: 'not a terminal, or prompts are forbidden',
      hint: ['metalctl apply -f FILE', 'metalctl config set KEY VALUE'],
    });
  }
  const folder = mkdtempSync(join(env.TMPDIR || tmpdir(), 'metalctl-'));
  const file = join(folder, name);
  writeFileSync(file, text, { mode: 0o600 });
  const forget = (): void => rmSync(folder, { recursive: true, force: true });
  const line = env.VISUAL || env.EDITOR || 'vi';
  const [command = 'vi', ...words] = line.split(/\s+/);
  const code = await ended(command, [...words, file]);
  const after = readFileSync(file, 'utf8');
  if (code === 0) return { text: after, file, forget };
  // One that was killed may have saved before.
  if (after === text) forget();
  throw new UserError('USAGE', `the editor ${line} ended with ${code}`, {
    why: `nothing was changed${after === text ? '' : `; your text is kept in ${file}`}`,
    hint: 'set EDITOR',
  });
}

const ended = (command: string, words: readonly string[]): Promise<number | string> =>
  new Promise((resolve) => {
    const child = spawn(command, words, { stdio: 'inherit' });
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code ?? signal ?? 1));
  });
