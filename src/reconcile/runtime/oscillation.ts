/**
 * Notices two writers that keep undoing each other, and an object that is written the same way for ever: both look like
 * one key sending identical changes in quick succession. Such a key is made to wait, named, and left to a person.
 */
import { PermanentError } from '../../errors/classes.js';
import type { Clock } from '../../ports/clock.js';
import type { VisitResult } from './visit.js';

/** Honest repetition exists (a machine claimed and released over and over); a hot loop reaches this in a moment. */
const tolerated = 10;
const windowMs = 5_000;
const pauseMs = 300_000;

export class OscillationGuard {
  readonly #clock: Clock;
  readonly #seen = new Map<string, { written: string; times: number[] }[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The result as it is, or as a failure when the same change was written too often in a short time. */
  judge(id: string, result: VisitResult): VisitResult {
    const { written } = result;
    if (written === undefined || written === '') return result;
    const count = this.#count(id, written);
    if (count <= tolerated) return result;
    const error = new PermanentError(
      'OSCILLATION',
      `${id} was changed the same way ${count} times within five seconds`,
      {
        why: `another writer undoes it, or the API server does not keep it: ${written.slice(0, 200)}`,
      },
    );
    return {
      ...result,
      error,
      because: 'Oscillating',
      message: error.message,
      isSettled: false,
      outcome: { kind: 'after', ms: pauseMs },
    };
  }

  #count(id: string, written: string): number {
    const now = this.#clock.monotonicMs();
    const recent = (this.#seen.get(id) ?? [])
      .map((entry) => ({ ...entry, times: entry.times.filter((time) => now - time < windowMs) }))
      .filter(({ times }) => times.length > 0);
    const known = recent.find((entry) => entry.written === written) ?? { written, times: [] };
    known.times.push(now);
    this.#seen.set(id, [...recent.filter((entry) => entry !== known), known]);
    return known.times.length;
  }
}
