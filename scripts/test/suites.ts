/** Which test file belongs to which suite. The folder decides; a suffix marks what is too slow for every run. */

/** Suites by folder below `test/`, in the order in which CI runs them. */
export const suites = ['unit', 'faults', 'stories', 'conformance', 'parity', 'e2e', 'kube', 'slow'] as const;
export type Suite = (typeof suites)[number];

/** Not part of a plain `npm test`: they need a cluster, or minutes. */
const notQuick: readonly Suite[] = ['kube', 'slow'];

/**
 * Suite of a test file. `*.kube.test.ts` and `*.slow.test.ts` belong to those suites wherever they are; a folder of
 * no suite counts as unit, so that no test is ever left out.
 */
export function suiteOf(path: string): Suite {
  const suffix = /\.(kube|slow)\.test\.tsx?$/.exec(path)?.[1];
  const folder = suffix ?? path.split('/')[1];
  return suites.find((suite) => suite === folder) ?? 'unit';
}

/** The files of a choice: a suite's name, `all`, or `quick` (everything a plain `npm test` runs). */
export function chosen(files: readonly string[], choice: string, words: readonly string[] = []): string[] {
  return files.filter(
    (path) => isIn(choice, suiteOf(path)) && (words.length === 0 || words.some((word) => path.includes(word))),
  );
}

/** What a cluster must answer rightly: run for the quick suite too, and here against whichever server was chosen. */
const ofKube: readonly Suite[] = ['conformance', 'kube'];

const isIn = (choice: string, suite: Suite): boolean =>
  choice === 'all' ||
  choice === suite ||
  (choice === 'quick' && !notQuick.includes(suite)) ||
  (choice === 'kube' && ofKube.includes(suite));
