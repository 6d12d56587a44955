/**
 * The work queue: keys, not events. A key is queued at most once, never worked on twice at the same time, and a change
 * that arrives while it is worked on brings it back. The names follow client-go for readers who know it.
 */
import type { Clock } from '../../ports/clock.js';

export interface QueueItem<K> {
  readonly key: K;
  /** How often this key failed in a row. */
  readonly failures: number;
}

interface Entry<K> {
  readonly key: K;
  readonly queuedAt: number;
}

export const initialPriority = -100;
const starvationMs = 60_000;

export class WorkQueue<K> {
  readonly #clock: Clock;
  readonly #id: (key: K) => string;
  /** By priority, each in order of arrival. Few priorities exist, so the best key is found without a search. */
  readonly #ready = new Map<number, Map<string, Entry<K>>>();
  readonly #priorityOf = new Map<string, number>();
  readonly #running = new Map<string, K>();
  readonly #dirty = new Map<string, number>();
  readonly #delayed = new Map<string, { key: K; at: number }>();
  readonly #failures = new Map<string, number>();
  readonly #waiting: (() => void)[] = [];
  #cancelTimer: (() => void) | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #isClosed = false;

  constructor(clock: Clock, id: (key: K) => string) {
    this.#clock = clock;
    this.#id = id;
  }

  /** Queues a key. Queued already: only the priority may rise. Being worked on: it comes back when done. */
  add(key: K, priority = 0): void {
    if (this.#isClosed) return;
    const id = this.#id(key);
    if (this.#running.has(id)) {
      this.#dirty.set(id, Math.max(priority, this.#dirty.get(id) ?? priority));
      return;
    }
    const present = this.#priorityOf.get(id);
    if (present !== undefined && present >= priority) return;
    const entry = (present === undefined ? undefined : this.#bucket(present).get(id)) ?? {
      key,
      queuedAt: this.#clock.monotonicMs(),
    };
    if (present !== undefined) this.#bucket(present).delete(id);
    this.#bucket(priority).set(id, entry);
    this.#priorityOf.set(id, priority);
    this.#wake();
  }

  /** Queues a key later; of two deadlines the earlier one holds. */
  addAfter(key: K, ms: number): void {
    if (this.#isClosed) return;
    if (ms <= 0) {
      this.add(key);
      return;
    }
    const id = this.#id(key);
    const at = this.#clock.monotonicMs() + ms;
    const earlier = this.#delayed.get(id);
    if (earlier !== undefined && earlier.at <= at) return;
    this.#delayed.set(id, { key, at });
    if (at < this.#timerAt) this.#arm(at);
  }

  /** Counts a failure of the key and says how many there were in a row. */
  fail(key: K): number {
    const count = (this.#failures.get(this.#id(key)) ?? 0) + 1;
    this.#failures.set(this.#id(key), count);
    return count;
  }

  /** The key is fine again. */
  forget(key: K): void {
    this.#failures.delete(this.#id(key));
  }

  /** Next key to work on, or undefined at once when none is ready. */
  take(): QueueItem<K> | undefined {
    const bucket = this.#best();
    const [id, entry] = bucket?.entries().next().value ?? [];
    if (bucket === undefined || id === undefined || entry === undefined) return undefined;
    bucket.delete(id);
    this.#priorityOf.delete(id);
    this.#delayed.delete(id);
    this.#running.set(id, entry.key);
    return { key: entry.key, failures: this.#failures.get(id) ?? 0 };
  }

  /**
   * The work on a key ended. `retryMs`: it failed, and what changed meanwhile (our own notes about it, too) brings it
   * back only after this long; at once, a request that fails would be repeated without end.
   */
  done(key: K, retryMs?: number): void {
    const id = this.#id(key);
    this.#running.delete(id);
    const priority = this.#dirty.get(id);
    this.#dirty.delete(id);
    if (priority !== undefined && retryMs === undefined) this.add(key, priority);
    if (priority !== undefined && retryMs !== undefined) this.addAfter(key, retryMs);
    this.#wake();
  }

  /** Resolves when a key may be ready, work ended, or the queue closed. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Refuses new keys and wakes everyone who waits. */
  close(): void {
    this.#isClosed = true;
    this.#ready.clear();
    this.#priorityOf.clear();
    this.#delayed.clear();
    this.#cancelTimer?.();
    this.#wake();
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }
  get readyCount(): number {
    return this.#priorityOf.size;
  }
  get runningCount(): number {
    return this.#running.size;
  }
  get delayedCount(): number {
    return this.#delayed.size;
  }

  /** Keys that wait for a time, soonest first, with the milliseconds left. */
  delayed(): { key: K; inMs: number }[] {
    const now = this.#clock.monotonicMs();
    return [...this.#delayed.values()].map(({ key, at }) => ({ key, inMs: at - now })).sort((a, b) => a.inMs - b.inMs);
  }

  #bucket(priority: number): Map<string, Entry<K>> {
    const bucket = this.#ready.get(priority) ?? new Map<string, Entry<K>>();
    this.#ready.set(priority, bucket);
    return bucket;
  }

  /** Highest priority first; a bucket whose oldest key waited a minute counts as normal, so nothing starves. */
  #best(): Map<string, Entry<K>> | undefined {
    const now = this.#clock.monotonicMs();
    let best: Map<string, Entry<K>> | undefined;
    let bestRank = Number.NEGATIVE_INFINITY;
    for (const [priority, bucket] of this.#ready) {
      const oldest = bucket.values().next().value;
      if (oldest === undefined) continue;
      const rank = now - oldest.queuedAt > starvationMs ? Math.max(0, priority) : priority;
      if (rank > bestRank) [best, bestRank] = [bucket, rank];
    }
    return best;
  }

  #arm(at: number): void {
    this.#cancelTimer?.();
    this.#timerAt = at;
    this.#cancelTimer = this.#clock.after(at - this.#clock.monotonicMs(), () => this.#due());
  }

  #due(): void {
    this.#timerAt = Number.POSITIVE_INFINITY;
    const now = this.#clock.monotonicMs();
    for (const [id, { key, at }] of [...this.#delayed]) {
      if (at > now) continue;
      this.#delayed.delete(id);
      this.add(key);
    }
    if (this.#delayed.size > 0) this.#arm(Math.min(...[...this.#delayed.values()].map(({ at }) => at)));
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
