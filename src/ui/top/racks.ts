/** Racks as bars of letters, top to bottom: used, free, empty, problem. Pure. */
import { cell, cutName } from '../shared/layout.js';
import type { RackView } from './rows.js';

/** What a cell says of several units: the first of these that any of them is. */
const worst = ['!', 'U', 'F', 'E'] as const;
const shades: Readonly<Record<string, string>> = { U: '█', F: '▒', E: '░' };

/** The line above the racks: what the signs mean. */
export const rackHead = (isAscii: boolean): string =>
  isAscii ? 'RACKS (U used F free E empty ! problem)' : 'RACKS (█ used ▒ free ░ empty ! problem)';

/** `r12        u42..u01  ████████▒▒▒▒░░ +1`: a cell stands for as many units as make `cells` of them. */
export function rackText({ name, units, unplaced }: RackView, cells: number, isAscii: boolean): string {
  const size = Math.max(1, Math.ceil(units.length / cells));
  const groups = Array.from({ length: Math.ceil(units.length / size) }, (_, at) =>
    units.slice(at * size, (at + 1) * size),
  );
  const bar = groups.map((group) => worst.find((letter) => group.includes(letter)) ?? 'E').join('');
  const drawn = isAscii ? bar : [...bar].map((letter) => shades[letter] ?? letter).join('');
  const range = `u${String(units.length).padStart(2, '0')}..u01`;
  return `${cell(cutName(name, 10), 10)} ${range}  ${drawn}${unplaced === 0 ? '' : ` +${unplaced}`}`;
}
