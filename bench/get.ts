/**
 * `metalctl get servers` of a large fleet, as a whole process:
 *   npm run build && node --import tsx bench/get.ts [--objects 10000] [--rounds 3]
 * The API server is a process of its own. Prints time on the clock, seconds of processor, their ratio to a bare
 * `node -e 0` of the same run, and peak memory; on a machine that others use, only the last three say anything.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startFleet } from './fleet.js';

const { values } = parseArgs({
  options: { objects: { type: 'string', default: '10000' }, rounds: { type: 'string', default: '3' } },
});
const count = Number(values.objects);
const program = fileURLToPath(new URL('../bin/metalctl', import.meta.url));
const fleet = await startFleet(count);
const { env, folder } = fleet;

/** What a process used, written by itself at its end: no other way tells the peak of a child's memory everywhere. */
const meter = join(folder, 'meter.cjs');
writeFileSync(
  meter,
  `process.on('exit', () => {
     const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
     require('node:fs').writeFileSync(process.env.BENCH_METER, JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1e6, rss: maxRSS / 1024 }));
   });`,
);

interface Used {
  readonly wall: number;
  readonly cpu: number;
  readonly rss: number;
  readonly bytes: number;
}

function used(args: readonly string[], env: NodeJS.ProcessEnv): Used {
  const out = join(folder, 'used.json');
  const started = performance.now();
  const ran = spawnSync(process.execPath, ['--require', meter, ...args], {
    env: { ...process.env, ...env, BENCH_METER: out },
    maxBuffer: 1 << 30,
  });
  const wall = (performance.now() - started) / 1_000;
  if (ran.status !== 0) throw new Error(`${args.join(' ')}: ${ran.stderr.toString()}`);
  return { wall, bytes: ran.stdout.length, ...(JSON.parse(readFileSync(out, 'utf8')) as { cpu: number; rss: number }) };
}

const median = (all: readonly Used[]): Used => [...all].sort((a, b) => a.cpu - b.cpu)[all.length >> 1] as Used;
const rounds = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Used =>
  median(Array.from({ length: Number(values.rounds) }, () => used(args, env)));

try {
  const bare = rounds(['-e', '0']);
  const row = (name: string, { wall, cpu, rss, bytes }: Used): void =>
    void process.stdout.write(
      `${name.padEnd(44)} ${wall.toFixed(2)} s   cpu ${cpu.toFixed(2)} s = ${(cpu / bare.cpu).toFixed(1)} x bare node   ${rss.toFixed(0)} MB   ${bytes} bytes\n`,
    );
  row('node -e 0', bare);
  for (const words of [
    'get servers',
    'get servers -o name',
    'get servers -o jsonl',
    'get servers -o json',
    'get servers -l pool=a',
  ]) {
    row(`metalctl ${words}   (${count} there)`, rounds([program, ...words.split(' ')], env));
  }
} finally {
  await fleet.close();
}
