/**
 * Several claims made together: each another server, spread over racks or locations as far as there are any, and where
 * it is asked for all or none.
 */
import { labels } from '../../api/metal/v1alpha1/constants.js';
import type { Server } from '../../api/metal/v1alpha1/server.js';
import type { ServerClaim } from '../../api/metal/v1alpha1/serverclaim.js';
import { isMetalError, type MetalError } from '../../errors/classes.js';
import { type ClaimEvent, type ClaimOptions, type ClaimPorts, claimServer, type Pick, takeBack } from './claim.js';
import type { ClaimView } from './follow.js';
import type { ClaimRequest } from './request.js';

export type SpreadOver = 'rack' | 'location';

export interface ManyOptions extends Omit<ClaimOptions, 'onEvent' | 'pick'> {
  /** Claims that are worked on at once. */
  readonly concurrency: number;
  readonly spread?: SpreadOver | undefined;
  /** All or none: when one fails, those that were made are withdrawn again. */
  readonly atomic: boolean;
  readonly onEvent: (request: ClaimRequest, event: ClaimEvent) => void;
  /** Told of each as soon as it has ended. */
  readonly onOutcome?: (outcome: ClaimOutcome) => void;
}

/** What became of one of them. */
export interface ClaimOutcome {
  readonly request: ClaimRequest;
  readonly view?: ClaimView;
  readonly error?: MetalError;
  /** It was made, and taken back because another one failed. */
  readonly isWithdrawn?: boolean;
}

/** `web` and 3 → `web-0`, `web-1`, `web-2`; where servers are named, each of its own. */
export const requestsOf = (request: ClaimRequest, count: number, servers: readonly string[] = []): ClaimRequest[] =>
  Array.from({ length: count }, (_, at) => {
    const server = servers[at];
    return { ...request, name: `${request.name}-${at}`, ...(server === undefined ? {} : { server }) };
  });

/** Makes them all, so many at once. Failures are outcomes; an interrupt and a bug are thrown. */
export async function claimMany(
  ports: ClaimPorts,
  requests: readonly ClaimRequest[],
  options: ManyOptions,
): Promise<ClaimOutcome[]> {
  const pick = pickApart(options.spread);
  const outcomes: ClaimOutcome[] = [];
  const made = new Map<ClaimRequest, ServerClaim>();
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < requests.length && !hasFailed(options, outcomes); at = next++) {
      const request = requests[at] as ClaimRequest;
      const outcome = await claimOne(ports, request, { ...options, pick }, made);
      outcomes[at] = outcome;
      options.onOutcome?.(outcome);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(options.concurrency, requests.length)) }, work));
  if (!hasFailed(options, outcomes)) return outcomes;
  return withdrawn(ports, requests, outcomes, made, options);
}

/** Where all or none is asked for, the first failure decides: nothing more is begun. */
const hasFailed = ({ atomic }: ManyOptions, outcomes: readonly ClaimOutcome[]): boolean =>
  atomic && outcomes.some((outcome) => outcome?.error !== undefined);

async function claimOne(
  ports: ClaimPorts,
  request: ClaimRequest,
  options: ManyOptions & { readonly pick: Pick },
  made: Map<ClaimRequest, ServerClaim>,
): Promise<ClaimOutcome> {
  try {
    const onEvent = (event: ClaimEvent): void => {
      if (event.type === 'created') made.set(request, event.claim);
      options.onEvent(request, event);
    };
    return { request, view: await claimServer(ports, request, { ...options, onEvent }) };
  } catch (error) {
    if (!isMetalError(error)) throw error;
    return { request, error };
  }
}

/** Takes back what was made here. Claims that were there before stay as they were. */
async function withdrawn(
  ports: ClaimPorts,
  requests: readonly ClaimRequest[],
  outcomes: readonly ClaimOutcome[],
  made: ReadonlyMap<ClaimRequest, ServerClaim>,
  options: ManyOptions,
): Promise<ClaimOutcome[]> {
  await Promise.all([...made.values()].map((claim) => takeBack(ports, claim, options)));
  return requests.flatMap((request, at) => {
    const outcome = outcomes[at];
    if (outcome === undefined) return [];
    return made.has(request) && outcome.error === undefined ? [{ request, isWithdrawn: true }] : [outcome];
  });
}

/** No server twice; of those that are left, one from the place that has given the fewest so far. */
function pickApart(over: SpreadOver | undefined): Pick {
  const taken = new Set<string>();
  const places = new Map<string, number>();
  return (free) => {
    const left = free.filter(({ server }) => !taken.has(server.metadata.name));
    const count = (server: Server): number => places.get(placeOf(server, over)) ?? 0;
    const [best] = over === undefined ? left : [...left].sort((a, b) => count(a.server) - count(b.server));
    if (best === undefined) return undefined;
    taken.add(best.server.metadata.name);
    places.set(placeOf(best.server, over), count(best.server) + 1);
    return best;
  };
}

/** Servers of no known place share one. */
const placeOf = ({ metadata }: Server, over: SpreadOver | undefined): string =>
  over === undefined ? '' : (metadata.labels?.[labels[over]] ?? '');

/** How many servers each place gave: `r12 2, r14 1`. */
export function spreadOf(servers: readonly Server[], over: SpreadOver): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const server of servers) {
    const place = placeOf(server, over) || 'unknown';
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
