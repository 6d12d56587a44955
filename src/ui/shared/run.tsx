/**
 * Shows a view on stderr in the alternate screen, feeds it, and leaves the terminal as it was, whatever happens. Ink is
 * loaded only with this file.
 */
import { Box, render, Text, useInput } from 'ink';
import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import { type Press, pasted } from './keymap.js';
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
}

/** Draws lines; nothing wraps. */
const Frame = ({ lines }: { readonly lines: readonly string[] }): ReactNode => (
  <Box flexDirection="column">
    {lines.map((text, at) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: lines are places on the screen
      <Text key={at} wrap="truncate">
        {text === '' ? ' ' : text}
      </Text>
    ))}
  </Box>
);

interface InkKey {
  readonly [name: string]: unknown;
}

const names: readonly (readonly [string, string])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'return'],
  ['escape', 'escape'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
];

/** Ink's key as a plain press. Terminals send DEL for the backspace key, which Ink calls delete. */
function pressOf(input: string, key: InkKey): Press {
  if (key.tab === true && key.shift === true) return { key: 'shift-tab' };
  const name = names.find(([flag]) => key[flag] === true)?.[1];
  if (name !== undefined) return { key: name };
  if (key.ctrl === true) return { key: `ctrl-${input}` };
  return { key: input === ' ' ? 'space' : input };
}

const pasteBegins = '[200~';
const pasteEnds = '[201~';

/**
 * Key presses of what the terminal sends. Ink hands over whatever arrived together: keys typed faster than they are
 * read become one text, and are taken apart here. A bracketed paste stays one press, which fields insert and lists ignore.
 */
export function pressReader(): (input: string, key: InkKey) => readonly Press[] {
  let isPasting = false;
  return (input, key) => {
    if (input === pasteBegins || input === pasteEnds) {
      isPasting = input === pasteBegins;
      return [];
    }
    // The marker keeps a pasted word from being the name of a key; fields take it off again.
    if (isPasting) return [{ key: `${pasted}${input}` }];
    const isText = [...input].length > 1 && !Object.values(key).includes(true);
    if (!isText) return [pressOf(input, key)];
    return [...input].map(pressOfCharacter);
  };
}

/** Control characters among typed text, as Ink would have named them one by one. */
const controls: Readonly<Record<string, string>> = {
  '\r': 'return',
  '\n': 'return',
  '\t': 'tab',
  ' ': 'space',
  '\u0008': 'backspace',
  '\u007f': 'backspace',
};

function pressOfCharacter(character: string): Press {
  const named = controls[character];
  if (named !== undefined) return { key: named };
  const code = character.codePointAt(0) ?? 0;
  return { key: code > 0 && code < 27 ? `ctrl-${String.fromCodePoint(code + 96)}` : character };
}

/** The React half: keeps the state, listens to keys, draws. Exported for tests. */
export function App<S, E, R>({
  view,
  feed,
  onEnd,
}: {
  readonly view: View<S, E, R>;
  /** Hands over a function that sends events; returns the one that stops. */
  readonly feed: (send: (event: E) => void) => () => void;
  readonly onEnd: (result: R) => void;
}): ReactNode {
  const [store] = useState(() => createStore(view, onEnd));
  useEffect(() => feed(store.send), [store, feed]);
  return <Screen view={view} store={store} onSystemKey={() => false} />;
}

/** One sitting in front of the screen: it ends with a suspension, the store does not. */
function Screen<S, E, R>({
  view,
  store,
  onSystemKey,
}: {
  readonly view: View<S, E, R>;
  readonly store: Store<S, E>;
  /** Takes keys that are the terminal's business; says whether it did. */
  readonly onSystemKey: (press: Press) => boolean;
}): ReactNode {
  const state = useSyncExternalStore(store.subscribe, store.shown);
  const [read] = useState(pressReader);
  useInput((input, key) => {
    for (const press of read(input, key as unknown as InkKey)) {
      if (onSystemKey(press)) return;
      store.send(view.onPress(press), true);
    }
  });
  return <Frame lines={view.draw(state)} />;
}

interface Store<S, E> {
  /** Reduces an event. What a person did is shown at once, what a feed told at the next beat. */
  readonly send: (event: E, isUrgent?: boolean) => void;
  readonly subscribe: (listener: () => void) => () => void;
  /** The state last shown. */
  readonly shown: () => S;
  readonly isOver: () => boolean;
  readonly end: () => void;
}

