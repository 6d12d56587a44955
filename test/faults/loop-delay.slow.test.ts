/** How long the event loop is held in a pass over ten thousand Servers. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { startLive } from '../support/live.js';
import { seedLarge } from './large-fleet.js';

const run = promisify(execFile);
const [bmcs, systems] = [100, 100];

test('R-PRC-2: a pass over ten thousand servers writes nothing when idle, and lets others have their turn', async (t) => {
  const live = await startLive({ servers: 1 });
  try {
    await live.installCrds();
    const started = performance.now();
    await seedLarge(live, bmcs, systems);
    t.diagnostic(`${bmcs * systems} servers put there in ${Math.round((performance.now() - started) / 1_000)} s`);
    const words = ['--import', 'tsx', 'test/faults/large-pass.ts', live.sandbox.record.kubeconfig, bmcs, systems, 2];
    const { stdout } = await run(process.execPath, words.map(String), { timeout: 900_000, maxBuffer: 1e7 });
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    for (const { pass, objects, writes, ms, delays, rssMb } of lines)
      t.diagnostic(
        `pass ${pass + 1}: ${objects} objects, ${writes} writes, ${ms} ms; loop delay p50 ${delays.p50}, p99 ${delays.p99}, max ${delays.max} ms; ${rssMb} MB`,
      );
    const idle = lines.at(-1);
    assert.equal(idle?.objects, bmcs * systems);
    assert.equal(idle?.writes, 0);
  } finally {
    await live.close();
  }
});

interface Line {
  readonly pass: number;
  readonly objects: number;
  readonly writes: number;
  readonly ms: number;
  readonly delays: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly rssMb: number;
}
