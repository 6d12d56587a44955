/** A server in trouble, and its view as a person plays and sees it. */
import { toYaml } from '../../../../src/lib/yaml.js';
import {
  initialServer,
  reduceServer,
  type ServerDetail,
  type ServerEvent,
  type ServerState,
} from '../../../../src/ui/server/model.js';
import { drawServer } from '../../../../src/ui/server/view.js';

/** Like one of the API: lists, literal text, and who wrote what. */
const object = {
  apiVersion: 'metal.ironcore.dev/v1alpha1',
  kind: 'Server',
  metadata: {
    annotations: { note: 'first\n\nsecond: line\n- third' },
    labels: { rack: 'r14' },
    managedFields: Array.from({ length: 3 }, (_, at) => ({ manager: `writer-${at}`, operation: 'Apply' })),
    name: 'node-44',
  },
  spec: {
    taints: [
      { effect: 'NoBind', key: 'hw/psu' },
      { effect: 'NoBind', key: 'hw/fan' },
    ],
    systemUUID: 'u44',
  },
  status: { state: 'Error' },
};

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
    Events: Array.from({ length: 50 }, (_, at) => ({ text: `event ${at}` })),
    History: [{ text: '2026-01-01 13:44:00  server  event      Warning Reset: 503' }],
    YAML: toYaml(object)
      .trimEnd()
      .split('\n')
      .map((text) => ({ text })),
  },
  model: 'Lenovo SR650 V3   serial J901AB44',
  timeline: [' 13:31  bmc     event      Warning PowerLost: PSU2', ' 13:44  server  event      Warning Reset: 503'],
  beside: [
    ['Claim', 'none'],
    ['BMC', '10.20.1.44  XCC  4.10'],
    ['Last claim', 'ci/build-1, released 5d ago'],
  ],
  systemUri: '/redfish/v1/Systems/1',
  fix: 'metalctl describe bmc node-44',
  actions: new Set(['cordon', 'power off', 'power cycle']),
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
