/** Conditions as `meta/v1` defines them: merged by type, `lastTransitionTime` moves only when `status` changes. */
import type { ConditionChange } from './decision.js';

export interface Condition {
  type: string;
  status: string;
  reason: string;
  message: string;
  lastTransitionTime: string;
  observedGeneration?: number;
}

const messageLimit = 1_024;

/** The condition of a type, or undefined. */
export const conditionOf = (conditions: readonly Condition[] | undefined, type: string): Condition | undefined =>
  conditions?.find((condition) => condition.type === type);

/** The list after the changes. Order and foreign conditions are kept. */
export function mergeConditions(
  current: readonly Condition[],
  changes: readonly ConditionChange[],
  at: { now: Date; generation?: number },
): Condition[] {
  const merged = [...current];
  for (const change of changes) {
    const index = merged.findIndex(({ type }) => type === change.type);
    const before = index < 0 ? undefined : merged[index];
    if (before === undefined && change.onlyIfPresent) continue;
    const after = nextCondition(before, change, at);
    if (index < 0) merged.push(after);
    else merged[index] = after;
  }
  return merged;
}

function nextCondition(
  before: Condition | undefined,
  change: ConditionChange,
  at: { now: Date; generation?: number },
): Condition {
  const keepsTime = before !== undefined && before.status === change.status && !change.restart;
  return {
    type: change.type,
    status: change.status,
    reason: change.reason,
    message: change.message.slice(0, messageLimit),
    lastTransitionTime: keepsTime ? before.lastTransitionTime : timestamp(at.now),
    ...(at.generation === undefined ? {} : { observedGeneration: at.generation }),
  };
}

/** RFC 3339 in whole seconds, as `meta/v1` Time is served. */
export const timestamp = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;
