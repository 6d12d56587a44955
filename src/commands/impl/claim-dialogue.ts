/** The terminal as a conversation: questions on stderr, answers from stdin, for `--accessible`. */
import { createInterface } from 'node:readline/promises';
import { neutralise } from '../../lib/sanitize.js';
import type { Dialogue } from '../../ui/shared/dialogue.js';
import type { AnyRun } from './kit/run.js';

/** Whether views are to be conversations (tui.md 10): asked for, never guessed. */
export const isAccessible = ({ globals }: AnyRun): boolean => {
  const { ACCESSIBLE, INK_SCREEN_READER } = process.env;
  const isSet = ACCESSIBLE !== undefined && ACCESSIBLE !== '' && ACCESSIBLE !== '0' && ACCESSIBLE !== 'false';
  return globals.accessible || isSet || INK_SCREEN_READER === 'true';
};

/** Holds a conversation and closes stdin again, whatever happens. Ctrl-D hangs up. */
export async function converse<T>({ signal }: AnyRun, talk: (dialogue: Dialogue) => Promise<T>): Promise<T> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<undefined>((resolve) => reader.once('close', () => resolve(undefined)));
  try {
    return await talk({
      say: (line) => void process.stderr.write(`${neutralise(line)}\n`),
      ask: async (question) =>
        (await Promise.race([reader.question(neutralise(question), { signal }), closed]))?.trim(),
    });
  } finally {
    reader.close();
  }
}
