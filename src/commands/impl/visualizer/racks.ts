/** Servers in their racks, and racks as Mermaid, Graphviz and SVG. Pure. */
import { labels } from '../../../api/metal/v1alpha1/constants.js';
import type { Server } from '../../../api/metal/v1alpha1/server.js';
import { neutralise } from '../../../lib/sanitize.js';

export interface Unit {
  readonly name: string;
  /** The lowest unit it fills; 0 when no label says it. */
  readonly shelf: number;
  readonly height: number;
  readonly state: string;
  readonly power: string;
  /** Says the state without colour: U used, F free, B busy, P parked or in maintenance, ! error. */
  readonly letter: string;
}

export interface Rack {
  /** `fra/r12` */
  readonly name: string;
  readonly units: readonly Unit[];
}

export interface Floor {
  readonly racks: readonly Rack[];
  /** Servers without a rack. */
  readonly unplaced: readonly Unit[];
}

const letters: Readonly<Record<string, string>> = {
  Reserved: 'U',
  Available: 'F',
  Maintenance: 'P',
  Parked: 'P',
  Error: '!',
};

/** Whole numbers only: a label may hold anything. */
const wholeOf = (text: string | undefined, otherwise: number): number =>
  text !== undefined && /^\d{1,3}$/.test(text) ? Number(text) : otherwise;

function unitOf({ metadata, status }: Server): Unit {
  const at = metadata.labels ?? {};
  const state = status?.state ?? 'New';
  return {
    name: metadata.name,
    shelf: wholeOf(at[labels.shelf], 0),
    height: Math.max(1, wholeOf(at[labels.height], 1)),
    state,
    power: status?.powerState ?? '',
    letter: letters[state] ?? 'B',
  };
}

/** Racks by name, their servers from the lowest shelf up. */
export function floorOf(servers: readonly Server[]): Floor {
  const racks = new Map<string, Unit[]>();
  const unplaced: Unit[] = [];
  for (const server of [...servers].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))) {
    const { [labels.location]: location, [labels.rack]: rack } = server.metadata.labels ?? {};
    const unit = unitOf(server);
    if (rack === undefined || rack === '') unplaced.push(unit);
    else {
      const name = [location, rack].filter(Boolean).join('/');
      racks.set(name, [...(racks.get(name) ?? []), unit]);
    }
  }
  const sorted = [...racks].sort(([a], [b]) => (a < b ? -1 : 1));
  return { racks: sorted.map(([name, units]) => ({ name, units: units.sort((a, b) => a.shelf - b.shelf) })), unplaced };
}

/** All racks; those without one as the last of them. */
export const allRacks = ({ racks, unplaced }: Floor): readonly Rack[] =>
  unplaced.length === 0 ? racks : [...racks, { name: 'no rack', units: unplaced }];

const quoted = (text: string): string => `"${neutralise(text).replace(/["\\]/g, "'")}"`;

/** A subgraph per rack. */
export function mermaidOf(floor: Floor): string {
  const lines = allRacks(floor).flatMap(({ name, units }, rack) => [
    `  subgraph r${rack}[${quoted(name)}]`,
    ...units
      .toReversed()
      .map((unit, at) => `    r${rack}n${at}[${quoted(`${unit.letter} ${unit.name} ${unit.state}`)}]`),
    '  end',
  ]);
  return `flowchart TB\n${lines.join('\n')}\n`;
}

/** A cluster per rack. */
export function dotOf(floor: Floor): string {
  const lines = allRacks(floor).flatMap(({ name, units }, rack) => [
    `  subgraph cluster_${rack} {`,
    `    label=${quoted(name)};`,
    ...units.map(
      (unit, at) => `    r${rack}n${at} [shape=box, label=${quoted(`${unit.letter} ${unit.name} ${unit.state}`)}];`,
    ),
    '  }',
  ]);
  return `graph racks {\n${lines.join('\n')}\n}\n`;
}

const escaped = (text: string): string =>
  neutralise(text).replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);

export const fills: Readonly<Record<string, string>> = {
  U: '#4477aa',
  F: '#228833',
  B: '#66ccee',
  P: '#ccbb44',
  '!': '#ee6677',
};

const unitPx = 18;
const rackPx = 240;

/** Racks side by side, the lowest shelf at the bottom; every unit has its letter. */
export function svgOf(floor: Floor): string {
  const racks = allRacks(floor);
  const rows = Math.max(1, ...racks.map(({ units }) => units.reduce((sum, { height }) => sum + height, 0)));
  const heightPx = rows * unitPx + 60;
  const parts = racks.map(({ name, units }, column) => {
    let bottom = heightPx - 20;
    const boxes = units.map((unit) => {
      bottom -= unit.height * unitPx;
      const y = bottom;
      return `<g><title>${escaped(`${unit.name} ${unit.state} power ${unit.power || '-'}`)}</title><rect x="0" y="${y}" width="${rackPx - 20}" height="${unit.height * unitPx - 2}" fill="${fills[unit.letter]}"/><text x="6" y="${y + 13}">${unit.letter} ${escaped(unit.name)}</text></g>`;
    });
    return `<g transform="translate(${column * rackPx + 10} 0)"><text x="0" y="24">${escaped(name)}</text>${boxes.join('')}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.max(1, racks.length) * rackPx + 10}" height="${heightPx}" font-family="monospace" font-size="12">${parts.join('')}</svg>\n`;
}
