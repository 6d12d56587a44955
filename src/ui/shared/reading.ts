/** A list that is still arriving: how much of it is there. Pure. */

export interface Reading {
  readonly got: number;
  /** About; absent where nobody counts. */
  readonly of?: number;
}

/** Told while a list arrives, and once with undefined when it is whole. */
export interface ReadingEvent {
  readonly type: 'reading';
  readonly reading: Reading | undefined;
}

const counted = (count: number): string => count.toLocaleString('en');

/** `2,500 of ~10,000`, in the place of what is known of the whole. */
export function readingText(reading: Reading | undefined, otherwise: string): string {
  if (reading === undefined) return otherwise;
  return `${counted(reading.got)} of ${reading.of === undefined ? 'more' : `~${counted(reading.of)}`}`;
}
