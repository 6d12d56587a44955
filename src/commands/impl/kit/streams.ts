/** stdout and stderr as the kit sees them: each examined on its own, written in order, flushed before the end. */
import type { Writable } from 'node:stream';

export interface Stream {
  readonly isTTY: boolean;
  /** Columns of the terminal; undefined when it is none. */
  readonly columns: number | undefined;
  /** Lines of the terminal; absent when it is none. */
  readonly rows?: number | undefined;
  /** Resolves once the text is handed over, so that a slow reader slows the writer. */
  write(text: string): Promise<void>;
  flush(): Promise<void>;
}

/** A process stream. Write errors are for the stream's `error` listener (closed pipes), not for the caller. */
export function streamOf(stream: Writable & { isTTY?: boolean; columns?: number; rows?: number }): Stream {
  const write = (text: string): Promise<void> =>
    new Promise((resolve) => {
      if (stream.destroyed || text === '') return resolve();
      stream.write(text, () => resolve());
    });
  return {
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.isTTY === true ? (stream.columns ?? 80) : undefined;
    },
    get rows() {
      return stream.isTTY === true ? (stream.rows ?? 24) : undefined;
    },
    write,
    flush: () =>
      new Promise((resolve) => {
        if (stream.destroyed) return resolve();
        stream.write('', () => resolve());
      }),
  };
}
