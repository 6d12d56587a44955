/** Runs the detail of a server: it comes in live, actions are those of the commands. */
import type { Style } from '../../lib/output/style.js';
import { actEffects, type OnAct } from '../shared/acting.js';
import type { Feed } from '../shared/feed.js';
import { type BoundKeys, bound } from '../shared/keymap.js';
import { type Host, runView, sizeOfTerminal, type View } from '../shared/run.js';
import {
  initialServer,
  isWatching,
  reduceServer,
  type ServerEvent,
  type ServerState,
  serverKeys,
  type Tab,
} from './model.js';
import { drawServer } from './view.js';

export interface ServerIntents {
  readonly onAct: OnAct;
  readonly command: string;
  /** Flags for commands that are run from here: the same cluster. */
  readonly flags?: readonly string[];
  /** Told whenever somebody begins or ceases to look at the sensors: they come as events meanwhile. */
  readonly onWatch?: (isWatching: boolean) => void;
}

export type ServerFeed = Feed<ServerEvent>;

/** The view as data; see `runView`. */
export function serverView(
  initial: ServerState,
  { onAct, command, flags = [], onWatch = () => undefined }: ServerIntents,
): View<ServerState, ServerEvent, 'left' | 'back'> {
  const acting = actEffects(onAct);
  return {
    initial,
    reduce: reduceServer,
    draw: drawServer,
    onPress: (press) => ({ type: 'press', press }),
    onResize: (size) => ({ type: 'size', size }),
    result: ({ end }) => end,
    copy: ({ copied }) => copied,
    child: ({ child }) => child && { ...child, words: [...child.words, ...flags] },
    onReturn: () => ({ type: 'returned' }),
    effects: (now, before, send) => {
      acting(now, before, send);
      if (isWatching(now) !== isWatching(before)) onWatch(isWatching(now));
      if (now.printed > before.printed) send({ type: 'say', text: `same as: ${command}` });
    },
  };
}

/** Shows a server until the person leaves or goes back; undefined when the signal aborted. */
export function runServer(
  given: { readonly style: Style; readonly keys?: BoundKeys; readonly name: string; readonly tab?: Tab },
  feed: ServerFeed,
  intents: ServerIntents,
  signal: AbortSignal,
  host?: Host,
): Promise<'left' | 'back' | undefined> {
  const initial = initialServer({ ...sizeOfTerminal(), ascii: given.style.ascii }, given.name, given.tab);
  const keymap = bound('server', serverKeys, given.keys);
  return runView(serverView({ ...initial, keymap }, intents), feed, given.style, signal, host);
}
