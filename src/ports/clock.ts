/** Time, as a parameter. Tests step it; nothing below the wiring reads the real one. */
export interface Clock {
  /** Wall time: for display and API timestamps only. */
  now(): Date;
  /** Milliseconds that only grow: for every deadline and delay. */
  monotonicMs(): number;
  /** Resolves after `ms`, or rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Runs `fn` once after `ms`; the returned function cancels it. */
  after(ms: number, fn: () => void): () => void;
}
