/** Long texts page by page, on a terminal: `--pager`, `$METALCTL_PAGER`, `$PAGER`, else less. */
import { spawn } from 'node:child_process';
import type { Stream } from './streams.js';

/** Shows a text; false when the pager could not be started, so that the caller prints it. */
export type Pager = (text: string) => Promise<boolean>;

/** Undefined where there is no pager: no terminal, `never`, a text that needs none. */
export function pagerOf(wish: string, stdout: Stream, env = process.env): Pager | undefined {
  if (!stdout.isTTY || wish === 'never' || env.TERM === 'dumb') return undefined;
  const line = wish === 'auto' ? env.METALCTL_PAGER || env.PAGER || 'less -FRX' : wish;
  const [command = '', ...words] = line.split(/\s+/).filter((word) => word !== '');
  // `cat` is how people say: none.
  return command === '' || command === 'cat' ? undefined : (text) => shown(command, words, text);
}

function shown(command: string, words: readonly string[], text: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(command, words, { stdio: ['pipe', 'inherit', 'inherit'] });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      // Leaving the pager early closes its end.
      child.stdin.on('error', () => undefined);
      child.stdin.end(text);
    });
    child.once('close', () => resolve(true));
  });
}
