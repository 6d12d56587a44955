/** Body of `redfish tree`. */

import type { ExitName } from '../../errors/exit.js';
import { neutralise } from '../../lib/sanitize.js';
import { trailingSlashes } from '../../lib/trailing-slashes.js';
import type { redfishTreeCommand } from '../redfish.js';
import type { Run } from './kit/run.js';
import { reachBmc, redfishPath } from './redfish-reach.js';
import { type Visited, walkResources } from './redfish-walk.js';

export default async function (run: Run<typeof redfishTreeCommand>): Promise<ExitName | undefined> {
  const start = redfishPath(run.args.path);
  const { bmc } = await reachBmc(run, run.flags);
  const visited: Visited[] = [];
  const progress = run.talk.progress('tree');
  try {
    for await (const each of walkResources(run, bmc, start, run.flags)) {
      visited.push(each);
      progress.update({
        text: `${visited.length} ${visited.length === 1 ? 'resource' : 'resources'}`,
        phase: 'reading',
      });
    }
  } finally {
    progress.done();
  }
  const [first] = visited;
  if (visited.length === 1 && first?.problem !== undefined) throw first.problem;
  const { requests, bytesIn } = bmc.traffic();
  const resources = visited.map(({ path, json, problem }) => ({
    path,
    ...(typeOf(json) === '' ? {} : { type: typeOf(json) }),
    ...(problem === undefined ? {} : { problem: problem.code }),
  }));
  const failed = resources.filter(({ problem }) => problem !== undefined).length;
  const sum = `${visited.length} resources${failed === 0 ? '' : ` (${failed} unreadable)`}, ${requests} requests, ${bytesIn} bytes`;
  await run.out.document(
    { kind: 'RedfishTree', path: start, resources, requests, bytesIn },
    () => `${drawn(visited)}${sum}\n`,
    resources.map(({ path }) => path),
  );
  return failed === 0 ? undefined : 'PARTIAL';
}

const typeOf = (json: unknown): string =>
  String((json as { '@odata.type'?: unknown } | undefined)?.['@odata.type'] ?? '')
    .replace(/^#/, '')
    .split('.')[0] ?? '';

/** Indented by depth; a child shows only what its address adds. */
function drawn(visited: readonly Visited[]): string {
  const parents: string[] = [];
  return visited
    .map(({ path, depth, json, problem }) => {
      const parent = depth === 0 ? '' : (parents[depth - 1] ?? '');
      parents[depth] = path.replace(trailingSlashes, '');
      const shown = path.startsWith(parent)
        ? path.slice(parent.length).replace(/^\/(?=.)/, depth === 0 ? '/' : '')
        : path;
      const told = problem === undefined ? typeOf(json) : `${problem.code} ${problem.why ?? ''}`;
      return `${'  '.repeat(depth)}${neutralise(shown)}${told === '' ? '' : `  ${neutralise(told.trim())}`}\n`;
    })
    .join('');
}
