/** A small fleet, and its dashboard as a person plays and sees it. */
import {
  initialTop,
  reduceTop,
  type TopEvent,
  type TopRow,
  type TopSnapshot,
  type TopState,
} from '../../../../src/ui/top/model.js';
import { drawTop } from '../../../../src/ui/top/view.js';

export const aRow = (name: string, more: Partial<TopRow> = {}): TopRow => ({
  id: `server/${name}`,
  kind: 'server',
  name,
  state: 'Available',
  mark: 'good',
  since: '3d',
  note: 'power Off',
  opens: name,
  ...more,
});
export const servers = [
  aRow('node-1'),
  aRow('node-2', { state: 'Error', mark: 'bad', note: 'BMC 503' }),
  aRow('node-3', { state: 'Reserved', mark: 'use', note: 'claim ci/build-9' }),
];
const bmc = aRow('node-9', { id: 'bmc/node-9', kind: 'bmc', state: 'Enabled', mark: 'bad', note: 'no answer' });
export const { opens: _, ...closed } = bmc;
export const snapshot: TopSnapshot = {
  rows: { attention: [servers[1] as TopRow, closed], servers, racks: [], bmcs: [closed], claims: [] },
  counts: [
    ['Available', 1],
    ['Reserved', 1],
    ['Error', 1],
  ],
  bar: [
    ['=', 1],
    ['#', 1],
    ['.', 0],
    ['x', 0],
    ['!', 1],
  ],
  racks: [],
  claims: [
    ['Bound', 1],
    ['Unbound', 0],
  ],
  servers: 3,
  bmcs: 1,
  events: ['14:02:28  server/node-3  Reserved  bound to ci/build-9'],
  driver: 'daemon-1 (lease metal/metalctl-reconciler)',
  at: '14:02:31',
};
export const told: TopEvent = { type: 'snapshot', snapshot };
export const press = (key: string): TopEvent => ({ type: 'press', press: { key } });
export const play = (columns: number, rows: number, ...keys: string[]): TopState =>
  [told, ...keys.map(press)].reduce(reduceTop, initialTop({ columns, rows, ascii: false }, 'attention'));
export const frame = (state: TopState): string =>
  drawTop(state)
    .map((text) => text.trimEnd())
    .join('\n');
