/**
 * Keeps the cache of one kind true: list, then watch from the list's version, for ever. A broken watch goes on from the
 * last version seen; only expired history lists again, and the difference is applied, never a cleared cache.
 *
 * | after                          | wait                                        |
 * | clean end, watch lived > 1 s   | none                                        |
 * | 410 Expired                    | none: list again; as below when it comes again within 2 min |
 * | 403                            | 30 s, and the informer says it is degraded  |
 * | anything else                  | 0.8 s · 2^n up to 30 s, full jitter; Retry-After is respected |
 */
import { type KindDef, type KubeObject, keyOf } from '../../api/kind.js';
import { isMetalError, TransientError } from '../../errors/classes.js';
import type { Clock } from '../../ports/clock.js';
import type { Cluster, WatchEvent } from '../../ports/cluster.js';
import type { Log } from '../../ports/log.js';
import type { Store } from './store.js';

export interface InformerOptions {
  readonly cluster: Cluster;
  readonly kind: KindDef;
  readonly clock: Clock;
  readonly log: Log;
  /** In [0, 1): jitter. */
  readonly random: () => number;
  /** The cache that is fed. */
  readonly sink: Pick<Store, 'put' | 'remove' | 'replaceAll'>;
  readonly signal?: AbortSignal;
}

export interface Informer {
  /** Resolves after the first complete list, or when stopped before it. */
  readonly synced: Promise<void>;
  /** False while the API refuses us the kind. */
  isHealthy(): boolean;
  /** Effective at once, wherever the informer waits. */
  stop(): Promise<void>;
}

const firstWaitMs = 800;
const longestWaitMs = 30_000;
const healthyAfterMs = 120_000;

export function startInformer(options: InformerOptions): Informer {
  const stop = new AbortController();
  const end = () => stop.abort();
  options.signal?.addEventListener('abort', end, { once: true });
  if (options.signal?.aborted) stop.abort();
  const feed = new Feed(options, stop.signal);
  const running = feed.run().finally(() => options.signal?.removeEventListener('abort', end));
  return {
    synced: feed.synced,
    isHealthy: () => feed.isHealthy,
    stop: async () => {
      stop.abort();
      await running;
    },
  };
}

class Feed {
  readonly #options: InformerOptions;
  readonly #signal: AbortSignal;
  readonly synced: Promise<void>;
  #tellSynced: () => void = () => undefined;
  #version: string | undefined;
  #failures = 0;
  #lastFailureMs = 0;
  #expiredMs = Number.NEGATIVE_INFINITY;
  isHealthy = true;

  constructor(options: InformerOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
    this.synced = new Promise((resolve) => {
      this.#tellSynced = resolve;
    });
  }

  async run(): Promise<void> {
    while (!this.#signal.aborted) {
      try {
        if (this.#version === undefined) await this.#list();
        await this.#watch();
      } catch (error) {
        if (!this.#signal.aborted) await this.#recover(error);
      }
    }
    this.#tellSynced();
  }

  async #list(): Promise<void> {
    const { cluster, kind, sink } = this.#options;
    const { items, resourceVersion } = await cluster.list(kind, { signal: this.#signal });
    if (this.#signal.aborted) return;
    sink.replaceAll(kind, items);
    this.#version = resourceVersion;
    this.isHealthy = true;
    this.#tellSynced();
  }

  async #watch(): Promise<void> {
    const { cluster, kind, clock } = this.#options;
    const started = clock.monotonicMs();
    const from = this.#version ?? '';
    for await (const event of cluster.watch(kind, { resourceVersion: from, signal: this.#signal })) {
      if (this.#signal.aborted) return;
      this.#apply(event);
    }
    // A server that closes every watch at once must not be asked without pause.
    if (clock.monotonicMs() - started < 1_000 && !this.#signal.aborted) {
      throw new TransientError('API_ERROR', `the watch of ${kind.plural} was closed at once`);
    }
  }

  #apply(event: WatchEvent<KubeObject>): void {
    const { kind, sink, log } = this.#options;
    if (event.type === 'BOOKMARK') {
      this.#version = event.resourceVersion;
      return;
    }
    const { object } = event;
    this.#version = object.metadata.resourceVersion ?? this.#version;
    try {
      if (event.type === 'DELETED') sink.remove(kind, keyOf(object), object.metadata.uid);
      else sink.put(kind, object);
    } catch (error) {
      log.log('error', 'a change could not be taken in', { kind: kind.kind, cause: String(error) });
    }
  }

  /** Decides how to go on after a failure; what it throws away is only the version, never the cache. */
  async #recover(error: unknown): Promise<void> {
    const { clock, log, kind } = this.#options;
    if (isMetalError(error) && error.code === 'WATCH_EXPIRED') {
      this.#version = undefined;
      // Where changes outrun the history kept, listing without a pause would be a storm.
      const sinceMs = clock.monotonicMs() - this.#expiredMs;
      this.#expiredMs = clock.monotonicMs();
      if (sinceMs > healthyAfterMs) return;
    }
    if (clock.monotonicMs() - this.#lastFailureMs > healthyAfterMs) this.#failures = 0;
    this.#failures += 1;
    this.#lastFailureMs = clock.monotonicMs();
    const isForbidden = isMetalError(error) && error.code === 'API_FORBIDDEN';
    this.isHealthy = !isForbidden;
    // A right that is missing does not come by itself: whoever reads the log is told at once, and which one.
    const level = this.#failures === 1 && !isForbidden ? 'debug' : 'warn';
    const why = isMetalError(error) && error.why !== undefined ? `: ${error.why}` : '';
    const message = error instanceof Error ? error.message : String(error);
    log.log(level, `watch of ${kind.plural}: ${message}${why}`, { kind: kind.kind });
    await clock.sleep(isForbidden ? longestWaitMs : this.#waitMs(error), this.#signal).catch(() => undefined);
  }

  #waitMs(error: unknown): number {
    const ceiling = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(this.#failures - 1, 10));
    const asked = error instanceof TransientError ? (error.retryAfterMs ?? 0) : 0;
    return Math.max(asked, this.#options.random() * ceiling);
  }
}
