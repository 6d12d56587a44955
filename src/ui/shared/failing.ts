/**
 * What every view shows when its feed fails for good: what, why and how to fix it, in the words the command would end with.
 * `r` tries again, `q` leaves with that error. Wraps a view; the view itself knows nothing of it.
 */
import type { Press } from './keymap.js';
import { filled, line, type Size } from './layout.js';
import type { View } from './store.js';

/** The lines of an error a person can set right meanwhile; undefined for one that ends the view at once. */
export type Explain = (error: Error) => readonly string[] | undefined;

/** A view's state, and what its feed failed with. */
export interface Guarded<S> {
  readonly inner: S;
  readonly failure: { readonly error: Error; readonly lines: readonly string[] } | undefined;
  /** How often a person asked for another try. */
  readonly tries: number;
  readonly isGivenUp: boolean;
  readonly size: Size;
}

export type GuardedEvent<E> =
  | { readonly of: 'view'; readonly event: E }
  | { readonly of: 'press'; readonly press: Press }
  | { readonly of: 'size'; readonly size: Size }
  | { readonly of: 'failure'; readonly error: Error; readonly lines: readonly string[] };

const leaving: ReadonlySet<string> = new Set(['q', 'ctrl-c', 'escape']);

/** The view with that state around it. `retry` starts its feed again, `giveUp` ends the view with the error. */
export function guarded<S, E, R>(
  view: View<S, E, R>,
  size: Size,
  { retry, giveUp }: { readonly retry: () => void; readonly giveUp: (error: Error) => void },
): View<Guarded<S>, GuardedEvent<E>, R> {
  const { onReturn, child, copy, isHidden } = view;
  return {
    initial: { inner: view.initial, failure: undefined, tries: 0, isGivenUp: false, size },
    reduce: (state, event) => reduce(view, state, event),
    draw: (state) => (state.failure === undefined ? view.draw(state.inner) : drawFailure(state.failure, state.size)),
    onPress: (press) => ({ of: 'press', press }),
    onResize: (now) => ({ of: 'size', size: now }),
    result: ({ inner }) => view.result(inner),
    effects: (now, before, send) => {
      if (now.inner !== before.inner) view.effects(now.inner, before.inner, (event) => send({ of: 'view', event }));
      if (now.tries > before.tries) retry();
      if (now.isGivenUp && now.failure !== undefined) giveUp(now.failure.error);
    },
    ...(child === undefined ? {} : { child: ({ inner }: Guarded<S>) => child(inner) }),
    ...(isHidden === undefined ? {} : { isHidden: ({ inner }: Guarded<S>) => isHidden(inner) }),
    ...(copy === undefined ? {} : { copy: ({ inner }: Guarded<S>) => copy(inner) }),
    ...(onReturn === undefined ? {} : { onReturn: () => ({ of: 'view' as const, event: onReturn() }) }),
  };
}

function reduce<S, E, R>(view: View<S, E, R>, state: Guarded<S>, event: GuardedEvent<E>): Guarded<S> {
  const within = (inner: S): Guarded<S> => (inner === state.inner ? state : { ...state, inner });
  if (event.of === 'failure') return { ...state, failure: event };
  if (event.of === 'size') return { ...within(view.reduce(state.inner, view.onResize(event.size))), size: event.size };
  if (event.of === 'view') return within(view.reduce(state.inner, event.event));
  if (state.failure === undefined) return within(view.reduce(state.inner, view.onPress(event.press)));
  if (event.press.key === 'r') return { ...state, failure: undefined, tries: state.tries + 1 };
  return leaving.has(event.press.key) ? { ...state, isGivenUp: true } : state;
}

/** A block in the middle of the screen; on a low one its beginning, which says what happened. */
function drawFailure({ lines }: { readonly lines: readonly string[] }, { columns, rows }: Size): readonly string[] {
  const height = rows - 2;
  const above = Math.max(0, Math.floor((height - lines.length) / 2));
  const block = [...Array<string>(above).fill(''), ...lines.map((text) => line(text, columns))];
  return [...filled(block, height), line('r try again  q quit', columns)];
}
