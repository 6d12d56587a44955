/** A queue between callbacks and one `for await`: what is sent is received in order, and nothing is sent after the end. */
export interface Channel<T> extends AsyncIterable<T> {
  send(value: T): void;
  /** Ends the iteration after what was sent; with an error, by throwing it. */
  end(error?: unknown): void;
}

/** Makes a channel for one receiver. */
export function channel<T>(): Channel<T> {
  const waiting: T[] = [];
  let ended = false;
  let failure: { readonly error: unknown } | undefined;
  let wake: () => void = () => undefined;

  async function* receive(): AsyncGenerator<T, void, undefined> {
    for (;;) {
      while (waiting.length > 0) yield waiting.shift() as T;
      if (failure) throw failure.error;
      if (ended) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  return {
    send: (value) => {
      if (ended) return;
      waiting.push(value);
      wake();
    },
    end: (error) => {
      if (ended) return;
      ended = true;
      if (error !== undefined) failure = { error };
      wake();
    },
    [Symbol.asyncIterator]: receive,
  };
}
