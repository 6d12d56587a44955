/**
 * Ten thousand BMCs: what they cost to start, to hold and to read, by the figures of `bench/emulator.ts`. Processor time is
 * judged, not time: whatever else runs on the machine must not decide.
 */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

interface Reads {
  readonly perSecond: number;
  readonly cpuMicrosPerGet: number;
}
interface Figures {
  readonly startCpuMs: number;
  readonly rssAfterStartMiB: number;
  readonly rssAtEndMiB: number;
  readonly gets: Readonly<Record<string, Reads>>;
}

test('10,000 BMCs start in under 3 s of one processor, weigh at most 600 MiB, and a read costs at most 125 µs', async (t) => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'bench/emulator.ts']);
  const figures = JSON.parse(stdout) as Figures;
  t.diagnostic(stdout.replace(/\s+/g, ' '));
  assert.ok(figures.startCpuMs < 3_000, `${figures.startCpuMs} ms to start`);
  assert.ok(Math.max(figures.rssAfterStartMiB, figures.rssAtEndMiB) <= 600, 'memory');
  for (const name of ['serviceRoot', 'systemsCollection', 'updateService']) {
    const { cpuMicrosPerGet = Number.NaN } = figures.gets[name] ?? {};
    // 8,000 a second of one processor.
    assert.ok(cpuMicrosPerGet <= 125, `${name}: ${cpuMicrosPerGet} µs`);
  }
});

test('10,000 streams in one process are all told what happens, and an idle one weighs at most 24 KiB', async (t) => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'bench/streams.ts']);
  const figures = JSON.parse(stdout) as Readonly<Record<string, number>>;
  t.diagnostic(stdout.replace(/\s+/g, ' '));
  const { open, told, connections, kibPerStream = Number.NaN } = figures;
  assert.deepEqual([open, told, connections], [10_000, 10_000, 10_000]);
  assert.ok(kibPerStream <= 24, `${kibPerStream} KiB`);
});

test('with too few open files for a listener each, one port serves all by name, and it is said', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'metalctl-few-'));
  const up =
    'ulimit -n 250; exec bin/metalctl sandbox up --ephemeral --servers 400 --http --bmc-network 127.77.0.0 --bmc-port 0';
  const child = spawn('bash', ['-c', `${up} --data ${folder}/data -o jsonl`], {
    env: { ...process.env, HOME: folder },
  });
  let [out, err] = ['', ''];
  child.stderr.on('data', (part) => {
    err += part;
  });
  await new Promise<void>((done) => {
    child.stdout.on('data', (part) => {
      out += part;
      if (out.includes('\n')) done();
    });
    child.once('exit', () => done());
  });
  child.kill('SIGTERM');
  await new Promise((done) => (child.exitCode === null ? child.once('exit', done) : done(undefined)));
  rmSync(folder, { recursive: true, force: true });
  assert.match(out, /"first":"http:\/\/bmc-1\.bmc\.localhost:\d+"/, err);
  assert.match(err, /limit of open files is too low/);
});
