/**
 * How fast the network cards of servers are. A Server's status has no place for it; the reports that discoveries keep
 * beside Servers do.
 */
import { ConfigMap } from '../../api/kubernetes.js';
import { UserError } from '../../errors/classes.js';
import type { ClusterReads } from '../../ports/cluster.js';

/** Fastest card of each server in Mb/s, by the server's name. */
export type NicSpeeds = ReadonlyMap<string, number>;

const ending = '-inventory';

/** Reads the kept reports. @throws PermanentError API_FORBIDDEN where they may not be read */
export async function readNicSpeeds(
  cluster: ClusterReads,
  namespace: string,
  signal?: AbortSignal,
): Promise<NicSpeeds> {
  const { items } = await cluster.list(ConfigMap, { namespace, ...(signal === undefined ? {} : { signal }) });
  const kept = items.filter(({ metadata }) => metadata.name.endsWith(ending));
  return new Map(
    kept.map(({ metadata, data }) => [
      metadata.name.slice(0, -ending.length),
      fastestOf(data?.['inventory.json'] ?? ''),
    ]),
  );
}

/** `25000Mb/s`; `Unknown!` and other words are no speed. */
const mbpsOf = (text: unknown): number => {
  const [, number = '0', unit] = /^(\d{1,9})(Mb|Gb)?\/?s?$/.exec(String(text)) ?? [];
  return Number(number) * (unit === 'Gb' ? 1_000 : 1);
};

function fastestOf(text: string): number {
  try {
    const { nics } = JSON.parse(text) as { nics?: readonly { speed?: unknown }[] | null };
    return Math.max(0, ...(nics ?? []).map(({ speed }) => mbpsOf(speed)));
  } catch {
    // What somebody else wrote there is no report.
    return 0;
  }
}

/** `25G`, `25Gb/s`, `2500M` or a number of Mb/s. @throws UserError USAGE */
export function parseSpeed(text: string): number {
  const [, number, unit = 'm'] = /^(\d{1,6})\s?(?:(m|g)(?:b(?:it)?(?:\/s|ps)?)?)?$/i.exec(text) ?? [];
  const mbps = Number(number ?? 0) * (unit.toLowerCase() === 'g' ? 1_000 : 1);
  if (mbps > 0) return mbps;
  throw new UserError('USAGE', `"${text}" is not the speed of a network card`, {
    hint: '--nic-speed 25G, 100G or 2500M',
  });
}
