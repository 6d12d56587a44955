/**
 * `metalctl discover` over whole ranges of loopback, identification only, as a process:
 *   npm run build && node --import tsx bench/discover-sweep.ts [--large]
 * A /22 with 50 BMCs, and with --large a /16 with 2,000. The BMCs are a process of their own, on the same machine. Prints time on the
 * clock, seconds of processor of the sweep, and how many requests carried a credential, as the BMCs saw it.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const program = fileURLToPath(new URL('../bin/metalctl', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'metalctl-bench-sweep-'));
const meter = join(folder, 'meter.cjs');
const used = join(folder, 'used.json');
writeFileSync(
  meter,
  `process.on('exit', () => {
     const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
     require('node:fs').writeFileSync(${JSON.stringify(used)}, JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1e6, rss: maxRSS / 1024 }));
   });`,
);

async function sweep(cidr: string, servers: number, rate: readonly string[], target: number): Promise<void> {
  const network = cidr.split('/')[0] ?? '';
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, 'discover-sweep-emulator.ts'), String(servers), network],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const said = async <T>(): Promise<T> => JSON.parse(String((await lines.next()).value)) as T;
  const { port, kubeconfig, ca } = await said<{ port: number; kubeconfig: string; ca: string }>();
  const bmcCa = join(folder, 'ca.pem');
  writeFileSync(bmcCa, ca);
  const words = [
    'discover',
    '--cidr',
    cidr,
    '--ports',
    String(port),
    '--no-login',
    '--bmc-ca',
    bmcCa,
    ...rate,
    '-o',
    'json',
    '-q',
  ];
  const started = performance.now();
  const run = spawn(process.execPath, ['--require', meter, program, ...words], {
    env: { ...process.env, METALCTL_STATE_DIR: folder, KUBECONFIG: kubeconfig },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  run.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const code = await new Promise((resolve) => run.once('close', resolve));
  const seconds = (performance.now() - started) / 1_000;
  child.stdin.end();
  const { requests, withCredentials } = await said<{ requests: number; withCredentials: number }>();
  await new Promise((resolve) => child.once('exit', resolve));
  const { summary } = JSON.parse(text) as { summary: { findings: Record<string, number> } };
  const found = Object.entries(summary.findings).map(([status, count]) => `${count} ${status}`);
  const { cpu, rss } = JSON.parse(readFileSync(used, 'utf8')) as { cpu: number; rss: number };
  const verdict = seconds <= target ? 'met' : 'missed';
  process.stdout.write(
    `${cidr} with ${servers} BMCs${rate.length > 0 ? ` ${rate.join(' ')}` : ''}: ${seconds.toFixed(1)} s (target ${target} s, ${verdict})   ` +
      `cpu ${cpu.toFixed(1)} s   ${rss.toFixed(0)} MB   exit ${code}   ${found.join(', ')}   ` +
      `${requests} requests, ${withCredentials} with a credential\n`,
  );
}

const { values } = parseArgs({ options: { large: { type: 'boolean', default: false } } });
try {
  await sweep('127.210.0.0/22', 50, [], 30);
  // All BMCs answer from one process, beside the sweep: patience is for them, addresses without one refuse at once.
  const wide = ['--rate', '4000', '--sweep-concurrency', '512', '--probe-timeout', '10s'];
  if (values.large) await sweep('127.211.0.0/16', 2_000, wide, 60);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
