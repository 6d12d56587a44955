/** Servers one after the other, so far apart that the breakers of a rack bear it. */
import { labels } from '../../../api/metal/v1alpha1/constants.js';
import type { Server } from '../../../api/metal/v1alpha1/server.js';
import type { Clock } from '../../../ports/clock.js';
import type { AnyRun } from './run.js';

type PacedRun = AnyRun & { readonly ports: { readonly clock: Clock } };

const crowdedGapMs = 1_000;

/** Resolves when it is the turn of a server. @param gapMs between two; absent: a second where a rack is crowded */
export function paced(
  { ports: { clock }, signal, globals }: PacedRun,
  servers: readonly Server[],
  gapMs: number = isCrowded(servers) ? crowdedGapMs : 0,
): (server: Server) => Promise<void> {
  const startMs = clock.monotonicMs();
  const places = new Map(servers.map((server, at) => [server.metadata.name, at]));
  return async ({ metadata }) => {
    const waitMs = startMs + gapMs * (places.get(metadata.name) ?? 0) - clock.monotonicMs();
    if (globals.dryRun === 'none' && waitMs > 0) await clock.sleep(waitMs, signal);
  };
}

/** More than four servers of one rack at once is what breakers are afraid of. */
function isCrowded(servers: readonly Server[]): boolean {
  const counts = new Map<string, number>();
  for (const { metadata } of servers) {
    const rack = metadata.labels?.[labels.rack] ?? '';
    counts.set(rack, (counts.get(rack) ?? 0) + 1);
  }
  return [...counts.values()].some((count) => count > 4);
}
