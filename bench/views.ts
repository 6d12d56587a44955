/**
 * The views and the completions over a large fleet, on a pseudo-terminal:
 *   npm run build && node --import tsx bench/views.ts [--objects 10000] [--rounds 5]
 * First frame and completions as whole processes beside a bare `node -e 0` of the same run; keys from the moment they
 * are written to the first byte of the frame that answers them, with the processor time the view spent on them.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type IPty, spawn } from '@lydell/node-pty';
import { startFleet } from './fleet.js';

const { values } = parseArgs({
  options: { objects: { type: 'string', default: '10000' }, rounds: { type: 'string', default: '5' } },
});
const count = Number(values.objects);
const rounds = Number(values.rounds);
const root = fileURLToPath(new URL('..', import.meta.url));
const program = `${root}bin/metalctl`;

const print = (name: string, value: string): void => void process.stdout.write(`${name.padEnd(52)} ${value}\n`);
const sorted = (all: readonly number[]): number[] => [...all].sort((a, b) => a - b);
const quantile = (all: readonly number[], at: number): number =>
  sorted(all)[Math.min(all.length - 1, Math.floor(all.length * at))] ?? Number.NaN;
const ms = (value: number): string => `${value.toFixed(0)} ms`;

/** A process on a terminal, and what it writes. */
class Screen {
  readonly #child: IPty;
  #text = '';
  #wake: () => void = () => undefined;

  constructor(args: readonly string[], env: NodeJS.ProcessEnv) {
    const all = {
      PATH: process.env.PATH,
      LANG: 'C.UTF-8',
      TERM: 'xterm-256color',
      HOME: env.METALCTL_STATE_DIR,
      ...env,
    };
    this.#child = spawn(process.execPath, [program, ...args], { cols: 120, rows: 40, env: all });
    this.#child.onData((data) => {
      this.#text += data;
      this.#wake();
    });
  }

  /** Resolves with the time it took until the text was written. */
  async until(what: RegExp): Promise<number> {
    const begun = performance.now();
    while (!what.test(this.#text)) await this.#more();
    this.#text = '';
    return performance.now() - begun;
  }

  /** Milliseconds from a key to the frame it causes. */
  async key(key: string): Promise<number> {
    this.#text = '';
    const begun = performance.now();
    this.#child.write(key);
    while (this.#text === '') await this.#more();
    return performance.now() - begun;
  }

  #more(): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`nothing came after ${this.#text.slice(-300)}`)), 60_000);
      this.#wake = () => {
        clearTimeout(late);
        resolve();
      };
    });
  }

  /** Seconds of processor so far, as Linux counts them; elsewhere not a number. */
  cpuMs(): number {
    try {
      const fields = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) * 10;
    } catch {
      return Number.NaN;
    }
  }

  close(): void {
    this.#child.kill('SIGKILL');
  }
}

function bareNode(): number {
  const times = Array.from({ length: rounds * 2 + 1 }, () => {
    const begun = performance.now();
    spawnSync(process.execPath, ['-e', '0'], { stdio: 'ignore' });
    return performance.now() - begun;
  });
  return quantile(times, 0.5);
}

/** From the start of the process to the first bytes of its first frame: data need not be there yet. */
async function firstFrame(args: readonly string[], title: RegExp, env: NodeJS.ProcessEnv, bare: number): Promise<void> {
  const times: number[] = [];
  const cpu: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const screen = new Screen(args, env);
    times.push(await screen.until(title));
    cpu.push(screen.cpuMs());
    screen.close();
  }
  const took = quantile(times, 0.5);
  const ratio = (took / bare).toFixed(1);
  print(
    `first frame of ${args[0]}`,
    `${ms(took)} = bare node + ${ms(took - bare)} (${ratio} x)   cpu ${ms(quantile(cpu, 0.5))}`,
  );
}

const keys: readonly (readonly [string, readonly string[]])[] = [
  ['j', Array<string>(60).fill('j')],
  // There and back: a page beyond the end of a list draws nothing.
  ['page down, up', Array.from({ length: 30 }, (_, at) => (at % 2 ? '\u0002' : '\u0006'))],
  ['last, first', Array.from({ length: 20 }, (_, at) => (at % 2 ? 'g' : 'G'))],
  ['sort', Array<string>(8).fill('s')],
  ['letters of a filter', ['/', ...'rack12-004'].flatMap((key) => [key])],
];

