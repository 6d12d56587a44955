/** Child process of the crash test: 32 writers that print `version key` for every write that was acknowledged. */
import { writeSync } from 'node:fs';
import { ClusterState } from '../../../../src/sandbox/apiserver/storage/cluster-state.js';
import { openStore } from '../../../../src/sandbox/apiserver/storage/store.js';

const TABLE = 'g/things';
const state = new ClusterState(await openStore(process.argv[2]), 100_000);
const start = state.version;
const pause = new Int32Array(new SharedArrayBuffer(4));

async function writer(id: number): Promise<void> {
  for (let count = 0; ; count++) {
    const name = `${start}-${id}-${count}`;
    const stored = await state.write((tx) => {
      tx.put(TABLE, `ns/left-${name}`, { metadata: { name: `left-${name}`, namespace: 'ns' }, value: count });
      return tx.put(TABLE, `ns/right-${name}`, { metadata: { name: `right-${name}`, namespace: 'ns' }, value: count });
    });
    acknowledge(`${stored.metadata.resourceVersion} ns/right-${name}\n`);
  }
}

/** A line this short goes into a pipe whole or not at all; on a busy machine the pipe may be full for a moment. */
function acknowledge(line: string): void {
  for (;;) {
    try {
      writeSync(1, line);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(pause, 0, 0, 1);
    }
  }
}

await Promise.all(Array.from({ length: 32 }, (_, id) => writer(id)));
