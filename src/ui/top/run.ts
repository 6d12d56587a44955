/** Runs the dashboard: snapshots come in, servers are acted upon by the functions of their commands. */
import type { Style } from '../../lib/output/style.js';
import { actEffects, type OnAct } from '../shared/acting.js';
import type { Feed } from '../shared/feed.js';
import { type BoundKeys, bound } from '../shared/keymap.js';
import { restEffects } from '../shared/rest.js';
import { type Host, runView, sizeOfTerminal, type View } from '../shared/run.js';
import {
  aimedAt,
  initialTop,
  type Page,
  reduceTop,
  type TopEnd,
  type TopEvent,
  type TopState,
  topKeys,
} from './model.js';
import { drawTop } from './view.js';

export interface TopIntents {
  readonly onAct: OnAct;
  /** The command that would show or do the same. */
  readonly commandOf: (page: Page, servers: readonly string[]) => string;
  /** Flags for commands that are run from here: the same cluster. */
  readonly flags?: readonly string[];
}

/** Tells snapshots and whether the API answers; returns the function that stops. */
export type TopFeed = Feed<TopEvent>;

/** The view as data; see `runView`. */
export function topView(
  initial: TopState,
  { onAct, commandOf, flags = [] }: TopIntents,
): View<TopState, TopEvent, TopEnd> {
  const acting = actEffects(onAct);
  const resting = restEffects();
  return {
    initial,
    reduce: reduceTop,
    draw: drawTop,
    onPress: (press) => ({ type: 'press', press }),
    onResize: (size) => ({ type: 'size', size }),
    result: ({ end }) => end,
    copy: ({ copied }) => copied,
    child: ({ child }) => child && { ...child, words: [...child.words, ...flags] },
    onReturn: () => ({ type: 'returned' }),
    effects: (now, before, send) => {
      acting(now, before, send);
      resting(now, before, send);
      if (now.printed > before.printed) send({ type: 'say', text: commandOf(now.page, aimedAt(now)) });
    },
  };
}

/** Shows the dashboard until the person leaves or opens a server; undefined when the signal aborted. */
export function runTop(
  given: {
    readonly style: Style;
    readonly keys?: BoundKeys;
    readonly page: Page;
    readonly commands: readonly string[];
  },
  feed: TopFeed,
  intents: TopIntents,
  signal: AbortSignal,
  host?: Host,
): Promise<TopEnd | undefined> {
  const initial = initialTop({ ...sizeOfTerminal(), ascii: given.style.ascii }, given.page, given.commands);
  const keymap = bound('top', topKeys, given.keys);
  return runView(topView({ ...initial, keymap }, intents), feed, given.style, signal, host);
}