async function keysOf(args: readonly string[], loaded: RegExp, env: NodeJS.ProcessEnv): Promise<void> {
  const screen = new Screen(args, env);
  try {
    print(`${args.join(' ')}: all ${count} rows`, ms(await screen.until(loaded)));
    const all: number[] = [];
    for (const [name, presses] of keys) {
      const before = screen.cpuMs();
      const times: number[] = [];
      for (const press of presses) {
        times.push(await screen.key(press));
        // The rest of the frame, and whatever comes by itself, is not the next key's.
        await sleep(120);
      }
      const cpu = (screen.cpuMs() - before) / presses.length;
      all.push(...times);
      print(
        `  key to frame: ${name}`,
        `p50 ${ms(quantile(times, 0.5))}   p95 ${ms(quantile(times, 0.95))}   cpu ${ms(cpu)} each`,
      );
    }
    print('  key to frame: all', `p95 ${ms(quantile(all, 0.95))}   p99 ${ms(quantile(all, 0.99))}`);
  } finally {
    screen.close();
  }
}

const shells: Readonly<Record<string, string>> = {
  bash: `source "${root}completions/metalctl.bash"; COMP_WORDS=(metalctl cordon rack7-002); COMP_CWORD=2; _metalctl; printf '%s\\n' "\${COMPREPLY[@]}"`,
  fish: `source ${root}completions/metalctl.fish; complete -C "metalctl cordon rack7-002"`,
  zsh: `PATH=${root}bin:$PATH; metalctl __complete --shell zsh -- cordon rack7-002`,
};

/** A key press in a shell whose names are remembered: the whole shell process, and the one it starts to be answered. */
async function completions(env: NodeJS.ProcessEnv, bare: number): Promise<void> {
  const all = { ...process.env, ...env, PATH: `${root}bin:${process.env.PATH}` };
  const ask = (): string =>
    execFileSync(process.execPath, [program, '__complete', '--shell', 'bash', '--', 'cordon', 'rack7-002'], {
      env: all,
    }).toString();
  for (let turn = 0; turn < 300 && !ask().includes('rack7-002'); turn += 1) await sleep(100);
  for (const [shell, script] of Object.entries(shells)) {
    if (spawnSync(shell, ['-c', 'exit 0']).status !== 0) {
      print(`completion in ${shell}`, 'not here');
      continue;
    }
    const times = Array.from({ length: rounds }, () => {
      const begun = performance.now();
      const answer = execFileSync(shell, ['-c', script], { env: all, stdio: ['ignore', 'pipe', 'inherit'] }).toString();
      if (!answer.includes('rack7-002')) throw new Error(`${shell} completed nothing: ${answer}`);
      return performance.now() - begun;
    });
    const took = quantile(times, 0.5);
    print(`completion of a name among ${count} in ${shell}`, `${ms(took)} = bare node + ${ms(took - bare)}`);
  }
}

const fleet = await startFleet(count);
try {
  const bare = bareNode();
  // Read by itself at its end: what every process of this machine spends before it does anything.
  const own = execFileSync(process.execPath, ['-p', '(process.cpuUsage().user + process.cpuUsage().system) / 1000']);
  print('node -e 0', `${ms(bare)}   cpu ${ms(Number(own))}`);
  await firstFrame(['top'], /metalctl top/, fleet.env, bare);
  // An address nobody listens at: what is found later is not what is measured.
  await firstFrame(['discover', '-i', '--cidr', '127.0.0.9/32', '--ports', '9'], /metalctl discover/, fleet.env, bare);
  await firstFrame(['claim', 'x', '-i', '--image', 'img'], /metalctl claim/, fleet.env, bare);
  await firstFrame(['describe', 'server/rack0-00001-system-0', '-i'], /server\/rack0/, fleet.env, bare);
  const shown = new RegExp(`${count} server`);
  await keysOf(['top', 'servers'], shown, fleet.env);
  await keysOf(['claim', 'x', '-i', '--image', 'img'], shown, fleet.env);
  await completions(fleet.env, bare);
} finally {
  await fleet.close();
}
