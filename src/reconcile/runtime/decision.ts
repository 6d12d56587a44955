/** The one value a visit returns: where the object goes, why, what is wanted of the world, and what its status says. */
import type { Effect } from '../effects.js';

/** A condition as a reconciler asks for it; times and generations are added when it is written. */
export interface ConditionChange {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  /** Start the clock of `lastTransitionTime` anew even if `status` stays. */
  readonly restart?: boolean;
  /** Write only when the condition exists already. */
  readonly onlyIfPresent?: boolean;
  /** Says what was seen, and nothing of what was asked: written in a read-only run too. */
  readonly isRecord?: true;
}

export interface Decision<S extends string = string> {
  /** State to enter; absent means stay. */
  readonly next?: S;
  /** Condition reason in PascalCase. It reaches the user. */
  readonly because: string;
  /** One sentence for people; stable while nothing changes, or every visit would write. */
  readonly message: string;
  /** True when nothing is left to do until something changes. */
  readonly isSettled: boolean;
  /** Not well, and no time will mend it: only a person brings it on. It is summed up as not ready, and a pass tells it. */
  readonly needsPerson?: boolean;
  readonly effects: readonly Effect[];
  /** Merge patch of `status`, without conditions. */
  readonly status: Readonly<Record<string, unknown>>;
  readonly conditions: readonly ConditionChange[];
  /** Look again after this long: work that only time finishes (or, when settled, the periodic check). */
  readonly recheckMs?: number;
}

export interface DecisionParts {
  readonly needsPerson?: boolean;
  readonly message?: string;
  readonly effects?: readonly Effect[];
  readonly status?: Readonly<Record<string, unknown>>;
  readonly conditions?: readonly ConditionChange[];
  readonly recheckMs?: number;
}

const decision = <S extends string>(
  because: string,
  isSettled: boolean,
  parts: DecisionParts,
  next?: S,
): Decision<S> => ({
  ...(next === undefined ? {} : { next }),
  because,
  message: parts.message ?? sentenceOf(because),
  isSettled,
  ...(parts.needsPerson ? { needsPerson: true } : {}),
  effects: parts.effects ?? [],
  status: parts.status ?? {},
  conditions: parts.conditions ?? [],
  ...(parts.recheckMs === undefined ? {} : { recheckMs: parts.recheckMs }),
});

/** Enter another state. */
export const go = <S extends string>(next: S, because: string, parts: DecisionParts = {}): Decision<S> =>
  decision(because, false, parts, next);

/** Stay and wait, or stay and act: the work is not done. */
export const stay = (because: string, parts: DecisionParts = {}): Decision<never> =>
  decision<never>(because, false, parts);

/** Stay, with nothing left to do until something changes. */
export const rest = (because: string, parts: DecisionParts = {}): Decision<never> =>
  decision<never>(because, true, parts);

/** `WaitingForProbe` → `Waiting for probe`. */
export function sentenceOf(reason: string): string {
  const words = reason.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
