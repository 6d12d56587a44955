/** The crash test: a process with 32 writers is killed at a random moment, and its store is opened and compared. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ClusterState } from '../../../../src/sandbox/apiserver/storage/cluster-state.js';
import { openStore } from '../../../../src/sandbox/apiserver/storage/store.js';

const TABLE = 'g/things';
const WRITER = join(import.meta.dirname, 'store-writer.ts');

/** A process that writes as fast as it can and prints each version once it is durable. */
export function startWriter(path: string): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', WRITER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/**
 * Kills and compares so many times, on one growing store. Fails when an acknowledged write is lost, a pair is stored by
 * half, a version does not grow, or a watch from the last seen version would miss a change.
 */
export async function crashRounds(path: string, rounds: number): Promise<void> {
  let highest = 100;
  for (let round = 0; round < rounds; round++) {
    const child = startWriter(path);
    const acknowledged: string[] = [];
    const delayMs = 20 + Math.floor(Math.random() * 120);
    assert.ok(child.stdout);
    for await (const line of createInterface({ input: child.stdout })) {
      if (acknowledged.push(line) === 1) setTimeout(() => child.kill('SIGKILL'), delayMs);
    }
    const state = new ClusterState(await openStore(path), 100_000);
    for (const line of acknowledged) {
      const [version = '', key = ''] = line.split(' ');
      assert.equal(state.get(TABLE, key)?.metadata.resourceVersion, version);
      assert.ok(Number(version) > highest, 'versions grow over restarts');
    }
    // A pair is written in one transaction: both halves or none.
    for (const [key, stored] of state.entries(TABLE, 'ns/left')) {
      assert.deepEqual(state.get(TABLE, key.replace('left', 'right'))?.value, stored.value);
    }
    const resumed = state.since(TABLE, highest);
    assert.equal(resumed.length, state.version - highest, 'a resumed watch misses nothing');
    highest = state.version;
    state.close();
  }
}
