/** Child process of the full disk test: writes until a write is refused, printing what was acknowledged, then reports. */
import { writeSync } from 'node:fs';
import { ClusterState } from '../../../../src/sandbox/apiserver/storage/cluster-state.js';
import { openStore } from '../../../../src/sandbox/apiserver/storage/store.js';

process.on('SIGXFSZ', () => undefined); // the limit of the shell then shows as EFBIG, as a full disk as ENOSPC
const state = new ClusterState(await openStore(process.argv[2]), 100_000);
const value = 'x'.repeat(20_000);
let refused = 0;
for (let count = 0; refused < 3 && count < 2_000; count++) {
  try {
    await state.write((tx) => tx.put('g/things', `ns/${count}`, { metadata: { name: `${count}` }, value }));
    writeSync(1, `ok ${count}\n`);
  } catch (error) {
    refused += 1;
    writeSync(1, `refused ${count} ${error instanceof Error ? error.message : error}\n`);
  }
}
