/** A thread of BMCs from the sources: threads do not inherit the loader that reads TypeScript. */
import { register } from 'tsx/esm/api';

register();
await import('../../src/sandbox/bmc/shards/worker.ts');
