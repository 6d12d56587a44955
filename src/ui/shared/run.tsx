/**
 * Shows a view on stderr in the alternate screen, feeds it, and leaves the terminal as it was, whatever happens. Ink is
 * loaded only with this file.
 */
import { Box, render, Text, useInput } from 'ink';
import { type ReactNode, useEffect, useState } from 'react';
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
  const [state, show] = useState(view.initial);
  const [read] = useState(pressReader);
  useEffect(() => {
    const unsubscribe = store.subscribe(show);
    const stop = feed(store.send);
    return () => {
      stop();
      unsubscribe();
    };
  }, [store, feed]);
  useInput((input, key) => {
    for (const press of read(input, key as unknown as InkKey)) store.send(view.onPress(press));
  });
  return <Frame lines={view.draw(state)} />;
}

/** State outside React: events between two frames are all reduced, and drawn once. */
function createStore<S, E, R>(view: View<S, E, R>, onEnd: (result: R) => void) {
  let state = view.initial;
  let isOver = false;
  let show: (state: S) => void = () => undefined;
  const send = (event: E): void => {
    if (isOver) return;
    const before = state;
    state = view.reduce(before, event);
    if (state === before) return;
    const result = view.result(state);
    if (result !== undefined) {
      isOver = true;
      onEnd(result);
      return;
    }
    show(state);
    view.effects(state, before, send);
  };
  return {
    send,
    subscribe: (listener: (state: S) => void) => {
      show = listener;
      return () => {
        show = () => undefined;
      };
    },
  };
}

// Alternate screen; bracketed paste, so that pasted text never runs as keys; and back, with the cursor.
const enterScreen = '\u001b[?1049h\u001b[H\u001b[?2004h';
const leaveScreen = '\u001b[?2004l\u001b[?1049l\u001b[?25h';

/** The terminal's size, as views count it. */
export const sizeOfTerminal = (): Size => ({ columns: process.stderr.columns ?? 80, rows: process.stderr.rows ?? 24 });

/** Runs a view until it is over or the signal aborts (then undefined). The terminal is restored in every case. */
export async function runView<S, E, R>(
  view: View<S, E, R>,
  feed: (send: (event: E) => void) => () => void,
  signal: AbortSignal,
): Promise<R | undefined> {
  const restore = (): void => void process.stderr.write(leaveScreen);
  process.stderr.write(enterScreen);
  process.once('exit', restore);
  const fed = (send: (event: E) => void): (() => void) => {
    const stop = feed(send);
    const onResize = (): void => send(view.onResize(sizeOfTerminal()));
    process.stderr.on('resize', onResize);
    return () => {
      process.stderr.off('resize', onResize);
      stop();
    };
  };
  let result: R | undefined;
  const options = { stdout: process.stderr, stdin: process.stdin, exitOnCtrlC: false, patchConsole: false, maxFps: 10 };
  const ink = render(
    <App
      view={view}
      feed={fed}
      onEnd={(end) => {
        result = end;
        ink.unmount();
      }}
    />,
    options,
  );
  const onAbort = (): void => ink.unmount();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await ink.waitUntilExit();
    return result;
  } finally {
    signal.removeEventListener('abort', onAbort);
    ink.cleanup();
    process.off('exit', restore);
    restore();
  }
}
