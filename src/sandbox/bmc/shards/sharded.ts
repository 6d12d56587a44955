/**
 * A fleet over several threads: each has a share of the BMCs, in order, and everything follows from the seed as it does
 * with one. What is done to the fleet is done over the control plane, which asks the threads' own.
 */
import { UserError } from '../../../errors/classes.js';
import type { ControlPlane, ControlPlaneOptions } from '../control-plane.js';
import type { EmulatedBmc, EmulatorOptions } from '../emulator.js';
import { relayControl } from './relay.js';
import { type Answers, type Shard, startShard } from './shard.js';

export interface ShardedEmulator {
  readonly bmcs: readonly EmulatedBmc[];
  readonly notes: readonly string[];
  readonly control: ControlPlane;
  close(): Promise<void>;
}

export interface ShardedOptions extends Omit<EmulatorOptions, 'clock'> {
  readonly workers: number;
  readonly token: string;
  readonly systemUUID?: ControlPlaneOptions['systemUUID'];
  /** What a thread runs; the built `worker.js` if not said. */
  readonly script?: URL;
}

/** Starts the threads and the control plane above them. @throws UserError USAGE · PORT_IN_USE */
export async function startShardedEmulator(options: ShardedOptions): Promise<ShardedEmulator> {
  const { workers, token, systemUUID, tls, networkBoot, script, ...rest } = options;
  if (options.addressing === 'host' || options.addressing === 'path') {
    throw new UserError('USAGE', 'one port for all BMCs needs one thread', { hint: '--workers 1, or --addressing ip' });
  }
  const answers: Answers = { ...(tls ? { tls } : {}), ...(networkBoot ? { networkBoot } : {}) };
  const common = { ...rest, token, isSecure: tls !== undefined, hasNetworkBoot: networkBoot !== undefined };
  const shares = sharesOf(options.servers, workers);
  const start = (share: Share, port: number | undefined) =>
    startShard({ ...common, share, ...(port === undefined ? {} : { port }) }, answers, script);
  const shards: Shard[] = [];
  const close = async (): Promise<void> => void (await Promise.all(shards.map((shard) => shard.close())));
  try {
    // The first finds the port that the others take too; with a port each, every one finds its own.
    const [first = { from: 0, count: 0 }, ...others] = shares;
    const leader = await start(first, options.port);
    shards.push(leader);
    const port = options.addressing === 'port' && options.port === 0 ? 0 : leader.bmcs[0]?.port;
    const started = await Promise.allSettled(
      others.map((share) => start(share, options.addressing === 'port' ? options.port : port)),
    );
    for (const each of started) if (each.status === 'fulfilled') shards.push(each.value);
    const failed = started.find((each) => each.status === 'rejected');
    if (failed) throw failed.reason;
  } catch (error) {
    await close();
    throw error;
  }
  const control = await relayControl({
    shards: shards.map(({ controlUrl }) => controlUrl),
    token,
    ...(systemUUID ? { systemUUID } : {}),
  });
  return {
    bmcs: shards.flatMap(({ bmcs }) => bmcs),
    notes: shards.flatMap(({ notes }) => notes),
    control,
    close: async () => {
      await control.close();
      await close();
    },
  };
}

/** Which BMCs of a fleet a thread has. */
export interface Share {
  readonly from: number;
  readonly count: number;
}

/** As even as can be, without empty ones. */
export function sharesOf(servers: number, workers: number): readonly Share[] {
  const threads = Math.max(1, Math.min(workers, servers));
  return Array.from({ length: threads }, (_, n) => {
    const from = Math.floor((servers * n) / threads);
    return { from, count: Math.floor((servers * (n + 1)) / threads) - from };
  });
}
