/** Events a BMC pushes down a connection that stays open (server-sent events, DSP0266 13.5.2). */

/** One event, in whatever form the BMC wrote it. A hint that something happened: what is true is read from the BMC. */
export interface BmcEvent {
  readonly id?: string;
  /** RFC 3339, by the clock of the BMC. */
  readonly at?: string;
  readonly messageId?: string;
  readonly message?: string;
  readonly severity?: string;
  /** `@odata.id` of the resource it happened to. */
  readonly origin?: string;
}

export interface EventStream {
  /**
   * Events as they come, until `signal` aborts. A connection that breaks or falls silent is opened again, after 1 s to a
   * minute, and asks for what was missed; events may still be lost or come twice.
   * @throws PermanentError BMC_UNSUPPORTED where there is no stream · PermanentError BMC_AUTH_FAILED, and what else cannot heal
   */
  events(signal: AbortSignal): AsyncIterable<BmcEvent>;
}
