/** What views of a list have in common: keys and sizes as events, the end, what is copied, rest, and the printed command. */
import type { Press } from './keymap.js';
import type { Look, Size } from './layout.js';
import { restEffects } from './rest.js';
import { sizeOfTerminal, type View } from './run.js';

/** Events that every such model takes. */
type ListEvent =
  | { readonly type: 'press'; readonly press: Press }
  | { readonly type: 'size'; readonly size: Size }
  | { readonly type: 'rest' }
  | { readonly type: 'say'; readonly text: string };

interface ListState<R> {
  readonly end: R | undefined;
  readonly copied: { readonly text: string } | undefined;
  readonly held: readonly unknown[] | undefined;
  readonly cursor: string | undefined;
  /** How often the command was asked for. */
  readonly printed: number;
}

type Own<S, E, R> = Pick<View<S, E, R>, 'initial' | 'reduce' | 'draw' | 'effects' | 'isHidden'>;

/** The view of a list, of what is its own: `effects` starts what else the model asked for. */
export function listView<S extends ListState<R>, E, R>({
  commandOf,
  effects,
  ...own
}: Own<S, E | ListEvent, R> & { readonly commandOf: (state: S) => string }): View<S, E | ListEvent, R> {
  const resting = restEffects();
  return {
    ...own,
    onPress: (press) => ({ type: 'press', press }),
    onResize: (size) => ({ type: 'size', size }),
    result: ({ end }) => end,
    copy: ({ copied }) => copied,
    effects: (now, before, send) => {
      resting(now, before, send);
      if (now.printed > before.printed) send({ type: 'say', text: commandOf(now) });
      effects(now, before, send);
    },
  };
}

/** The screen as it is when a view begins. */
export const lookNow = ({ ascii }: { readonly ascii: boolean }): Look => ({ ...sizeOfTerminal(), ascii });
