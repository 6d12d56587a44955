/** The half of a view that is Ink's: mounts it, listens to keys, draws lines. Loaded after the first frame. */
import { Box, render, Text, useInput } from 'ink';
import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import { createFrames } from './frames.js';
import { InkScreen } from './ink-screen.js';
import type { Press } from './keymap.js';
import { type InkKey, pressReader } from './presses.js';
import { enterScreen, leaveScreen, type Sitting } from './screen.js';
import { createStore, type Store, type View } from './store.js';
import { keysAndFrames, type Trace } from './trace.js';

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
  return <Screen view={view} store={store} onSystemKey={() => false} onKey={() => () => undefined} />;
}

/** One sitting in front of the screen: it ends with a suspension, the store does not. */
function Screen<S, E, R>({
  view,
  store,
  onSystemKey,
  onKey,
}: {
  readonly view: View<S, E, R>;
  readonly store: Store<S, E>;
  /** Takes keys that are the terminal's business; says whether it did. */
  readonly onSystemKey: (press: Press) => boolean;
  /** Told before a key is handled; what it returns is called afterwards. */
  readonly onKey: (press: Press) => () => void;
}): ReactNode {
  const state = useSyncExternalStore(store.subscribe, store.shown);
  const [read] = useState(pressReader);
  useInput((input, key) => {
    for (const press of read(input, key as unknown as InkKey)) {
      if (onSystemKey(press)) return;
      const handled = onKey(press);
      store.send(view.onPress(press), true);
      handled();
    }
  });
  return <Frame lines={view.draw(state)} />;
}

/** Mounts Ink until somebody calls the function handed over. */
export async function sit<S, E, R>(
  view: View<S, E, R>,
  store: Store<S, E>,
  /** The alternate screen is there already; entered twice, it would forget where the cursor of the other one was. */
  isEntered: boolean,
  onSeated: (rise: (why: Sitting) => void) => void,
  trace?: Trace,
): Promise<Sitting> {
  let why: Sitting = 'over';
  const log = keysAndFrames(trace);
  const onSystemKey = ({ key }: Press): boolean => {
    if (key !== 'ctrl-z' && key !== 'ctrl-l') return false;
    rise(key === 'ctrl-z' ? 'suspend' : 'redraw');
    return true;
  };
  const onKey = ({ key }: Press): (() => void) => {
    log.key(view.isHidden?.(store.now()) === true ? '…' : key);
    const before = store.shown();
    return () => {
      if (store.shown() === before) log.unanswered();
    };
  };
  if (!isEntered) process.stderr.write(enterScreen);
  const frames = createFrames((bytes) => process.stderr.write(bytes), log.frame);
  process.stderr.prependListener('resize', frames.forget);
  const stdout = new InkScreen(frames.show) as unknown as NodeJS.WriteStream;
  // Debug is the mode in which Ink hands over whole frames, as they are made: what is written, and when, is ours to say.
  const options = { stdout, stdin: process.stdin, exitOnCtrlC: false, patchConsole: false, debug: true };
  const ink = render(<Screen view={view} store={store} onSystemKey={onSystemKey} onKey={onKey} />, options);
  const rise = (reason: Sitting): void => {
    why = reason;
    frames.end();
    ink.unmount();
  };
  onSeated(rise);
  try {
    await ink.waitUntilExit();
  } finally {
    onSeated(() => undefined);
    frames.end();
    process.stderr.off('resize', frames.forget);
    ink.cleanup();
    process.stderr.write(leaveScreen);
  }
  return why;
}
