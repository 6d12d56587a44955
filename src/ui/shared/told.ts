/** What every list is told beside its rows: where they come from, how much of them is there, what could not be read. Pure. */
import type { Browse } from './browse.js';
import type { ReadingEvent } from './reading.js';
import type { TroubleEvent } from './trouble.js';

export type ToldEvent =
  | TroubleEvent
  | ReadingEvent
  /** Where the rows are read from: the context. */
  | { readonly type: 'source'; readonly source: string };

export function toldOf<S extends Browse>(state: S, event: ToldEvent): S {
  if (event.type === 'trouble') return { ...state, troubles: event.troubles };
  return event.type === 'source' ? { ...state, source: event.source } : { ...state, reading: event.reading };
}

/** `Loading servers from fra-mgmt …` */
export const loadingText = (what: string, { source }: Pick<Browse, 'source'>): string =>
  `Loading ${what}${source === '' ? '' : ` from ${source}`} …`;
