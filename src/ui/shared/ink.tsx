/**
 * The half of a view that is Ink's: it reads keys and draws whole frames. What of a frame has to be written is the business
 * of `frames.ts`. Loaded after the first frame.
 */
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

interface Shown<S> {
  readonly draw: (state: S) => readonly string[];
  readonly store: Pick<Store<S, never>, 'subscribe' | 'shown'>;
  readonly onPress: (press: Press) => 'go on' | 'stop';
}

/** The state last shown, as lines that are cut to the screen already, and its keys. One text: Ink measures each of many. */
function Screen<S>({ draw, store, onPress }: Shown<S>): ReactNode {
  const lines = draw(useSyncExternalStore(store.subscribe, store.shown));
  return (
    <Box flexDirection="column">
      <Keys onPress={onPress} />
      <Text wrap="truncate">{lines.map((text) => (text === '' ? ' ' : text)).join('\n')}</Text>
    </Box>
  );
}

/** A view with its feed, as `sit` has it on a terminal: for tests, which ask Ink for the last frame. */
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
  const onPress = (press: Press): 'go on' => {
    store.send(view.onPress(press), true);
    return 'go on';
  };
  return <Screen draw={view.draw} store={store} onPress={onPress} />;
}

/** What Ink draws on: in its debug mode it writes each frame whole, and goes on to what writes the difference. */
class FrameSink extends EventEmitter {
  readonly isTTY = false;
  readonly #show: Frames['show'];

  constructor(show: Frames['show']) {
    super();
    this.#show = show;
  }

  get columns(): number {
    return process.stderr.columns;
  }

  get rows(): number {
    return process.stderr.rows;
  }

  write(frame: string): boolean {
    this.#show(frame.split('\n'));
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
  const fail = (error: unknown): void => {
    failure ??= { error };
    rise('over');
  };
  let last: readonly string[] = [];
  const draw = (state: S): readonly string[] => {
    try {
      last = view.draw(state);
    } catch (error) {
      // React calls this, and must not be unmounted from within.
      setImmediate(fail, error);
    }
    return last;
  };
  const onPress = (press: Press): 'go on' | 'stop' => {
    if (press.key === 'ctrl-z' || press.key === 'ctrl-l') {
      rise(press.key === 'ctrl-z' ? 'suspend' : 'redraw');
      return 'stop';
    }
    log.key(view.isHidden?.(store.now()) === true ? '…' : press.key);
    const before = store.shown();
    try {
      store.send(view.onPress(press), true);
    } catch (error) {
      fail(error);
    }
    if (store.shown() === before) log.unanswered();
    return 'go on';
  };
  const stdout = new FrameSink(frames.show) as unknown as NodeJS.WriteStream;
  const options = { stdout, stdin: process.stdin, exitOnCtrlC: false, patchConsole: false, debug: true };
  const ink = render(<Screen draw={draw} store={store} onPress={onPress} />, options);
  const rise = (reason: Sitting): void => {
    why = reason;
    frames.end();
    ink.unmount();
  };
  process.stderr.prependListener('resize', frames.forget);
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
  if (failure !== undefined) throw failure.error;
  return why;
}
