/** What a factory did, counted: tests hold budgets against it, metrics publish it. */

export interface Stats {
  /** HTTP requests sent, redirects and repeats included. */
  requests: number;
  logins: number;
  retries: number;
  redirects: number;
  /** Collections read member by member because `$expand` failed. */
  expandFallbacks: number;
  etagRepairs: number;
  /** Reads answered by "not modified". */
  unchanged: number;
  bytesIn: number;
}

export const newStats = (): Stats => ({
  requests: 0,
  logins: 0,
  retries: 0,
  redirects: 0,
  expandFallbacks: 0,
  etagRepairs: 0,
  unchanged: 0,
  bytesIn: 0,
});

/** One finished exchange, for tracing. Carries no header and no body, hence no secret. */
export interface TraceEntry {
  readonly bmc: string;
  readonly method: string;
  readonly uri: string;
  /** Absent when no answer came. */
  readonly status?: number;
  /** Why no answer came, in words. */
  readonly failure?: string;
  readonly durationMs: number;
  readonly bytesIn: number;
}
