/** Tells a view which context its rows are read from, as soon as the kubeconfig is read. */
import type { AnyRun } from './run.js';

export function tellSource(
  { context }: Pick<AnyRun, 'context'>,
  send: (event: { readonly type: 'source'; readonly source: string }) => void,
): void {
  context().then(
    ({ name }) => send({ type: 'source', source: name }),
    // A kubeconfig that is wrong is told by the first list.
    () => undefined,
  );
}
