/**
 * Shows a view on stderr in the alternate screen, feeds it, and leaves the terminal as it was, whatever happens. The
 * first frame is written before Ink is loaded, which takes longer than everything else of it.
 */
import type { Style } from '../../lib/output/style.js';
import { shellWord } from '../../lib/shell-word.js';
import { handOver } from './child.js';
import { type Explain, guarded } from './failing.js';
import type { Feed } from './feed.js';
import { markOpen } from './marker.js';
import { painted } from './paint.js';
import { copyToTerminal, enterScreen, leaveScreen, type Sitting, sizeOfTerminal } from './screen.js';
import { createStore, type Store, type View } from './store.js';
import type { Trace } from './trace.js';

export { sizeOfTerminal } from './screen.js';
export type { View } from './store.js';

/** What a command lends its view. */
export interface Host {
  readonly explain: Explain;
  /** Told keys and frames, where somebody asked for that. */
  readonly trace?: Trace;
}

const alone: Host = { explain: () => undefined };

/**
 * Runs a view until it is over or the signal aborts (then undefined). The terminal is restored in every case.
 * @throws what its feed fails with, if `explain` has no lines for it or the person gives up
 */
export async function runView<S, E, R>(
  bare: View<S, E, R>,
  feed: Feed<E>,
  style: Style,
  signal: AbortSignal,
  { explain, trace }: Host = alone,
): Promise<R | undefined> {
  const retry = (): void => {
    stop();
    begin();
  };
  const view = guarded(bare, sizeOfTerminal(), { retry, giveUp: (error) => end(error) });
  const drawn = { ...view, draw: (state: typeof view.initial) => painted(view.draw(state), style) };
  let result: R | undefined;
  let rise: (why: Sitting) => void = () => undefined;
  const effects: typeof view.effects = (now, before, send) => {
    view.effects(now, before, send);
    const copied = view.copy?.(now);
    if (copied !== undefined && copied !== view.copy?.(before)) process.stderr.write(copyToTerminal(copied.text));
    if (view.child?.(now) !== undefined && view.child(before) === undefined) rise('child');
  };
  const store = createStore({ ...view, effects }, (end) => {
    result = end;
    rise('over');
  });
  const onResize = (): void => store.send(view.onResize(sizeOfTerminal()), true);
  let unmark: () => void = () => undefined;
  const restore = (): void => {
    process.stderr.write(leaveScreen);
    unmark();
  };
  const onAbort = (): void => rise('over');
  const onHangup = (): never => process.exit(129);
  process.once('exit', restore);
  process.once('SIGHUP', onHangup);
  process.stderr.on('resize', onResize);
  signal.addEventListener('abort', onAbort, { once: true });
  let failure: Error | undefined;
  const end = (error: Error): void => {
    failure = error;
    rise('over');
  };
  // Thrown where nobody waits for it: told after the view, with a report, instead of into its frame.
  process.once('uncaughtException', end).once('unhandledRejection', end as (reason: unknown) => void);
  const fail = (error: Error): void => {
    const lines = explain(error);
    if (lines === undefined) end(error);
    else store.send({ of: 'failure', error, lines }, true);
  };
  let stop: () => void = () => undefined;
  const begin = (): void => {
    const send = (event: E): void => {
      try {
        store.send({ of: 'view', event });
      } catch (error) {
        end(error as Error);
      }
    };
    stop = feed(send, fail);
  };
  try {
    let shown: readonly string[] | undefined = drawn.draw(view.initial);
    unmark = markOpen();
    showAtOnce(shown);
    begin();
    const { sit } = await import('./ink.js');
    for (; ; shown = undefined) {
      if (failure !== undefined) throw failure;
      if (store.isOver() || signal.aborted) return result;
      const why = await sit(
        drawn,
        store,
        shown,
        (leave) => {
          rise = leave;
        },
        trace,
      );
      if (why === 'over' && failure === undefined) return result;
      if (why === 'suspend') await suspended();
      if (why === 'child') await lent(view, store);
      onResize();
    }
  } finally {
    store.end();
    stop();
    signal.removeEventListener('abort', onAbort);
    process.stderr.off('resize', onResize);
    process.off('SIGHUP', onHangup);
    process.off('uncaughtException', end).off('unhandledRejection', end as (reason: unknown) => void);
    process.off('exit', restore);
    setRaw(false);
    restore();
  }
}

/** Lends the terminal to the command the view asks for. */
async function lent<S, E, R>(view: View<S, E, R>, store: Store<S, E>): Promise<void> {
  const child = view.child?.(store.now());
  if (child === undefined || view.onReturn === undefined) return;
  await handOver(child, `metalctl ${child.words.map(shellWord).join(' ')}`);
  store.send(view.onReturn(), true);
}

/** The frame as Ink will draw it again. Keys typed meanwhile wait: echoed, they would stand in the middle of it. */
function showAtOnce(lines: readonly string[]): void {
  setRaw(true);
  process.stderr.write(`${enterScreen}${lines.join('\r\n')}`);
}

const setRaw = (isRaw: boolean): void => void (process.stdin.isTTY && process.stdin.setRawMode(isRaw));

/** As long as a shell may take to stop us. */
const stopMs = 100;

/** Stops the whole job, as the terminal itself would; goes on with `fg`. */
async function suspended(): Promise<void> {
  const continued = new Promise<void>((resolve) => process.once('SIGCONT', () => resolve()));
  process.kill(0, 'SIGTSTP');
  // Where nobody controls jobs the signal is dropped, and nobody will ever say that we may go on.
  const goesOn = new Promise<void>((resolve) => setTimeout(resolve, stopMs));
  await Promise.race([continued, goesOn]);
  // A window that changed meanwhile told so to whoever had the terminal: we ask now.
  process.kill(process.pid, 'SIGWINCH');
}
