/** Body of `redfish get`. */
import { UserError } from '../../errors/classes.js';
import type { Bmc } from '../../ports/bmc.js';
import type { redfishGetCommand } from '../redfish.js';
import type { Run } from './kit/run.js';
import { reachBmc, redfishPath } from './redfish-reach.js';
import { linkIn, resourceRows } from './redfish-rows.js';

export default async function (run: Run<typeof redfishGetCommand>): Promise<void> {
  const { expand, select, follow } = run.flags;
  const path = withQuery(redfishPath(run.args.path), expand, select);
  const { bmc } = await reachBmc(run, run.flags);
  const resource = await read(bmc, path, run.signal);
  if (follow !== undefined) await resolve(bmc, resource, follow, run.signal);
  await run.out.value(resource, () => resourceRows(resource), [String(resource['@odata.id'] ?? path)]);
}

function withQuery(path: string, expand: number | undefined, select: readonly string[]): string {
  const wrong = select.find((each) => !/^[A-Za-z][\w/@.]*$/.test(each));
  if (wrong !== undefined)
    throw new UserError('USAGE', `--select ${wrong} is no property`, { hint: '--select Id,Name' });
  const parts = [
    ...(expand === undefined || expand === 0 ? [] : [`$expand=.($levels=${expand})`]),
    ...(select.length === 0 ? [] : [`$select=${select.join(',')}`]),
  ];
  return parts.length === 0 ? path : `${path}${path.includes('?') ? '&' : '?'}${parts.join('&')}`;
}

async function read(bmc: Bmc, path: string, signal: AbortSignal): Promise<Record<string, unknown>> {
  signal.throwIfAborted();
  const { json, problem } = await bmc.raw({ method: 'GET', path });
  if (problem !== undefined) throw problem;
  return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : { value: json };
}

const mostLinks = 200;

/** Puts what the links of a member lead to in their place. @throws UserError USAGE when there are none */
async function resolve(
  bmc: Bmc,
  resource: Record<string, unknown>,
  member: string,
  signal: AbortSignal,
): Promise<void> {
  const words = member.split('.');
  const last = words.pop() ?? '';
  let owner: unknown = resource;
  for (const word of words) owner = (owner as Record<string, unknown> | undefined)?.[word];
  const holder = owner as Record<string, unknown> | undefined;
  const links = holder?.[last];
  if (holder === undefined || typeof links !== 'object' || links === null) {
    throw new UserError('USAGE', `the resource has no links at "${member}"`, { hint: '--follow Members' });
  }
  const one = async (value: unknown): Promise<unknown> => {
    const link = linkIn(value);
    return link === undefined ? value : read(bmc, link, signal);
  };
  if (!Array.isArray(links)) holder[last] = await one(links);
  else for (const [at, each] of links.slice(0, mostLinks).entries()) links[at] = await one(each);
}
