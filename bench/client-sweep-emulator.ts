/** The BMCs of `sweep.ts`, in a process of their own, so that the processor time of the client is its own. */
import { startEmulator } from '../src/sandbox/bmc/index.js';

/** What to start. */
export interface Wanted {
  readonly servers: number;
  readonly password: string;
  readonly latencyMs: number;
}

process.once('message', async ({ servers, password, latencyMs }: Wanted) => {
  const emulator = await startEmulator({ servers, password, port: 0, vendors: 'generic', logSize: 1000 });
  emulator.control.fail({ match: {}, action: { kind: 'latency', ms: latencyMs } });
  process.send?.(emulator.bmcs.map(({ url }) => url));
});
