/** How a run ends early: signals, closed pipes, and what is flushed before the process goes. */
import { setMaxListeners } from 'node:events';
import { Exit } from '../errors/exit.js';

/** The end of one run, from outside: its signal, and the exit code it asks for. */
export interface Ending {
  readonly signal: AbortSignal;
  /** Exit code once a signal or a closed pipe ended the run. */
  code: number | undefined;
  /** Told the name of the first signal, before the abort. */
  onAbort: ((name: string) => void) | undefined;
  /** Takes the listeners away. */
  stop(): void;
}

/** First SIGINT or SIGTERM aborts, a second one ends at once; a closed stdout aborts quietly. */
export function listenForEnd(): Ending {
  const control = new AbortController();
  // One signal ends everything a command has in flight, and a sweep has hundreds of probes in flight.
  setMaxListeners(0, control.signal);
  const ending: Ending = { signal: control.signal, code: undefined, onAbort: undefined, stop: () => undefined };
  const end = (code: number, reason: string): void => {
    ending.code = code;
    control.abort(Object.assign(new Error(reason), { name: 'AbortError' }));
  };
  const onSignal = (name: NodeJS.Signals): void => {
    const code = name === 'SIGINT' ? Exit.SIGINT : Exit.SIGTERM;
    if (ending.code !== undefined) process.exit(code);
    ending.onAbort?.(name);
    end(code, name);
  };
  const onPipe = (error: NodeJS.ErrnoException): void => {
    if (error.code === 'EPIPE' && ending.code === undefined) end(Exit.EPIPE, 'stdout was closed');
  };
  const ignore = (): void => undefined;
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  process.stdout.on('error', onPipe);
  process.stderr.on('error', ignore);
  ending.stop = () => void process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  return ending;
}

/** Lets both streams drain. A closed pipe is told by an event after the write's own callback: it is waited for. */
export async function ended(code: number, ending: Ending): Promise<number> {
  for (const stream of [process.stdout, process.stderr]) {
    if (!stream.destroyed && stream.writable) await new Promise<void>((resolve) => stream.write('', () => resolve()));
  }
  await new Promise((resolve) => setImmediate(resolve));
  return ending.code === Exit.EPIPE ? Exit.EPIPE : code;
}
