/** Body of `redfish find`. */
import { UserError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import type { redfishFindCommand } from '../redfish.js';
import type { Run } from './kit/run.js';
import { reachBmc, redfishPath } from './redfish-reach.js';
import { flatten } from './redfish-rows.js';
import { walkResources } from './redfish-walk.js';

interface Hit {
  readonly path: string;
  readonly member: string;
  readonly value: string;
}

export default async function (run: Run<typeof redfishFindCommand>): Promise<ExitName | undefined> {
  const { property, value } = run.flags;
  if (property === undefined && value === undefined) {
    throw new UserError('USAGE', 'nothing to find', { hint: '--property SerialNumber, or --value GLOB' });
  }
  const start = redfishPath(run.args.path);
  const { bmc } = await reachBmc(run, run.flags);
  const isNamed = glob(property ?? '*');
  const isWorth = glob(value ?? '*');
  const hits: Hit[] = [];
  let failed = 0;
  for await (const { path, json, problem } of walkResources(run, bmc, start, run.flags)) {
    if (problem !== undefined) {
      failed += 1;
      run.talk.warn(`${path}: ${problem.why ?? problem.message}`);
      continue;
    }
    const rows: string[][] = [];
    flatten('', json, rows);
    for (const [member = '', text = ''] of rows) {
      const name =
        member
          .replace(/\[\d+\]$/, '')
          .split('.')
          .at(-1) ?? '';
      if ((isNamed(name) || isNamed(member)) && isWorth(text)) hits.push({ path, member, value: text });
    }
  }
  if (hits.length === 0) run.talk.note('Nothing found.');
  await run.out.document(
    { kind: 'RedfishHits', path: start, hits },
    () =>
      hits.length === 0
        ? ''
        : {
            columns: [{ header: 'PATH' }, { header: 'MEMBER' }, { header: 'VALUE' }],
            rows: hits.map((hit) => [hit.path, hit.member, hit.value]),
          },
    [...new Set(hits.map(({ path }) => path))],
  );
  return failed === 0 ? undefined : 'PARTIAL';
}

/** `*` and `?`, in any case; without backtracking, whatever is compared. */
export function glob(pattern: string): (text: string) => boolean {
  const wanted = pattern.toLowerCase();
  return (text) => matches(wanted, text.toLowerCase());
}

function matches(pattern: string, text: string): boolean {
  let [at, from, star, marked] = [0, 0, -1, 0];
  while (from < text.length) {
    if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[from]) && pattern[at] !== '*') {
      at += 1;
      from += 1;
    } else if (pattern[at] === '*') {
      star = at;
      marked = from;
      at += 1;
    } else if (star >= 0) {
      at = star + 1;
      marked += 1;
      from = marked;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
