/** Hands the terminal to another command of this program, and takes it back: a console, or whatever was typed behind `:`. */
import { spawn } from 'node:child_process';
import { setImmediate as turn } from 'node:timers/promises';

export interface Child {
  /** Words behind the program's name. */
  readonly words: readonly string[];
  /** It has a screen of its own: what it leaves is not to be read before the view comes back. */
  readonly isWhole?: boolean;
}

/** What runs this program: the same Node, the same script. */
const program = (): readonly [string, readonly string[]] => [
  process.execPath,
  [...process.execArgv, process.argv[1] ?? ''],
];

/**
 * Runs it on the terminal, and waits for Enter where there is something to read. Its stdout is the terminal too: what
 * this program prints there is the result of the view, and nothing else.
 */
export async function handOver({ words, isWhole = false }: Child, shownAs: string): Promise<void> {
  if (!isWhole) process.stderr.write(`$ ${shownAs}\n`);
  // The terminal tells Ctrl-C to both of us; it is meant for whoever is in front.
  const ours = process.listeners('SIGINT');
  process.removeAllListeners('SIGINT');
  const deaf = (): void => undefined;
  process.on('SIGINT', deaf);
  await quiet();
  try {
    const [file, first] = program();
    const code = await ended(spawn(file, [...first, ...words], { stdio: ['inherit', process.stderr.fd, 'inherit'] }));
    if (!isWhole || code !== 0) await enterPressed(code);
  } finally {
    process.off('SIGINT', deaf);
    for (const listener of ours) process.on('SIGINT', listener as NodeJS.SignalsListener);
  }
}

const ended = (child: ReturnType<typeof spawn>): Promise<number> =>
  new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });

/** Waits for a line; what is typed before it is echoed by the terminal, which is in its ordinary mode. */
async function enterPressed(code: number): Promise<void> {
  process.stderr.write(`-- ${code === 0 ? '' : `exit ${code}; `}Enter: back to the view --`);
  const { stdin } = process;
  await new Promise<void>((resolve) => {
    stdin.once('data', () => resolve()).once('end', resolve);
    stdin.resume();
  });
  await quiet();
}

/**
 * Stops reading from the terminal: what is typed now is for somebody else. Who listened last has to be gone for a turn
 * before, and Node stops the handle a turn after; whoever begins to listen in between would wait for ever.
 */
async function quiet(): Promise<void> {
  await turn();
  process.stdin.pause();
  await turn();
}
