/** One signal from two. */
import { setMaxListeners } from 'node:events';

/**
 * Aborts with the first of them. Like the signal of a run it ends everything that is in flight at once, which may be
 * hundreds of requests: Node's warning about eleven listeners would only be noise on a person's screen.
 */
export function eitherSignal(...signals: readonly AbortSignal[]): AbortSignal {
  const either = AbortSignal.any([...signals]);
  setMaxListeners(0, either);
  return either;
}
