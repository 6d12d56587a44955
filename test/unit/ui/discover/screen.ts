/** The discover view without a terminal: rows, a state, keys, and the frame as a person reads it. */
import {
  type DiscoverEvent,
  type DiscoverState,
  type FindingRow,
  initialDiscover,
  reduceDiscover,
} from '../../../../src/ui/discover/model.js';
import { drawDiscover } from '../../../../src/ui/discover/view.js';

export const aRow = (place: string, more: Partial<FindingRow> = {}): FindingRow => ({
  place,
  status: 'new',
  vendor: 'Dell',
  model: 'PowerEdge R660',
  serial: '8XK2M04',
  power: 'Off',
  name: 'dell-8xk2m04',
  isRunning: false,
  details: [`${place}  Redfish 1.17.0`, 'login with BMCSecret "oob"'],
  ...more,
});

export const rows = [
  aRow('10.20.0.11'),
  aRow('10.20.0.12', { serial: '8XK2M14', power: 'On', name: 'dell-8xk2m14', isRunning: true }),
  aRow('10.20.0.40', {
    status: 'known',
    vendor: 'HPE',
    model: 'ProLiant DL380',
    serial: 'CZ2209XX',
    name: 'node011',
    barred: 'is known as bmc/node011',
  }),
  aRow('10.20.1.9', {
    status: 'auth',
    vendor: 'Supermicro',
    model: '',
    serial: '',
    power: '',
    name: '',
    barred: 'cannot be onboarded: 401',
  }),
];

export const swept: DiscoverEvent[] = [
  { type: 'progress', total: 1022, probed: 611 },
  ...rows.map((row): DiscoverEvent => ({ type: 'finding', row })),
];
export const start = (columns: number, lines: number): DiscoverState =>
  initialDiscover({ columns, rows: lines, ascii: false }, '10.20.0.0/22');
export const press = (key: string): DiscoverEvent => ({ type: 'press', press: { key } });
export const play = (state: DiscoverState, ...keys: string[]): DiscoverState =>
  [...swept, ...keys.map(press)].reduce(reduceDiscover, state);
export const frame = (state: DiscoverState): string =>
  drawDiscover(state)
    .map((text) => text.trimEnd())
    .join('\n');
