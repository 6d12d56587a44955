/**
 * What follows from a decision or an error: conditions, event, log level and requeue, in one place. Reconcilers never
 * choose these; they name the state, the reason or the error class.
 */
import { isMetalError, type MetalError, TransientError } from '../../errors/classes.js';
import { reasonOf } from '../../errors/reason.js';
import type { LogLevel } from '../../ports/log.js';
import { type BackoffPolicy, backoffMs } from './backoff.js';
import type { ConditionChange, Decision } from './decision.js';

/** What the queue is told. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'again' }
  | { readonly kind: 'after'; readonly ms: number }
  | { readonly kind: 'untilChanged' };

export interface ErrorVerdict {
  readonly outcome: Outcome;
  /** Condition reason; absent for conflicts, which concern nobody. */
  readonly reason?: string;
  readonly message: string;
  readonly level: LogLevel;
  readonly isBug: boolean;
}

const conflictTries = 5;

/** Class → consequence. `attempt` counts failures of the key in a row, this one included. */
export function settleError(
  error: unknown,
  attempt: number,
  policy: BackoffPolicy,
  random: () => number,
): ErrorVerdict {
  const wait = backoffMs(policy, attempt, random);
  if (!isMetalError(error)) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      outcome: { kind: 'after', ms: Math.max(wait, 1_000) },
      reason: 'InternalError',
      message,
      level: 'error',
      isBug: true,
    };
  }
  const message = describe(error);
  if (error.class === 'conflict') {
    const outcome: Outcome = attempt <= conflictTries ? { kind: 'again' } : { kind: 'after', ms: wait };
    return { outcome, message, level: 'debug', isBug: false };
  }
  if (error instanceof TransientError) {
    const ms = Math.max(wait, error.retryAfterMs ?? 0);
    return { outcome: { kind: 'after', ms }, reason: reasonOf(error.code), message, level: 'warn', isBug: false };
  }
  return { outcome: { kind: 'untilChanged' }, reason: reasonOf(error.code), message, level: 'error', isBug: false };
}

const describe = (error: MetalError): string =>
  error.why === undefined ? error.message : `${error.message}: ${error.why}`;

/** The condition that sums up a visit. */
export const summaryOf = (type: string, decision: Decision): ConditionChange => ({
  type,
  status: decision.isSettled && !decision.needsPerson ? 'True' : 'False',
  reason: decision.because,
  message: decision.message,
});

/** The condition that sums up a failed visit. */
export const failureOf = (type: string, verdict: ErrorVerdict): ConditionChange => ({
  type,
  status: 'False',
  reason: verdict.reason ?? 'Unknown',
  message: verdict.message,
});

/** What a decision tells the queue. */
export const outcomeOf = (decision: Decision): Outcome =>
  decision.recheckMs === undefined ? { kind: 'done' } : { kind: 'after', ms: decision.recheckMs };
