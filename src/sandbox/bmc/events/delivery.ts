/** Sends one subscriber its events, in order, one at a time, by the retry policy of the subscription. */
import type { JsonObject } from '../json.js';

export interface DeliveryWorld {
  post(url: string, body: JsonObject, signal: AbortSignal): Promise<number>;
  /** After `ms` of hardware time. */
  after(ms: number, fn: () => void): () => void;
}

export interface DeliveryTerms {
  readonly destination: string;
  readonly attempts: number;
  readonly intervalMs: number;
  readonly policy: 'TerminateAfterRetries' | 'SuspendRetries' | 'RetryForever';
  /** Called once, when the policy ends the delivery. */
  readonly onGivenUp: (how: 'terminate' | 'suspend') => void;
}

/** Events kept for a subscriber that does not answer; the oldest go first. */
const mostWaiting = 100;

export class Delivery {
  readonly #world: DeliveryWorld;
  readonly #terms: DeliveryTerms;
  readonly #abort = new AbortController();
  readonly #waiting: JsonObject[] = [];
  #cancelRetry: (() => void) | undefined;
  #isBusy = false;
  #isOver = false;

  constructor(world: DeliveryWorld, terms: DeliveryTerms) {
    this.#world = world;
    this.#terms = terms;
  }

  send(body: JsonObject): void {
    if (this.#isOver) return;
    this.#waiting.push(body);
    if (this.#waiting.length > mostWaiting) this.#waiting.shift();
    this.#next(1);
  }

  /** Nothing more is sent; what is on its way is broken off. */
  close(): void {
    this.#isOver = true;
    this.#waiting.length = 0;
    this.#cancelRetry?.();
    this.#abort.abort();
  }

  #next(attempt: number): void {
    const body = this.#waiting[0];
    if (this.#isBusy || this.#isOver || body === undefined) return;
    this.#isBusy = true;
    const sent = this.#world.post(this.#terms.destination, body, this.#abort.signal);
    void sent.then(
      (status) => this.#answered(status >= 200 && status < 300, attempt),
      () => this.#answered(false, attempt),
    );
  }

  #answered(isTaken: boolean, attempt: number): void {
    if (this.#isOver) return;
    if (!isTaken) {
      this.#again(attempt);
      return;
    }
    this.#isBusy = false;
    this.#waiting.shift();
    this.#next(1);
  }

  #again(attempt: number): void {
    const { attempts, intervalMs, policy, onGivenUp } = this.#terms;
    if (attempt > attempts && policy !== 'RetryForever') {
      this.close();
      onGivenUp(policy === 'SuspendRetries' ? 'suspend' : 'terminate');
      return;
    }
    this.#cancelRetry = this.#world.after(intervalMs, () => {
      this.#isBusy = false;
      this.#next(attempt + 1);
    });
  }
}
