/**
 * Follows a list for as long as it takes: list, watch, and both again when the history is gone or the connection
 * breaks. A consumer sees whole lists (`SYNC`) and single changes, and no gaps.
 */
import type { KindDef, KubeObject } from '../../../api/kind.js';
import { isMetalError } from '../../../errors/classes.js';
import type { Clock } from '../../../ports/clock.js';
import type { Cluster, ListOptions } from '../../../ports/cluster.js';

export type Followed<T> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  /** Everything there is, at the start and after every gap. */
  | { readonly type: 'SYNC'; readonly items: readonly T[] };

export interface FollowOptions extends Omit<ListOptions, 'signal' | 'resourceVersion'> {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told once, after three failures in a row. */
  readonly onTrouble?: (error: Error) => void;
}

const firstDelayMs = 500;
const longestDelayMs = 30_000;

/** Ends only by its signal (throwing the reason) or by a failure that waiting does not lift. */
export async function* follow<T extends KubeObject>(
  cluster: Cluster,
  kind: KindDef<T>,
  options: FollowOptions,
): AsyncGenerator<Followed<T>> {
  const { clock, signal, onTrouble, ...scope } = options;
  let failures = 0;
  let version: string | undefined;
  for (;;) {
    signal.throwIfAborted();
    try {
      if (version === undefined) {
        const { items, resourceVersion } = await cluster.list(kind, { ...scope, signal });
        version = resourceVersion;
        yield { type: 'SYNC', items };
      }
      for await (const event of cluster.watch(kind, { ...scope, resourceVersion: version, signal })) {
        failures = 0;
        if (event.type === 'BOOKMARK') version = event.resourceVersion;
        else {
          version = event.object.metadata.resourceVersion ?? version;
          yield event;
        }
      }
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (!isMetalError(error) || error.class !== 'transient') throw error;
      if (error.code === 'WATCH_EXPIRED') version = undefined;
      failures += 1;
      if (failures === 3) onTrouble?.(error);
      await clock.sleep(Math.min(longestDelayMs, firstDelayMs * 2 ** (failures - 1)), signal);
    }
  }
}
