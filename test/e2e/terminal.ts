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
  /** Everything that was written to it so far, byte by byte. */
  written(): string;
  isAlternate(): boolean;
  isCursorShown(): boolean;
  /** Whether any cell of the screen has a colour. */
  hasColour(): boolean;
  /** Waits until the screen shows it. @throws with the screen after 10 s */
  shows(what: string | RegExp): Promise<void>;
  /** Types a command and hands over everything shown until the line of the cursor ends it; questions are told yes. */
  run(command: string, patienceMs: number, until: RegExp): Promise<Ran>;
  /** Ctrl-C, and the prompt that follows. */
  interrupt(until: RegExp): Promise<void>;
  close(): void;
}

/** What a command printed, and the number in the prompt after it (0 where the end was no prompt). */
export interface Ran {
  readonly output: string;
  readonly code: number;
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

export async function openTerminal(
  environment: NodeJS.ProcessEnv,
  { columns, rows }: Size,
  prompt = '$ ',
  cwd = process.cwd(),
): Promise<Terminal> {
  const { spawn } = await import('@lydell/node-pty');
  const emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const env = { ...environment, PATH: `${bin}:${environment.PATH}`, TERM: 'xterm-256color', PS1: prompt, ENV: '' };
  const child = spawn('/bin/sh', ['-i'], { cols: columns, rows, env, cwd });
  let written = '';
  const reading = child.onData((data) => {
    written += data;
    emulator.write(data);
  });
  // DECTCEM: the emulator keeps it to itself.
  let isCursorShown = true;
  const told = (isShown: boolean) => (numbers: readonly (number | number[])[]) => {
    if (numbers.includes(25)) isCursorShown = isShown;
    return false;
  };
  emulator.parser.registerCsiHandler({ prefix: '?', final: 'h' }, told(true));
  emulator.parser.registerCsiHandler({ prefix: '?', final: 'l' }, told(false));
  const screen = (): string => {
    const { active } = emulator.buffer;
    const lines = Array.from(
      { length: emulator.rows },
      (_, at) => active.getLine(active.baseY + at)?.translateToString(true) ?? '',
    );
    return lines.join('\n').trimEnd();
  };
  /** Lines of the whole buffer from one on, with those that only wrapped joined again; the last one has the cursor. */
  const linesFrom = (start: number): string[] => {
    const { active } = emulator.buffer;
    const lines: string[] = [];
    for (let at = start; at <= active.baseY + active.cursorY; at += 1) {
      const line = active.getLine(at);
      const next = active.getLine(at + 1);
      const text = line?.translateToString(next?.isWrapped !== true) ?? '';
      if (line?.isWrapped === true && lines.length > 0) lines.push(`${lines.pop()}${text}`);
      else lines.push(text);
    }
    return lines;
  };
  const cursorLine = (): number => emulator.buffer.active.baseY + emulator.buffer.active.cursorY;
  const ends = async (start: number, patienceMs: number, until: RegExp): Promise<string[]> => {
    const giveUp = performance.now() + patienceMs;
    let answered = -1;
    for (;;) {
      const lines = linesFrom(start);
      const last = lines.at(-1) ?? '';
      // A program that ended its last line leaves the cursor below it.
      // The first line is the command itself, as it was typed.
      if (lines.length > 1 && (until.test(last) || (last === '' && until.test(lines.at(-2) ?? '')))) return lines;
      if (/\[y\/N\] ?$/.test(last) && answered !== lines.length) {
        answered = lines.length;
        child.write('y\r');
      }
      if (performance.now() > giveUp) throw new Error(`it never came to ${until}:\n${lines.join('\n')}`);
      await sleep(20);
    }
  };
  return {
    run: async (command, patienceMs, until) => {
      const start = cursorLine();
      child.write(`${command}\r`);
      const [, ...lines] = await ends(start, patienceMs, until);
      const last = lines.pop() ?? '';
      const code = Number(/\d+/.exec(last)?.[0] ?? 0);
      return { output: lines.map((line) => `${line}\n`).join(''), code };
    },
    interrupt: async (until) => {
      const start = cursorLine();
      child.write('\u0003');
      await ends(start, deadlineMs, until);
    },
    type: (keys) => child.write(keys),
    resize: async (size) => {
      emulator.resize(size.columns, size.rows);
      child.resize(size.columns, size.rows);
    },
    screen,
    hasColour: () => {
      const { active } = emulator.buffer;
      const lines = Array.from({ length: emulator.rows }, (_, at) => active.getLine(active.baseY + at));
      return lines.some((line) =>
        Array.from({ length: emulator.cols }, (_, at) => line?.getCell(at)).some(
          (cell) => cell !== undefined && !cell.isFgDefault(),
        ),
      );
    },
    written: () => written,
    isAlternate: () => emulator.buffer.active.type === 'alternate',
    isCursorShown: () => isCursorShown,
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
