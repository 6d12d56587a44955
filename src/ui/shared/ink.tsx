/** The half of a view that is Ink's: mounts it, listens to keys, draws lines. Loaded after the first frame. */
import { Box, render, Text, useInput } from 'ink';
import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import type { Press } from './keymap.js';
import { type InkKey, pressReader } from './presses.js';
import { cursorHome, enterScreen, leaveScreen, type Sitting } from './screen.js';
import { createStore, type Store, type View } from './store.js';

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

/** Mounts Ink until somebody calls the function handed over. */
export async function sit<S, E, R>(
  view: View<S, E, R>,
  store: Store<S, E>,
  /** The alternate screen is there already; entered twice, it would forget where the cursor of the other one was. */
  isEntered: boolean,
  onSeated: (rise: (why: Sitting) => void) => void,
): Promise<Sitting> {
  let why: Sitting = 'over';
  const onSystemKey = ({ key }: Press): boolean => {
    if (key !== 'ctrl-z' && key !== 'ctrl-l') return false;
    rise(key === 'ctrl-z' ? 'suspend' : 'redraw');
    return true;
  };
  process.stderr.write(isEntered ? cursorHome : enterScreen);
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
