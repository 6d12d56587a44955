/** A view as data, and its state between two frames. Knows no screen. */
import type { Child } from './child.js';
import type { Press } from './keymap.js';
import type { Size } from './layout.js';

/** A view as data: a pure model, and what it wants done. */
export interface View<S, E, R> {
  readonly initial: S;
  readonly reduce: (state: S, event: E) => S;
  /** Lines of the frame. */
  readonly draw: (state: S) => readonly string[];
  readonly onPress: (press: Press) => E;
  readonly onResize: (size: Size) => E;
  /** Defined once the view is over. */
  readonly result: (state: S) => R | undefined;
  /** Called after every change, with the state before: starts what the model asked for. */
  readonly effects: (now: S, before: S, send: (event: E) => void) => void;
  /** A command that is to have the terminal now. */
  readonly child?: (state: S) => Child | undefined;
  /** Told when it has ended. */
  readonly onReturn?: () => E;
  /** Whether what is typed now is shown to nobody, and so not to a log either. */
  readonly isHidden?: (state: S) => boolean;
  /** A name that is to be copied now; a new object each time. */
  readonly copy?: (state: S) => { readonly text: string } | undefined;
}

export interface Store<S, E> {
  /** Reduces an event. What a person did is shown at once, what a feed told at the next beat. */
  readonly send: (event: E, isUrgent?: boolean) => void;
  readonly subscribe: (listener: () => void) => () => void;
  /** The state as it is. */
  readonly now: () => S;
  /** The state last shown. */
  readonly shown: () => S;
  readonly isOver: () => boolean;
  readonly end: () => void;
}

/** Frames that only a feed asks for: ten a second are as many as anybody reads. */
const beatMs = 100;

/** State outside React: events between two frames are all reduced, and drawn once. */
export function createStore<S, E, R>(view: View<S, E, R>, onEnd: (result: R) => void): Store<S, E> {
  let state = view.initial;
  let shown = state;
  let isOver = false;
  let beat: NodeJS.Timeout | undefined;
  const listeners = new Set<() => void>();
  const show = (): void => {
    clearTimeout(beat);
    beat = undefined;
    if (shown === state) return;
    shown = state;
    for (const listener of listeners) listener();
  };
  const send = (event: E, isUrgent = false): void => {
    if (isOver) return;
    const before = state;
    state = view.reduce(before, event);
    if (state === before) return;
    const result = view.result(state);
    if (result !== undefined) {
      end();
      onEnd(result);
      return;
    }
    if (isUrgent) show();
    else beat ??= setTimeout(show, beatMs);
    view.effects(state, before, send);
  };
  const end = (): void => {
    isOver = true;
    clearTimeout(beat);
  };
  return {
    send,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    now: () => state,
    shown: () => shown,
    isOver: () => isOver,
    end,
  };
}
