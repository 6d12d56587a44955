/** Racks, as far as labels say where servers are. Pure. */
import { labels } from '../../api/metal/v1alpha1/constants.js';
import type { Server } from '../../api/metal/v1alpha1/server.js';
import type { RackView } from '../../ui/top/model.js';

/** `location/rack` of a server; undefined where nobody wrote its rack down. */
export function rackOf({ metadata }: Server): string | undefined {
  const { [labels.location]: location, [labels.rack]: rack } = metadata.labels ?? {};
  return rack === undefined ? undefined : [location, rack].filter(Boolean).join('/');
}

/** The lowest unit a server takes; NaN where nobody wrote it down. */
const shelfOf = ({ metadata }: Server): number => Number.parseInt(metadata.labels?.[labels.shelf] ?? '', 10);
const heightOf = ({ metadata }: Server): number => Number.parseInt(metadata.labels?.[labels.height] ?? '', 10) || 1;

/** Racks by name, each with its servers, lowest shelf first. */
export function racksOf(servers: readonly Server[]): (readonly [name: string, members: readonly Server[]])[] {
  const racks = new Map<string, Server[]>();
  for (const server of servers) {
    const name = rackOf(server);
    if (name !== undefined) racks.set(name, [...(racks.get(name) ?? []), server]);
  }
  return [...racks]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, members]) => [name, members.sort((a, b) => (shelfOf(a) || 0) - (shelfOf(b) || 0))]);
}

/** A full rack has 42 units; a label that names more is believed up to the tallest that are built. */
const usualUnits = 42;
const tallest = 60;

/** What a unit shows, the worst last. */
const order = 'EFU!';

/** The racks unit by unit. A unit that two servers claim shows the worse one. */
export const rackViews = (racks: ReturnType<typeof racksOf>): RackView[] =>
  racks.map(([name, members]) => {
    const placed = members.filter((server) => shelfOf(server) >= 1 && topOf(server) <= tallest);
    const units = Array<number>(Math.max(usualUnits, ...placed.map(topOf))).fill(0);
    for (const server of placed) {
      const letter = letterOf(server);
      for (let unit = shelfOf(server); unit <= topOf(server); unit += 1) {
        units[unit - 1] = Math.max(units[unit - 1] ?? 0, order.indexOf(letter));
      }
    }
    const letters = units.toReversed().map((at) => order[at] ?? 'E');
    return { name, units: letters.join(''), unplaced: members.length - placed.length };
  });

/** The highest unit a server takes. */
const topOf = (server: Server): number => shelfOf(server) + heightOf(server) - 1;

const letterOf = ({ status }: Server): string =>
  status?.state === 'Error' ? '!' : status?.state === 'Available' ? 'F' : 'U';