/** Frames that only a feed asks for: ten a second are as many as anybody reads. */
const beatMs = 100;

/** State outside React: events between two frames are all reduced, and drawn once. */
function createStore<S, E, R>(view: View<S, E, R>, onEnd: (result: R) => void): Store<S, E> {
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
    shown: () => shown,
    isOver: () => isOver,
    end,
  };
}

// Alternate screen; bracketed paste, so that pasted text never runs as keys; and back, with the cursor.
const enterScreen = '\u001b[?1049h\u001b[H\u001b[?2004h';
const leaveScreen = '\u001b[?2004l\u001b[?1049l\u001b[?25h';

/** The terminal's size, as views count it. */
export const sizeOfTerminal = (): Size => ({ columns: process.stderr.columns ?? 80, rows: process.stderr.rows ?? 24 });

/** Why a sitting ended. */
type Sitting = 'over' | 'suspend' | 'redraw';

/** Runs a view until it is over or the signal aborts (then undefined). The terminal is restored in every case. */
export async function runView<S, E, R>(
  view: View<S, E, R>,
  feed: (send: (event: E) => void) => () => void,
  signal: AbortSignal,
): Promise<R | undefined> {
  let result: R | undefined;
  let rise: (why: Sitting) => void = () => undefined;
  const store = createStore(view, (end) => {
    result = end;
    rise('over');
  });
  const onResize = (): void => store.send(view.onResize(sizeOfTerminal()), true);
  const restore = (): void => void process.stderr.write(leaveScreen);
  const onAbort = (): void => rise('over');
  const onHangup = (): never => process.exit(129);
  process.once('exit', restore);
  process.once('SIGHUP', onHangup);
  process.stderr.on('resize', onResize);
  signal.addEventListener('abort', onAbort, { once: true });
  const stop = feed(store.send);
  try {
    for (;;) {
      if (store.isOver() || signal.aborted) return result;
      const why = await sit(view, store, (leave) => {
        rise = leave;
      });
      if (why === 'over') return result;
      if (why === 'suspend') await suspended();
      onResize();
    }
  } finally {
    store.end();
    stop();
    signal.removeEventListener('abort', onAbort);
    process.stderr.off('resize', onResize);
    process.off('SIGHUP', onHangup);
    process.off('exit', restore);
    restore();
  }
}

/** Mounts Ink until somebody calls the function handed over. */
async function sit<S, E, R>(
  view: View<S, E, R>,
  store: Store<S, E>,
  onSeated: (rise: (why: Sitting) => void) => void,
): Promise<Sitting> {
  let why: Sitting = 'over';
  const onSystemKey = ({ key }: Press): boolean => {
    if (key !== 'ctrl-z' && key !== 'ctrl-l') return false;
    rise(key === 'ctrl-z' ? 'suspend' : 'redraw');
    return true;
  };
  process.stderr.write(enterScreen);
  const { stderr: stdout, stdin } = process;
  // Thirty frames a second: a key is on the screen within 50 ms. Feeds are slowed down by the store.
  // Ink 6.8's incremental rendering moves one line too little where a frame ends in a newline: it would shift every frame.
  const options = { stdout, stdin, exitOnCtrlC: false, patchConsole: false, maxFps: 30 };
  const ink = render(<Screen view={view} store={store} onSystemKey={onSystemKey} />, options);
  const rise = (reason: Sitting): void => {
    why = reason;
    ink.unmount();
  };
  onSeated(rise);
  try {
    await ink.waitUntilExit();
  } finally {
    onSeated(() => undefined);
    ink.cleanup();
    process.stderr.write(leaveScreen);
  }
  return why;
}

/** Stops the whole job, as the terminal itself would; goes on with `fg`. */
async function suspended(): Promise<void> {
  const continued = new Promise<void>((resolve) => process.once('SIGCONT', () => resolve()));
  process.kill(0, 'SIGTSTP');
  // Where nobody controls jobs the signal is dropped, and nobody will ever say that we may go on.
  const goesOn = new Promise<void>((resolve) => setTimeout(resolve, beatMs));
  await Promise.race([continued, goesOn]);
}
