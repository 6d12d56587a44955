/** A clock that moves only when told: `step(ms)` runs what falls due, in order, letting promises settle in between. */
import type { EmulatorClock } from '../../../../src/sandbox/bmc/index.js';

interface Timer {
  readonly dueMs: number;
  readonly fn: () => void;
}

export class SteppedClock implements EmulatorClock {
  #nowMs = 0;
  #timers: Timer[] = [];

  now(): Date {
    return new Date(Date.UTC(2025, 0, 1) + this.#nowMs);
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  after(ms: number, fn: () => void): () => void {
    const timer = { dueMs: this.#nowMs + ms, fn };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  get waiting(): number {
    return this.#timers.length;
  }

  async step(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (;;) {
      await settle();
      const next = this.#timers.filter(({ dueMs }) => dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.fn();
    }
    this.#nowMs = endMs;
    await settle();
  }
}

/** Lets everything that only waits for promises run. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
