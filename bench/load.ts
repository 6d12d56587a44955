/**
 * The dashboard over a large fleet that changes all the time, on a pseudo-terminal, with scripted keys (tui.md §12):
 *   node --import tsx bench/load.ts [--objects 10000] [--rate 1000]
 * What a key waited for is taken from the view's own log of keys and frames; processor and memory are those of its process
 * (Linux). The view is bundled first, as the program is. Prints each number with its target; asserts nothing.
 */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { spawn } from '@lydell/node-pty';
import { build } from 'esbuild';
import { requireBanner, withoutDevtools, withoutUnusedModels } from '../scripts/build/bundle.js';

const { values } = parseArgs({
  options: { objects: { type: 'string', default: '10000' }, rate: { type: 'string', default: '1000' } },
});

interface Line {
  readonly ms: number;
  readonly press?: string;
  readonly frame?: { readonly bytes: number; readonly lines: number; readonly afterKeyMs?: number };
  readonly rss?: number;
  readonly heapUsed?: number;
  readonly isCollected?: boolean;
}

const folder = mkdtempSync(join(tmpdir(), 'metalctl-load-'));
const log = join(folder, 'view.jsonl');
const print = (name: string, value: string, target = ''): void =>
  void process.stdout.write(`${name.padEnd(50)} ${value.padEnd(42)} ${target}\n`);
const quantile = (all: readonly number[], at: number): number =>
  [...all].sort((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * at))] ?? Number.NaN;
const lines = (): readonly Line[] =>
  readFileSync(log, 'utf8')
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text) as Line);
const framesIn = (all: readonly Line[]) => all.flatMap(({ frame }) => frame ?? []);
const mebibytes = (bytes: number | undefined): string => `${Math.round((bytes ?? Number.NaN) / 2 ** 20)} MiB`;

const bundled = join(folder, 'view.mjs');
await build({
  entryPoints: [join(import.meta.dirname, 'load-view.ts')],
  outfile: bundled,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  banner: { js: requireBanner },
  define: { 'process.env.NODE_ENV': '"production"' },
  external: ['libsql'],
  plugins: [withoutDevtools, withoutUnusedModels],
});

const child = spawn(
  process.execPath,
  ['--expose-gc', bundled, '--objects', values.objects, '--rate', values.rate, '--log', log],
  {
    cols: 120,
    rows: 40,
    env: { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', TERM: 'xterm-256color', HOME: folder },
  },
);
let screen = '';
child.onData((data) => {
  screen += data;
});

/** Milliseconds of processor so far. */
function cpuMs(): number {
  try {
    const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return Number.NaN;
  }
}

async function shown(what: string): Promise<void> {
  const until = performance.now() + 60_000;
  while (!screen.includes(what)) {
    if (performance.now() > until) throw new Error(`the view never showed ${what}: ${screen.slice(-500)}`);
    await sleep(20);
  }
}

/** So long without keys: share of a core, frames a second, bytes of a frame. */
async function watched(name: string, seconds: number, targets: { cpu: string; frames: string }): Promise<void> {
  const from = lines().length;
  const [cpu, begun] = [cpuMs(), performance.now()];
  await sleep(seconds * 1_000);
  const took = performance.now() - begun;
  const share = ((cpuMs() - cpu) / took) * 100;
  const frames = framesIn(lines().slice(from));
  print(`${name}: processor`, `${share.toFixed(1)} %`, targets.cpu);
  print(`${name}: frames`, `${(frames.length / (took / 1_000)).toFixed(1)} /s`, targets.frames);
  if (frames.length === 0) return;
  const bytes = frames.map((frame) => frame.bytes);
  print(`${name}: bytes of a frame`, `p50 ${quantile(bytes, 0.5)}   p95 ${quantile(bytes, 0.95)}`, '<= 2048 typical');
}

const script: readonly (readonly [name: string, keys: readonly string[]])[] = [
  ['j', Array<string>(60).fill('j')],
  ['page down, up', Array.from({ length: 30 }, (_, at) => (at % 2 ? '\u0002' : '\u0006'))],
  ['last, first', Array.from({ length: 20 }, (_, at) => (at % 2 ? 'g' : 'G'))],
  ['sort', Array<string>(8).fill('s')],
  ['letters of a filter', ['/', ...'rack12-004', '\u007f', '\u007f', '\r', '\u001b']],
];

async function keyed(name: string): Promise<void> {
  const all: number[] = [];
  const bytes: number[] = [];
  for (const [what, keys] of script) {
    const times: number[] = [];
    let unanswered = 0;
    for (const key of keys) {
      const from = lines().length;
      child.write(key);
      let after: number | undefined;
      for (let turn = 0; turn < 200 && after === undefined; turn += 1) {
        await sleep(5);
        const answer = framesIn(lines().slice(from)).find(({ afterKeyMs }) => afterKeyMs !== undefined);
        after = answer?.afterKeyMs;
        if (answer !== undefined) bytes.push(answer.bytes);
      }
      if (after === undefined) unanswered += 1;
      else times.push(after);
      await sleep(40);
    }
    all.push(...times);
    const isFilter = what.includes('filter');
    const lost = unanswered === 0 ? '' : `   ${unanswered} changed nothing`;
    const text = `p50 ${quantile(times, 0.5)}   p95 ${quantile(times, 0.95)}   worst ${quantile(times, 1)} ms${lost}`;
    print(`${name}, key to frame: ${what}`, text, isFilter ? '<= 60 ms' : '');
  }
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((at) => quantile(all, at));
  print(`${name}, key to frame: all`, `p50 ${p50}   p95 ${p95}   p99 ${p99} ms`, 'p95 <= 50 ms, p99 <= 100 ms');
  print(
    `${name}: bytes of the frame of a key`,
    `p50 ${quantile(bytes, 0.5)}   p95 ${quantile(bytes, 0.95)}`,
    '<= 2048 typical',
  );
}

try {
  const begun = performance.now();
  await shown(`SERVERS ${values.objects}`);
  print(
    `all ${values.objects} rows`,
    `${((performance.now() - begun) / 1_000).toFixed(1)} s`,
    'first 500 rows within 1.5 s',
  );
  await sleep(2_000);
  const settled = lines().findLast(({ rss }) => rss !== undefined);
  print('memory, loaded', `${mebibytes(settled?.rss)} (heap ${mebibytes(settled?.heapUsed)})`, '<= 350 MiB');
  await watched('idle', 8, { cpu: '<= 1 %', frames: '0, but the clock of the title every 10 s' });
  await keyed('quiet');
  process.kill(child.pid, 'SIGUSR2');
  await sleep(1_000);
  await watched(`${values.rate} changes/s`, 10, { cpu: '<= 30 %', frames: '<= 10' });
  await keyed(`${values.rate} changes/s`);
  const last = lines().findLast(({ rss }) => rss !== undefined);
  process.kill(child.pid, 'SIGUSR2');
  await sleep(2_000);
  const kept = lines().findLast(({ isCollected }) => isCollected === true);
  print('memory, after all that', `${mebibytes(last?.rss)} (heap ${mebibytes(last?.heapUsed)})`, '<= 350 MiB');
  print('memory, garbage collected', `${mebibytes(kept?.rss)} (heap ${mebibytes(kept?.heapUsed)})`);
} finally {
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
