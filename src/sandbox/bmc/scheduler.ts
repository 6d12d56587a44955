/**
 * All delays of all BMCs on one timer: a binary heap of deadlines with a single `clock.after` armed for the earliest.
 * Ten thousand machines in POST thus cost one timer of the process, and `close()` ends every one of them.
 */
import type { EmulatorClock } from './clock.js';

interface Entry {
  readonly dueMs: number;
  readonly order: number;
  fn: (() => void) | undefined;
}

const before = (a: Entry, b: Entry): boolean => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);

export class Scheduler {
  readonly #clock: EmulatorClock;
  readonly #heap: Entry[] = [];
  #order = 0;
  #disarm: (() => void) | undefined;
  #armedForMs = Number.POSITIVE_INFINITY;
  #isClosed = false;

  constructor(clock: EmulatorClock) {
    this.#clock = clock;
  }

  /** Runs `fn` once after `ms` of clock time; the returned function cancels it. */
  after(ms: number, fn: () => void): () => void {
    if (this.#isClosed) return () => {};
    const entry: Entry = { dueMs: this.#clock.monotonicMs() + Math.max(0, ms), order: this.#order++, fn };
    this.#push(entry);
    this.#arm();
    return () => {
      entry.fn = undefined;
    };
  }

  /** Cancels everything; later calls of `after` do nothing. */
  close(): void {
    this.#isClosed = true;
    this.#heap.length = 0;
    this.#disarm?.();
    this.#disarm = undefined;
  }

  #arm(): void {
    const next = this.#heap[0];
    if (!next || next.dueMs >= this.#armedForMs) return;
    this.#disarm?.();
    this.#armedForMs = next.dueMs;
    this.#disarm = this.#clock.after(Math.max(0, next.dueMs - this.#clock.monotonicMs()), () => this.#run());
  }

  #run(): void {
    this.#armedForMs = Number.POSITIVE_INFINITY;
    this.#disarm = undefined;
    // Real timers may fire a hair early: what is not yet due is armed again below.
    const nowMs = this.#clock.monotonicMs();
    for (let next = this.#heap[0]; next && next.dueMs <= nowMs; next = this.#heap[0]) {
      this.#pop();
      const { fn } = next;
      next.fn = undefined;
      fn?.();
      if (this.#isClosed) return;
    }
    this.#arm();
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = heap[parentAt];
      if (!parent || !before(entry, parent)) break;
      heap[at] = parent;
      at = parentAt;
    }
    heap[at] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let childAt = 2 * at + 1;
      const left = heap[childAt];
      if (!left) break;
      const right = heap[childAt + 1];
      const child = right && before(right, left) ? right : left;
      if (child === right) childAt++;
      if (!before(child, last)) break;
      heap[at] = child;
      at = childAt;
    }
    heap[at] = last;
  }
}
