/**
 * What was asked of a system's power and cannot be seen yet. BMCs answer at once and show the new state up to a minute
 * later; without this memory every visit in between would press the button again.
 */
import { TransientError } from '../../errors/classes.js';
import type { PowerState } from '../../ports/bmc.js';
import type { Clock } from '../../ports/clock.js';
import { isThereOrMoving, type Manner, type Target } from './power.js';

/** How long an accepted request is believed to be on its way. */
const underWayMs = 60_000;
/** How long a request with an unknown outcome may still come true. */
const unsureMs = 30_000;

interface Asked {
  readonly to: Target;
  readonly how: Manner;
  readonly isSure: boolean;
  readonly untilMs: number;
}

export class PowerMemory {
  readonly #clock: Clock;
  #asked: Asked | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  asked(to: Target, how: Manner): void {
    this.#asked = { to, how, isSure: true, untilMs: this.#clock.monotonicMs() + underWayMs };
  }

  unsure(to: Target, how: Manner): void {
    this.#asked = { to, how, isSure: false, untilMs: this.#clock.monotonicMs() + unsureMs };
  }

  /** Somebody does something else with the power on purpose: what was asked before no longer counts. */
  dismiss(): void {
    this.#asked = undefined;
  }

  /** Whether the last request may or may not have been executed; then only a state read now counts. */
  isUnsure(): boolean {
    return this.#current()?.isSure === false;
  }

  /** Every state that is read comes by here: once it is reached, the request is history. */
  observe(state: PowerState | undefined): void {
    if (this.#asked !== undefined && state === this.#asked.to) this.#asked = undefined;
  }

  /** Whether nothing need be sent. A forced power-off is not held back by a graceful one that is still under way. */
  isUnderWay(state: PowerState | undefined, to: Target, how: Manner): boolean {
    this.observe(state);
    if (state === to) return true;
    const asked = this.#current();
    if (asked?.isSure && asked.to === to && (how === 'graceful' || asked.how === 'force')) return true;
    return isThereOrMoving(state, to) && !(to === 'Off' && how === 'force');
  }

  /** @throws TransientError OUTCOME_UNKNOWN while an equal request may still come true: it is not sent twice */
  refuseWhileUnsure(to: Target, how: Manner): void {
    const asked = this.#current();
    if (asked === undefined || asked.isSure || asked.to !== to || asked.how !== how) return;
    throw new TransientError('OUTCOME_UNKNOWN', `turning the system ${to.toLowerCase()}`, {
      why: 'the answer to the same request was lost a moment ago, and the state does not show yet whether it was done',
      retryAfterMs: asked.untilMs - this.#clock.monotonicMs(),
    });
  }

  #current(): Asked | undefined {
    if (this.#asked !== undefined && this.#clock.monotonicMs() >= this.#asked.untilMs) this.#asked = undefined;
    return this.#asked;
  }
}
