/**
 * How old a time on an object is. Such times come from the wall clock of whoever wrote them, and clocks jump: a time
 * that lies ahead of ours says nothing about how long ago it was, and must not hold anything up until we get there.
 */

/** Clocks of hosts that are kept in step differ by less. */
const toleranceMs = 60_000;

/** Whether a time lies further ahead than clocks differ: ours was set back, or the writer's was wrong. */
export const isAhead = (at: string, now: Date): boolean => Date.parse(at) - now.getTime() > toleranceMs;

/** Milliseconds since then, never negative; infinite for a time that lies ahead or is unreadable: it counts as over. */
export function ageMs(at: string, now: Date): number {
  const age = now.getTime() - Date.parse(at);
  if (Number.isNaN(age) || isAhead(at, now)) return Number.POSITIVE_INFINITY;
  return Math.max(0, age);
}

/** What is left of a pause that began then; 0 when it is over. */
export const leftMs = (at: string, pauseMs: number, now: Date): number => Math.max(0, pauseMs - ageMs(at, now));
