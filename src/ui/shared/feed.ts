/** Where a view's events come from. It may have to prepare first: the view stands meanwhile. */

/** Sends events until the returned function is called. What `fail` is told ends the view, and the command with it. */
export type Feed<E> = (send: (event: E) => void, fail: (error: Error) => void) => () => void;

/** A feed that begins once something is ready; left before that, it ends as soon as it began. */
export function prepared<E>(begin: (...given: Parameters<Feed<E>>) => Promise<() => void>): Feed<E> {
  return (send, fail) => {
    let stop: (() => void) | undefined;
    let isLeft = false;
    begin(send, fail).then((made) => {
      stop = made;
      if (isLeft) made();
    }, fail);
    return () => {
      isLeft = true;
      stop?.();
    };
  };
}
