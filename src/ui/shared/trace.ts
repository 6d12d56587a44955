/** What a view is asked and what it answers with, for whoever looks for why one is slow or wrong. */

export interface Trace {
  /** A key as the view got it; `…` in a field that shows nothing. */
  readonly key: (press: string) => void;
  readonly frame: (frame: Frame) => void;
}

export interface Frame {
  readonly bytes: number;
  /** Lines that changed. */
  readonly lines: number;
  /** Since the first key that no frame had answered; absent where only the feed asked for this one. */
  readonly afterKeyMs?: number;
}

/** Keys and frames brought together: how long a person waited for what was asked. */
export function keysAndFrames(trace: Trace | undefined, nowMs: () => number = () => performance.now()) {
  let askedMs: number | undefined;
  return {
    /** A key is about to be handled. */
    key: (press: string): void => {
      trace?.key(press);
      askedMs ??= nowMs();
    },
    /** It changed nothing that is shown. */
    unanswered: (): void => {
      askedMs = undefined;
    },
    frame: (bytes: number, lines: number): void => {
      const afterKeyMs = askedMs === undefined ? {} : { afterKeyMs: Math.round((nowMs() - askedMs) * 10) / 10 };
      trace?.frame({ bytes, lines, ...afterKeyMs });
      askedMs = undefined;
    },
  };
}
