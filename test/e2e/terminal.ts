/** A shell on a pseudo-terminal, and the screen it draws on: what the person in front of it would read. */
import { setTimeout as sleep } from 'node:timers/promises';
import xterm from '@xterm/headless';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface Terminal {
  type(keys: string): void;
  resize(size: Size): Promise<void>;
  /** The screen, trailing blanks and empty lines cut. */
  screen(): string;
  isAlternate(): boolean;
  /** Waits until the screen shows it. @throws with the screen after 10 s */
  shows(what: string | RegExp): Promise<void>;
  close(): void;
}

const deadlineMs = 10_000;
const bin = new URL('../../bin', import.meta.url).pathname;

/** Why there is no pseudo-terminal here; false when there is one. */
export async function ptyMissing(): Promise<string | false> {
  try {
    const { spawn } = await import('@lydell/node-pty');
    spawn('/bin/sh', ['-c', 'exit 0'], {}).kill();
    return false;
  } catch (error) {
    return `no pseudo-terminal here: ${(error as Error).message}`;
  }
}

export async function openTerminal(environment: NodeJS.ProcessEnv, { columns, rows }: Size): Promise<Terminal> {
  const { spawn } = await import('@lydell/node-pty');
  const emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const env = { ...environment, PATH: `${bin}:${environment.PATH}`, TERM: 'xterm-256color', PS1: '$ ', ENV: '' };
  const child = spawn('/bin/sh', ['-i'], { cols: columns, rows, env });
  const reading = child.onData((data) => emulator.write(data));
  const screen = (): string => {
    const { active } = emulator.buffer;
    const lines = Array.from(
      { length: emulator.rows },
      (_, at) => active.getLine(active.baseY + at)?.translateToString(true) ?? '',
    );
    return lines.join('\n').trimEnd();
  };
  return {
    type: (keys) => child.write(keys),
    resize: async (size) => {
      emulator.resize(size.columns, size.rows);
      child.resize(size.columns, size.rows);
    },
    screen,
    isAlternate: () => emulator.buffer.active.type === 'alternate',
    shows: async (what) => {
      const until = performance.now() + deadlineMs;
      const isShown = (): boolean =>
        typeof what === 'string' ? `\n${screen()}\n`.includes(what) : what.test(screen());
      while (!isShown()) {
        if (performance.now() > until) throw new Error(`the screen never showed ${what}:\n${screen()}`);
        await sleep(20);
      }
    },
    close: () => {
      reading.dispose();
      child.kill('SIGKILL');
      emulator.dispose();
    },
  };
}
