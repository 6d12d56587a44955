/** Event subscriptions of a BMC (EventService, EventDestination, DSP0268). */

export interface SubscriptionInfo {
  /** `@odata.id` of the EventDestination. */
  readonly uri: string;
  readonly destination?: string;
  readonly context?: string;
  /** EventFormatType: `Event`, `MetricReport`. */
  readonly format?: string;
}

export interface NewSubscription {
  /** URL events are posted to. It may carry a secret, so it is never logged. */
  readonly destination: string;
  /** Names the owner; comes back with every event. */
  readonly context: string;
  readonly format: 'Event' | 'MetricReport';
}

/** Subscriptions at one BMC. */
export interface Subscriptions {
  /**
   * All of them, also those of others; unreadable ones are left out. `maxAgeMs` accepts a remembered answer that young
   * (default 0: ask).
   */
  subscriptions(maxAgeMs?: number): Promise<readonly SubscriptionInfo[]>;
  /**
   * Idempotent: a subscription with equal destination, context and format is returned instead of made again, also after
   * a lost answer.
   * @throws PermanentError BMC_UNSUPPORTED without an event service or with it disabled · PermanentError BMC_REFUSED
   */
  subscribe(subscription: NewSubscription): Promise<SubscriptionInfo>;
  /** Idempotent: one that is not there is fine. */
  unsubscribe(uri: string): Promise<void>;
}
