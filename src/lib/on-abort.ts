/** Many waits on one signal: an EventTarget looks through all its listeners for each one it takes, this does not. */

const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/** Runs `fn` once when the signal aborts; the returned function takes it back. A signal aborted already runs nothing. */
export function onAbort(signal: AbortSignal | undefined, fn: () => void): () => void {
  if (signal === undefined || signal.aborted) return () => undefined;
  const known = waiting.get(signal) ?? listenOnce(signal);
  // A wrapper of its own: whoever waits twice with the same function is told twice.
  const told = (): void => fn();
  known.add(told);
  return () => void known.delete(told);
}

function listenOnce(signal: AbortSignal): Set<() => void> {
  const functions = new Set<() => void>();
  waiting.set(signal, functions);
  const tellAll = (): void => {
    for (const fn of [...functions]) fn();
  };
  signal.addEventListener('abort', tellAll, { once: true });
  return functions;
}
