/** The half of a view that is Ink's: it reads keys. Frames are lines, and written by `frames.ts`. Loaded after the first frame. */
import { EventEmitter } from 'node:events';
import { Box, render, Text, useInput } from 'ink';
import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import { createFrames, type Frames } from './frames.js';
import type { Press } from './keymap.js';
import { type InkKey, pressReader } from './presses.js';
import { enterScreen, leaveScreen, type Sitting } from './screen.js';
import { createStore, type Store, type View } from './store.js';
import { keysAndFrames, type Trace } from './trace.js';

/** Listens to keys, and draws nothing. */
function Keys({ onPress }: { readonly onPress: (press: Press) => 'go on' | 'stop' }): ReactNode {
  const [read] = useState(pressReader);
  useInput((input, key) => {
    for (const press of read(input, key as unknown as InkKey)) if (onPress(press) === 'stop') return;
  });
  return null;
}

/** A view with its keys, drawn by Ink: for tests, which ask Ink for the last frame. */
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
  const lines = view.draw(useSyncExternalStore(store.subscribe, store.shown));
  const onPress = (press: Press): 'go on' => {
    store.send(view.onPress(press), true);
    return 'go on';
  };
  return (
    <Box flexDirection="column">
      <Keys onPress={onPress} />
      {lines.map((text, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines are places on the screen
        <Text key={at} wrap="truncate">
          {text === '' ? ' ' : text}
        </Text>
      ))}
    </Box>
  );
}

/** What Ink draws on while it only listens: nothing of it reaches the terminal. */
class NoScreen extends EventEmitter {
  readonly isTTY = false;
  readonly columns = 80;
  readonly rows = 24;

  write(): boolean {
    return true;
  }
}

/** Sits in front of the screen until somebody calls the function handed over. @throws what the view fails with */
export async function sit<S, E, R>(
  view: View<S, E, R>,
  store: Store<S, E>,
  /** What is on the alternate screen already; entered twice, it would forget where the cursor of the other one was. */
  shown: readonly string[] | undefined,
  onSeated: (rise: (why: Sitting) => void) => void,
  trace?: Trace,
): Promise<Sitting> {
  let why: Sitting = 'over';
  let failure: { readonly error: unknown } | undefined;
  const log = keysAndFrames(trace);
  if (shown === undefined) process.stderr.write(enterScreen);
  const frames = createFrames((bytes) => process.stderr.write(bytes), log.frame, shown);
  const safely = (act: () => void): void => {
    try {
      act();
    } catch (error) {
      failure ??= { error };
      rise('over');
    }
  };
  const draw = (): void => safely(() => frames.show(view.draw(store.shown())));
  const onPress = (press: Press): 'go on' | 'stop' => {
    if (press.key === 'ctrl-z' || press.key === 'ctrl-l') {
      rise(press.key === 'ctrl-z' ? 'suspend' : 'redraw');
      return 'stop';
    }
    log.key(view.isHidden?.(store.now()) === true ? '…' : press.key);
    const before = store.shown();
    safely(() => store.send(view.onPress(press), true));
    if (store.shown() === before) log.unanswered();
    return 'go on';
  };
  // Ink throttles what it draws; it draws nothing. Debug keeps its timers away.
  const stdout = new NoScreen() as unknown as NodeJS.WriteStream;
  const options = { stdout, stdin: process.stdin, exitOnCtrlC: false, patchConsole: false, debug: true };
  const ink = render(<Keys onPress={onPress} />, options);
  const rise = (reason: Sitting): void => {
    why = reason;
    frames.end();
    ink.unmount();
  };
  const leave = seated(store, frames, draw);
  onSeated(rise);
  draw();
  try {
    await ink.waitUntilExit();
  } finally {
    onSeated(() => undefined);
    leave();
    ink.cleanup();
    process.stderr.write(leaveScreen);
  }
  if (failure !== undefined) throw failure.error;
  return why;
}

/** Draws what the store shows until the returned function is called; a screen of another size is written whole. */
function seated(store: Pick<Store<unknown, never>, 'subscribe'>, frames: Frames, draw: () => void): () => void {
  const unsubscribe = store.subscribe(draw);
  process.stderr.prependListener('resize', frames.forget);
  return () => {
    unsubscribe();
    frames.end();
    process.stderr.off('resize', frames.forget);
  };
}
