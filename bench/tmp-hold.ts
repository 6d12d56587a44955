/**
 * `metalctl get servers` of a large fleet, as a whole process:
 *   npm run build && node --import tsx bench/get.ts [--objects 10000] [--rounds 3]
 * The API server is a process of its own. Prints time on the clock, seconds of processor, their ratio to a bare
 * `node -e 0` of the same run, and peak memory; on a machine that others use, only the last three say anything.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Client } from 'undici';
import { allCrds } from '../src/api/crd/index.js';
import { createAuthority } from '../src/sandbox/certificates.js';

const { values } = parseArgs({
  options: { objects: { type: 'string', default: '10000' }, rounds: { type: 'string', default: '3' } },
});
const count = Number(values.objects);
const program = fileURLToPath(new URL('../bin/metalctl', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'metalctl-bench-get-'));

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

const kubeconfigOf = (url: string, token: string, ca: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'bench',
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
    clusters: [
      { name: 'bench', cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
    ],
    users: [{ name: 'bench', user: { token } }],
  });

/** A server as discovery leaves it: what a list of a real fleet weighs. */
const server = (n: number) => ({
  apiVersion: 'metal.ironcore.dev/v1alpha1',
  kind: 'Server',
  metadata: { name: `rack${n >> 5}-${String(n).padStart(5, '0')}-system-0`, labels: { pool: n % 2 ? 'a' : 'b' } },
  spec: {
    systemUUID: `38947555-7742-3448-3784-${String(n).padStart(12, '0')}`,
    power: 'Off',
    bmcRef: { name: `b-${n}` },
  },
});

const status = {
  state: 'Available',
  powerState: 'Off',
  manufacturer: 'Dell Inc.',
  model: 'PowerEdge R770',
  sku: '0C1D',
  serialNumber: 'J2P522B',
  indicatorLED: 'Off',
  totalSystemMemory: '512Gi',
  biosVersion: '1.2.3',
  processors: [0, 1].map((id) => ({
    id: `CPU.${id}`,
    type: 'CPU',
    architecture: 'x86',
    instructionSet: 'x86-64',
    manufacturer: 'Intel',
    model: 'Xeon 6430',
    maxSpeedMHz: 3400,
    totalCores: 32,
    totalThreads: 64,
  })),
  networkInterfaces: [0, 1, 2, 3].map((id) => ({
    name: `eno${id}`,
    macAddress: `52:54:00:00:00:0${id}`,
    ips: [`10.0.0.${id}`],
    carrierStatus: 'up',
  })),
  storages: [0].map((id) => ({
    name: `raid-${id}`,
    state: 'Enabled',
    drives: [0, 1, 2, 3].map((d) => ({
      name: `nvme${d}`,
      type: 'NVMe',
      capacity: '3500Gi',
      vendor: 'Samsung',
      state: 'Enabled',
    })),
  })),
};

async function fill(url: string, token: string, ca: string): Promise<void> {
  const client = new Client(url, { connect: { ca }, pipelining: 1 });
  const headers: any = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const send = async (method: 'POST' | 'PATCH', path: string, body: object): Promise<void> => {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const answer = await client.request({
      method,
      path,
      headers: { ...headers, 'content-type': type },
      body: JSON.stringify(body),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(text);
  };
  for (const crd of allCrds()) await send('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', crd);
  const servers = '/apis/metal.ironcore.dev/v1alpha1/servers';
  for (let n = 0; n < count; n += 1) {
    const object = server(n);
    await send('POST', servers, object);
    await send('PATCH', `${servers}/${object.metadata.name}/status`, { status });
  }
  await client.close();
}

const authority = await createAuthority();
const { cert, key } = await authority.issue({ hosts: ['127.0.0.1'] });
const certificates = join(folder, 'certificates.json');
writeFileSync(certificates, JSON.stringify({ cert, key, ca: authority.ca }), { mode: 0o600 });
const child = spawn(
  process.execPath,
  ['--import', 'tsx', join(import.meta.dirname, 'apiserver-process.ts'), certificates],
  {
    stdio: ['pipe', 'pipe', 'inherit'],
  },
);
try {
  const line = await new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
  const { url, token } = JSON.parse(line) as { url: string; token: string };
  await fill(url, token, authority.ca);
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, kubeconfigOf(url, token, authority.ca), { mode: 0o600 });
  const env = { KUBECONFIG: kubeconfig, METALCTL_STATE_DIR: folder };
  if (process.env.HOLD) { console.log(JSON.stringify(env)); await new Promise((r) => setTimeout(r, Number(process.env.HOLD) * 1000)); }
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
  child.stdin.end();
  await new Promise((resolve) => child.once('exit', resolve));
  rmSync(folder, { recursive: true, force: true });
}
