/** The emulator's notion of time: injected, so that tests step it; the real one is the default. */

/** The part of `ports/clock.ts` the emulator needs, restated because the sandbox may not import ports. */
export interface EmulatorClock {
  now(): Date;
  /** Milliseconds that only grow. */
  monotonicMs(): number;
  /** Runs `fn` once after `ms`; the returned function cancels it. */
  after(ms: number, fn: () => void): () => void;
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
