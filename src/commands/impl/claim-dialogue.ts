/** The terminal as a conversation: questions on stderr, answers from stdin, for `--accessible`. */
import { createInterface } from 'node:readline/promises';
import { neutralise } from '../../lib/sanitize.js';
import type { SecretDialogue } from '../../ui/shared/secret-dialogue.js';
import type { AnyRun } from './kit/run.js';

/** Whether views are to be conversations (tui.md 10): asked for, never guessed. */
export const isAccessible = ({ globals }: AnyRun): boolean => {
  const { ACCESSIBLE, INK_SCREEN_READER } = process.env;
  const isSet = ACCESSIBLE !== undefined && ACCESSIBLE !== '' && ACCESSIBLE !== '0' && ACCESSIBLE !== 'false';
  return globals.accessible || isSet || INK_SCREEN_READER === 'true';
};

/** The run of a conversation: hints are lines like others, not dim ones. */
export const inLines = <R extends AnyRun>(run: R): R => ({ ...run, talk: { ...run.talk, hint: run.talk.note } });

/**
 * Holds a conversation and closes stdin again, whatever happens. The terminal itself edits and echoes lines, so that not one
 * escape sequence is written; Ctrl-D hangs up, Ctrl-C interrupts as everywhere.
 */
export async function converse<T>({ signal }: AnyRun, talk: (dialogue: SecretDialogue) => Promise<T>): Promise<T> {
  const reader = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  const closed = new Promise<undefined>((resolve) => reader.once('close', () => resolve(undefined)));
  const ask = (question: string): Promise<string | undefined> =>
    Promise.race([reader.question(neutralise(question), { signal }), closed]);
  try {
    return await talk({
      say: (line) => void process.stderr.write(`${neutralise(line)}\n`),
      ask: async (question) => (await ask(question))?.trim(),
      askSecret: async (question) => {
        const show = hidden(() => reader.close());
        try {
          return withoutErased(await ask(question));
        } finally {
          show();
        }
      },
    });
  } finally {
    reader.close();
  }
}

/** Stops the echo of the terminal until the returned function is called. Keys that were signals are characters meanwhile. */
function hidden(onHangup: () => void): () => void {
  const { stdin } = process;
  if (!stdin.isTTY) return () => undefined;
  const onData = (data: Buffer | string): void => {
    const text = String(data);
    if (text.includes('\u0003')) process.kill(process.pid, 'SIGINT');
    if (text.includes('\u0004')) onHangup();
  };
  stdin.setRawMode(true);
  stdin.on('data', onData);
  return () => {
    stdin.off('data', onData);
    stdin.setRawMode(false);
    process.stderr.write('\n');
  };
}

/** What is left where a backspace takes the character before it, and Ctrl-U all of them. */
function withoutErased(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const kept: string[] = [];
  for (const character of text) {
    if (character === '\u007f' || character === '\b') kept.pop();
    else if (character === '\u0015') kept.length = 0;
    else kept.push(character);
  }
  return kept.join('');
}
