/** The built program as people and scripts start it: processes with an environment of their own, all ended with the test. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

/** `npm test` builds it; by hand: `npm run build`. */
const program = new URL('../../bin/metalctl', import.meta.url).pathname;

/** How a process ended. */
export interface Ended {
  /** Exit code, or 128 and the number of the signal that ended it, as a shell says. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

/** What a command is given beside its words. */
export interface StartOptions {
  /** Added to the shell's environment; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Text on standard input; absent: no input at all. */
  readonly stdin?: string;
  /** Standard input is a pipe that stays open, and nobody writes to it. */
  readonly isStdinHeld?: boolean;
  /** Longest time the process may take; default 60 s. It is killed then, and the test fails. */
  readonly deadlineMs?: number;
}

const alive = new Set<ChildProcess>();
// A failed assertion must not leave a daemon behind.
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** A process that runs. */
export class Running {
  stdout = '';
  stderr = '';
  readonly pid: number;
  /** Resolves when it is gone and its output read. */
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  readonly #words: string;
  readonly #readers = new Set<() => void>();

  constructor(command: string, args: readonly string[], env: NodeJS.ProcessEnv, options: StartOptions) {
    const startedMs = performance.now();
    this.#words = args.join(' ');
    const input = options.stdin === undefined && !options.isStdinHeld ? 'ignore' : 'pipe';
    this.#child = spawn(command, args, { env, stdio: [input, 'pipe', 'pipe'] });
    if (!options.isStdinHeld) this.#child.stdin?.end(options.stdin);
    this.pid = this.#child.pid ?? 0;
    alive.add(this.#child);
    for (const name of ['stdout', 'stderr'] as const) {
      this.#child[name]?.setEncoding('utf8').on('data', (text: string) => {
        this[name] += text;
        this.#wake();
      });
    }
    this.ended = this.#end(startedMs, options.deadlineMs ?? 60_000);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits until its output has this, and returns the match. Fails when the process ends or the time is over first. */
  async until(pattern: RegExp, withinMs = 30_000): Promise<RegExpExecArray> {
    let isOver = false;
    const timer = setTimeout(() => {
      isOver = true;
      this.#wake();
    }, withinMs);
    try {
      for (;;) {
        const found = pattern.exec(`${this.stdout}\n${this.stderr}`);
        if (found !== null) return found;
        assert.ok(
          !isOver && alive.has(this.#child),
          `${this.#words} never said ${pattern}:\n${this.stdout}${this.stderr}`,
        );
        await new Promise<void>((resolve) => this.#readers.add(resolve));
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #wake(): void {
    for (const wake of this.#readers) wake();
    this.#readers.clear();
  }

  #end(startedMs: number, deadlineMs: number): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#child.kill('SIGKILL');
        reject(new Error(`${this.#words} was still running after ${deadlineMs} ms:\n${this.stdout}${this.stderr}`));
      }, deadlineMs);
      this.#child.once('error', reject);
      this.#child.once('close', (code, signal) => {
        clearTimeout(timer);
        alive.delete(this.#child);
        this.#wake();
        const { stdout, stderr } = this;
        const number = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
        resolve({ code: number, stdout, stderr, ms: performance.now() - startedMs });
      });
    });
  }
}

/** A folder, an environment and the program in it. */
export interface Shell {
  readonly folder: string;
  /** What a command gets that is given nothing else. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Writes a file into the folder and returns its path. */
  file(name: string, text: string): string;
  /** Runs `metalctl` to its end. */
  run(args: readonly string[], options?: StartOptions): Promise<Ended>;
  /** Starts `metalctl` and lets it run. */
  start(args: readonly string[], options?: StartOptions): Running;
  /** Runs a line of the system's shell, in which `$METALCTL` is the program. */
  pipe(line: string): Promise<Ended>;
  /** Kills what still runs and removes the folder. */
  close(): Promise<void>;
}

/** Nothing of the caller's environment but PATH reaches the program. */
export function openShell(env: Readonly<Record<string, string>> = {}): Shell {
  const folder = mkdtempSync(join(tmpdir(), 'metalctl-e2e-'));
  const started = new Set<Running>();
  const base = { PATH: process.env.PATH, HOME: folder, LANG: 'C.UTF-8', METALCTL_STATE_DIR: join(folder, 'state') };
  const environment = { ...base, ...env };
  const begin = (command: string, args: readonly string[], options: StartOptions, more = {}): Running => {
    const running = new Running(command, args, { ...environment, ...options.env, ...more }, options);
    started.add(running);
    // The one who waits for it hears of a failure; a process nobody waits for must not end the test run.
    const gone = () => started.delete(running);
    running.ended.then(gone, gone);
    return running;
  };
  const start = (args: readonly string[], options: StartOptions = {}) =>
    begin(process.execPath, [program, ...args], options);
  return {
    folder,
    environment,
    file: (name, text) => {
      const path = join(folder, name);
      writeFileSync(path, text, { mode: 0o600 });
      return path;
    },
    run: (args, options) => start(args, options).ended,
    start,
    pipe: (line) => begin('bash', ['-c', line], {}, { METALCTL: `${process.execPath} ${program}` }).ended,
    close: async () => {
      for (const running of started) running.kill('SIGKILL');
      await Promise.allSettled([...started].map(({ ended }) => ended));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a refusal must say. */
export interface Refusal {
  readonly exit: number;
  readonly code: string;
  readonly what: RegExp;
  /** Absent: the first line explains itself. */
  readonly why?: RegExp;
  readonly fix: RegExp;
}

/** Asserts a refusal as people read it: what, why, fix and code on stderr, nothing on stdout, no stack trace. */
export function assertRefused(
  ended: Pick<Ended, 'stdout' | 'stderr'> & { readonly code: number | null },
  { exit, code, what, why, fix }: Refusal,
): void {
  const { stdout, stderr } = ended;
  assert.equal(ended.code, exit, stderr);
  assert.equal(stdout, '', 'stdout is for results');
  const [, first = '', block = ''] = /^error: (.+)\n((?: {2}(?:why|fix|code|on)? .*\n)+)/m.exec(stderr) ?? [];
  assert.match(first, what, stderr);
  if (why !== undefined) assert.match(/^ {2}why {3}((?:.|\n {8})+)$/m.exec(block)?.[1] ?? '', why, stderr);
  assert.match(/^ {2}fix {3}((?:.|\n {8})+)$/m.exec(block)?.[1] ?? '', fix, stderr);
  assert.match(block, new RegExp(`^ {2}code {2}${code} \\(exit ${exit}\\)`, 'm'), stderr);
  assertNoStack(ended);
}

/** No line of a stack trace and no name of a source file. */
export function assertNoStack({ stdout, stderr }: Pick<Ended, 'stdout' | 'stderr'>): void {
  assert.doesNotMatch(stdout + stderr, /^\s+at .+(?:\.[jt]s|node:|<anonymous>)|failed unexpectedly|\.js:\d+:\d+/m);
}
