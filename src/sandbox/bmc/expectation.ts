/** What a test says a piece of work may cost, held against what BMCs were really asked. */
import { matchesGlob } from './faults/rules.js';
import type { RequestEntry } from './log.js';

export interface Expectation {
  /** Of one BMC; all without. */
  readonly bmc?: string;
  /** Most requests. */
  readonly max?: number;
  /** The only paths that may be asked, without query; `*` stands for any text. `GET /redfish/v1/Systems*` names a method too. */
  readonly paths?: readonly string[];
}

/** In what way the requests break the expectation, in sentences; none: they keep it. */
export function broken(
  requests: readonly RequestEntry[],
  count: number,
  { max, paths }: Expectation,
): readonly string[] {
  const tooMany = max !== undefined && count > max ? [`${count} requests, and at most ${max} were expected`] : [];
  if (paths === undefined) return tooMany;
  const strange = requests.filter((entry) => !paths.some((path) => isAbout(path, entry)));
  const spoken = new Set(
    strange.map(({ bmc, method, path }) => `${bmc} was asked ${method} ${path}, which was not expected`),
  );
  return [...tooMany, ...spoken];
}

function isAbout(expected: string, { method, path }: RequestEntry): boolean {
  const [wanted, only] = expected.includes(' ') ? expected.split(' ', 2).reverse() : [expected];
  return (only === undefined || only === method) && matchesGlob(wanted ?? '', path.replace(/\?.*$/, ''));
}
