/** Going through the resources of a BMC one by one, never twice, within bounds. */
import { isMetalError, type MetalError } from '../../errors/classes.js';
import { trailingSlashes } from '../../lib/trailing-slashes.js';
import type { Bmc } from '../../ports/bmc.js';
import type { AnyRun } from './kit/run.js';
import { linkIn } from './redfish-rows.js';

export interface Link {
  /** `Members[0]`, `Links.Chassis[0]`, `Bios`. */
  readonly member: string;
  readonly to: string;
}

/** Where a resource leads, each place once. Actions and annotations lead nowhere that could be read. */
export function linksOf(json: unknown): readonly Link[] {
  const found = new Map<string, Link>();
  const walk = (name: string, value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > 12) return;
    const link = linkIn(value);
    if (link?.startsWith('/') && !link.includes('#')) {
      if (!found.has(comparable(link))) found.set(comparable(link), { member: name, to: link });
      return;
    }
    for (const [key, child] of Object.entries(value)) {
      if (key === 'Actions' || key.startsWith('@')) continue;
      walk(Array.isArray(value) ? `${name}[${key}]` : name === '' ? key : `${name}.${key}`, child, depth + 1);
    }
  };
  walk('', json, 0);
  return [...found.values()];
}

const comparable = (link: string): string => link.replace(/[#?].*$/, '').replace(trailingSlashes, '');

export interface Visited {
  readonly path: string;
  readonly depth: number;
  readonly json?: unknown;
  readonly problem?: MetalError;
}

/** Whether a resource lies below another by its address: what makes a tree of a graph. */
const isBelow = (path: string, root: string): boolean => comparable(path).startsWith(`${comparable(root)}/`);

/**
 * Every resource below the first, parents before children, children in the order of their links. Children are links to
 * longer addresses; others (to chassis, to managers) belong to another branch.
 */
export async function* walkResources(
  run: AnyRun,
  bmc: Bmc,
  start: string,
  { depth, limit }: { readonly depth: number; readonly limit: number },
): AsyncGenerator<Visited> {
  const seen = new Set([comparable(start)]);
  const stack: { path: string; depth: number }[] = [{ path: start, depth: 0 }];
  for (let count = 0; stack.length > 0 && count < limit; count += 1) {
    run.signal.throwIfAborted();
    const at = stack.pop();
    if (at === undefined) return;
    const visited = await visit(bmc, at);
    yield visited;
    if (at.depth >= depth) continue;
    const children = linksOf(visited.json).filter(({ to }) => isBelow(to, at.path) && !seen.has(comparable(to)));
    for (const { to } of children) seen.add(comparable(to));
    stack.push(...children.map(({ to }) => ({ path: to, depth: at.depth + 1 })).reverse());
  }
  if (stack.length > 0) run.talk.warn(`stopped after ${limit} resources; --limit raises that`);
}

/** One resource that cannot be read does not end the walk; a BMC that is gone does. */
async function visit(bmc: Bmc, { path, depth }: { path: string; depth: number }): Promise<Visited> {
  try {
    const { json, problem } = await bmc.raw({ method: 'GET', path });
    return problem === undefined ? { path, depth, json } : { path, depth, problem };
  } catch (error) {
    if (!isMetalError(error) || ['BMC_UNREACHABLE', 'BMC_AUTH_FAILED', 'BMC_TLS'].includes(error.code)) throw error;
    return { path, depth, problem: error };
  }
}
