/** A server in trouble, and its view as a person plays and sees it. */
import {
  initialServer,
  reduceServer,
  type ServerDetail,
  type ServerEvent,
  type ServerState,
} from '../../../../src/ui/server/model.js';
import { drawServer } from '../../../../src/ui/server/view.js';

export const detail: ServerDetail = {
  name: 'node-44',
  state: 'Error',
  power: 'On',
  where: 'fra/r14/u07',
  tabs: {
    Overview: [{ text: 'Claimable  no: state is Error' }, { mark: 'bad', text: 'Ready False  BmcUnreachable  503' }],
    Why: [
      { text: 'server/node-44 cannot be claimed' },
      { mark: 'good', text: 'not cordoned' },
      { mark: 'bad', text: 'state is Error (must: state is Available)' },
    ],
    Hardware: [],
    Network: [],
    Storage: [],
    BMC: [],
    'BIOS/FW': [],
    Events: [],
    History: [{ text: '2026-01-01 13:44:00  server  event      Warning Reset: 503' }],
    YAML: Array.from({ length: 50 }, (_, at) => ({ text: `line ${at}` })),
  },
  model: 'Lenovo SR650 V3   serial J901AB44',
  timeline: [' 13:31  bmc     event      Warning PowerLost: PSU2', ' 13:44  server  event      Warning Reset: 503'],
  beside: [
    ['Claim', 'none'],
    ['BMC', '10.20.1.44  XCC  4.10'],
    ['Last claim', 'ci/build-1, released 5d ago'],
  ],
  fix: 'metalctl describe bmc node-44',
  actions: new Set(['cordon', 'power off']),
};
export const press = (key: string): ServerEvent => ({ type: 'press', press: { key } });
export const play = (columns: number, rows: number, ...keys: string[]): ServerState =>
  [{ type: 'detail', detail } as ServerEvent, ...keys.map(press)].reduce(
    reduceServer,
    initialServer({ columns, rows, ascii: false }, 'node-44'),
  );
export const frame = (state: ServerState): string =>
  drawServer(state)
    .map((text) => text.trimEnd())
    .join('\n');
