/** Time as the probe needs it; the clock of the rest satisfies it. */
export interface Pace {
  now(): Date;
  /** Rejects as soon as the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
