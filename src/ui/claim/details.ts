/** About the server under the cursor: two lines, or on large screens three columns. */
import { detailLines } from '../shared/browse.js';
import { cell, filled, glyph, line } from '../shared/layout.js';
import { type ClaimState, focused, isRoomy, type ServerRow } from './state.js';

export function detailsOf(state: ClaimState): string[] {
  const row = focused(state);
  const { look, showsWhy } = state;
  if (row === undefined || state.phase !== 'choose') return [];
  if (showsWhy) {
    const shut = row.gates.filter(({ isOpen }) => !isOpen).map(({ text }) => text);
    return [
      line(row.name, look.columns),
      line(shut.length > 0 ? `why not: ${shut.join('; ')}` : 'nothing keeps it back', look.columns),
    ];
  }
  if (isRoomy(state)) return columnsOf(row, state);
  const traits = [row.model, row.cores > 0 ? `${row.cores} cores` : '', row.memory, row.disks, row.where].filter(
    (text) => text && text !== '-',
  );
  const gates = row.gates.map(({ text, isOpen }) => `${glyph(isOpen ? 'ready' : 'bad', look.ascii)} ${text}`);
  return [row.name, traits.join('  '), ...gates].map((text) => line(text, look.columns));
}

/** The machine, why it can or cannot be claimed, and what it is connected to. */
function columnsOf(row: ServerRow, state: ClaimState): string[] {
  const { look } = state;
  const height = detailLines(look, state.details);
  const { machine = [], network = [] } = row.about?.() ?? {};
  const [first, second] = [Math.floor(look.columns * 0.24), Math.floor(look.columns * 0.39)];
  const columns = [
    [row.name, ...machine],
    [row.isFree ? 'Why claimable' : 'Why not claimable', ...gateLines(row, state, height - 1)],
    ['Network (LLDP)', ...network],
  ].map((lines) => filled(lines, height));
  return Array.from({ length: height }, (_, at) => {
    const [left = '', middle = '', right = ''] = columns.map((lines) => lines[at] ?? '');
    return line(`${cell(left, first - 1)} ${cell(middle, second - 1)} ${right}`, look.columns);
  });
}

/** What keeps it back first; of the rest as many as fit, and how many there are more. */
function gateLines({ gates }: ServerRow, { look }: ClaimState, room: number): string[] {
  const sorted = [...gates.filter(({ isOpen }) => !isOpen), ...gates.filter(({ isOpen }) => isOpen)];
  const lines = sorted.map(({ text, isOpen }) => ` ${glyph(isOpen ? 'ready' : 'bad', look.ascii)} ${text}`);
  if (lines.length <= room) return lines;
  return [...lines.slice(0, room - 1), ` ${lines.length - room + 1} more: y`];
}
