/** The emulator's notion of time: injected, so that tests step it; the real one is the default. */

/** The part of `ports/clock.ts` the emulator needs, restated because the sandbox may not import ports. */
export interface EmulatorClock {
  now(): Date;
  /** Milliseconds that only grow. */
  monotonicMs(): number;
  /** Runs `fn` once after `ms`; the returned function cancels it. */
  after(ms: number, fn: () => void): () => void;
  /** Moves it forward at once, and does what falls due; absent where somebody else moves it. */
  advance?(ms: number): void;
}

/** Wall time and real timers. */
export const realClock: EmulatorClock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
};

interface Timer {
  readonly dueMs: number;
  readonly fn: () => void;
  handle: NodeJS.Timeout;
}

/** Wall time that can be moved forward: an hour of a scenario need not take an hour. */
export class ShiftedClock implements EmulatorClock {
  #shiftMs = 0;
  readonly #timers = new Set<Timer>();

  now(): Date {
    return new Date(Date.now() + this.#shiftMs);
  }

  monotonicMs(): number {
    return performance.now() + this.#shiftMs;
  }

  after(ms: number, fn: () => void): () => void {
    const dueMs = this.monotonicMs() + ms;
    const timer: Timer = { dueMs, fn, handle: this.#arm(ms, () => this.#fire(timer)) };
    this.#timers.add(timer);
    return () => this.#end(timer);
  }

  advance(ms: number): void {
    this.#shiftMs += ms;
    for (const timer of this.#timers) {
      clearTimeout(timer.handle);
      timer.handle = this.#arm(timer.dueMs - this.monotonicMs(), () => this.#fire(timer));
    }
  }

  #arm(ms: number, fire: () => void): NodeJS.Timeout {
    // Timers of Node count to 2^31 and fire at once beyond; whoever set one that long looks at the clock when it fires.
    return setTimeout(fire, Math.min(Math.max(0, ms), 2 ** 31 - 1));
  }

  #fire(timer: Timer): void {
    this.#timers.delete(timer);
    timer.fn();
  }

  #end(timer: Timer): void {
    clearTimeout(timer.handle);
    this.#timers.delete(timer);
  }
}
