/** All objects of a kind, kept up to date by one list and one watch, for whoever shows them. */
import { type KindDef, type KubeObject, keyOf, keyText } from '../api/kind.js';
import { isMetalError, type MetalError } from '../errors/classes.js';
import type { Clock } from '../ports/clock.js';
import type { Cluster, ListOptions } from '../ports/cluster.js';

/** Objects by `namespace/name`. The same map every time: it is changed between two events, never during one. */
export type Objects<T> = ReadonlyMap<string, T>;

export type LiveEvent<T> =
  /** What is there now; told after the list and after every change. */
  | { readonly type: 'objects'; readonly objects: Objects<T> }
  /** The API does not answer: what was told last grows old. `tries` counts up until it is back. */
  | { readonly type: 'lost'; readonly why: string; readonly tries: number }
  /** The API may not be read: no try will help before somebody changes that. */
  | { readonly type: 'refused'; readonly error: MetalError };

export interface LivePorts {
  readonly cluster: Cluster;
  readonly clock: Clock;
}

const firstWaitMs = 500;
const longestWaitMs = 8_000;
const refusals: ReadonlySet<string> = new Set(['API_FORBIDDEN', 'API_UNAUTHORIZED', 'CRD_MISSING']);

/**
 * Tells objects until the signal aborts. A watch that ends goes on where it stopped; one that expired, and every loss
 * of the connection, begins with a new list. Only a MetalError that is not the user's is a loss; anything else is thrown.
 */
export async function* liveObjects<T extends KubeObject>(
  { cluster, clock }: LivePorts,
  kind: KindDef<T>,
  signal: AbortSignal,
  options: Pick<ListOptions, 'namespace' | 'fieldSelector' | 'labelSelector' | 'onPart'> = {},
): AsyncGenerator<LiveEvent<T>, void, undefined> {
  let tries = 0;
  while (!signal.aborted) {
    try {
      const listed = await cluster.list(kind, { ...options, signal });
      const objects = new Map(listed.items.map((object) => [keyText(keyOf(object)), object]));
      tries = 0;
      yield { type: 'objects', objects };
      yield* changes(cluster, kind, { ...options, signal }, objects, listed.resourceVersion);
    } catch (error) {
      if (signal.aborted) return;
      // What a person has to set right (a kubeconfig, a flag) no try will mend.
      if (!isMetalError(error) || error.class === 'user') throw error;
      if (error.code === 'WATCH_EXPIRED') continue;
      tries += 1;
      if (refusals.has(error.code)) yield { type: 'refused', error };
      else yield { type: 'lost', why: error.message, tries };
      await clock.sleep(Math.min(longestWaitMs, firstWaitMs * 2 ** (tries - 1)), signal).catch(() => undefined);
    }
  }
}

/** Changes the map with every event, across watches, for as long as they end normally. */
async function* changes<T extends KubeObject>(
  cluster: Cluster,
  kind: KindDef<T>,
  options: ListOptions & { readonly signal: AbortSignal },
  objects: Map<string, T>,
  from: string,
): AsyncGenerator<LiveEvent<T>, void, undefined> {
  let resourceVersion = from;
  while (!options.signal.aborted) {
    for await (const event of cluster.watch(kind, { ...options, resourceVersion })) {
      if (event.type === 'BOOKMARK') {
        resourceVersion = event.resourceVersion;
        continue;
      }
      const { object } = event;
      resourceVersion = object.metadata.resourceVersion ?? resourceVersion;
      if (event.type === 'DELETED') objects.delete(keyText(keyOf(object)));
      else objects.set(keyText(keyOf(object)), object);
      yield { type: 'objects', objects };
    }
  }
}
