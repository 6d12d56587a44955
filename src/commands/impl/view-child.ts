/** Commands that a view lends the terminal to: which there are, and how they reach the same cluster. */
import { commands } from '../index.js';
import type { AnyRun } from './kit/run.js';

/** First words of the commands that help shows. */
export const commandWords = (): readonly string[] => [
  ...new Set(commands.filter(({ hidden }) => hidden !== true).map(({ name }) => name.split(' ')[0] ?? '')),
];

/** Flags that say which cluster, and as whom: those this run was given. */
export function sameCluster({ globals }: AnyRun): readonly string[] {
  const { kubeconfig, context, user, as, asGroup, namespace } = globals;
  const named = { '--kubeconfig': kubeconfig, '--context': context, '--user': user, '--as': as, '-n': namespace };
  return [
    ...Object.entries(named).flatMap(([flag, value]) => (value === undefined ? [] : [flag, value])),
    ...asGroup.flatMap((group) => ['--as-group', group]),
  ];
}
